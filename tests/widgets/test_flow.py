"""ModuleFlow records what a call does, gives gradients, leaves the model alone, logs cheaply."""

from __future__ import annotations

import json
import math
import re
from array import array
from base64 import b64decode
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tensorlab as torch
from tensorlab import nn

pytest.importorskip("anywidget")

from cases.module_flow import Residual, known

from tensorlab.nn import functional as F
from tensorlab.widgets import ModuleFlow
from tensorlab.widgets.curves import MOST_POINTS, Curves
from tensorlab.widgets.flow_state import MOST_NUMBERS
from tensorlab.widgets.flow_trace import MOST_BOXES

X = torch.tensor([[[[1.0, 2.0], [3.0, 1.0]]]])


def doubling() -> nn.Sequential:
    net = nn.Sequential(nn.Conv2d(1, 1, 1, bias=False), nn.MaxPool2d(2))
    nn.init.constant_(net[0].weight, 2.0)
    return net


def names(flow: ModuleFlow) -> list[str]:
    return [box["name"] for box in flow.trace["boxes"]]


class Forward(nn.Module):
    """A module whose forward is given."""

    def __init__(self, forward: Callable[..., Any], **parts: Any) -> None:
        super().__init__()
        self.run = forward
        for name, part in parts.items():
            setattr(self, name, part)

    def forward(self, *args: Any) -> Any:
        return self.run(self, *args)


def test_the_tutorials_sum_and_maximum_appear() -> None:
    conv = nn.Conv2d(3, 1, 2, bias=False)
    conv.weight = nn.Parameter(torch.arange(12.0).reshape(1, 3, 2, 2))
    assert ModuleFlow(conv, torch.ones(1, 3, 2, 2)).output.item() == 66
    flow = ModuleFlow(doubling(), X)
    assert flow.output.item() == 6
    assert flow.values["0()"].tolist() == [[[[2, 4], [6, 2]]]]


def test_the_gradients_are_those_of_the_sum_of_the_output() -> None:
    net, x = known(Residual()), torch.randn(2, 1, 4, 4)
    flow = ModuleFlow(net, x)
    given = x.clone().requires_grad_()
    middle = net.features(given)
    middle.retain_grad()
    flat = middle.view(-1, 8)
    (F.relu(net.fc(net.fc(flat))) + flat).sum().backward()
    found = flow.gradients
    assert torch.allclose(found["x"], given.grad)
    assert torch.allclose(found["features.1.1()"], middle.grad)
    for name, parameter in net.named_parameters():
        assert torch.allclose(found[name], parameter.grad), name


def test_operations_between_modules_are_boxes_with_their_names() -> None:
    flow = ModuleFlow(known(Residual()), torch.randn(2, 1, 4, 4))
    assert names(flow)[-4:] == ["view", "fc", "fc #2", "relu, add"]
    last = flow.trace["boxes"][-1]
    assert last["text"] == "ReluBackward0, AddBackward0"
    given = [flow.trace["values"][at]["name"] for at in last["inputs"]]
    assert given == ["view()", "fc #2()"]


def test_a_parameter_that_forward_uses_itself_is_with_the_operation() -> None:
    module = Forward(lambda self, x: self.part(x * self.k), part=nn.ReLU())
    module.k = nn.Parameter(torch.tensor(2.0))
    flow = ModuleFlow(module, [[1.0, 2.0]])
    assert names(flow) == ["mul", "part"]
    assert flow.trace["boxes"][0]["parameters"] == ["k"]
    assert flow.gradients["k"].item() == 3


def test_a_change_in_place_does_not_change_the_tensor_before_it() -> None:
    net = nn.Sequential(nn.Identity(), nn.ReLU(inplace=True), nn.Dropout(0.0))
    flow = ModuleFlow(net, [[-1.0, 2.0]])
    assert flow.values["0()"].tolist() == [[-1, 2]]
    assert flow.values["1()"].tolist() == [[0, 2]]
    assert flow.gradients["0()"].tolist() == [[0, 1]]
    assert flow.gradients["1()"].tolist() == [[1, 1]]


def test_several_inputs_and_outputs_are_shown() -> None:
    module = Forward(lambda self, a, b: (self.part(a) + b, a * b), part=nn.ReLU())
    flow = ModuleFlow(module, (torch.ones(2), torch.ones(2)))
    assert [y.tolist() for y in flow.output] == [[2, 2], [1, 1]]
    lstm = ModuleFlow(nn.LSTM(2, 3), torch.ones(1, 2))
    assert [value["name"] for value in lstm.trace["values"]][1:] == [
        "model()[0]",
        "model()[1]",
        "model()[2]",
    ]


def test_whole_numbers_and_what_is_detached_have_no_gradient() -> None:
    flow = ModuleFlow(nn.Embedding(4, 2), [[0, 3]])
    assert flow.gradients["x"] is None
    assert flow.gradients["weight"].sum().item() == 4
    module = Forward(lambda self, x: self.part(x.detach().numpy().sum() * x), part=nn.ReLU())
    assert ModuleFlow(module, [1.0]).output.tolist() == [1]
    cut = ModuleFlow(Forward(lambda self, x: self.part(x).detach(), part=nn.ReLU()), [1.0])
    assert "no grad_fn" in cut.trace["stuck"]


def test_a_forward_without_return_says_so() -> None:
    flow = ModuleFlow(Forward(lambda self, x: self.part(x) and None, part=nn.ReLU()), [1.0])
    assert flow.output is None
    assert flow.trace["stuck"] == "forward gave None, and no tensor: end it with return."
    assert flow.step == 0


def test_the_model_and_the_random_numbers_stay_as_they_are() -> None:
    net = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2), nn.Dropout(0.5))
    net[0].weight.grad = torch.ones(2, 2)
    before = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    state = torch.get_rng_state()
    flow = ModuleFlow(net, torch.ones(4, 2))
    first = flow.output
    flow.edit("0.bias", 0, 5.0)
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(net.state_dict()[name], before[name]) for name in before)
    assert net[0].weight.grad.tolist() == [[1, 1], [1, 1]]
    assert not net[0]._forward_hooks
    flow.reset()
    assert torch.equal(flow.output, first)  # the same numbers were dropped


def test_an_edit_runs_a_copy_again() -> None:
    net = doubling()
    flow = ModuleFlow(net, X, step=2)
    flow.edit("0.weight", (0, 0, 0, 0), -1)
    flow.edit("x", (0, 0, 1, 0), -7)
    assert flow.output.item() == 7
    assert net[0].weight.item() == 2
    assert flow.step == 2
    flow.reset()
    assert flow.output.item() == 6


def test_an_edit_in_the_page_reaches_python() -> None:
    flow = ModuleFlow(doubling(), X)
    flow.set_state({"edits": [["0.weight", 0, 10]], "step": 3, "opened": "0()"})
    assert flow.output.item() == 30
    assert (flow.step, flow.opened) == (3, "0()")
    assert len(flow.edits) == 1


def test_live_edits_change_the_model_and_can_be_undone() -> None:
    net = doubling()
    flow = ModuleFlow(net, X, live=True)
    flow.edit("0.weight", (0, 0, 0, 0), 5)
    flow.edit("0.weight", (0, 0, 0, 0), 4)
    assert net[0].weight.item() == 4
    assert net(X).item() == flow.output.item() == 12
    flow.reset()
    assert net[0].weight.item() == 2
    assert flow.output.item() == 6


def test_run_takes_the_model_as_training_has_left_it() -> None:
    net = doubling()
    flow = ModuleFlow(net, X)
    flow.edit("0.weight", (0, 0, 0, 0), 9)
    nn.init.constant_(net[0].weight, 3.0)
    flow.run()
    assert flow.output.item() == 9
    assert flow.edits == ()
    flow.run(X + 1)
    assert flow.output.item() == 12
    with pytest.raises(ValueError, match="is empty"):
        flow.run(torch.zeros(0))
    assert flow.output.item() == 12


def test_where_forward_fails_is_told_and_what_comes_next_is_kept() -> None:
    inner = nn.Sequential(nn.Linear(8, 3), nn.ReLU())
    flow = ModuleFlow(nn.Sequential(nn.Conv2d(1, 2, 3), inner, nn.ReLU()), torch.ones(1, 1, 4, 4))
    states = {box["name"]: box["state"] for box in flow.trace["boxes"]}
    assert states == {"0": "done", "1.0": "failed", "1.1": "waiting", "2": "waiting"}
    error = flow.trace["error"]
    words = "RuntimeError: mat1 and mat2 shapes cannot be multiplied (4x2 and 8x3)"
    assert error["words"] == words
    assert error["met"] == "1.0 (Linear) was given 1 × 2 × 2 × 2; its weight 3 × 8, its bias 3."
    with pytest.raises(ValueError, match=r"Forward stops at 1\.0"):
        _ = flow.output
    assert "fails at 1.0 (Linear)" in repr(flow)
    flow.run(torch.ones(4, 1, 3, 10))
    assert flow.output.shape == (4, 2, 1, 3)


def test_what_fails_between_modules_is_in_forward() -> None:
    module = Forward(lambda self, x: self.part(x).view(3, 5), part=nn.Linear(2, 2))
    flow = ModuleFlow(module, [[1.0, 2.0]])
    assert names(flow) == ["part", "forward"]
    assert "last tensor before it was 1 × 2" in flow.trace["error"]["met"]


WRONG: dict[str, tuple[Callable[[], Any], str]] = {
    "a class": (lambda: ModuleFlow(nn.ReLU, [1.0]), r"ReLU is a class: give .* ReLU\(\)"),  # type: ignore[arg-type]
    "no module": (lambda: ModuleFlow(3, [1.0]), "int is no nn.Module"),  # type: ignore[arg-type]
    "ragged": (lambda: ModuleFlow(nn.ReLU(), [[1], [1, 2]]), "every row the same length"),
    "words": (lambda: ModuleFlow(nn.ReLU(), "x"), "no numbers"),
    "nothing": (lambda: ModuleFlow(nn.ReLU(), []), r"x is empty, its shape is \(0,\)"),
    "lazy layers": (
        lambda: ModuleFlow([nn.LazyLinear(2)], [1.0]),
        r"lazy layers, .* call it once",
    ),
    "a step too many": (lambda: ModuleFlow(nn.ReLU(), [1.0], step=4), "from 0 to 3"),
    "a wrong name": (lambda: ModuleFlow(nn.ReLU(), [1.0], opened="fc"), "can be opened: model"),
    "too many layers": (
        lambda: ModuleFlow(nn.Sequential(*[nn.ReLU()] * (MOST_BOXES + 1)), [1.0]),
        "more than 60 layers: give a part",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_bad_input_gets_a_sentence(name: str) -> None:
    make, problem = WRONG[name]
    with pytest.raises(ValueError, match=problem):
        make()


def test_bad_edits_are_refused_and_change_nothing() -> None:
    flow = ModuleFlow(doubling(), X)
    for bad, problem in {
        ("fc", 0, 1.0): "cannot be edited. These can: x, 0.weight",
        ("0.weight", 1, 1.0): "place from 0 to 0",
        ("0.weight", 0, math.nan): "finite number",
        ("0.weight", 0, "a"): "finite number",
        "no": "is no edit",
    }.items():
        with pytest.raises(ValueError, match=problem):
            flow.edits = [bad]
    with pytest.raises(ValueError, match="is not there"):
        flow.edit("0.weight", (0, 0, 5, 0), 1)
    with pytest.raises(ValueError, match=r"holds torch\.int64"):
        ModuleFlow(nn.Embedding(4, 2), torch.tensor([1])).edit("x", 0, 2)
    assert flow.output.item() == 6


def test_nan_and_infinity_are_shown() -> None:
    flow = ModuleFlow(nn.ReLU(), [math.nan, math.inf])
    assert "NaN" not in json.dumps(flow._state(), allow_nan=False)
    assert flow.output[1].item() == math.inf


def test_groups_failures_and_losses_can_be_printed() -> None:
    nested = ModuleFlow(known(Residual()), torch.ones(2, 1, 4, 4))
    nested.log(train=1.0)
    nested.log(train=0.5)
    failed = ModuleFlow([nn.ReLU(), nn.Linear(3, 2), nn.ReLU()], torch.ones(1, 2))
    for flow in (nested, failed):
        data, _ = flow._repr_mimebundle_()
        assert b64decode(data["image/png"]).startswith(b"\x89PNG")
    frames = re.findall(r"<rect x='(\d+)' y='(\d+)'[^>]*fill='#fff'", nested._picture().svg())
    assert frames == sorted(frames, key=lambda at: int(at[0]))  # the outer frame lies below


@pytest.mark.parametrize("name", ["bfloat16", "float16", "float64", "bool", "int8", "complex64"])
def test_every_dtype_is_shown(name: str) -> None:
    x = torch.ones(2, 2).to(getattr(torch, name))
    flow = ModuleFlow(nn.Flatten(), x)
    assert flow.trace["values"][1]["tensor"]["dtype"] == name
    one = "True" if name == "bool" else "1"
    assert flow._picture().svg().count(f"[[{one}, {one}], [{one}, {one}]]") == 2


def test_what_is_saved_is_never_much() -> None:
    layers = [nn.Linear(100, 100) for _ in range(30)]
    flow = ModuleFlow(layers, torch.ones(3, 100))
    assert len(json.dumps(flow._state())) < 6 * MOST_NUMBERS + 30_000
    weight = flow.trace["parameters"]["0.weight"]["tensor"]
    assert weight["shape"] == [100, 100]
    assert np.prod(weight["cut"]) <= 144
    small = ModuleFlow(nn.Linear(40, 50), torch.ones(1, 40))
    assert "cut" not in small.trace["parameters"]["weight"]["tensor"]


# ----- the loss -----


class Sent:
    """What would go to the page."""

    def __init__(self) -> None:
        self.points: dict[str, list[tuple[int, float]]] = {}
        self.messages = 0

    def __call__(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        self.messages += 1
        for n, part in enumerate(content["curves"]):
            steps, values = array("I", buffers[2 * n]), array("f", buffers[2 * n + 1])
            known = self.points.setdefault(part["name"], [])
            assert part["from"] == len(known)
            known += zip(steps, values, strict=True)


def test_the_page_gets_every_point_in_few_messages() -> None:
    sent = Sent()
    curves = Curves(sent)
    for step in range(5000):
        curves.add("train", torch.tensor(float(step)))
        if step % 100 == 99:
            curves.add("test", step)
    curves.flush()
    assert sent.points["train"] == [(step + 1, step) for step in range(5000)]
    assert sent.points["test"] == [(step, step - 1) for step in range(100, 5001, 100)]
    assert sent.messages < 100
    curves.flush()
    assert sent.messages < 100


def test_log_takes_numbers_tensors_dicts_and_names() -> None:
    flow = ModuleFlow(nn.ReLU(), [1.0])
    flow.log(torch.tensor([0.5], requires_grad=True))
    flow.loss(np.float32(0.25))
    flow.log({"test": 1})
    flow.log(train=2.0, test=3)
    assert {name: values.tolist() for name, values in flow.losses.items()} == {
        "loss": [0.5, 0.25],
        "test": [1, 3],
        "train": [2],
    }
    flow.clear()
    assert flow.losses == {}


def test_what_is_no_number_is_no_loss() -> None:
    flow = ModuleFlow(nn.ReLU(), [1.0])
    for bad, problem in {
        "a": "loss is 'a': log a number",
        None: "loss is None",
    }.items():
        with pytest.raises(ValueError, match=problem):
            flow.log(bad)
    with pytest.raises(ValueError, match=r"shape \(2,\): log one number, such as loss.mean"):
        flow.log(torch.ones(2))
    with pytest.raises(ValueError, match="one curve too many"):
        flow.log(dict.fromkeys("abcde", 1.0))


def test_the_saved_curves_are_short_and_keep_their_peaks() -> None:
    flow = ModuleFlow(nn.ReLU(), [1.0])
    for step in range(10_000):
        flow.log(99.0 if step == 4321 else 1 / (step + 1))
    flow.log(math.nan)
    saved = flow._state()["curves"]["loss"]
    values = np.frombuffer(b64decode(saved["values"]), "<f4")
    assert len(values) <= MOST_POINTS
    assert values[:-1].max() == 99
    assert (saved["count"], saved["last"]) == (10_001, "nan")
    assert json.dumps(saved, allow_nan=False)


def test_the_picture_and_the_words_tell_the_loss() -> None:
    flow = ModuleFlow(nn.ReLU(), [1.0])
    assert "training" not in flow._picture().svg()
    flow.log(train=math.nan)
    assert "training" not in flow._picture().svg()
    flow.log(train=4.0, test=3.0)
    flow.log(train=2.0)
    svg = flow._picture().svg()
    assert "training, 3 steps, from 2 to 4" in svg
    assert all(words in svg for words in ("train 2", "test 3"))
    assert "train is 2 after step 3." in flow.text


def test_what_gives_its_input_back_has_a_gradient_of_its_own() -> None:
    flow = ModuleFlow(Forward(lambda self, x: x + self.part(x), part=nn.Identity()), [1.0])
    assert names(flow) == ["part", "add"]
    assert flow.gradients["part()"].tolist() == [1]
    assert flow.gradients["x"].tolist() == [2]
