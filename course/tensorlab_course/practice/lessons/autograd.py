"""What lesson 19, Autograd, asks."""

from __future__ import annotations

from typing import Any

from tensorlab_course.practice import (
    Exercise,
    Lesson,
    Prediction,
    Wrong,
    expect,
    expect_same,
    expect_tensor,
    refuse,
)

W = "w = torch.tensor(3.0, requires_grad=True)"

PREDICTIONS = (
    Prediction(
        name="first-slope",
        question="What does autograd find for w · w, at w = 3?",
        setup=W,
        code="y = w * w\ny.backward()\nw.grad",
        choices={
            "tensor(6.)": None,
            "tensor(9.)": "9 is the value of w · w, and y holds it. The gradient says how fast "
            "the value grows: by 2 · w for each step of w.",
            "tensor(3.)": "One w is held fast and the other moves: that gives 3. But both are w, "
            "both move, and the two shares add up.",
            "None": "So it is before `backward()`. After it, every tensor that asked for a "
            "gradient has one.",
        },
        because="The slope of w² is 2 · w, and w is 3.",
        read="A record of what was done",
    ),
    Prediction(
        name="twice",
        question="The same again, and then once more.",
        setup=W,
        code="(w * w).backward()\n(w * w).backward()\nw.grad",
        choices={
            "tensor(12.)": None,
            "tensor(6.)": "So it would be if the second gradient took the place of the first. It "
            "is added to it.",
            "tensor(36.)": "They are added, not multiplied.",
            "RuntimeError: backward through the graph a second time": "That comes when one record "
            "is walked back twice. Here each `w * w` makes a record of its own.",
        },
        because="`backward()` adds to `.grad`; to begin anew is your business.",
        read="A record of what was done",
    ),
    Prediction(
        name="held-fast",
        question="`detach()` gives the same number without its record.",
        setup=W,
        code="y = w.detach() * w\ny.backward()\nw.grad",
        choices={
            "tensor(3.)": None,
            "tensor(6.)": "Both factors have the value 3, but only one of them is followed. The "
            "detached one counts as a plain number.",
            "None": "One factor is still w itself, and that one is followed.",
            "RuntimeError: element 0 of tensors does not require grad": "It would be so if both "
            "factors were detached.",
        },
        because="y is 3 · w to autograd, with a fixed 3, and its slope is 3.",
        read="A record of what was done",
    ),
    Prediction(
        name="after-zero-grad",
        question="What does an optimizer's `zero_grad()` leave behind?",
        setup=f"{W}\noptimizer = torch.optim.SGD([w], lr=0.1)",
        code="(w * w).backward()\noptimizer.zero_grad()\nprint(w.grad)",
        choices={
            "None": None,
            "tensor(0.)": "So it was in PyTorch 1.1, and so the name says. Today the gradient is "
            "taken away, which saves memory and time.",
            "tensor(6.)": "That was there before. `zero_grad()` is what clears it.",
            "tensor(3.)": "That is w. `zero_grad()` does not touch the parameter, only its "
            "gradient.",
        },
        because="Since PyTorch 2.0, `zero_grad()` sets every gradient to None.",
        read="Today's PyTorch",
    ),
)


def check_slope(slope: Any, torch: Any) -> None:
    got = slope(lambda x: x * x * x, 2.0)
    expect(got is not None, "The gradient is None: nobody walked the record back.")
    expect_tensor(got)
    if got.item() == 8.0:
        refuse("8 is the value of x³ at 2. The slope is asked for.")
    if got.item() == 1.0:
        refuse("1 is the slope of x along x: it was walked back from x, and not from y.")
    expect_same(got.detach(), torch.tensor(12.0))
    expect_same(slope(torch.sin, 0.0).detach(), torch.tensor(1.0))


def check_descend(descend: Any, torch: Any) -> None:
    def bowl(w: Any) -> Any:
        return ((w - 2) ** 2).sum()

    start = torch.tensor([0.0, 5.0])
    got = descend(bowl, start, 1, 0.25)
    expect_tensor(got)
    got = got.detach()
    uphill = torch.tensor([-1.0, 6.5])
    if torch.equal(got, uphill):
        refuse("It went uphill: the gradient points to where the loss grows. Step against it.")
    if torch.equal(got, start):
        refuse("After one step w is where it was.")
    expect_same(got, torch.tensor([1.0, 3.5]))
    got = descend(bowl, start, 2, 0.25).detach()
    if torch.equal(got, torch.tensor([1.0, 3.5])):
        refuse("Two steps were asked for, and it stands where one leads.")
    if torch.equal(got, torch.tensor([2.5, 1.25])):
        refuse(
            "The first step is right, the second too long: it was made with the sum of both "
            "gradients. Clear `.grad` before each `backward()`."
        )
    expect_same(got, torch.tensor([1.5, 2.75]))
    expect_same(descend(bowl, start, 0, 0.25).detach(), start)
    asks = descend(bowl, torch.tensor([1.0], requires_grad=True), 1, 0.25).detach()
    expect_same(asks, torch.tensor([1.5]))


def check_influence(influence: Any, torch: Any) -> None:
    nn = torch.nn
    net = nn.Sequential(nn.Flatten(), nn.Linear(4, 3))
    with torch.no_grad():
        weight = [[1.0, -2.0, 0.0, 3.0], [0.0, 1.0, -1.0, 0.0], [-3.0, 0.0, 0.0, 1.0]]
        net[1].weight.copy_(torch.tensor(weight))
        net[1].bias.zero_()
    image = torch.tensor([[[[1.0, 0.0], [2.0, 1.0]]]])
    got = influence(net, image)
    expect_tensor(got)
    got = got.detach()
    used = any(p.grad is not None and bool((p.grad != 0).any()) for p in net.parameters())
    if tuple(got.shape) == (1, 1, 2, 2):
        first, summed = torch.tensor(weight[0]), torch.tensor(weight).sum(0)
        if torch.equal(got.flatten(), first):
            refuse(
                "A pixel that lowers the score has influence, too: what counts is how large the "
                "gradient is, without its sign."
            )
        if torch.equal(got.flatten(), summed) or torch.equal(got.flatten(), summed.abs()):
            refuse("That is the influence on the sum of all scores. The largest alone is meant.")
    expect_same(got, torch.tensor(weight[0]).abs().reshape(1, 1, 2, 2))
    expect(
        not used,
        "The numbers are right. But the network's parameters have got gradients, too, and the "
        "next training step would add to them: `torch.autograd.grad` gives a gradient and leaves "
        "every `.grad` as it is.",
    )
    expect(not image.requires_grad, "The image that was handed in asks for a gradient now.")


EXERCISES = (
    Exercise(
        name="slope",
        level="easy",
        starter='''
def slope(f, x):
    """The slope of f at the number x."""
    x = torch.tensor(x, requires_grad=True)
    y = f(x)
    ____
    return x.grad
''',
        hints=(
            "y has the record of how it was made. Which method walks it back?",
            "The gap is a call, of a method of y: `y.…()`.",
        ),
        solution="""
def slope(f, x):
    x = torch.tensor(x, requires_grad=True)
    y = f(x)
    y.backward()
    return x.grad
""",
        wrong=(
            Wrong(
                "def slope(f, x):\n"
                "    x = torch.tensor(x, requires_grad=True)\n"
                "    y = f(x)\n"
                "    x.backward()\n"
                "    return x.grad",
                "from x",
            ),
            Wrong(
                "def slope(f, x):\n"
                "    x = torch.tensor(x, requires_grad=True)\n"
                "    y = f(x)\n"
                "    y.detach()\n"
                "    return x.grad",
                "nobody walked the record back",
            ),
            Wrong(
                "def slope(f, x):\n"
                "    x = torch.tensor(x, requires_grad=True)\n"
                "    y = f(x)\n"
                "    y.backward()\n"
                "    return y",
                "the value of x³",
            ),
        ),
        check=check_slope,
    ),
    Exercise(
        name="descend",
        level="middle",
        starter='''
def descend(f, w, steps, lr):
    """Where one arrives from w, by steps of lr times the gradient of f, downhill."""
    w = w.detach().clone().requires_grad_()
    ...
    return w.detach()
''',
        hints=(
            "In a loop: the loss, `backward()`, a step. What does the next `backward()` add to?",
            "The step is `w -= lr * w.grad`, under `with torch.no_grad():`; then `w.grad = None`.",
        ),
        solution="""
def descend(f, w, steps, lr):
    w = w.detach().clone().requires_grad_()
    for _ in range(steps):
        f(w).backward()
        with torch.no_grad():
            w -= lr * w.grad
        w.grad = None
    return w.detach()
""",
        wrong=(
            Wrong(
                "def descend(f, w, steps, lr):\n"
                "    w = w.detach().clone().requires_grad_()\n"
                "    for _ in range(steps):\n"
                "        f(w).backward()\n"
                "        with torch.no_grad():\n"
                "            w -= lr * w.grad\n"
                "    return w.detach()",
                "the sum of both gradients",
            ),
            Wrong(
                "def descend(f, w, steps, lr):\n"
                "    w = w.detach().clone().requires_grad_()\n"
                "    for _ in range(steps):\n"
                "        f(w).backward()\n"
                "        with torch.no_grad():\n"
                "            w += lr * w.grad\n"
                "        w.grad = None\n"
                "    return w.detach()",
                "went uphill",
            ),
            Wrong(
                "def descend(f, w, steps, lr):\n"
                "    w = w.detach().clone().requires_grad_()\n"
                "    f(w).backward()\n"
                "    with torch.no_grad():\n"
                "        w -= lr * w.grad\n"
                "    return w.detach()",
                "where one leads",
            ),
            Wrong(
                "def descend(f, w, steps, lr):\n"
                "    w = w.detach().clone().requires_grad_()\n"
                "    for _ in range(steps):\n"
                "        f(w).backward()\n"
                "        w -= lr * w.grad\n"
                "    return w.detach()",
                "in-place operation",
            ),
        ),
        check=check_descend,
    ),
    Exercise(
        name="influence",
        level="thinking",
        starter="""
def influence(net, image):
    ...
""",
        hints=(
            "It is not the weights that have to be followed here. Who else can ask for a gradient?",
            (
                "`torch.autograd.grad(score, image)` gives a tuple with the gradient, and fills no "
                "`.grad`."
            ),
        ),
        solution="""
def influence(net, image):
    image = image.detach().clone().requires_grad_()
    (gradient,) = torch.autograd.grad(net(image).max(), image)
    return gradient.abs()
""",
        wrong=(
            Wrong(
                "def influence(net, image):\n"
                "    image = image.detach().clone().requires_grad_()\n"
                "    (gradient,) = torch.autograd.grad(net(image).max(), image)\n"
                "    return gradient",
                "without its sign",
            ),
            Wrong(
                "def influence(net, image):\n"
                "    image = image.detach().clone().requires_grad_()\n"
                "    (gradient,) = torch.autograd.grad(net(image).sum(), image)\n"
                "    return gradient.abs()",
                "The largest alone is meant",
            ),
            Wrong(
                "def influence(net, image):\n"
                "    image = image.detach().clone().requires_grad_()\n"
                "    net(image).max().backward()\n"
                "    return image.grad.abs()",
                "have got gradients, too",
            ),
        ),
        check=check_influence,
    ),
)

LESSON = Lesson(predictions=PREDICTIONS, exercises=EXERCISES)
