"""What PyTorch has and tensorlab has not: what to use in its place."""

from __future__ import annotations

from typing import NoReturn

from tensorlab.errors import noted

_INSTEAD = {
    "cuda": "There is only the CPU.",
    "distributed": "One process computes.",
    "distributions": "torch.randn, torch.rand, torch.multinomial and others draw numbers.",
    "fx": "A model's graph is at y.grad_fn.next_functions.",
    "func": "torch.autograd.functional has jacobian and hessian; a loop does what vmap does.",
    "futures": "Python's concurrent.futures has them.",
    "hub": "torch.load reads weights that PyTorch saved.",
    "jit": "Models are not compiled: call them as they are.",
    "export": "torch.save keeps a model's weights: model.state_dict().",
    "onnx": "torch.save keeps a model's weights: model.state_dict().",
    "multiprocessing": "Python's multiprocessing has it.",
    "nested": "Pad to one length, and keep a mask.",
    "profiler": "Python's time.perf_counter and cProfile measure.",
    "quantization": "Numbers are float32, or what you convert them to.",
    "quantize_per_tensor": "Numbers are float32, or what you convert them to.",
    "sparse": "Tensors are dense here.",
    "sparse_coo_tensor": "Tensors are dense here: torch.zeros(…).index_put_(…).",
    "sparse_csr_tensor": "Tensors are dense here.",
    "binomial": "torch.rand(n, …).lt(p).sum(0) counts successes.",
    "poisson": "numpy has it: torch.from_numpy(np.random.poisson(x.numpy())).",
    "istft": "numpy and scipy have it, on x.numpy().",
    "lobpcg": "torch.linalg.eigh gives all eigenvalues.",
    "pca_lowrank": "torch.linalg.svd(x - x.mean(0), full_matrices=False) gives all components.",
    "svd_lowrank": "torch.linalg.svd(x, full_matrices=False) gives all singular values.",
    "eig": "It is gone from PyTorch, too: torch.linalg.eig.",
    "symeig": "It is gone from PyTorch, too: torch.linalg.eigh.",
    "solve": "It is gone from PyTorch, too: torch.linalg.solve(A, B).",
    "lstsq": "It is gone from PyTorch, too: torch.linalg.lstsq(A, B).",
    "matrix_rank": "It is gone from PyTorch, too: torch.linalg.matrix_rank.",
    "triangular_solve": "torch.linalg.solve_triangular(A, B, upper=True).",
    "batch_norm": "torch.nn.functional.batch_norm has it, with its arguments in another order.",
    "embedding": "torch.nn.functional.embedding(input, weight).",
    "complex32": "complex64 is the smallest complex type here.",
    "uint16": "Whole numbers are uint8, int8, int16, int32 or int64.",
    "uint32": "Whole numbers are uint8, int8, int16, int32 or int64.",
    "uint64": "Whole numbers are uint8, int8, int16, int32 or int64.",
    "stft": "numpy and scipy have it, on x.numpy().",
    "vmap": "Operations take whole batches; a loop and torch.stack do the rest.",
}


METHODS = {
    "to_sparse": "Tensors are dense here.",
    "coalesce": "Tensors are dense here.",
    "storage": "x.untyped_storage and x.storage are not here; x.data_ptr() and x.numpy() are.",
    "untyped_storage": "x.data_ptr() tells whether two tensors begin in one place.",
    "chalf": "complex64 is the smallest complex type here: x.cfloat().",
    "resize": "It is deprecated in PyTorch: x.reshape(…), or x.resize_(…) in place.",
}


class AbsentMethod:
    """In the place of a method that tensors have not: to ask for it raises AttributeError.

    A `__getattr__` would say so for any name, and make every attribute slower in Python 3.11.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, instance: object, owner: type | None = None) -> NoReturn:
        raise noted(
            AttributeError(f"'Tensor' object has no attribute '{self.name}'"),
            f"PyTorch has x.{self.name}, tensorlab has not. {METHODS[self.name]}",
        )


# What PyTorch's modules have and ours have not.
_INSTEAD_IN = {
    "nn": {
        "AdaptiveLogSoftmax": "nn.AdaptiveLogSoftmaxWithLoss has a loss in it.",
        "DataParallel": "There is one device: use the model as it is.",
        "FractionalMaxPool2d": "nn.AdaptiveMaxPool2d gives an output of a size that you choose.",
        "FractionalMaxPool3d": "nn.AdaptiveMaxPool3d gives an output of a size that you choose.",
        "LinearCrossEntropyLoss": "nn.Linear and nn.CrossEntropyLoss, one after the other.",
        "SyncBatchNorm": "There is one process: nn.BatchNorm1d, 2d and 3d do the same.",
    },
    "nn.functional": {
        "fractional_max_pool2d": "F.adaptive_max_pool2d gives an output of a size that you choose.",
        "fractional_max_pool3d": "F.adaptive_max_pool3d gives an output of a size that you choose.",
        "linear_cross_entropy": "F.cross_entropy(F.linear(x, weight), target).",
        "grouped_mm": "A loop over the groups, with x @ w.",
    },
    "optim": {
        "Muon": "torch.optim.AdamW trains matrices, too.",
    },
    "linalg": {
        "ldl_factor": "torch.linalg.lu_factor factors any square matrix.",
        "ldl_solve": "torch.linalg.solve(A, B).",
    },
}


def absent_in(module: str, name: str, known: list[str]) -> AttributeError:
    """The error for a name that one of torch's modules has not here: `nn.Lineer`, `optim.Muon`."""
    error = AttributeError(f"module 'torch.{module}' has no attribute '{name}'")
    said = {"nn.functional": "F"}.get(module, module)
    instead = _INSTEAD_IN.get(module, {}).get(name)
    if instead:
        return noted(error, f"PyTorch has torch.{module}.{name}, tensorlab has not. {instead}")
    same = [each for each in known if each.lower() == name.lower()]
    if same:
        return noted(error, f"Capitals count: {said}.{same[0]}.")
    if name.startswith("_"):
        return error
    from difflib import get_close_matches

    near = get_close_matches(name, known, 1, 0.75)
    if near:
        return noted(error, f"Did you mean {said}.{near[0]}?")
    return noted(error, f"tensorlab has what courses use, not all of torch.{module}.")


def absent(name: str, known: list[str]) -> AttributeError:
    """The error for a name that is not here, with a sentence on what to use."""
    error = AttributeError(f"module 'tensorlab' has no attribute '{name}'")
    if name in _INSTEAD:
        return noted(error, f"PyTorch has torch.{name}, tensorlab has not. {_INSTEAD[name]}")
    same = [each for each in known if each.lower() == name.lower()]
    if same:
        return noted(error, f"Capitals count: torch.{same[0]}.")
    if name.startswith("_"):
        return error
    from difflib import get_close_matches

    near = get_close_matches(name, known, 1, 0.75)
    hint = f"Did you mean torch.{near[0]}? " if near else ""
    return noted(error, f"{hint}tensorlab has what courses use, not all of PyTorch.")
