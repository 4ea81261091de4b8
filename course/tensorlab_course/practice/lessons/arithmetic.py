"""What lesson 05, Arithmetic, asks."""

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
from tensorlab_course.practice.checking import Refused

PREDICTIONS = (
    Prediction(
        name="row-minus-column",
        question="a has the shape (3,), b has (3, 1). And their difference?",
        code="a = torch.tensor([1.0, 2.0, 3.0])\n"
        "b = torch.tensor([[1.0], [2.0], [3.0]])\n"
        "(a - b).shape",
        choices={
            "torch.Size([3, 3])": None,
            "torch.Size([3])": "Three numbers and three numbers, so three differences? But a is "
            "one row and b is one column: each is stretched along the axis that it lacks.",
            "torch.Size([3, 1])": "b does stand upright. But a is stretched down, and b is "
            "stretched across, and together they fill a square.",
            "RuntimeError": "The shapes differ, so an error would be the safe answer. But 1 "
            "stretches to anything, and a missing axis counts as 1.",
        },
        because="The sizes 3 and 1 meet at the right, and then nothing and 3: 3 by 3 it is.",
        read="Shapes that differ",
    ),
    Prediction(
        name="added-and-not-kept",
        question="Which x is shown?",
        code="x = torch.tensor([1, 2, 3])\nx.add(1)\nx",
        choices={
            "tensor([1, 2, 3])": None,
            "tensor([2, 3, 4])": "Right for `x.add_(1)`. Without the underscore the sum is a new "
            "tensor, and here nobody kept it.",
            "tensor([1, 2, 3, 1])": "A list's `append` would do so. `add` is the plus sign.",
        },
        because="`add` returns the sum and leaves x alone; `x = x.add(1)` would keep it.",
        read="Place by place",
    ),
    Prediction(
        name="a-second-name",
        question="y is changed. Look at x.",
        code="x = torch.tensor([1, 2, 3])\ny = x\ny += 1\nx",
        choices={
            "tensor([2, 3, 4])": None,
            "tensor([1, 2, 3])": "So it would be if x were the number 1, or with `y = y + 1`. But "
            "`y = x` copies nothing, and `+=` writes into the one tensor that both name.",
            "tensor([1, 2, 3, 1])": "A list would grow at its end. A tensor keeps its size, and "
            "`+=` adds to each number.",
        },
        because="x and y are two names of one tensor, and `+=` works in place.",
        read="Place by place",
    ),
    Prediction(
        name="a-perfect-guess",
        question="The mean of the squared differences: how far off is the network?",
        code="guess = torch.tensor([1.0, 2.0, 3.0])\n"
        "truth = torch.tensor([[1.0], [2.0], [3.0]])\n"
        "((guess - truth) ** 2).mean()",
        choices={
            "tensor(1.3333)": None,
            "tensor(0.)": "The numbers are the same, so nothing should be left. But each guess "
            "was compared with all three truths, and six of the nine pairs differ.",
            "tensor(4.)": "The nine squares add up to 12, but there are nine of them, not three.",
            "RuntimeError": "One would wish for it. A row and a column do fit, by stretching, and "
            "so nobody is warned.",
        },
        because="A row minus a column is a table of 3 by 3: four ones, two fours, three zeros.",
        read="Shapes that differ",
    ),
    Prediction(
        name="a-little-hat",
        question="The sign that means power on many a calculator.",
        code="torch.tensor([1, 2, 3]) ^ 2",
        choices={
            "tensor([3, 0, 1])": None,
            "tensor([1, 4, 9])": "On paper `^ 2` is the square. In Python, the square is `** 2`; "
            "`^` compares bits, and does so with ints, too.",
            "tensor([2, 4, 8])": "That is 2 to the power of each. The hat is no power at all, "
            "neither way round: it compares bits.",
            "TypeError": "It would be kinder. But `^` has a meaning for whole numbers: it "
            "compares their bits.",
        },
        because="`^` is XOR, the bits in which two numbers differ: 01 and 10 give 11, which is 3.",
        read="Place by place",
    ),
)


def check_celsius(celsius: Any, torch: Any) -> None:
    for values in ([32, 212, 50, 33], [32.0, 212.0, -40.0]):
        f = torch.tensor(values)
        before = f.clone()
        got = celsius(f)
        if f.tolist() != before.tolist():
            refuse(
                "And it changed f itself, by `-=` or a method with an underscore. Whoever asked "
                "for Celsius still wants the Fahrenheit: subtract with `-`, which makes a new "
                "tensor."
            )
        expect_tensor(got)
        if got.tolist() == (before - 32).tolist():
            refuse("32 is gone; five ninths of what is left are still to be taken.")
        if got.dtype == torch.int64:
            refuse(
                "Those are whole numbers: `//` drops the rest of the division, so that 33 degrees "
                "are 0. `/` keeps it."
            )
        want = (before - 32) * 5 / 9
        if got.shape == f.shape and got.tolist() == (before - 32 * 5 / 9).tolist():
            refuse("Times comes before minus, as on paper: the subtraction needs parentheses.")
        if got.shape == f.shape and got.tolist() == ((before - 32) * 9 / 5).tolist():
            refuse("That is nine fifths. A degree Celsius is the larger one: five ninths.")
        if got.shape == f.shape and got.tolist() == (before * 9 / 5 + 32).tolist():
            refuse("That is the way back, from Celsius to Fahrenheit.")
        expect_same(got, want)


def check_table(table: Any, torch: Any) -> None:
    a, b = torch.tensor([1, 2]), torch.tensor([10, 20])
    got = table(a, b)
    expect_tensor(got)
    if got.tolist() == [11, 22]:
        refuse(
            "That adds in pairs, the first to the first. For all sums one of the two must stand "
            "upright, as a column: then it is stretched across, and the other one down."
        )
    if got.tolist() == [[11, 12], [21, 22]]:
        refuse(
            "All the sums are there, but the table lies on its side: a goes across, and row i "
            "is to hold `a[i]`. The other one must stand upright."
        )
    expect_same(got, torch.tensor([[11, 21], [12, 22]]))
    for a, b in (
        (torch.tensor([1, 2, 3]), torch.tensor([10, 20])),
        (torch.tensor([0.5]), torch.tensor([1, 2, 3, 4])),
    ):
        expect_same(table(a, b), torch.tensor([[x + y for y in b.tolist()] for x in a.tolist()]))


def check_mse(mse: Any, torch: Any) -> None:
    flat = torch.tensor([1.0, 2.0, 3.0])
    upright = torch.tensor([[1.0], [2.0], [3.0]])
    _expect_error(mse, flat, flat, 0.0, torch)
    _expect_error(mse, flat, upright, 0.0, torch)
    _expect_error(mse, upright, flat, 0.0, torch)
    _expect_error(mse, flat, torch.tensor([2.0, 1.0, 3.0]), 2 / 3, torch)
    _expect_error(mse, upright, torch.tensor([[3.0], [2.0], [6.0]]), 13 / 3, torch)
    _expect_error(mse, torch.tensor([[4.0]]), torch.tensor([2.0]), 4.0, torch)
    for guess, target in ((flat, torch.tensor([1.0])), (upright, torch.tensor([1.0, 2.0]))):
        try:
            mse(guess, target)
        except Refused as refused:
            if isinstance(refused.__cause__, ValueError):
                continue
            refuse(f"{refused} A ValueError is wanted, from a line of your own.")
        refuse(
            f"{guess.numel()} guesses and {target.numel()} targets: a ValueError is wanted. Some "
            "unequal counts broadcast without a word, so look at the counts yourself."
        )


def _expect_error(mse: Any, guess: Any, target: Any, want: float, torch: Any) -> None:
    try:
        got = mse(guess, target)
    except Refused as refused:
        if isinstance(refused.__cause__, ValueError):
            refuse(
                f"{refused} But both hold {guess.numel()} numbers, and so they can be compared. "
                "It is the counts that must be equal, not the shapes."
            )
        raise
    expect_tensor(got)
    if got.numel() > 1:
        refuse("That is more than one number: the mean is still to be taken.")
    broadcast = ((guess - target) ** 2).mean().tolist()
    if guess.shape != target.shape and want != broadcast and got.tolist() == broadcast:
        refuse(
            "Every guess is right, and the answer should be 0. A row minus a column is a whole "
            "table of differences: bring both to one shape before you subtract."
        )
    mean = (guess.flatten() - target.flatten()).mean().tolist()
    if want != mean**2 and got.tolist() in (mean, mean**2):
        refuse(
            "One guess is too high and one too low, and in the mean they cancel each other out. "
            "Square each difference first, then take the mean."
        )
    if got.tolist() == want * guess.numel() and want and guess.numel() > 1:
        refuse("That is the sum of the squares. Their mean is wanted.")
    expect_same(got, torch.tensor(want))


EXERCISES = (
    Exercise(
        name="celsius",
        level="easy",
        starter='''
def celsius(f):
    """[32, 212] becomes [0., 100.]; f stays as it is."""
    return ____
''',
        hints=(
            "Write it as for a plain number: the operators do the rest, place by place.",
            "First `f - 32`, in parentheses; then times 5; then divided by 9.",
        ),
        solution="""
def celsius(f):
    return (f - 32) * 5 / 9
""",
        wrong=(
            Wrong("def celsius(f):\n    f -= 32\n    return f * 5 / 9", "it changed f itself"),
            Wrong("def celsius(f):\n    return (f - 32) * 5 // 9", "drops the rest"),
            Wrong("def celsius(f):\n    return f - 32 * 5 / 9", "needs parentheses"),
        ),
        check=check_celsius,
        may_change_arguments=True,
    ),
    Exercise(
        name="table",
        level="middle",
        starter='''
def table(a, b):
    """The sums of each number of a with each number of b."""
    ...
''',
        hints=(
            (
                "One of them as a column, the other as a row, and broadcasting does it. Which one "
                "is the column, if row i belongs to `a[i]`?"
            ),
            (
                "`unsqueeze(1)` makes a column of a tensor with one axis: the shape `(n,)` becomes "
                "`(n, 1)`."
            ),
        ),
        solution="""
def table(a, b):
    return a.unsqueeze(1) + b
""",
        wrong=(
            Wrong("def table(a, b):\n    return a + b", "adds in pairs"),
            Wrong("def table(a, b):\n    return a + b.unsqueeze(1)", "lies on its side"),
        ),
        check=check_table,
    ),
    Exercise(
        name="mse",
        level="thinking",
        starter="""
def mse(guess, target):
    ...
""",
        hints=(
            (
                "Lesson 4 knows a way to give `(n, 1)` and `(n,)` the same shape. And `numel()` "
                "counts a tensor's numbers."
            ),
            (
                "Compare the counts, and raise ValueError if they differ. Then `flatten()` both, "
                "subtract, square, and take the `mean()`, in this order."
            ),
        ),
        solution="""
def mse(guess, target):
    if guess.numel() != target.numel():
        raise ValueError("guess and target hold different counts of numbers")
    differences = guess.flatten() - target.flatten()
    return (differences**2).mean()
""",
        wrong=(
            Wrong(
                "def mse(guess, target):\n    return ((guess - target) ** 2).mean()",
                "a whole table of differences",
            ),
            Wrong(
                "def mse(guess, target):\n"
                "    return (guess.flatten() - target.flatten()).mean() ** 2",
                "cancel each other",
            ),
            Wrong(
                "def mse(guess, target):\n"
                "    return ((guess.flatten() - target.flatten()) ** 2).mean()",
                "broadcast without a word",
            ),
        ),
        check=check_mse,
    ),
)

LESSON = Lesson(predictions=PREDICTIONS, exercises=EXERCISES)
