"""What lesson 15, A module and its initial weights, asks."""

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
        name="three-attributes",
        question="A tensor, a Parameter, and a tensor that prints `requires_grad=True` as a "
        "Parameter does. Which names does the module list?",
        setup="""
class Three(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = torch.ones(2)
        self.b = nn.Parameter(torch.ones(2))
        self.c = torch.ones(2, requires_grad=True)


three = Three()
""",
        code="[name for name, _ in three.named_parameters()]",
        choices={
            "['b']": None,
            "['b', 'c']": "c looks like a parameter: it requires a gradient. But the module looks "
            "at the type, and c is a plain tensor.",
            "['a', 'b', 'c']": "All three are tensors, and all three are attributes. Only those "
            "that are wrapped in `nn.Parameter` are remembered as parameters.",
            "[]": "It is true that nobody filed anything by hand. The assignment did it: `self.b "
            "= …` files a Parameter by itself.",
        },
        because="A module asks one thing of a tensor that you assign: is it an `nn.Parameter`?",
        read="Two drawers",
    ),
    Prediction(
        name="filled-or-replaced",
        question="`held` is a second name for the layer's first weight. The weight is filled, "
        "then replaced.",
        setup="conv = nn.Conv2d(1, 1, 1, bias=False)\nheld = conv.weight",
        code="nn.init.constant_(conv.weight, 3.0)\n"
        "conv.weight = nn.Parameter(torch.tensor([[[[5.0]]]]))\n"
        "held.item(), conv.weight.item()",
        choices={
            "(3.0, 5.0)": None,
            "(5.0, 5.0)": "You see `held` follow the layer. It followed as long as the numbers "
            "changed in place; the assignment brought another object, and `held` kept the old one.",
            "(3.0, 3.0)": "The old Parameter did keep its 3. But the drawer holds the new one: "
            "that is what `conv.weight` finds from then on.",
            "TypeError: cannot assign": "That is what a plain tensor would meet. A Parameter may "
            "take a Parameter's place.",
        },
        because="`constant_` writes into the Parameter that is there; `=` puts another one in "
        "its place.",
        read="Fill, or replace",
    ),
    Prediction(
        name="wrapped-tensor",
        question="The tensor changes after it was wrapped. What does the Parameter hold?",
        setup="w = torch.ones(1)\np = nn.Parameter(w)",
        code="w[0] = 5.0\np.item()",
        choices={
            "5.0": None,
            "1.0": "p was finished a line earlier, it seems. But wrapping copies nothing: p and w "
            "look at the same memory, as a tensor and its array did in lesson 1.",
            "RuntimeError: a leaf Variable": "Writing into p itself would be refused. w is a plain "
            "tensor, and may be written into.",
        },
        because="`nn.Parameter` wraps a tensor; the numbers stay where they are.",
        read="Fill, or replace",
    ),
    Prediction(
        name="a-plain-list",
        question="Two convolutions, each with a weight and a bias. How many parameters are found?",
        setup="""
class Listed(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Conv2d(1, 1, 1), nn.Conv2d(1, 1, 1)]


listed = Listed()
""",
        code="len(list(listed.parameters()))",
        choices={
            "0": None,
            "4": "Two weights and two biases are there, and Python finds them. But the module saw "
            "a list being assigned, and a list is neither a module nor a Parameter.",
            "2": "That would be one for each layer. A layer here has two, and the module found "
            "neither layer: it saw a list.",
            "TypeError": "An error would be kinder. The list becomes a plain attribute, and "
            "nothing is said.",
        },
        because="The module looks at the value, not inside it; `nn.ModuleList([…])` is a list "
        "that is a module, and with it there are 4.",
        read="Two drawers",
    ),
)


def listed(module: Any) -> dict[str, Any]:
    """The parameters that a module finds, by name."""
    return dict(module.named_parameters())


def weight_of(layer: Any) -> Any:
    """The layer's weight, when it is a parameter."""
    if "weight" not in listed(layer):
        refuse("The layer has lost its weight: `named_parameters()` does not list one.")
    return listed(layer)["weight"]


def check_scale(scale: Any, torch: Any) -> None:
    for start in (2.0, -0.5):
        try:
            layer = scale(start)
        except Refused as refused:
            if "'detach'" in str(refused):
                refuse(
                    "That wraps a Python number. It reads well, but a Parameter is a wrapped "
                    "*tensor*: make one of the number first."
                )
            raise
        expect(isinstance(layer, torch.nn.Module), "That is no module: keep `class Scale`.")
        found = listed(layer)
        if not found and hasattr(layer, "k"):
            refuse(
                f"It has an attribute k, and `named_parameters()` lists nothing: k is a "
                f"{type(layer.k).__name__}, and the module files only what is an `nn.Parameter`. "
                "It would compute, and never learn."
            )
        expect(list(found) == ["k"], f"The parameters are {list(found)}, and ['k'] is wanted.")
        k = found["k"]
        expect(k.numel() == 1, f"k holds {k.numel()} numbers, and one is wanted.")
        if k.item() != start:
            refuse(
                f"k is a parameter, but it starts at {k.item():g}, and not at start, {start:g}: "
                "training would begin elsewhere than it was told."
            )
        got = layer(torch.tensor([1.0, 3.0]))
        expect_tensor(got)
        expect_same(got, torch.tensor([start, 3 * start]))


def check_fill(fill: Any, torch: Any) -> None:
    nn = torch.nn
    layers = (
        nn.Conv2d(2, 3, 2),
        nn.Conv2d(1, 2, 1, bias=False),
        nn.Linear(3, 2),
    )
    for layer, value in zip(layers, (0.5, 2.0, -1.0), strict=True):
        shape = tuple(layer.weight.shape)
        biased = layer.bias is not None
        try:
            fill(layer, value)
        except Refused as refused:
            if "cannot assign" in str(refused):
                refuse(
                    "The layer refused it: where a Parameter was, it takes a Parameter and no "
                    "plain tensor or number. Wrap it, or write into the one that is there."
                )
            if "leaf Variable" in str(refused):
                refuse(
                    "That writes into a Parameter while PyTorch keeps its record. The "
                    "functions of `nn.init` stop the recording first."
                )
            if not biased and "None" in str(refused):
                refuse(
                    "This layer was made with bias=False: its bias is None, and None cannot be "
                    "filled. Ask before you write."
                )
            raise
        weight = weight_of(layer)
        expect(
            tuple(weight.shape) == shape,
            f"The weight's shape was {shape}, and it is {tuple(weight.shape)} now.",
        )
        expect(
            bool((weight == value).all()),
            f"The weights are not all {value:g}. Was the layer's own weight changed, in place?",
        )
        if not biased:
            expect(layer.bias is None, "The layer had no bias, and now it has one.")
        elif "bias" not in listed(layer) or bool((layer.bias != 0).any()):
            refuse(
                "The weight is right; the bias is not 0. It has its own random beginning, and "
                "filling the weight leaves that as it is."
            )


def check_set_weight(set_weight: Any, torch: Any) -> None:
    nn = torch.nn
    cases = (
        (nn.Conv2d(3, 1, 2, bias=False), [0.5 * i for i in range(12)]),
        (nn.Conv2d(1, 2, 3), list(range(18))),
        (nn.Conv2d(4, 2, 1, groups=2), [1, 0.5, -1, 2]),
    )
    for layer, values in cases:
        shape = tuple(layer.weight.shape)
        try:
            set_weight(layer, values)
        except Refused as refused:
            if "floating point" in str(refused):
                refuse(
                    "The list holds whole numbers alone, and `torch.tensor` keeps them whole. A "
                    "parameter must be decimal: say so when you make the tensor."
                )
            if "cannot assign" in str(refused):
                refuse(
                    "What you assigned is refused: where a Parameter was, the layer takes a "
                    "Parameter and nothing else."
                )
            raise
        weight = weight_of(layer)
        if tuple(weight.shape) != shape:
            refuse(
                f"The weight's shape was {shape}, and it is {tuple(weight.shape)} now. The layer "
                "took it without a word, and will fail only when it is used."
            )
        want = torch.tensor([float(value) for value in values]).reshape(shape)
        expect_same(weight.detach(), want)
    for values in ([1.0, 2.0, 3.0], [1.0], [1.0] * 13):
        layer = nn.Conv2d(3, 1, 2)
        try:
            set_weight(layer, values)
        except Refused:
            pass
        else:
            refuse(
                f"The weight has 12 numbers, the list has {len(values)}, and no error came: a "
                "mistake in the list would go unnoticed."
            )


EXERCISES = (
    Exercise(
        name="Scale",
        level="easy",
        starter='''
class Scale(nn.Module):
    """Multiplies whatever comes by one number, which can be learned."""

    def __init__(self, start):
        super().__init__()
        self.k = ____

    def forward(self, x):
        return x * self.k
''',
        hints=(
            "Of the three attributes in the first question, which one was remembered, and why?",
            "Two steps: `torch.tensor` makes a tensor of `start`; `nn.Parameter(…)` wraps it.",
        ),
        solution="""
class Scale(nn.Module):
    def __init__(self, start):
        super().__init__()
        self.k = nn.Parameter(torch.tensor(start))

    def forward(self, x):
        return x * self.k
""",
        wrong=(
            Wrong(
                "class Scale(nn.Module):\n"
                "    def __init__(self, start):\n"
                "        super().__init__()\n"
                "        self.k = torch.tensor(start)\n"
                "    def forward(self, x):\n"
                "        return x * self.k",
                "files only what is an `nn.Parameter`",
            ),
            Wrong(
                "class Scale(nn.Module):\n"
                "    def __init__(self, start):\n"
                "        super().__init__()\n"
                "        self.k = nn.Parameter(start)\n"
                "    def forward(self, x):\n"
                "        return x * self.k",
                "wraps a Python number",
            ),
            Wrong(
                "class Scale(nn.Module):\n"
                "    def __init__(self, start):\n"
                "        super().__init__()\n"
                "        self.k = nn.Parameter(torch.ones(1))\n"
                "    def forward(self, x):\n"
                "        return x * self.k",
                "but it starts at 1",
            ),
        ),
        check=check_scale,
    ),
    Exercise(
        name="fill",
        level="middle",
        starter='''
def fill(layer, value):
    """Every weight becomes value, every bias (if there is one) becomes 0."""
    ...
''',
        hints=(
            (
                "`nn.init.constant_` fills one Parameter. How many does a layer have, and which "
                "may be missing?"
            ),
            "A layer made with bias=False has None there: `if layer.bias is not None:`.",
        ),
        solution="""
def fill(layer, value):
    nn.init.constant_(layer.weight, value)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
""",
        wrong=(
            Wrong(
                "def fill(layer, value):\n"
                "    layer.weight = torch.full(layer.weight.shape, value)\n"
                "    if layer.bias is not None:\n"
                "        nn.init.zeros_(layer.bias)",
                "takes a Parameter and no plain tensor",
            ),
            Wrong(
                "def fill(layer, value):\n"
                "    nn.init.constant_(layer.weight, value)\n"
                "    nn.init.zeros_(layer.bias)",
                "None cannot be filled",
            ),
            Wrong(
                "def fill(layer, value):\n    nn.init.constant_(layer.weight, value)",
                "its own random beginning",
            ),
            Wrong(
                "def fill(layer, value):\n    layer.weight.fill_(value)",
                "while PyTorch keeps its record",
            ),
        ),
        check=check_fill,
        may_change_arguments=True,
    ),
    Exercise(
        name="set_weight",
        level="thinking",
        starter="""
def set_weight(layer, values):
    ...
""",
        hints=(
            (
                "Three things are to be put right about the list: its type of number, its shape, "
                "and that it is no Parameter."
            ),
            (
                "The layer knows the shape: `layer.weight.shape`. And `reshape` refuses a list of "
                "another length by itself."
            ),
        ),
        solution="""
def set_weight(layer, values):
    w = torch.tensor(values, dtype=torch.float32).reshape(layer.weight.shape)
    layer.weight = nn.Parameter(w)
""",
        wrong=(
            Wrong(
                "def set_weight(layer, values):\n"
                "    w = torch.tensor(values).reshape(layer.weight.shape)\n"
                "    layer.weight = nn.Parameter(w)",
                "keeps them whole",
            ),
            Wrong(
                "def set_weight(layer, values):\n"
                "    layer.weight = nn.Parameter(torch.tensor(values, dtype=torch.float32))",
                "took it without a word",
            ),
            Wrong(
                "def set_weight(layer, values):\n"
                "    w = torch.tensor(values, dtype=torch.float32)\n"
                "    layer.weight = w.reshape(layer.weight.shape)",
                "takes a Parameter and nothing else",
            ),
            Wrong(
                "def set_weight(layer, values):\n"
                "    with torch.no_grad():\n"
                "        flat = layer.weight.view(-1)\n"
                "        for i, value in enumerate(values[:len(flat)]):\n"
                "            flat[i] = value",
                "would go unnoticed",
            ),
        ),
        check=check_set_weight,
        may_change_arguments=True,
    ),
)

LESSON = Lesson(predictions=PREDICTIONS, exercises=EXERCISES)
