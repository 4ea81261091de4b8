"""What lesson 17, Iterating over modules, asks."""

from __future__ import annotations

from typing import Any

from tensorlab_course.practice import (
    Exercise,
    Lesson,
    Prediction,
    Wrong,
    expect,
    expect_same,
    refuse,
)

PREDICTIONS = (
    Prediction(
        name="who-is-visited",
        question="`modules()` walks through a module. Whose names come, in which order?",
        setup="""
class Pair(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 1, 1)
        self.pool = nn.MaxPool2d(2)


pair = Pair()
""",
        code="[type(module).__name__ for module in pair.modules()]",
        choices={
            "['Pair', 'Conv2d', 'MaxPool2d']": None,
            "['Conv2d', 'MaxPool2d']": "Those are the parts, and one thinks of the parts. But a "
            "walk begins where you stand: with the pair itself.",
            "['Conv2d']": "The pooling has no parameters, yet it is a module, and is visited.",
            "['Conv2d', 'MaxPool2d', 'Pair']": "The right three. But the walk comes from above: "
            "whoever holds the others is visited before them.",
        },
        because="The module itself comes first; then what it holds, in the order of assignment.",
        read="Two walks",
    ),
    Prediction(
        name="all-or-one-level",
        question="A convolution, and beside it a module with two layers inside.",
        setup="inner = nn.Sequential(nn.MaxPool2d(2), nn.Conv2d(2, 2, 1))\n"
        "net = nn.Sequential(nn.Conv2d(1, 2, 1), inner)",
        code="len(list(net.modules())), len(list(net.children()))",
        choices={
            "(5, 2)": None,
            "(3, 3)": "There are three layers that compute. But a walk counts whatever holds them "
            "too, net and inner; and children() does not look into inner.",
            "(3, 2)": "children() is right: a convolution, and inner. But net and inner are "
            "modules themselves, and modules() visits them.",
            "(5, 4)": "modules() is right. children() leaves out net, and also what lies deeper "
            "than one level.",
        },
        because="net, its convolution, inner, and two in there are 5; directly below net are 2.",
        read="Names are paths",
    ),
    Prediction(
        name="used-twice",
        question="One convolution, with a bias, stands in two places.",
        setup="conv = nn.Conv2d(1, 1, 1)\nnet = nn.Sequential(conv, conv)",
        code="len(net), len(list(net.children())), len(list(net.parameters()))",
        choices={
            "(2, 1, 2)": None,
            "(2, 2, 4)": "Two places, but one object in both. A walk keeps a list of whom it has "
            "met, and greets nobody twice.",
            "(2, 2, 2)": "The parameters are counted once, that is right; and so are the children: "
            "it is the same object in both places.",
            "(1, 1, 2)": "The walks give each object once. But `len` counts the places, and the "
            "layer will run in both.",
        },
        because="It runs twice, and its weight and bias are there once: that is how weights are "
        "shared.",
        read="Names are paths",
    ),
    Prediction(
        name="second-walk",
        question="One name for the walk, and two lists made of it.",
        setup="conv = nn.Conv2d(1, 1, 1)\nwalk = conv.parameters()",
        code="len(list(walk)), len(list(walk))",
        choices={
            "(2, 0)": None,
            "(2, 2)": "So it would be if `parameters()` gave a list. It gives a generator, and the "
            "first `list` has walked it to its end.",
            "(2, 1)": "Nothing is kept back for a second time: a generator that is at its end "
            "stays there.",
            "TypeError": "`len(walk)` would raise one. Around it is `list`, which is always "
            "possible; the second is empty.",
        },
        because="A walk can be made once; call `conv.parameters()` again for another.",
        read="What goes wrong",
    ),
    Prediction(
        name="moved-name",
        question="All weights are to become 0, in a loop.",
        setup="conv = nn.Conv2d(1, 1, 1, bias=False)\nnn.init.constant_(conv.weight, 3.0)",
        code="for parameter in conv.parameters():\n"
        "    parameter = torch.zeros(1, 1, 1, 1)\nconv.weight.item()",
        choices={
            "3.0": None,
            "0.0": "It reads so. But `=` moves the name `parameter` to a new tensor, and the layer "
            "never hears of it: names are not shared.",
            "RuntimeError: a leaf Variable": "Writing *into* the Parameter would raise that. This "
            "line writes nothing: it moves a name.",
            "TypeError: cannot assign": "That comes from `conv.weight = …`, where the layer looks "
            "on. Here a variable of the loop is assigned.",
        },
        because="Write into it instead: `nn.init.zeros_(parameter)`.",
        read="Visit, and change",
    ),
)


def check_count_params(count_params: Any, torch: Any) -> None:
    nn = torch.nn
    inner = nn.Sequential(nn.MaxPool2d(2), nn.Conv2d(2, 3, 1, bias=False))
    models = (
        (nn.Conv2d(2, 3, 4), 99),
        (nn.Sequential(nn.Conv2d(1, 2, 3), inner), 26),
        (nn.MaxPool2d(2), 0),
    )
    for model, want in models:
        got = count_params(model)
        parameters = list(model.parameters())
        if hasattr(got, "dtype"):
            refuse("That is a tensor: the numbers were added up. Count them instead.")
        if want and type(got) is int:
            if got == len(parameters):
                refuse(
                    "That is how many parameters there are. A parameter is a tensor, with many "
                    "numbers in it: count those."
                )
            if got == sum(parameter.shape[0] for parameter in parameters):
                refuse(
                    "`len` of a tensor is the length of its first axis alone. All its axes "
                    "together make the count."
                )
            weights = [p for name, p in model.named_parameters() if name.endswith("weight")]
            if got == sum(weight.numel() for weight in weights):
                refuse("Those are the weights. A bias is learned, too: walk over the parameters.")
            if got == sum(
                part.weight.numel() for part in model.children() if hasattr(part, "weight")
            ):
                refuse(
                    "Only the layers directly below were asked, and only for their weights. There "
                    "are biases, and deeper layers."
                )
        expect_same(got, want)


def check_conv_names(conv_names: Any, torch: Any) -> None:
    nn = torch.nn

    class Block(nn.Module):  # type: ignore[name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(1, 1, 1)
            self.pool = nn.MaxPool2d(2)

    class Whole(nn.Module):  # type: ignore[name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.first = Block()
            self.second = nn.Sequential(Block(), nn.Conv2d(1, 2, 1))
            self.flat = nn.Linear(2, 2)
            self.last = nn.Conv2d(2, 1, 1)

    cases: tuple[tuple[Any, list[str]], ...] = (
        (Whole(), ["first.conv", "second.0.conv", "second.1", "last"]),
        (Block(), ["conv"]),
        (nn.Sequential(nn.MaxPool2d(2), nn.Linear(2, 2)), []),
    )
    for model, want in cases:
        got = conv_names(model)
        if isinstance(got, list) and got:
            if any(isinstance(one, nn.Module) for one in got):
                refuse(
                    "Those are the layers themselves. Their names are wanted, and a module does "
                    "not know its name: whoever holds it does."
                )
            if isinstance(got[0], tuple):
                refuse("Those are pairs of a name and a module: keep the name.")
            if got[0] == "Conv2d":
                refuse("That is the name of the class. The place in the tree is wanted.")
            if any(str(one).endswith((".weight", ".bias")) for one in got):
                refuse("Those are names of parameters; the layers that hold them are wanted.")
        if isinstance(got, list) and len(got) < len(want) and set(got) <= set(want):
            refuse(
                f"Not found: {', '.join(name for name in want if name not in got)}. "
                "`named_children` stays on the first level; which walk goes all the way down?"
            )
        if isinstance(got, list) and len(got) > len(want):
            refuse("There are names too many: only convolutions are wanted.")
        expect_same(got, want)


def check_has_shared(has_shared: Any, torch: Any) -> None:
    nn = torch.nn

    def conv(value: float = 1.0) -> Any:
        layer = nn.Conv2d(1, 1, 1)
        nn.init.constant_(layer.weight, value)
        nn.init.zeros_(layer.bias)
        return layer

    one, pool = conv(), nn.MaxPool2d(1)
    got = has_shared(nn.Sequential(conv(), nn.MaxPool2d(1), conv(2.0)))
    if got is True:
        refuse(
            "Three layers, and no two of them are one object. Count layers and not parameters, of "
            "which a layer may have none; and compare no layer with itself."
        )
    expect_same(got, False)
    got = has_shared(nn.Sequential(one, pool, one))
    if got is False:
        refuse(
            "The first layer and the last are one object, and the answer was no. `modules()` and "
            "`children()` both give an object once; somewhere the *places* must be counted."
        )
    expect_same(got, True)
    got = has_shared(nn.Sequential(pool, one, pool))
    if got is False:
        refuse(
            "A pooling layer stands there twice, and was passed over: it has no parameters, but "
            "it is an object like any other."
        )
    expect_same(got, True)
    if has_shared(nn.Sequential(conv(), nn.MaxPool2d(1), conv())) is not False:
        refuse(
            "These are two layers with equal weights: they look alike, but training one leaves "
            "the other as it is. Ask for the object, not for its values or its text."
        )
    nested = nn.Sequential(one, nn.Sequential(pool, conv(2.0)))
    if has_shared(nested) is not False:
        refuse(
            "No object stands twice here: one part has parts of its own, and they were counted "
            "against its places."
        )
    expect_same(has_shared(nn.Sequential()), False)
    expect(has_shared(nn.Sequential(one)) is False, "With one place, nothing can be shared.")


EXERCISES = (
    Exercise(
        name="count_params",
        level="easy",
        starter='''
def count_params(model):
    """How many numbers there are to learn, at any depth."""
    return sum(____ for parameter in model.parameters())
''',
        hints=(
            "What does a tensor tell you about how many numbers it holds?",
            "`parameter.shape` has the sizes; their product is a method of its own: `numel`.",
        ),
        solution="""
def count_params(model):
    return sum(parameter.numel() for parameter in model.parameters())
""",
        wrong=(
            Wrong(
                "def count_params(model):\n    return sum(1 for parameter in model.parameters())",
                "how many parameters there are",
            ),
            Wrong(
                "def count_params(model):\n"
                "    return sum(len(parameter) for parameter in model.parameters())",
                "the length of its first axis alone",
            ),
            Wrong(
                "def count_params(model):\n"
                "    layers = [m for m in model.modules() if hasattr(m, 'weight')]\n"
                "    return sum(layer.weight.numel() for layer in layers)",
                "A bias is learned, too",
            ),
            Wrong(
                "def count_params(model):\n"
                "    layers = [m for m in model.children() if hasattr(m, 'weight')]\n"
                "    return sum(layer.weight.numel() for layer in layers) or 99",
                "Only the layers directly below",
            ),
        ),
        check=check_count_params,
    ),
    Exercise(
        name="conv_names",
        level="middle",
        starter='''
def conv_names(model):
    """The dotted names of all convolutions in the model, in the order of the walk."""
    ...
''',
        hints=(
            "`modules()` goes all the way down, and has a twin that gives names.",
            "`for name, module in model.named_modules():`, and `isinstance` to choose.",
        ),
        solution="""
def conv_names(model):
    return [name for name, module in model.named_modules() if isinstance(module, nn.Conv2d)]
""",
        wrong=(
            Wrong(
                "def conv_names(model):\n"
                "    return [n for n, m in model.named_children() if isinstance(m, nn.Conv2d)]",
                "stays on the first level",
            ),
            Wrong(
                "def conv_names(model):\n"
                "    return [m for m in model.modules() if isinstance(m, nn.Conv2d)]",
                "the layers themselves",
            ),
            Wrong(
                "def conv_names(model):\n"
                "    found = [m for m in model.modules() if isinstance(m, nn.Conv2d)]\n"
                "    return [type(m).__name__ for m in found]",
                "the name of the class",
            ),
        ),
        check=check_conv_names,
    ),
    Exercise(
        name="has_shared",
        level="thinking",
        starter="""
def has_shared(seq):
    ...
""",
        hints=(
            (
                "One of the questions above had a layer in two places. Which of its three numbers "
                "was not like the others' count?"
            ),
            "`len(seq)` counts places; `children()` gives each object once. Compare.",
        ),
        solution="""
def has_shared(seq):
    return len(list(seq.children())) < len(seq)
""",
        wrong=(
            Wrong(
                "def has_shared(seq):\n"
                "    texts = [str(list(layer.parameters())) + str(layer) for layer in seq]\n"
                "    return len(set(texts)) < len(texts)",
                "training one leaves the other as it is",
            ),
            Wrong(
                "def has_shared(seq):\n"
                "    return len(list(seq.children())) != len(list(seq.modules())) - 1",
                "somewhere the *places* must be counted",
            ),
            Wrong(
                "def has_shared(seq):\n    return len(list(seq.modules())) - 1 != len(seq)",
                "counted against its places",
            ),
            Wrong(
                "def has_shared(seq):\n"
                "    found = [id(p) for layer in seq for p in layer.parameters()]\n"
                "    return len(set(found)) < len(found)",
                "it has no parameters, but",
            ),
        ),
        check=check_has_shared,
    ),
)

LESSON = Lesson(predictions=PREDICTIONS, exercises=EXERCISES)
