"""What lesson 06, Matrix multiplication, asks."""

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
        name="star-and-at",
        question="A square table, multiplied by itself in two ways.",
        setup="x = torch.tensor([[1, 2], [3, 4]])",
        code="x * x, x @ x",
        choices={
            "(tensor([[1, 4], [9, 16]]), tensor([[7, 10], [15, 22]]))": None,
            "(tensor([[7, 10], [15, 22]]), tensor([[7, 10], [15, 22]]))": "In mathematics two "
            "matrices side by side are multiplied row by column. In PyTorch that is `@` alone; "
            "`*` takes each number by the one in its own place.",
            "(tensor([[1, 4], [9, 16]]), tensor([[1, 4], [9, 16]]))": "True of `*`. But `@` is "
            "another multiplication: its first number is 1·1 + 2·3, a row by a column.",
            "(tensor([[7, 10], [15, 22]]), tensor([[1, 4], [9, 16]]))": "The right two tables, the "
            "wrong way round: `*` is the one that squares each number where it stands.",
        },
        because="`*` pairs numbers in the same place; `@` pairs rows with columns.",
        read="Rows meet columns",
    ),
    Prediction(
        name="star-with-a-column",
        question="A row of shape (1, 3), `*`, a column of shape (3, 1).",
        code="torch.tensor([[1, 2, 3]]) * torch.tensor([[1], [10], [100]])",
        choices={
            "tensor([[1, 2, 3], [10, 20, 30], [100, 200, 300]])": None,
            "tensor([[321]])": "Row by column, in pairs, then summed: that is `@`. The sign here "
            "is `*`, and it sums nothing.",
            "tensor([[1, 20, 300]])": "These are the pairs of a dot product. But to `*` one of "
            "them is a row and the other a column, and it stretches both.",
            "RuntimeError: The size of tensor": "The shapes are not equal, but an axis of size 1 "
            "broadcasts: the row is stretched down, the column across.",
        },
        because="Both are stretched to (3, 3), silently: where one number was wanted, nine come.",
        read="The same place",
    ),
    Prediction(
        name="turned-vector",
        question="v has one axis. What does turning it change?",
        setup="v = torch.tensor([1, 2, 3])",
        code="v.t().shape, v @ v.t()",
        choices={
            "(torch.Size([3]), tensor(14))": None,
            "(torch.Size([3, 1]), tensor([[14]]))": "You see v as a row that becomes a column. But "
            "a row has two axes; v has one, and there is nothing to swap it with.",
            "(torch.Size([1, 3]), tensor([[1, 2, 3], [2, 4, 6], [3, 6, 9]]))": "A column by a row "
            "would give the table of all products. v is neither: it has one axis.",
            "(torch.Size([3]), tensor([1, 4, 9]))": "The shape is right: turning changes nothing. "
            "But `@` does not stop at the pairs, it sums them: 1 + 4 + 9.",
        },
        because="A vector has no other axis to swap with: `t()` leaves it as it is, and "
        "`v.unsqueeze(1)` makes a column.",
        read="Rows meet columns",
    ),
    Prediction(
        name="mm-and-a-vector",
        question="A matrix of shape (2, 3) and a vector of 3.",
        code="torch.mm(torch.ones(2, 3), torch.ones(3))",
        choices={
            "RuntimeError": None,
            "tensor([3., 3.])": "The inner sizes agree, and `matmul` gives just this. But `mm` "
            "stands for matrix by matrix, and takes it literally.",
            "tensor([[3.], [3.]])": "So it would be with a column of shape (3, 1). A vector is no "
            "column: it has one axis.",
        },
        because="`mm` wants two axes on both sides; `@` takes vectors, too.",
        read="What goes wrong",
    ),
)


def check_bill(bill: Any, torch: Any) -> None:
    pairs = (([1, 2, 3], [4, 5, 6]), ([0.5, 2.0], [3.0, 0.25]), ([2, 1], [1, 1]), ([7], [3]))
    for numbers, costs in pairs:
        basket, prices = torch.tensor(numbers), torch.tensor(costs)
        got = bill(basket, prices)
        expect_tensor(got)
        n = len(numbers)
        if tuple(got.shape) == (n,) and got.tolist() == (basket * prices).tolist():
            refuse(
                "That is the cost of each fruit: `*` makes the pairs and stops there. A bill is "
                "their sum, so one number."
            )
        if n > 1 and tuple(got.shape) == (n, n):
            refuse(
                "That is a table: every number in the basket by every price, pears by the price "
                "of plums too. Only like goes with like."
            )
        if tuple(got.shape) in ((1, 1), (1,)):
            refuse("The number is wrapped in an axis too many: no axis at all is wanted.")
        expect_same(got, basket @ prices)


def check_alike(alike: Any, torch: Any) -> None:
    tables = (
        [[1, 2, 3], [4, 5, 6]],
        [[1.0, 0.5], [0.0, 2.0], [3.0, -1.0]],
        [[1, 2], [3, 4]],
        [[2, 3, 4]],
    )
    for rows in tables:
        table = torch.tensor(rows)
        n, d = len(rows), len(rows[0])
        got = alike(table)
        expect_tensor(got)
        if tuple(got.shape) == (n, d) and got.tolist() == (table * table).tolist():
            refuse(
                "That is each number squared, in its own place: `*` never lets one row meet "
                "another."
            )
        if tuple(got.shape) == (d, d) and got.tolist() == (table.t() @ table).tolist():
            refuse(
                "The columns were compared, and not the rows: `table.t() @ table` sums over the "
                "n rows. The axis to be summed is the one of size d."
            )
        if tuple(got.shape) == (n,):
            refuse("Each row was compared with itself alone; every row is to meet every row.")
        expect_same(got, table @ table.t())


def check_product_shape(product_shape: Any, torch: Any) -> None:
    for a, b in (((2, 3), (3, 4)), ((5, 1), (1, 7)), ((1, 3), (3, 1)), ((2, 2), (2, 2))):
        got = product_shape(a, b)
        want = (a[0], b[1])
        if got is None and a != b:
            refuse(
                "None would mean that they do not fit. Equal shapes are the rule of `*`; here it "
                f"is the inner sizes that must agree, and both are {a[1]}."
            )
        if got == (a[1], b[0]) != want:
            refuse("Those are the inner sizes, which are summed away. The outer ones stay.")
        if got == (b[1], a[0]) != want:
            refuse("The right sizes, the wrong way round: rows come from the left matrix.")
        expect_same(got, want)
    for a, b in (((2, 3), (2, 3)), ((2, 3), (4, 2)), ((1, 3), (1, 3)), ((4, 2), (1, 2))):
        got = product_shape(a, b)
        if got is not None:
            refuse(
                f"These do not fit: the rows of the left have {a[1]} numbers, the columns of the "
                f"right {b[0]}. `None` is wanted" + (", even for equal shapes." if a == b else ".")
            )


EXERCISES = (
    Exercise(
        name="bill",
        level="easy",
        starter='''
def bill(basket, prices):
    """How many of each, times the price of each, summed."""
    return ____
''',
        hints=(
            "Multiply in pairs, then sum: that has a name in this lesson, and a sign.",
            "The sign between `basket` and `prices` is the one that is read *at*.",
        ),
        solution='''
def bill(basket, prices):
    """How many of each, times the price of each, summed."""
    return basket @ prices
''',
        wrong=(
            Wrong("def bill(basket, prices):\n    return basket * prices", "and stops there"),
            Wrong(
                "def bill(basket, prices):\n    return basket.unsqueeze(1) * prices",
                "Only like goes with like",
            ),
            Wrong(
                "def bill(basket, prices):\n    return basket.unsqueeze(0) @ prices.unsqueeze(1)",
                "an axis too many",
            ),
        ),
        check=check_bill,
    ),
    Exercise(
        name="alike",
        level="middle",
        starter='''
def alike(table):
    """From (n, d), for any n and d, to (n, n)."""
    ...
''',
        hints=(
            (
                "The result is (n, n), so the axis of size d is the one that is summed away. Where "
                "must it stand in the two shapes?"
            ),
            "(n, d) @ (d, n) is (n, n). You have (n, d) already; what makes (d, n) of it?",
        ),
        solution="""
def alike(table):
    return table @ table.t()
""",
        wrong=(
            Wrong("def alike(table):\n    return table.t().mm(table)", "columns were compared"),
            Wrong("def alike(table):\n    return table * table", "in its own place"),
        ),
        check=check_alike,
    ),
    Exercise(
        name="product_shape",
        level="thinking",
        starter="""
def product_shape(a_shape, b_shape):
    ...
""",
        hints=(
            "Write the four sizes in a line. Which two stand side by side?",
            "The second size of a and the first of b must be equal; the two others are the answer.",
        ),
        solution="""
def product_shape(a_shape, b_shape):
    rows, inner = a_shape
    other, columns = b_shape
    return (rows, columns) if inner == other else None
""",
        wrong=(
            Wrong(
                "def product_shape(a_shape, b_shape):\n"
                "    return a_shape if a_shape == b_shape else None",
                "the rule of `*`",
            ),
            Wrong(
                "def product_shape(a_shape, b_shape):\n    return a_shape[1], b_shape[0]",
                "summed away",
            ),
            Wrong(
                "def product_shape(a_shape, b_shape):\n    return a_shape[0], b_shape[1]",
                "These do not fit",
            ),
        ),
        check=check_product_shape,
    ),
)

LESSON = Lesson(predictions=PREDICTIONS, exercises=EXERCISES)
