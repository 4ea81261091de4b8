"""L-BFGS: steps that take the curvature into account, as the last gradients show it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tensorlab.autograd import enable_grad, no_grad
from tensorlab.core import wrap
from tensorlab.ops import creation, joining
from tensorlab.optim.optimizer import Optimizer, check_range

if TYPE_CHECKING:
    from tensorlab.optim.optimizer import Parameters
    from tensorlab.tensor import Tensor

    Objective = Callable[[Any], tuple[float, Tensor]]


class LBFGS(Optimizer):
    """A quasi-Newton method: one call of `step` asks for the loss up to `max_eval` times.

    `step(closure)` needs a function that clears the gradients, computes the loss, calls backward
    and gives the loss. With `line_search_fn="strong_wolfe"` it looks for a good length of each
    step. All parameters are one group. Follows `torch.optim.LBFGS`.

    >>> w = nn.Parameter(torch.tensor([3., -2.]))
    >>> optimizer = torch.optim.LBFGS([w], line_search_fn="strong_wolfe")
    >>> def closure():
    ...     optimizer.zero_grad()
    ...     loss = ((w - 1) ** 2).sum()
    ...     loss.backward()
    ...     return loss
    >>> optimizer.step(closure)
    tensor(13., grad_fn=<SumBackward0>)
    >>> w
    Parameter containing:
    tensor([1.0000, 1.0000], requires_grad=True)
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        check_range("learning rate", lr)
        defaults = {
            "lr": lr,
            "max_iter": max_iter,
            "max_eval": max_iter * 5 // 4 if max_eval is None else max_eval,
            "tolerance_grad": tolerance_grad,
            "tolerance_change": tolerance_change,
            "history_size": history_size,
            "line_search_fn": line_search_fn,
        }
        super().__init__(params, defaults)
        if len(self.param_groups) != 1:
            raise ValueError("LBFGS doesn't support per-parameter options (parameter groups)")
        self._params: list[Tensor] = self.param_groups[0]["params"]

    def _gradient(self) -> Tensor:
        """All gradients, one after another."""
        parts = [
            creation.zeros_like(p).detach() if p.grad is None else p.grad.detach()
            for p in self._params
        ]
        return joining.cat([part.reshape(-1) for part in parts], 0)

    def _walk(self, length: Any, direction: Tensor) -> None:
        """Move all parameters."""
        start = 0
        for p in self._params:
            part = direction[start : start + p.numel()]
            p.add_(part.view_as(p), alpha=float(length))
            start += p.numel()

    @no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Up to `max_iter` steps; gives the loss before the first. Follows torch."""
        if closure is None:
            raise TypeError("LBFGS.step() missing 1 required positional argument: 'closure'")
        evaluate = enable_grad()(closure)
        group = self.param_groups[0]
        lr, tolerance_change = float(group["lr"]), group["tolerance_change"]
        state = self.state[self._params[0]]
        state.setdefault("func_evals", 0)
        state.setdefault("n_iter", 0)

        first_loss = evaluate()
        loss = float(first_loss)
        evaluations = 1
        state["func_evals"] += 1
        gradient = self._gradient()
        if gradient.abs().max() <= group["tolerance_grad"]:
            return first_loss

        for iteration in range(1, group["max_iter"] + 1):
            state["n_iter"] += 1
            direction = self._direction(state, gradient, group["history_size"])
            state["prev_flat_grad"], state["prev_loss"] = gradient.clone(), loss
            # Nothing is known of the curvature at first: a careful step.
            length = (
                min(1.0, 1.0 / float(gradient.abs().sum())) * lr if state["n_iter"] == 1 else lr
            )
            state["d"], state["t"] = direction, length
            slope = gradient.dot(direction)
            if slope > -tolerance_change:
                break
            before, asked = loss, 0
            if group["line_search_fn"] is not None:
                if group["line_search_fn"] != "strong_wolfe":
                    raise RuntimeError("only 'strong_wolfe' is supported")
                loss, gradient, length, asked = _strong_wolfe(
                    self._along(evaluate, direction), length, direction, loss, gradient, slope,
                    most=group["max_eval"] - evaluations,
                )  # fmt: skip
                self._walk(length, direction)
                state["t"] = length
            else:
                self._walk(length, direction)
                if iteration != group["max_iter"]:
                    loss, gradient, asked = float(evaluate()), self._gradient(), 1
            evaluations += asked
            state["func_evals"] += asked
            if (
                iteration == group["max_iter"]
                or evaluations >= group["max_eval"]
                or gradient.abs().max() <= group["tolerance_grad"]
                or direction.mul(length).abs().max() <= tolerance_change
                or abs(loss - before) < tolerance_change
            ):
                break
        return first_loss

    def _direction(self, state: dict[str, Any], gradient: Tensor, history_size: int) -> Tensor:
        """Where to go: against the gradient, bent by what the last steps taught."""
        if state["n_iter"] == 1:
            state["old_dirs"], state["old_stps"], state["ro"], state["H_diag"] = [], [], [], 1
            return gradient.neg()
        change = gradient.sub(state["prev_flat_grad"])
        step = state["d"].mul(state["t"])
        curvature = change.dot(step)
        changes, steps, inverse = state["old_dirs"], state["old_stps"], state["ro"]
        if curvature > 1e-10:
            if len(changes) == history_size:
                for history in (changes, steps, inverse):
                    history.pop(0)
            changes.append(change)
            steps.append(step)
            inverse.append(1.0 / curvature)
            state["H_diag"] = curvature / change.dot(change)
        # Two loops: with the inverse of the curvature, never written down as a matrix.
        weights = state.setdefault("al", [None] * history_size)
        direction = gradient.neg()
        for i in reversed(range(len(changes))):
            weights[i] = steps[i].dot(direction) * inverse[i]
            direction.add_(changes[i], alpha=float(-weights[i]))
        direction = direction.mul(state["H_diag"])
        for i in range(len(changes)):
            back = changes[i].dot(direction) * inverse[i]
            direction.add_(steps[i], alpha=float(weights[i] - back))
        return direction

    def _along(self, evaluate: Callable[[], Any], direction: Tensor) -> Objective:
        """Loss and gradient at any length along a direction; the parameters stay."""
        start = [wrap(p._data.copy()) for p in self._params]

        def objective(length: Any) -> tuple[float, Tensor]:
            self._walk(length, direction)
            loss, gradient = float(evaluate()), self._gradient()
            for p, values in zip(self._params, start, strict=True):
                p.copy_(values)
            return loss, gradient

        return objective


class _Point:
    """A length tried, with the loss, the gradient and the slope there."""

    def __init__(self, length: Any, loss: float, gradient: Tensor, slope: Any) -> None:
        self.length = length
        self.loss = loss
        self.gradient = gradient
        self.slope = slope


def _strong_wolfe(
    objective: Objective,
    length: Any,
    direction: Tensor,
    loss: float,
    gradient: Tensor,
    slope: Any,
    *,
    most: int,
    enough: float = 1e-4,
    flat: float = 0.9,
    tolerance_change: float = 1e-9,
) -> tuple[float, Tensor, Any, int]:
    """A length with less loss and a flatter slope: gives loss, gradient, length, tries."""

    def tried(length: Any) -> _Point:
        loss, gradient = objective(length)
        return _Point(length, loss, gradient, gradient.dot(direction))

    def too_high(point: _Point) -> bool:
        return bool(point.loss > loss + enough * point.length * slope)

    def flat_enough(point: _Point) -> bool:
        return bool(abs(point.slope) <= -flat * slope)

    start = before = _Point(0, loss, gradient, slope)
    point, tries, turns = tried(length), 1, 0
    bracket = [start, point]
    done = False
    # Longer and longer, until a good length is passed.
    while turns < most:
        if too_high(point) or (turns > 1 and point.loss >= before.loss):
            bracket = [before, point]
            break
        if flat_enough(point):
            bracket, done = [point], True
            break
        if point.slope >= 0:
            bracket = [before, point]
            break
        least = point.length + 0.01 * (point.length - before.length)
        longer = _cubic(before, point, (least, point.length * 10))
        before, point = point, tried(longer)
        tries += 1
        turns += 1
    else:
        bracket = [start, point]

    # Then between the two ends, the lower of which is `bracket[low]`.
    stuck = False
    low, high = (0, 1) if bracket[0].loss <= bracket[-1].loss else (1, 0)
    widest = direction.abs().max()
    while not done and turns < most:
        left, right = sorted([bracket[0].length, bracket[1].length])
        if abs(bracket[1].length - bracket[0].length) * widest < tolerance_change:
            break
        between = _cubic(bracket[0], bracket[1])
        margin = 0.1 * (right - left)
        if min(right - between, between - left) < margin:
            if stuck or between >= right or between <= left:
                nearer_right = abs(between - right) < abs(between - left)
                between = right - margin if nearer_right else left + margin
                stuck = False
            else:
                stuck = True
        else:
            stuck = False
        point = tried(between)
        tries += 1
        turns += 1
        if too_high(point) or point.loss >= bracket[low].loss:
            bracket[high] = point
            low, high = (0, 1) if bracket[0].loss <= bracket[1].loss else (1, 0)
            continue
        if flat_enough(point):
            done = True
        elif point.slope * (bracket[high].length - bracket[low].length) >= 0:
            bracket[high] = bracket[low]
        bracket[low] = point
    best = bracket[low]
    return best.loss, best.gradient, best.length, tries


def _cubic(a: _Point, b: _Point, bounds: tuple[Any, Any] | None = None) -> Any:
    """Where the cubic through two points, with their slopes, is lowest, within the bounds."""
    least, most = bounds or sorted([a.length, b.length])
    bend = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.length - b.length)
    square = bend**2 - a.slope * b.slope
    if not square >= 0:
        return (least + most) / 2.0
    root = square.sqrt()
    if a.length > b.length:
        a, b = b, a
    lowest = b.length - (b.length - a.length) * (
        (b.slope + root - bend) / (b.slope - a.slope + 2 * root)
    )
    return min(max(lowest, least), most)
