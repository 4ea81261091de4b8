"""What lesson 16, A forward pass, asks."""

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
        name="who-calls-forward",
        question="The class has no `__call__` of its own, and nobody names `forward`. What comes?",
        setup="""
class Doubling(nn.Module):
    def forward(self, x):
        print("forward ran")
        return 2 * x


model = Doubling()
""",
        code="model(torch.ones(1))",
        choices={
            "forward ran tensor([2.])": None,
            "TypeError: 'Doubling' object is not callable": "So it would be in a class of its "
            "own. This one inherits from `nn.Module`, which can be called.",
            "tensor([1.])": "It was called, and `forward` is what a module's call runs: the input "
            "does not pass by it.",
            "NotImplementedError: Module [Doubling]": "That comes where a module has no `forward`. "
            "Here it has one, and the call finds it.",
        },
        because="`nn.Module` can be called, and its call runs the `forward` that you wrote.",
        read="One place, one number",
    ),
    Prediction(
        name="one-lit-pixel",
        question="The same weights. The image is black, but for one pixel in the last channel.",
        setup="conv = nn.Conv2d(3, 1, 2, bias=False)\n"
        "conv.weight = nn.Parameter(torch.arange(12.0).reshape(1, 3, 2, 2))\n"
        "x = torch.zeros(1, 3, 2, 2)",
        code="x[0, 2, 1, 1] = 5.0\nconv(x).item()",
        choices={
            "55.0": None,
            "330.0": "Five times 66: that would need the 5 in every pixel. The others are 0 here, "
            "and their products too.",
            "15.0": "Right row, right column: a weight of 3, but in channel 0. Each channel has "
            "its own plane of weights, and this pixel is in channel 2.",
            "5.0": "The pixel did get through, but not as it was: it is multiplied by the weight "
            "in its place.",
        },
        because="Eleven products are 0; the twelfth is 5 · 11, the last pixel and the last weight.",
        read="One place, one number",
    ),
    Prediction(
        name="five-photos",
        question="Five photos, and larger ones, through a layer that gives one channel.",
        code="nn.Conv2d(3, 1, 2)(torch.ones(5, 3, 3, 3)).shape",
        choices={
            "torch.Size([5, 1, 2, 2])": None,
            "torch.Size([1, 1, 2, 2])": "`out_channels=1` is about channels. The five photos are "
            "five to the end: no layer mixes one with another.",
            "torch.Size([5, 3, 2, 2])": "One filter reaches through all three channels, and sums "
            "over them: one channel comes out.",
            "torch.Size([5, 1, 3, 3])": "A filter 2 wide has 2 places on a row of 3, unless the "
            "image is padded.",
        },
        because="One call takes the whole batch: the first axis stays, the channels become "
        "`out_channels`, and the rest is a matter of places.",
        read="Shape by shape",
    ),
    Prediction(
        name="no-return",
        question="Something is missing in this forward. What comes out?",
        setup="""
class Silent(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 1, 2)

    def forward(self, x):
        self.conv(x)


model = Silent()
""",
        code="print(model(torch.ones(5, 3, 2, 2)))",
        choices={
            "None": None,
            "torch.Size([5, 1, 1, 1])": "That is the shape of what the layer computed. It was "
            "computed, and dropped.",
            "NotImplementedError": "There is a `forward`, and it ran. Python does not mind that it "
            "returns nothing.",
            "TypeError: forward() returned None": "It would be a help, but there is no such check. "
            "The error comes later, from whoever uses the result.",
        },
        because="A function without `return` gives None; the next layer is the first to complain.",
        read="What goes wrong",
    ),
    Prediction(
        name="called-by-hand",
        question="A hook notes each forward. Once the model is called, once `forward` by name. How "
        "many notes?",
        setup="""
notes = []
conv = nn.Conv2d(1, 1, 1)
conv.register_forward_hook(lambda module, given, result: notes.append(result))
x = torch.ones(1, 1, 2, 2)
""",
        code="conv(x)\nconv.forward(x)\nlen(notes)",
        choices={
            "1": None,
            "2": "The layer did compute twice, with the same result. But hooks are run by the "
            "call, which goes round `forward`; a `forward` called by name is alone.",
            "0": "The hook was hung on before both, and `conv(x)` ran it.",
            "AttributeError": "`forward` is an ordinary method: it may be called by name. It is "
            "only never a good idea.",
        },
        because="`model(x)` is forward and all that was hung around it: call the model, never "
        "its `forward`.",
        read="One place, one number",
    ),
)


def check_run_batch(run_batch: Any, torch: Any) -> None:
    nn = torch.nn
    layer = nn.Conv2d(3, 2, 2)
    calls: list[int] = []
    layer.register_forward_hook(lambda module, given, result: calls.append(1))
    for n in (1, 3):
        images = [torch.arange(27.0).reshape(3, 3, 3) * (i + 1) for i in range(n)]
        want = nn.functional.conv2d(torch.stack(images), layer.weight, layer.bias)
        calls.clear()
        try:
            got = run_batch(layer, images)
        except Refused as refused:
            if "invalid combination" in str(refused):
                refuse("The list went in as it is. A layer takes one tensor: make one of them.")
            raise
        if isinstance(got, list):
            refuse(
                "A list of results: the model was called once for each image. One call for all "
                "of them is what the batch axis is for."
            )
        expect_tensor(got)
        if n == 1 and tuple(got.shape) == (2, 2, 2):
            refuse(
                "There is no batch axis. If that was `cat`: it joins along an axis that is there, "
                "and for images that is the channels: three photos would become one of nine "
                "channels. `stack` makes a new axis."
            )
        expect(
            tuple(got.shape[:1]) == (n,),
            f"{n} images went in, and the first axis has {tuple(got.shape)[:1]}: all of them.",
        )
        expect_same(got.detach(), want.detach())
        expect(
            len(calls) == 1,
            f"The result is right, but the model was called {len(calls)} times: once for each "
            "image. Put the images into one tensor first.",
        )


def made(make: Any, torch: Any, layer: Any) -> Any:
    """What the student's class makes of a layer, when it is a module."""
    module = make(layer)
    expect(
        isinstance(module, torch.nn.Module) and module is not layer,
        "That is no module of its own: keep the class, and `super().__init__()` in it.",
    )
    return module


def check_residual(residual: Any, torch: Any) -> None:
    nn = torch.nn
    for layer in (nn.Conv2d(2, 2, 1), nn.Conv2d(2, 2, 3, padding=1)):
        module = made(residual, torch, layer)
        x = torch.arange(8.0).reshape(1, 2, 2, 2)
        before = x.clone()
        alone = layer(x).detach()
        got = module(x)
        if got is None:
            refuse(
                "Calling the module gave None. The sum was computed, perhaps, but forward does "
                "not return it."
            )
        expect_tensor(got)
        expect(
            x.tolist() == before.tolist(),
            "The input x has changed. `+=` writes into the tensor that the caller still holds: "
            "make a new one with `+`.",
        )
        if tuple(got.shape) == tuple(alone.shape):
            if torch.allclose(got.detach(), alone):
                refuse("That is the layer's result alone: x is to be added to it.")
            if torch.allclose(got.detach(), 2 * alone):
                refuse("That is the layer's result twice: the second part is x, as it came.")
        expect_same(got.detach(), alone + before)


def check_counter(counter: Any, torch: Any) -> None:
    nn = torch.nn
    layer, other = nn.Conv2d(1, 2, 2), nn.Conv2d(1, 1, 1, bias=False)
    x = torch.arange(9.0).reshape(1, 1, 3, 3)
    want = layer(x).detach()
    module = made(counter, torch, layer)
    expect(
        hasattr(module, "n"),
        "It has no attribute n. It must be there before the first call, and be 0.",
    )
    if module.n != 0:
        refuse(
            f"Nothing was called yet, and n is {module.n}. Making the object is not calling it: "
            "the calls are counted in forward."
        )
    for turn in (1, 2, 3):
        got = module(x)
        if got is None:
            refuse("Calling the module gave None: the layer's result must be handed on.")
        expect_tensor(got)
        expect_same(got.detach(), want)
        if module.n != turn:
            refuse(
                f"After {turn} call{'s' * (turn > 1)}, n is {module.n}. It starts at 0 when the "
                "object is made, and forward adds 1."
            )
    found = [tuple(parameter.shape) for parameter in module.parameters()]
    if not found:
        refuse(
            "It counts, and gives the right results. But `parameters()` is empty: the layer lies "
            "where the module does not look, in a list perhaps. Assign the layer itself."
        )
    shapes = [tuple(parameter.shape) for parameter in layer.parameters()]
    expect(found == shapes, f"The parameters have shapes {found}; the layer's are {shapes}.")
    second = made(counter, torch, other)
    second(x)
    if (module.n, second.n) != (3, 1):
        refuse(
            f"A second counter was made and called once; now the first says {module.n}, the "
            f"second {second.n}. An n in the class is one for all: each object needs its own, "
            "`self.n`."
        )


EXERCISES = (
    Exercise(
        name="run_batch",
        level="easy",
        starter='''
def run_batch(model, images):
    """A list of images in one call: the first axis of the result counts them."""
    batch = ____
    return model(batch)
''',
        hints=(
            (
                "Images of shape (3, H, W) are to become one tensor of shape (N, 3, H, W): an axis "
                "that none of them has yet."
            ),
            "Lesson 8 had two ways to join tensors: `cat` lengthens an axis, `stack` makes one.",
        ),
        solution="""
def run_batch(model, images):
    batch = torch.stack(images)
    return model(batch)
""",
        wrong=(
            Wrong(
                "def run_batch(model, images):\n    batch = torch.cat(images)\n"
                "    return model(batch)",
                "joins along an axis that is there",
            ),
            Wrong(
                "def run_batch(model, images):\n    return [model(image) for image in images]",
                "A list of results",
            ),
            Wrong(
                "def run_batch(model, images):\n"
                "    return torch.stack([model(image) for image in images])",
                "The result is right, but",
            ),
            Wrong(
                "def run_batch(model, images):\n    batch = images\n    return model(batch)",
                "The list went in as it is",
            ),
        ),
        check=check_run_batch,
    ),
    Exercise(
        name="Residual",
        level="middle",
        starter='''
class Residual(nn.Module):
    """Gives the layer's result plus x; x itself stays as it is."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        ...
''',
        hints=(
            "Two things are added: what `self.layer` makes of x, and x.",
            "Which of `y = y + x` and `x += y` leaves x alone? And who gets the sum?",
        ),
        solution="""
class Residual(nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        return self.layer(x) + x
""",
        wrong=(
            Wrong(
                "class Residual(nn.Module):\n"
                "    def __init__(self, layer):\n"
                "        super().__init__()\n"
                "        self.layer = layer\n"
                "    def forward(self, x):\n"
                "        self.layer(x) + x",
                "does not return it",
            ),
            Wrong(
                "class Residual(nn.Module):\n"
                "    def __init__(self, layer):\n"
                "        super().__init__()\n"
                "        self.layer = layer\n"
                "    def forward(self, x):\n"
                "        x += self.layer(x)\n"
                "        return x",
                "writes into the tensor that the caller still holds",
            ),
            Wrong(
                "class Residual(nn.Module):\n"
                "    def __init__(self, layer):\n"
                "        super().__init__()\n"
                "        self.layer = layer\n"
                "    def forward(self, x):\n"
                "        x = self.layer(x)\n"
                "        return x + x",
                "the layer's result twice",
            ),
        ),
        check=check_residual,
    ),
    Exercise(
        name="Counter",
        level="thinking",
        starter="""
class Counter(nn.Module):
    def __init__(self, layer):
        ...

    def forward(self, x):
        ...
""",
        hints=(
            (
                "Two attributes are needed. One is a layer, and must be found; the other is a "
                "plain number. Which of them changes in `forward`?"
            ),
            (
                "`self.n = 0` stands in `__init__`, after `super().__init__()` and beside the "
                "layer; `forward` adds 1 to it, and hands on what the layer gives."
            ),
        ),
        solution="""
class Counter(nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.layer = layer
        self.n = 0

    def forward(self, x):
        self.n += 1
        return self.layer(x)
""",
        wrong=(
            Wrong(
                "class Counter(nn.Module):\n"
                "    def __init__(self, layer):\n"
                "        super().__init__()\n"
                "        self.parts = [layer]\n"
                "        self.n = 0\n"
                "    def forward(self, x):\n"
                "        self.n += 1\n"
                "        return self.parts[0](x)",
                "where the module does not look",
            ),
            Wrong(
                "class Counter(nn.Module):\n"
                "    def __init__(self, layer):\n"
                "        super().__init__()\n"
                "        self.layer = layer\n"
                "        self.n = 1\n"
                "    def forward(self, x):\n"
                "        return self.layer(x)",
                "Making the object is not calling it",
            ),
            Wrong(
                "class Counter(nn.Module):\n"
                "    n = 0\n"
                "    def __init__(self, layer):\n"
                "        super().__init__()\n"
                "        self.layer = layer\n"
                "    def forward(self, x):\n"
                "        Counter.n += 1\n"
                "        return self.layer(x)",
                "An n in the class is one for all",
            ),
            Wrong(
                "class Counter(nn.Module):\n"
                "    def __init__(self, layer):\n"
                "        super().__init__()\n"
                "        self.layer = layer\n"
                "        self.n = 0\n"
                "    def forward(self, x):\n"
                "        self.n = 1\n"
                "        return self.layer(x)",
                "and forward adds 1",
            ),
        ),
        check=check_counter,
    ),
)

LESSON = Lesson(predictions=PREDICTIONS, exercises=EXERCISES)
