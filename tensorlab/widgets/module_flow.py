"""ModuleFlow: a model as boxes, with every tensor between them, forward and back; and its loss."""

from __future__ import annotations

import copy
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import numpy as np
import traitlets

import tensorlab
from tensorlab import nn
from tensorlab.random import default_generator
from tensorlab.tensor import Tensor
from tensorlab.widgets.base import Widget
from tensorlab.widgets.curves import Curves
from tensorlab.widgets.flow_inputs import Edit, inputs_of, module_of, put
from tensorlab.widgets.flow_picture import draw, draw_curves
from tensorlab.widgets.flow_state import state_of, times
from tensorlab.widgets.flow_trace import MOST_BOXES, TooManyBoxes, Trace, trace
from tensorlab.widgets.traits import WidgetError

if TYPE_CHECKING:
    from tensorlab.widgets.picture import Drawing


class ModuleFlow(Widget):
    """A model on its way from `x` to its output, layer by layer, and back with the gradients.

    `model` is an `nn.Module`, or a list of them; `x` a tensor (or numbers), or a tuple of tensors
    for a forward that takes several. The model runs on a copy, once: `output` is what it gives,
    `values` has the tensor behind every layer, `gradients` what `output.sum().backward()` gives
    for each of them and for every parameter. `edit` changes a number of a parameter, or of x, and
    runs the copy again; the model itself changes only where `live=True`. Where forward fails, the
    widget shows the layer at which it does. `log` draws a loss while a model is being trained.

    >>> net = nn.Sequential(nn.Conv2d(1, 1, 1, bias=False), nn.MaxPool2d(2))
    >>> _ = nn.init.constant_(net[0].weight, 2.0)
    >>> flow = ModuleFlow(net, torch.tensor([[[[1., 2.], [3., 1.]]]]))
    >>> flow
    ModuleFlow(Sequential, x: 1 × 1 × 2 × 2, 2 boxes, output: 1 × 1 × 1 × 1)
    >>> flow.output
    tensor([[[[6.]]]])
    >>> flow.values["0()"]
    tensor([[[[2., 4.],
              [6., 2.]]]])
    >>> flow.gradients["0.weight"]
    tensor([[[[3.]]]])
    >>> flow.edit("0.weight", (0, 0, 0, 0), -1)
    >>> flow.output
    tensor([[[[-1.]]]])
    """

    _own = ("curves", "edits", "opened", "step", "trace")
    _height = 640

    trace = traitlets.Dict({}).tag(sync=True)
    step = traitlets.Any(0).tag(sync=True)
    opened = traitlets.Any("").tag(sync=True)
    edits = traitlets.Any(()).tag(sync=True)
    curves = traitlets.Dict({}).tag(sync=True)

    def __init__(
        self,
        model: nn.Module | Sequence[nn.Module],
        x: Any,
        *,
        step: int = 0,
        opened: str | None = None,
        live: bool = False,
    ) -> None:
        self._model = module_of(model)
        self._live = live
        self._originals: dict[tuple[str, int], float] = {}
        self._inputs = inputs_of(self._model, x)
        self._seed = default_generator.get_state()
        self._trace = self._run(self._inputs, ())
        self._curves = Curves(self._send_points)
        self._settles = False
        self._display = f"module-flow-{uuid4()}"
        self._displayed = False
        state = state_of(self._trace)
        first = next((box.name for box in self._trace.boxes if box.parameters), "")
        super().__init__(trace=state)
        self.change(step=step, opened=first if opened is None else opened)

    # ----- what comes out -----

    @property
    def output(self) -> Any:
        """What the model gives: a tensor, or several. Raises ValueError where forward failed."""
        found = self._trace
        if found.error is not None:
            raise WidgetError(self._failure())
        tensors = [found.values[at].tensor.clone() for at in found.outputs]
        if isinstance(found.result, Tensor) and tensors:
            return tensors[0]
        return tuple(tensors) if tensors else found.result

    @property
    def values(self) -> dict[str, Tensor]:
        """Every tensor on the way, by name: `x`, and `conv()` for what `conv` gave."""
        return {value.name: value.tensor.clone() for value in self._trace.values}

    @property
    def gradients(self) -> dict[str, Tensor | None]:
        """What `output.sum().backward()` gives, by name; None for what has no gradient."""
        found = {value.name: value.grad for value in self._trace.values}
        found |= {name: p.grad for name, p in self._trace.parameters.items()}
        return {name: None if grad is None else grad.clone() for name, grad in found.items()}

    # ----- what can be changed -----

    def edit(self, name: str, index: Any, value: float) -> None:
        """Put a number in place of `name[index]`, a parameter or an input, and run again."""
        shape = self._editable(name).shape
        place = (index,) if isinstance(index, int) else tuple(index)
        try:
            flat = int(np.ravel_multi_index(place, tuple(shape))) if shape else 0
        except (TypeError, ValueError):
            raise WidgetError(
                f"{name}[{', '.join(map(str, place))}] is not there: {name} is {times(shape)}."
            ) from None
        self.edits = [*self.edits, (name, flat, value)]

    def reset(self) -> None:
        """Undo all edits."""
        self.edits = []

    def run(self, x: Any = None) -> None:
        """Run the model again as it is now, such as after training; edits of the copy are gone."""
        inputs = self._inputs if x is None else inputs_of(self._model, x)
        found = self._run(inputs, ())
        self._inputs, self._originals = inputs, {}
        self.edits = ()
        self._show(found)

    @traitlets.validate("step", "opened")
    def _fits(self, proposal: Any) -> Any:
        return self._checked(proposal)

    def _problem(self, state: dict[str, Any]) -> str:
        return problem(state)

    @traitlets.validate("edits")
    def _edits_fit(self, proposal: Any) -> tuple[Edit, ...]:
        edits = [self._edit(each) for each in proposal["value"]]
        return tuple({edit[:2]: edit for edit in edits}.values())  # the last of each place

    @traitlets.observe("edits")
    def _edited(self, change: Any) -> None:
        """Run again with the numbers that were edited; what is edited no more goes back."""
        if self._live:
            self._write(self._model, change["new"])
        self._show(self._run(self._inputs, change["new"]))

    def _show(self, found: Trace) -> None:
        self._trace = found
        state = state_of(found)
        names = _names(state)
        with self.hold_trait_notifications():
            self.trace = state
            self.step = min(self.step, last_step(state))
            self.opened = self.opened if self.opened in names else ""

    # ----- the loss -----

    def log(self, value: Any = None, /, **named: Any) -> None:
        """Add a number to the loss line: `log(loss)`, or several: `log(train=a, test=b)`.

        It may be called in every step of a training: it costs about a microsecond, and the page is
        told eight times a second. A dict is taken as well. The steps are counted; curves that
        are logged in the same step share its place.
        """
        if not self._settles:
            self._begin_to_settle()
        if named or type(value) is dict:
            for name, each in {**(value or {}), **named}.items():
                self._curves.add(name, each)
        else:
            self._curves.add("loss", value)

    loss = log

    @property
    def losses(self) -> dict[str, Tensor]:
        """All that was logged, by name."""
        return {
            name: tensorlab.tensor(curve.values.tolist())
            for name, curve in self._curves.all.items()
        }

    def clear(self) -> None:
        """Forget what was logged, before another training."""
        self._curves.clear()
        self.curves = {}

    def _send_points(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        self.send(content, buffers)

    def _begin_to_settle(self) -> None:
        """At the end of the cell that logs, send the rest."""
        self._settles = True
        shell = _shell()
        if shell is not None:
            shell.events.register("post_run_cell", self._settle)

    def _settle(self, *_: Any) -> None:
        shell = _shell()
        if shell is not None:
            shell.events.unregister("post_run_cell", self._settle)
        self._settles = False
        self._curves.flush()
        self.curves = self._curves.state()
        if self._displayed:  # what is saved with the notebook shows the curves, too
            self._shown(update=True)

    def _ipython_display_(self) -> None:
        self._shown(update=False)
        self._displayed = True

    def _shown(self, *, update: bool) -> None:
        """Show the widget, or renew what was shown."""
        from IPython.display import display, update_display

        data, metadata = self._repr_mimebundle_()
        show: Any = update_display if update else display
        show(data, metadata=metadata, raw=True, display_id=self._display)

    def _state(self) -> dict[str, Any]:
        self.curves = self._curves.state()
        return super()._state()

    # ----- running -----

    def _run(self, inputs: Mapping[str, Tensor], edits: Sequence[Edit]) -> Trace:
        """A run on copies, with the edits; the same random numbers every time, and none used up."""
        try:
            model = copy.deepcopy(self._model)
        except Exception as error:
            raise WidgetError(
                f"{type(self._model).__name__} cannot be copied ({error}): give a model that "
                "copy.deepcopy takes."
            ) from error
        given = {name: x.detach().clone() for name, x in inputs.items()}
        if not self._live:
            put(dict(model.named_parameters()), edits)
        put(given, edits)
        before = default_generator.get_state()
        default_generator.set_state(self._seed)
        try:
            return trace(model, given)
        except TooManyBoxes:
            raise WidgetError(
                f"{type(self._model).__name__} has more than {MOST_BOXES} layers: give a part of "
                "it, such as model.features, and what goes into that part."
            ) from None
        finally:
            default_generator.set_state(before)

    def _write(self, model: nn.Module, edits: Sequence[Edit]) -> None:
        """Write edits into the model itself; what is edited no more gets its first number back."""
        parameters = dict(model.named_parameters())
        put(parameters, [(name, at, value) for (name, at), value in self._originals.items()])
        for name, at, _ in edits:
            if name in parameters and (name, at) not in self._originals:
                self._originals[name, at] = parameters[name].detach().reshape(-1)[at].item()
        put(parameters, edits)

    def _edit(self, given: Any) -> Edit:
        """One edit, if it can be made."""
        try:
            name, at, value = given
        except (TypeError, ValueError):
            raise WidgetError(
                f"{given!r:.40} is no edit: give (name, place, number), or call edit(…)."
            ) from None
        tensor = self._editable(name)
        if isinstance(at, bool) or not isinstance(at, int) or not 0 <= at < tensor.numel():
            raise WidgetError(
                f"{name} has {tensor.numel()} numbers: give a place from 0 to {tensor.numel() - 1}."
            )
        if not isinstance(value, int | float) or not np.isfinite(np.float32(value)):
            raise WidgetError(f"{value!r:.40} cannot be computed with here: give a finite number.")
        return name, at, float(value)

    def _editable(self, name: Any) -> Tensor:
        """The parameter or the input of that name."""
        there = {**self._inputs, **dict(self._model.named_parameters())}
        if name not in there:
            raise WidgetError(f"{name!r:.40} cannot be edited. These can: {', '.join(there)}.")
        if not there[name].dtype.is_floating_point:
            raise WidgetError(
                f"{name} holds {there[name].dtype}, which is not edited here: change it in Python, "
                "and call run(x)."
            )
        return there[name]

    # ----- in words -----

    def _failure(self) -> str:
        error = self.trace["error"]
        return f"Forward stops at {self._at(error['box'])}. {error['words']}. {error['met']}"

    def _at(self, box: int) -> str:
        return "the start" if box < 0 else called_by(self._trace.boxes[box])

    @property
    def text(self) -> str:
        """What the widget shows, in words."""
        found = self._trace
        given = ", ".join(
            f"{v.name}, {times(v.tensor.shape)}" for v in (found.values[i] for i in found.inputs)
        )
        done = [box for box in found.boxes if box.state == "done"]
        steps = [f"{called_by(box)} gives {self._gives(box)}" for box in done[:12]]
        if len(done) > 12:
            steps.append(f"and so on, through {len(done)} boxes in all")
        way = f"{found.kind} takes {given}: {'; '.join(steps) or 'nothing is called'}."
        if found.error is not None:
            return f"{way} {self._failure()}"
        small = [found.values[at].tensor for at in found.outputs]
        if len(small) == 1 and small[0].numel() == 1:
            way += f" The output is {small[0].item():.4g}."
        for name, curve in self._curves.all.items():
            way += f" {name} is {curve.values[-1]:.4g} after step {curve.steps[-1]:,}."
        return f"{way} {found.no_way_back}".strip()

    def _gives(self, box: Any) -> str:
        shapes = [times(self._trace.values[at].tensor.shape) for at in box.outputs]
        return " and ".join(shapes) or "no tensor"

    def __repr__(self) -> str:
        found = self._trace
        parts = [found.kind]
        parts += [
            f"{found.values[i].name}: {times(found.values[i].tensor.shape)}" for i in found.inputs
        ]
        count = sum(box.state == "done" for box in found.boxes)
        parts.append(f"{count} box{'' if count == 1 else 'es'}")
        if found.error is not None:
            parts.append(f"fails at {self._at(self.trace['error']['box'])}")
        else:
            shapes = [times(found.values[at].tensor.shape) for at in found.outputs]
            parts.append(f"output: {', '.join(shapes) or repr(found.result)}")
        return f"ModuleFlow({', '.join(parts)})"

    def _picture(self) -> Drawing:
        failure = "" if self._trace.error is None else self._failure()
        drawing = draw(self._trace, self.text, failure)
        draw_curves(drawing, self._curves.all)
        return drawing


def called_by(box: Any) -> str:
    """A box by its name and its class, as in "conv (Conv2d)"."""
    return f"{box.name} ({box.type})" if box.type else str(box.name)


def last_step(state: Mapping[str, Any]) -> int:
    """The number of the last step: forward through every box, and as many back, from the sum."""
    done: int = sum(box["state"] == "done" for box in state["boxes"])
    return done if state["stuck"] or state["error"] else 2 * done + 1


def problem(state: Mapping[str, Any]) -> str:
    """What is wrong with a step or with what is opened, and what to do; the page says the same."""
    step, last = state["step"], last_step(state["trace"])
    if isinstance(step, bool) or not isinstance(step, int) or not 0 <= step <= last:
        return f"step is {step!r}: give a whole number from 0 to {last}."
    names = _names(state["trace"])
    if state["opened"] and state["opened"] not in names:
        return f"{state['opened']!r} is not here. What can be opened: {', '.join(names)}."
    return ""


def _names(state: Mapping[str, Any]) -> list[str]:
    return [one["name"] for kind in ("boxes", "groups", "values") for one in state[kind]]


def _shell() -> Any:
    """IPython's shell, where there is one."""
    ipython = sys.modules.get("IPython")
    return None if ipython is None else ipython.get_ipython()
