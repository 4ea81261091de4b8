"""What lesson 09, Logical operations, asks."""

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
from tensorlab_course.practice.checking import is_tensor

PREDICTIONS = (
    Prediction(
        name="two-questions",
        question="Two questions, joined by Python's own word.",
        setup="x = torch.tensor([0, 1, 2])",
        code="(x > 0) and (x < 2)",
        choices={
            "RuntimeError: Boolean value of Tensor": None,
            "tensor([False, True, False])": "That is what it should mean, and with `&` it does. "
            "`and` first asks its left side: true or false? Three answers are no answer.",
            "tensor([True, True, False])": "Between plain values `and` may give back its right "
            "side, which is this. It never gets that far: the left side has three answers.",
            "False": "One answer for all? Python does not guess whether you mean each of them or "
            "any of them.",
        },
        because="`and` cannot be taught anything about tensors: Python wants one True or False "
        "for it. `&` can.",
        read="From questions to a choice",
    ),
    Prediction(
        name="places-in-a-table",
        question="Three numbers in this table are not zero. Which shape has the answer?",
        code="torch.tensor([[1, 0, 5], [0, 0, 2]]).nonzero().shape",
        choices={
            "torch.Size([3, 2])": None,
            "torch.Size([3])": "Three were found. But to say where one of them stands in a table "
            "takes two numbers.",
            "torch.Size([2, 3])": "That is the shape of the table, or NumPy's way: its `nonzero` "
            "gives a list for each axis. PyTorch's gives a row for each place.",
            "torch.Size([3, 1])": "So it is for a vector. A place in a table is a row and a "
            "column, so two numbers.",
        },
        because="(how many were found, how many axes): the rows are [0, 0], [0, 2] and [1, 2].",
        read="From questions to a choice",
    ),
    Prediction(
        name="picked-then-written",
        question="Two lines write something. Which of them reaches x?",
        setup="x = torch.tensor([1, 2, 3, 4])",
        code="x[x > 2][0] = 99\nx[x > 3] = 7\nx",
        choices={
            "tensor([1, 2, 3, 7])": None,
            "tensor([ 1,  2, 99,  7])": "Both would, if slices stood in the brackets. A mask picks "
            "from anywhere, so what it picks is a copy, and the 99 went into that.",
            "tensor([1, 2, 3, 4])": "True of the first line, which writes into a copy. In the "
            "second the mask stands alone before the equals sign, and tells x where to write.",
            "tensor([ 1,  2, 99,  4])": "It is the other way round: two pairs of brackets, and the "
            "first of them has made a copy already.",
        },
        because="`x[x > 2]` is a copy, [3, 4]; `x[x > 3] = 7` picks nothing, it writes.",
        read="From questions to a choice",
    ),
    Prediction(
        name="one-and-two",
        question="None of these numbers is zero.",
        code="torch.tensor([1, 2]) & torch.tensor([2, 1])",
        choices={
            "tensor([0, 0])": None,
            "tensor([True, True])": "To Python's `and` every number but 0 is a yes. `&` does not "
            "ask for yes or no: it compares bit by bit.",
            "tensor([1, 1])": "Between masks `&` is and. Between whole numbers it keeps the bits "
            "that both have, and 1 and 2 have none in common.",
            "tensor([2, 1])": "Between plain numbers `1 and 2` is 2, indeed. `&` is another thing.",
        },
        because="1 is 01 in bits and 2 is 10: no bit is set in both.",
        read="What goes wrong",
    ),
    Prediction(
        name="ones-and-zeros",
        question="It looks like: yes, no, yes.",
        setup="x = torch.tensor([5, 6, 7])",
        code="x[torch.tensor([1, 0, 1])]",
        choices={
            "tensor([6, 5, 6])": None,
            "tensor([5, 7])": "With `True, False, True` it would be. Whole numbers in brackets are "
            "positions: number 1, number 0, number 1.",
            "tensor([5, 0, 7])": "Nothing is wiped out by an index: it picks. And whole numbers "
            "pick by position.",
            "IndexError": "It is a good index: a list of three positions. That is why the mistake "
            "goes unnoticed.",
        },
        because="A mask is of type bool. Anything else in brackets is a list of positions.",
        read="What goes wrong",
    ),
)


def check_between(between: Any, torch: Any) -> None:
    cases = (
        ([0, 1, 2, 3, 4, 5], 1, 4),
        ([[-1.5, 0.0], [0.5, 9.0]], 0.0, 0.5),
        ([3], 3, 3),
    )
    for numbers, lo, hi in cases:
        x = torch.tensor(numbers)
        want = (x >= lo) & (x <= hi)
        try:
            got = between(x, lo, hi)
        except Exception as error:
            if "ambiguous" in str(error):
                refuse(
                    f"{error} A chain such as `lo <= x <= hi` hides an `and`. Two questions, each "
                    "in parentheses, and `&` between them."
                )
            raise
        expect_tensor(got)
        if tuple(got.shape) == tuple(x.shape):
            values = got.tolist()
            if values == ((x >= lo) | (x <= hi)).tolist() and values != want.tolist():
                refuse(
                    "Everything passes: each number is above the one end or below the other. "
                    "`|` is or; both have to hold."
                )
            if values == ((x >= lo) & (x < hi)).tolist() and values != want.tolist():
                refuse(f"{hi} itself is missing: both ends are included.")
            if values == (x >= lo).tolist() and values != want.tolist():
                refuse("The upper end does not hold anything back yet.")
        expect_same(got, want)


def check_clip(clip: Any, torch: Any) -> None:
    cases = (
        ([-3, 0, 2, 5, 9], 0, 5),
        ([[-0.5, 0.25], [0.75, 1.5]], 0.0, 1.0),
        ([4, 4], 1, 2),
    )
    for numbers, lo, hi in cases:
        x = torch.tensor(numbers)
        low = torch.where(x < lo, lo, x)
        want = torch.where(low > hi, hi, low)
        got = clip(x, lo, hi)
        expect_tensor(got)
        if tuple(got.shape) == tuple(x.shape) and got.tolist() != want.tolist():
            if got.tolist() in (low.tolist(), torch.where(x > hi, hi, x).tolist()):
                refuse(
                    "One end is held, the other is not. `where` chooses between two, and here "
                    "are three: choose twice, the second time from what the first one gave."
                )
            if set(got.flatten().tolist()) <= {lo, hi}:
                refuse(
                    "Only the two ends are left. What lies between them has to come from x: it "
                    "stands where the mask says that nothing is wrong."
                )
        expect_same(got, want)


def check_positions(positions: Any, torch: Any) -> None:
    cases: tuple[tuple[Any, int, list[Any]], ...] = (
        ([[1, 0, 5], [5, 0, 2]], 5, [(0, 2), (1, 0)]),
        ([7, 1, 7, 7], 7, [(0,), (2,), (3,)]),
        ([[[1, 2], [3, 1]]], 1, [(0, 0, 0), (0, 1, 1)]),
        ([1, 2, 3], 4, []),
    )
    for numbers, v, want in cases:
        x = torch.tensor(numbers)
        got = positions(x, v)
        if isinstance(got, list) and want and got == [list(place) for place in want]:
            refuse(
                "The places are right, and each is a list. A tuple is wanted, for it can be used "
                "as an index: `x[(0, 2)]` is one number. A list in brackets picks rows."
            )
        if isinstance(got, (list, tuple)) and got and all(is_tensor(part) for part in got):
            if len(got) == x.dim() and tuple(got[0].shape) == (len(want),):
                refuse(
                    "It is grouped by axis: all the row numbers, then all the columns. A place is "
                    "a row *and* a column; `nonzero` keeps them together."
                )
            refuse("There are tensors in it. Plain numbers are wanted, in a tuple for each place.")
        places = got if isinstance(got, list) else []
        if any(is_tensor(n) for place in places if isinstance(place, tuple) for n in place):
            refuse("There are tensors in your tuples. `.tolist()` makes plain numbers of a tensor.")
        if isinstance(got, list) and want and got == [place[0] for place in want]:
            refuse("Plain numbers, and a tuple is wanted for each, even where it holds only one.")
        expect_same(got, want)


EXERCISES = (
    Exercise(
        name="between",
        level="easy",
        starter='''
def between(x, lo, hi):
    """True where lo <= x <= hi, number by number."""
    return (lo <= x) & (____)
''',
        hints=(
            "The left question asks about `lo`. Which question is missing?",
            "It compares x with `hi`, and `hi` itself passes: so `<=`, and not `<`.",
        ),
        solution="""
def between(x, lo, hi):
    return (lo <= x) & (x <= hi)
""",
        wrong=(
            Wrong("def between(x, lo, hi):\n    return lo <= x <= hi", "hides an `and`"),
            Wrong("def between(x, lo, hi):\n    return (lo <= x) | (x <= hi)", "Everything passes"),
            Wrong("def between(x, lo, hi):\n    return (lo <= x) & (x < hi)", "itself is missing"),
        ),
        check=check_between,
    ),
    Exercise(
        name="clip",
        level="middle",
        starter='''
def clip(x, lo, hi):
    """x, with nothing below lo and nothing above hi."""
    ...
''',
        hints=(
            "One `where` holds one end. Give its result a name, and go on with that.",
            (
                "`torch.where(x < lo, lo, x)` holds the lower end. Do the same with the upper one, "
                "to what came out."
            ),
        ),
        solution="""
def clip(x, lo, hi):
    x = torch.where(x < lo, lo, x)
    return torch.where(x > hi, hi, x)
""",
        wrong=(
            Wrong(
                "def clip(x, lo, hi):\n    x[x < lo] = lo\n    x[x > hi] = hi\n    return x",
                "It changed what it was given",
            ),
            Wrong("def clip(x, lo, hi):\n    return torch.where(x < lo, lo, x)", "choose twice"),
            Wrong("def clip(x, lo, hi):\n    return torch.where(x > lo, hi, lo)", "Only the two"),
        ),
        check=check_clip,
    ),
    Exercise(
        name="positions",
        level="thinking",
        starter="""
def positions(x, v):
    ...
""",
        hints=(
            (
                "`x == v` is a mask, and you know what tells its places. That is a tensor; what "
                "you return is a list."
            ),
            (
                "`.tolist()` makes a list of lists of it, a list for each place. Python's `tuple` "
                "turns one of them into a tuple."
            ),
        ),
        solution="""
def positions(x, v):
    return [tuple(place) for place in (x == v).nonzero().tolist()]
""",
        wrong=(
            Wrong("def positions(x, v):\n    return (x == v).nonzero().tolist()", "and each is"),
            Wrong("def positions(x, v):\n    return list(torch.where(x == v))", "grouped by axis"),
            Wrong("def positions(x, v):\n    return (x == v).nonzero()", "It returned a tensor"),
        ),
        check=check_positions,
    ),
)

LESSON = Lesson(predictions=PREDICTIONS, exercises=EXERCISES)
