"""What lesson 10, Sorting, asks."""

from __future__ import annotations

from typing import Any

from tensorlab_course.practice import (
    Exercise,
    Lesson,
    Prediction,
    Wrong,
    expect_same,
    expect_tensor,
    refuse,
)

PREDICTIONS = (
    Prediction(
        name="whom-to-fetch",
        question="What does it answer?",
        code="torch.argsort(torch.tensor([30, 10, 20]))",
        choices={
            "tensor([1, 2, 0])": None,
            "tensor([2, 0, 1])": "These are ranks: 30 comes last, 10 first, 20 between. `argsort` "
            "answers the other question: whom do I fetch first? The one at position 1.",
            "tensor([10, 20, 30])": "That is what you get when you have fetched them. `argsort` "
            "gives the positions alone.",
            "tensor([0, 2, 1])": "Largest first would be this. Unless told otherwise the smallest "
            "comes first.",
        },
        because="Fetch from position 1 the 10, then from 2 the 20, then from 0 the 30.",
        read="Whom to fetch",
    ),
    Prediction(
        name="sorted-or-not",
        question="`sort` is called, and then x is looked at.",
        setup="x = torch.tensor([3, 1, 2])",
        code="x.sort()\nx",
        choices={
            "tensor([3, 1, 2])": None,
            "tensor([1, 2, 3])": "A list sorts itself in place, and a tensor does not: `sort` "
            "returns what it found, and here nobody keeps it.",
            "tensor([1, 2, 0])": "That is the order in which to fetch. `sort` finds it on the way, "
            "but x does not become it.",
            "None": "A list's `sort` returns None. The last line here shows x, and x is a tensor "
            "still.",
        },
        because="What works in place has an underscore at its end, and `sort` has none.",
        read="Two answers at once",
    ),
    Prediction(
        name="a-sorted-table",
        question="For a vector this sorts. For a table?",
        setup="x = torch.tensor([[3, 1], [2, 4]])",
        code="x[torch.argsort(x)].shape",
        choices={
            "torch.Size([2, 2, 2])": None,
            "torch.Size([2, 2])": "For one axis the trick works. In a table a single index picks "
            "rows, and this one names four of them: a table of rows.",
            "torch.Size([4])": "Nothing flattens it: each row is sorted by itself.",
            "IndexError": "All the positions are 0 or 1, and the table has a row 0 and a row 1. So "
            "it goes unnoticed.",
        },
        because="Four rows of two come, in two rows of two: for a table ask `sort` for its values.",
        read="Two answers at once",
    ),
    Prediction(
        name="equal-numbers",
        question="The 2 stands in places 0 and 2. Is descending the same as ascending, turned?",
        setup="t = torch.tensor([2, 1, 2])",
        code="t.argsort(descending=True, stable=True), t.argsort(stable=True).flip(0)",
        choices={
            "(tensor([0, 2, 1]), tensor([2, 0, 1]))": None,
            "(tensor([0, 2, 1]), tensor([0, 2, 1]))": "The sorted values would be equal. But "
            "turning round also turns the equal ones round, and `stable` keeps them as they were.",
            "(tensor([2, 0, 1]), tensor([2, 0, 1]))": "`stable` means that of two equal numbers "
            "the earlier one stays first, also when the largest come first.",
            "(tensor([2, 0, 1]), tensor([0, 2, 1]))": "The right two, the wrong way round: "
            "`stable` keeps 0 before 2, and `flip` turns that.",
        },
        because="Equal numbers keep their old order with `stable=True`; `flip` undoes that.",
        read="Two answers at once",
    ),
)


def check_in_order(in_order: Any, torch: Any) -> None:
    for numbers in ([30, 10, 20], [0.5, -1.0, 4.0, 2.0], [2, 0, 1], [5]):
        x = torch.tensor(numbers)
        got = in_order(x)
        order = torch.argsort(x)
        if isinstance(got, tuple) and len(got) == 2:
            refuse("That is the pair: values and order together. Only the values are wanted.")
        expect_tensor(got)
        if got.dtype == order.dtype and got.tolist() == order.tolist() != sorted(numbers):
            refuse(
                "These are positions, the list of what to fetch. It looks sorted out, but nothing "
                "has been fetched yet: put it into brackets behind x."
            )
        if len(numbers) > 1 and got.tolist() == sorted(numbers, reverse=True):
            refuse("Largest first; the smallest is to come first.")
        expect_same(got, torch.tensor(sorted(numbers)))


def check_best(best: Any, torch: Any) -> None:
    cases = (([10, 30, 20], 2), ([0.1, -2.0, 5.0, 3.0, 4.0], 3), ([4, 9], 2), ([1, 3, 2], 1))
    for numbers, k in cases:
        scores = torch.tensor(numbers)
        places = sorted(range(len(numbers)), key=lambda place: -numbers[place])[:k]
        got = best(scores, k)
        if isinstance(got, tuple) and len(got) == 2:
            refuse("That is the pair: values and positions. The positions are its `indices`.")
        expect_tensor(got)
        values = got.tolist()
        if values != places:
            if values == [numbers[place] for place in places]:
                refuse("These are the numbers themselves, and their positions are wanted.")
            rising = torch.argsort(scores).tolist()
            if values == rising[:k] and k < len(numbers):
                refuse(
                    f"These are the {k} smallest: `argsort` begins with the smallest, unless "
                    "told otherwise."
                )
            if values == rising[-k:]:
                refuse(
                    "The right ones, but the largest comes last. The end of a rising order rises, "
                    "too."
                )
        expect_same(got, torch.tensor(places))


def check_ranks(ranks: Any, torch: Any) -> None:
    for numbers in ([40, 10, 30, 5, 20], [0.5, 3.5, 2.5, 1.5], [30, 10, 20], [8]):
        times = torch.tensor(numbers)
        want = [sorted(numbers).index(number) for number in numbers]
        got = ranks(times)
        expect_tensor(got)
        values = got.tolist()
        if values != want:
            if values == torch.argsort(times).tolist():
                refuse(
                    f"That is the order in which to fetch. Its first number, {values[0]}, says who "
                    f"was fastest; wanted is how the runner in place 0 did, with {numbers[0]}."
                )
            if values == [len(numbers) - 1 - rank for rank in want]:
                refuse("The slowest has rank 0. Fewer seconds are better here.")
            if values == torch.argsort(-times).tolist():
                refuse(
                    "That is the order again, the largest first. Turning it round makes no ranks "
                    "of positions."
                )
            if values == [rank + 1 for rank in want]:
                refuse("The ranks are right but for one: the fastest has rank 0.")
        expect_same(got, torch.tensor(want))


EXERCISES = (
    Exercise(
        name="in_order",
        level="easy",
        starter='''
def in_order(x):
    """A new tensor, sorted; x has one axis, and stays as it is."""
    return x[____]
''',
        hints=(
            "In brackets stands what to fetch, and in which order. What gives you that?",
            "The picture in the lesson gives it a name, `order`: where did that come from?",
        ),
        solution="""
def in_order(x):
    return x[torch.argsort(x)]
""",
        wrong=(
            Wrong("def in_order(x):\n    return torch.argsort(x)", "nothing has been fetched"),
            Wrong("def in_order(x):\n    return x.sort()", "That is the pair"),
            Wrong(
                "def in_order(x):\n    return x[torch.argsort(x, descending=True)]",
                "Largest first",
            ),
        ),
        check=check_in_order,
    ),
    Exercise(
        name="best",
        level="middle",
        starter='''
def best(scores, k):
    """best(torch.tensor([10, 30, 20]), 2) is tensor([1, 2])"""
    ...
''',
        hints=(
            "Put all positions in order first, the largest number's in front. Then keep k of them.",
            "`argsort` takes `descending=True`, as `sort` does; a slice keeps the first k.",
        ),
        solution="""
def best(scores, k):
    return torch.argsort(scores, descending=True)[:k]
""",
        wrong=(
            Wrong("def best(scores, k):\n    return torch.argsort(scores)[:k]", "smallest: "),
            Wrong("def best(scores, k):\n    return torch.argsort(scores)[-k:]", "comes last"),
            Wrong("def best(scores, k):\n    return scores.topk(k)", "That is the pair"),
            Wrong("def best(scores, k):\n    return scores.topk(k).values", "numbers themselves"),
        ),
        check=check_best,
    ),
    Exercise(
        name="ranks",
        level="thinking",
        starter="""
def ranks(times):
    ...
""",
        hints=(
            (
                "The order [1, 2, 0] says: place 1 has rank 0, place 2 has rank 1, place 0 has "
                "rank 2. Where in the order does a runner's own place stand?"
            ),
            (
                "To ask where 0 stands in the order, where 1, where 2, is to sort the order. What "
                "gives the positions of sorted numbers?"
            ),
        ),
        solution="""
def ranks(times):
    order = torch.argsort(times)
    return torch.argsort(order)
""",
        wrong=(
            Wrong("def ranks(times):\n    return torch.argsort(times)", "order in which to fetch"),
            Wrong("def ranks(times):\n    return torch.argsort(-times)", "the order again"),
            Wrong(
                "def ranks(times):\n"
                "    return torch.argsort(torch.argsort(times, descending=True))",
                "The slowest has rank 0",
            ),
        ),
        check=check_ranks,
    ),
)

LESSON = Lesson(predictions=PREDICTIONS, exercises=EXERCISES)
