"""Derivatives of functions: jacobian, hessian, and their products with vectors.

Follows `torch.autograd.functional`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tensorlab.autograd import enable_grad, grad

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


@enable_grad()
def jacobian(
    func: Callable[..., Any],
    inputs: Any,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    strategy: str = "reverse-mode",
) -> Any:
    """All first derivatives: of shape `output.shape + input.shape`, or tuples of such.

    Follows `torch.autograd.functional.jacobian`.

    >>> torch.autograd.functional.jacobian(lambda x: x ** 2, torch.tensor([1., 2.]))
    tensor([[2., 0.],
            [0., 4.]])
    """
    arguments = _fresh(inputs, create_graph)
    outputs = func(*arguments)
    several = isinstance(outputs, tuple)
    tables = [
        _table(output, arguments, create_graph) for output in (outputs if several else (outputs,))
    ]
    rows = tables if isinstance(inputs, tuple) else [table[0] for table in tables]
    return tuple(rows) if several else rows[0]


def _table(output: Tensor, arguments: tuple[Tensor, ...], create_graph: bool) -> Any:
    """The derivatives of one output with respect to each argument."""
    tables = [output.detach().new_zeros((output.numel(), *x.shape)) for x in arguments]
    if output.requires_grad:
        flat = output.reshape(-1)
        for i in range(output.numel()):
            found = grad(
                flat[i],
                arguments,
                retain_graph=True,
                create_graph=create_graph,
                allow_unused=True,
            )
            for table, gradient in zip(tables, found, strict=True):
                if gradient is not None:
                    table[i] = gradient
    return tuple(
        table.reshape((*output.shape, *x.shape)) for table, x in zip(tables, arguments, strict=True)
    )


@enable_grad()
def hessian(
    func: Callable[..., Any],
    inputs: Any,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    outer_jacobian_strategy: str = "reverse-mode",
) -> Any:
    """All second derivatives of a function that gives one number.

    Follows `torch.autograd.functional.hessian`.

    >>> torch.autograd.functional.hessian(lambda x: (x ** 3).sum(), torch.tensor([1., 2.]))
    tensor([[ 6.,  0.],
            [ 0., 12.]])
    """

    def slopes(*arguments: Tensor) -> Any:
        found = jacobian(_one_number(func), arguments, create_graph=True)
        return found if isinstance(inputs, tuple) else found[0]

    return jacobian(slopes, inputs, create_graph)


def _one_number(func: Callable[..., Any]) -> Callable[..., Tensor]:
    def checked(*arguments: Tensor) -> Tensor:
        output: Any = func(*arguments)
        if isinstance(output, tuple) or output.numel() != 1:
            raise RuntimeError(
                "The Tensor returned by the function given to hessian should contain a single "
                "element"
            )
        return output.reshape(())  # type: ignore[no-any-return]

    return checked


@enable_grad()
def vjp(
    func: Callable[..., Any],
    inputs: Any,
    v: Any = None,
    create_graph: bool = False,
    strict: bool = False,
) -> tuple[Any, Any]:
    """The output, and the vector `v` times the jacobian. Follows `torch.autograd.functional.vjp`.

    >>> torch.autograd.functional.vjp(lambda x: x ** 2, torch.tensor([1., 2.]), torch.ones(2))
    (tensor([1., 4.]), tensor([2., 4.]))
    """
    arguments = _fresh(inputs, create_graph)
    outputs = func(*arguments)
    results = _tuple(outputs)
    vectors = (None,) * len(results) if v is None else _tuple(v)
    found = _filled(
        grad(results, arguments, vectors, create_graph=create_graph, allow_unused=True), arguments
    )
    if not create_graph:
        results = tuple(output.detach() for output in results)
    products = found if isinstance(inputs, tuple) else found[0]
    return (results if isinstance(outputs, tuple) else results[0]), products


@enable_grad()
def jvp(
    func: Callable[..., Any],
    inputs: Any,
    v: Any = None,
    create_graph: bool = False,
    strict: bool = False,
) -> tuple[Any, Any]:
    """The output, and the jacobian times the vector `v`. Follows `torch.autograd.functional.jvp`.

    >>> torch.autograd.functional.jvp(lambda x: x ** 2, torch.tensor([1., 2.]), torch.ones(2))
    (tensor([1., 4.]), tensor([2., 4.]))
    """
    arguments = _fresh(inputs, create_graph)
    outputs = func(*arguments)
    results = _tuple(outputs)
    vectors = (None,) * len(arguments) if v is None else _tuple(v)
    products = []
    for output in results:
        # Backward twice: the gradient is linear in `weight`, and its own gradient is the product.
        weight = output.detach().new_zeros(output.shape).requires_grad_()
        back = grad(
            output, arguments, weight, create_graph=True, retain_graph=True, allow_unused=True
        )
        pairs = [
            (x, vector) for x, vector in zip(back, vectors, strict=True)
            if x is not None and x.requires_grad
        ]  # fmt: skip
        found = grad(
            [x for x, _ in pairs], weight, [vector for _, vector in pairs],
            create_graph=create_graph, retain_graph=True, allow_unused=True,
        ) if pairs else (None,)  # fmt: skip
        products.append(_filled(found, (output,))[0])
    if not create_graph:
        results = tuple(output.detach() for output in results)
    if isinstance(outputs, tuple):
        return results, tuple(products)
    return results[0], products[0]


def vhp(
    func: Callable[..., Any],
    inputs: Any,
    v: Any = None,
    create_graph: bool = False,
    strict: bool = False,
) -> tuple[Any, Any]:
    """The output, and the vector `v` times the hessian. Follows `torch.autograd.functional.vhp`."""
    with enable_grad():
        arguments = _fresh(inputs, create_graph)
        output = _one_number(func)(*arguments)
        slopes = _filled(grad(output, arguments, create_graph=True, allow_unused=True), arguments)
        vectors = _tuple(v)
        pairs = [(s, w) for s, w in zip(slopes, vectors, strict=True) if s.requires_grad]
        found: Any = (None,) * len(arguments)
        if pairs:
            found = grad(
                [s for s, _ in pairs], arguments, [w for _, w in pairs],
                create_graph=create_graph, allow_unused=True,
            )  # fmt: skip
        products = _filled(found, arguments)
    result = output if create_graph else output.detach()
    return result, products if isinstance(inputs, tuple) else products[0]


hvp = vhp  # the hessian is symmetric


def _tuple(x: Any) -> tuple[Any, ...]:
    return x if isinstance(x, tuple) else (x,)


def _fresh(inputs: Any, create_graph: bool) -> tuple[Tensor, ...]:
    """The inputs as leaves of their own, or in their place in the graph."""
    listed = _tuple(inputs)
    if create_graph:
        return tuple(
            x.view_as(x) if x.requires_grad else x.detach().requires_grad_() for x in listed
        )
    return tuple(x.detach().requires_grad_() for x in listed)


def _filled(found: Any, like: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """Zeros where nothing was found."""
    return tuple(
        x.detach().new_zeros(x.shape) if part is None else part
        for part, x in zip(found, like, strict=True)
    )
