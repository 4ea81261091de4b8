"""What PyTorch has and tensorlab has not: what to use in its place."""

from __future__ import annotations

from tensorlab.errors import noted

_INSTEAD = {
    "cuda": "There is only the CPU.",
    "distributed": "One process computes.",
    "distributions": "torch.randn, torch.rand, torch.multinomial and others draw numbers.",
    "fft": "numpy has it: torch.from_numpy(np.fft.fft(x.numpy())).",
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
    "special": "torch itself has most: erf, expm1, sigmoid, softmax.",
    "stft": "numpy and scipy have it, on x.numpy().",
    "vmap": "Operations take whole batches; a loop and torch.stack do the rest.",
}


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
