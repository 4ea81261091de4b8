"""What lesson 18, Sequential networks, asks."""

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
from tensorlab_course.practice.checking import Refused

PREDICTIONS = (
    Prediction(
        name="which-way-round",
        question="The same two layers, the same image, in both orders.",
        setup="negate = nn.Conv2d(1, 1, 1, bias=False)\n"
        "nn.init.constant_(negate.weight, -1.0)\n"
        "pool = nn.MaxPool2d(2)\n"
        "x = torch.tensor([[1.0, 2.0], [3.0, 4.0]]).reshape(1, 1, 2, 2)",
        code="nn.Sequential(negate, pool)(x).item(), nn.Sequential(pool, negate)(x).item()",
        choices={
            "(-1.0, -4.0)": None,
            "(-4.0, -4.0)": "The largest is 4, and its negative -4: true of the second. The first "
            "negates before it looks, and the largest of -1, -2, -3, -4 is -1.",
            "(-1.0, -1.0)": "True of the first. The second pools while the numbers are still "
            "positive, and takes the 4.",
            "(-4.0, -1.0)": "The right two, the wrong way round: layers run from left to right.",
        },
        because="Each layer sees what the one before it left: the order is a part of the network.",
        read="A chain",
    ),
    Prediction(
        name="changed-afterwards",
        question="The chain is built, and then its layer gets another weight.",
        setup="conv = nn.Conv2d(1, 1, 1, bias=False)\n"
        "nn.init.constant_(conv.weight, 2.0)\n"
        "chain = nn.Sequential(conv)",
        code="nn.init.constant_(conv.weight, 10.0)\nchain(torch.ones(1, 1, 1, 1)).item()",
        choices={
            "10.0": None,
            "2.0": "So it would be with a copy made when the chain was built. The chain holds "
            "`conv` itself: `chain[0] is conv`.",
            "20.0": "`constant_` does not multiply what was there; it fills with a new number.",
        },
        because="A Sequential holds its layers; it copies none.",
        read="A chain",
    ),
    Prediction(
        name="lucky-width",
        question="Nothing flattens here. 2 channels of 2 × 2 meet a linear layer for 2 numbers.",
        setup="net = nn.Sequential(nn.Conv2d(1, 2, 1), nn.Linear(2, 1))",
        code="net(torch.ones(1, 1, 2, 2)).shape",
        choices={
            "torch.Size([1, 2, 2, 1])": None,
            "torch.Size([1, 1])": "That is what was meant: one number for the image. Flattened, "
            "though, the image would have 8 numbers, and not 2.",
            "RuntimeError: mat1 and mat2 shapes": "So it should be, and so it was a moment ago. "
            "This time the last axis, the width, is 2 by chance, and the shapes fit.",
            "torch.Size([1, 1, 2, 2])": "You see the two channels go in and one come out. A linear "
            "layer looks along the last axis, and that is the width.",
        },
        because="A linear layer works on the last axis, whatever it means: here on each row of "
        "the image.",
        read="What goes wrong",
    ),
    Prediction(
        name="two-flattenings",
        question="Two images of 3 × 4 × 4, flattened by the layer and by the tensor's method.",
        setup="x = torch.ones(2, 3, 4, 4)",
        code="nn.Flatten()(x).shape, x.flatten().shape",
        choices={
            "(torch.Size([2, 48]), torch.Size([96]))": None,
            "(torch.Size([96]), torch.Size([96]))": "The name is the same. But a layer meets "
            "batches, and must not mix one image with another: it begins at axis 1.",
            "(torch.Size([2, 48]), torch.Size([2, 48]))": "The layer does so. The method knows "
            "nothing of batches, and flattens all there is.",
            "(torch.Size([2, 3, 16]), torch.Size([96]))": "The layer leaves the first axis, the "
            "batch, and no other: channels go into the row.",
        },
        because="`nn.Flatten()` starts at axis 1, `x.flatten()` at axis 0.",
        read="From images to rows",
    ),
)


def check_negate_then_pool(negate_then_pool: Any, torch: Any) -> None:
    nn = torch.nn
    try:
        net = negate_then_pool()
    except Refused as refused:
        if "list is not" in str(refused):
            refuse("Between the brackets stands a list. The layers come one by one, with commas.")
        if "is not a Module subclass" in str(refused):
            refuse(
                "One of them is a class, a plan, and no layer yet: the brackets that make one are "
                "missing."
            )
        raise
    expect(isinstance(net, nn.Module), "That is no network: keep `nn.Sequential`.")
    x = torch.tensor([[1.0, 2.0], [3.0, 4.0]]).reshape(1, 1, 2, 2)
    got = net(x)
    expect_tensor(got)
    if got.numel() == 1 and got.item() == -4:
        refuse(
            "Of 1, 2, 3, 4 it makes -4: it pooled first, while 4 was the largest, and negated "
            "then. The order of the layers is the order of the steps."
        )
    if tuple(got.shape) == (1, 1, 2, 2):
        refuse("Four numbers go in, and four come out: nothing pools.")
    if got.numel() == 1 and got.item() == 4:
        refuse("The largest came out as it was: nothing negates.")
    expect_same(got.detach(), torch.tensor([[[[-1.0]]]]))
    x = -torch.arange(16.0).reshape(1, 1, 4, 4)
    got = net(x).detach()
    if tuple(got.shape) == (1, 1, 3, 3):
        refuse(
            "On a 4 × 4 image the result is 3 × 3: the windows overlap. A pooling steps as far "
            "as it is wide, unless it is told otherwise."
        )
    expect_same(got, torch.tensor([[[[5.0, 7.0], [13.0, 15.0]]]]))


def check_trace_shapes(trace_shapes: Any, torch: Any) -> None:
    nn = torch.nn
    chains = (
        (nn.Sequential(nn.Conv2d(1, 1, 2), nn.MaxPool2d(2), nn.Conv2d(1, 1, 1)), (1, 1, 8, 8)),
        (
            nn.Sequential(nn.Conv2d(2, 3, 3), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(6, 4)),
            (5, 2, 4, 6),
        ),
        (nn.Sequential(nn.ReLU()), (3,)),
    )
    for net, size in chains:
        x = torch.ones(size)
        want, alone, y = [], [], x
        for layer in net:
            y = layer(y)
            want.append(tuple(y.shape))
        got = trace_shapes(net, x)
        if isinstance(got, list) and all(isinstance(one, tuple) for one in got):
            found = [tuple(one) for one in got]
            if size == (1, 1, 8, 8):
                alone = [tuple(layer(x).shape) for layer in net]
            if found == alone != want:
                refuse(
                    "Each layer was given x as it came in. In a chain a layer is given what the "
                    "layer before it gave: keep the result, and hand it on."
                )
            if len(set(want)) > 1 and found == [want[-1]] * len(want):
                refuse(
                    "That is the last shape, once for each layer: the whole net was run every "
                    "time. Run one layer after the other."
                )
            if found == [size, *want]:
                refuse("x's own shape stands in front. Only what comes after a layer is wanted.")
            if found == [want[-1]] and len(want) > 1:
                refuse("Only the last shape is there; one for each layer is wanted.")
        expect_same(got, want)


def check_tiny_classifier(tiny_classifier: Any, torch: Any) -> None:
    nn = torch.nn
    sizes = ((1, 8, 8, 10), (3, 9, 9, 2), (2, 11, 6, 4), (1, 4, 4, 3))
    for channels, height, width, classes in sizes:
        net = tiny_classifier(channels, height, width, classes)
        expect(isinstance(net, nn.Module), "That is no network: `nn.Sequential` makes one.")
        weights = [tuple(p.shape) for name, p in net.named_parameters() if p.dim() > 1]
        if any(len(shape) == 2 for shape in weights):
            refuse("There is a linear layer in it. The last layer is to be a convolution, too.")
        expect(
            len(weights) == 2 and weights[0][1:] == (channels, 3, 3),
            "The parts are: one convolution of 3 × 3, reading all channels; a pooling; one more "
            f"convolution. The weights have shapes {weights}.",
        )
        images = torch.ones(2, channels, height, width)
        if fits(net, images, (2, classes, 1, 1)):
            continue
        left = ((height - 2) // 2, (width - 2) // 2)
        if weights[1][2:] != left:
            if weights[1][2:] == (1, 1):
                refuse(
                    "A last filter of 1 × 1 sees one pixel at a time, and gives a score for each. "
                    f"It must cover all that is left, here {left[0]} × {left[1]}."
                )
            if weights[1][2:] == (height // 2, width // 2):
                refuse(
                    f"The last filter is {height // 2} × {width // 2}, half of the image. But the "
                    "first convolution comes before the pooling, and without padding it takes "
                    "something off each border."
                )
            if weights[1][2:] == (left[0], left[0]):
                refuse(
                    "The last filter is as wide as it is high, and the image is not: "
                    f"{left[0]} × {left[1]} is left. `kernel_size` takes a pair, too."
                )
        try:
            got = net(images)
        except Exception as error:
            text = " ".join(str(error).split())
            refuse(f"It was built, but two images do not get through. {text}.")
        expect_tensor(got)
        expect(
            tuple(got.shape) == (2, classes, 1, 1),
            f"Two images of {height} × {width} give the shape {tuple(got.shape)}, and "
            f"{(2, classes, 1, 1)} is wanted.",
        )


def fits(net: Any, images: Any, shape: tuple[int, ...]) -> bool:
    """Do the images get through, and come out in that shape?"""
    try:
        return tuple(net(images).shape) == shape
    except Exception:
        return False


EXERCISES = (
    Exercise(
        name="negate_then_pool",
        level="easy",
        starter='''
def negate_then_pool():
    """A network for images of one channel."""
    negate = nn.Conv2d(1, 1, kernel_size=1, bias=False)
    nn.init.constant_(negate.weight, -1.0)
    return nn.Sequential(____)
''',
        hints=(
            "Two layers go in, with a comma between, in the order in which they are to run.",
            "The first is there under a name; the second is made by `nn.MaxPool2d(2)`.",
        ),
        solution="""
def negate_then_pool():
    negate = nn.Conv2d(1, 1, kernel_size=1, bias=False)
    nn.init.constant_(negate.weight, -1.0)
    return nn.Sequential(negate, nn.MaxPool2d(2))
""",
        wrong=(
            Wrong(
                "def negate_then_pool():\n"
                "    negate = nn.Conv2d(1, 1, kernel_size=1, bias=False)\n"
                "    nn.init.constant_(negate.weight, -1.0)\n"
                "    return nn.Sequential(nn.MaxPool2d(2), negate)",
                "it pooled first",
            ),
            Wrong(
                "def negate_then_pool():\n"
                "    negate = nn.Conv2d(1, 1, kernel_size=1, bias=False)\n"
                "    nn.init.constant_(negate.weight, -1.0)\n"
                "    return nn.Sequential([negate, nn.MaxPool2d(2)])",
                "stands a list",
            ),
            Wrong(
                "def negate_then_pool():\n"
                "    negate = nn.Conv2d(1, 1, kernel_size=1, bias=False)\n"
                "    nn.init.constant_(negate.weight, -1.0)\n"
                "    return nn.Sequential(negate, nn.MaxPool2d)",
                "a plan, and no layer yet",
            ),
            Wrong(
                "def negate_then_pool():\n"
                "    negate = nn.Conv2d(1, 1, kernel_size=1, bias=False)\n"
                "    nn.init.constant_(negate.weight, -1.0)\n"
                "    return nn.Sequential(negate, nn.MaxPool2d(2, stride=1))",
                "the windows overlap",
            ),
        ),
        check=check_negate_then_pool,
    ),
    Exercise(
        name="trace_shapes",
        level="middle",
        starter='''
def trace_shapes(net, x):
    """The shapes that x takes on its way: a list with one for each layer of net."""
    ...
''',
        hints=(
            (
                "A Sequential can be walked through with `for layer in net`. What does the second "
                "layer get to see?"
            ),
            "In the loop: `x = layer(x)`, then note `tuple(x.shape)`.",
        ),
        solution="""
def trace_shapes(net, x):
    shapes = []
    for layer in net:
        x = layer(x)
        shapes.append(tuple(x.shape))
    return shapes
""",
        wrong=(
            Wrong(
                "def trace_shapes(net, x):\n    return [tuple(layer(x).shape) for layer in net]",
                "x as it came in",
            ),
            Wrong(
                "def trace_shapes(net, x):\n    return [tuple(net(x).shape) for layer in net]",
                "once for each layer: the whole net",
            ),
            Wrong(
                "def trace_shapes(net, x):\n"
                "    shapes = [tuple(x.shape)]\n"
                "    for layer in net:\n"
                "        x = layer(x)\n"
                "        shapes.append(tuple(x.shape))\n"
                "    return shapes",
                "stands in front",
            ),
        ),
        check=check_trace_shapes,
    ),
    Exercise(
        name="tiny_classifier",
        level="thinking",
        starter="""
def tiny_classifier(channels, height, width, classes):
    ...
""",
        hints=(
            (
                "Follow one axis: a 3 × 3 convolution without padding has height - 2 places, and a "
                "pooling of 2 drops the odd one."
            ),
            (
                "What is left is `(height - 2) // 2` by `(width - 2) // 2`, and `kernel_size` "
                "takes such a pair."
            ),
        ),
        solution="""
def tiny_classifier(channels, height, width, classes):
    left = ((height - 2) // 2, (width - 2) // 2)
    first = nn.Conv2d(channels, 4, kernel_size=3)
    last = nn.Conv2d(4, classes, kernel_size=left)
    return nn.Sequential(first, nn.MaxPool2d(2), last)
""",
        wrong=(
            Wrong(
                "def tiny_classifier(channels, height, width, classes):\n"
                "    left = (height // 2, width // 2)\n"
                "    return nn.Sequential(nn.Conv2d(channels, 4, 3), nn.MaxPool2d(2),\n"
                "                         nn.Conv2d(4, classes, left))",
                "takes something off each border",
            ),
            Wrong(
                "def tiny_classifier(channels, height, width, classes):\n"
                "    return nn.Sequential(nn.Conv2d(channels, 4, 3), nn.MaxPool2d(2),\n"
                "                         nn.Conv2d(4, classes, 1))",
                "sees one pixel at a time",
            ),
            Wrong(
                "def tiny_classifier(channels, height, width, classes):\n"
                "    left = (height - 2) // 2\n"
                "    return nn.Sequential(nn.Conv2d(channels, 4, 3), nn.MaxPool2d(2),\n"
                "                         nn.Conv2d(4, classes, left))",
                "as wide as it is high",
            ),
            Wrong(
                "def tiny_classifier(channels, height, width, classes):\n"
                "    left = (height - 2) // 2 * ((width - 2) // 2)\n"
                "    return nn.Sequential(nn.Conv2d(channels, 4, 3), nn.MaxPool2d(2),\n"
                "                         nn.Flatten(), nn.Linear(4 * left, classes))",
                "There is a linear layer in it",
            ),
        ),
        check=check_tiny_classifier,
    ),
)

LESSON = Lesson(predictions=PREDICTIONS, exercises=EXERCISES)
