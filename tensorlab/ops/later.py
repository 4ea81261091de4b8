"""Operations that a first course seldom calls: their modules are imported when first asked for.

They are a third of the operations. Imported with the others, they would cost a tenth of the time
that `import tensorlab` takes. The table says where each is; `name=other` is one that its module
calls otherwise.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tensorlab.ops.calling import spoken
from tensorlab.ops.operands import in_place

# What is a function of the module `torch` and a method of Tensor, by the module that has it.
_BOTH = {
    "tensorlab.linalg.solving": "det inverse logdet pinverse slogdet=slogdet_alias",
    "tensorlab.linalg.decompositions": "cholesky=cholesky_alias cholesky_inverse cholesky_solve "
    "qr=qr_alias svd=svd_alias",
    "tensorlab.linalg.lu": "lu=lu_alias lu_solve=lu_solve_alias",
    "tensorlab.linalg.norms": "renorm",
    "tensorlab.linalg.products": "matrix_exp matrix_power",
    "tensorlab.ops.building": "diag_embed diagflat",
    "tensorlab.ops.memory": "get_device is_inference narrow_copy nonzero_static "
    "resize_as_ split_with_sizes unsafe_chunk unsafe_split",
    "tensorlab.ops.placing": "as_strided_scatter diagonal_scatter index_put index_reduce "
    "masked_scatter put scatter_reduce select_scatter slice_scatter",
    "tensorlab.ops.products": "addbmm addr",
    "tensorlab.ops.running": "cummax cummin logcumsumexp",
    "tensorlab.special": "igamma=gammainc igammac=gammaincc",
    "tensorlab.ops.special": "copysign digamma erfinv frexp gcd heaviside i0 isneginf isposinf lcm "
    "ldexp lgamma logaddexp2 mvlgamma nextafter polygamma signbit sinc xlogy",
    "tensorlab.ops.statistics": "corrcoef cov histc histogram mode nanmedian nanquantile quantile",
}
_FUNCTIONS = {
    "tensorlab.linalg.norms": "cdist nuclear_norm pdist",
    "tensorlab.linalg.products": "chain_matmul",
    "tensorlab.ops.building": "bartlett_window blackman_window block_diag cartesian_prod "
    "combinations empty_strided frombuffer hamming_window hann_window kaiser_window "
    "range=range_alias unravel_index vander",
    "tensorlab.ops.contraction": "einsum",
    "tensorlab.ops.memory": "detach detach_ fill is_same_size is_signed",
    "tensorlab.ops.placing": "index_put_",
    "tensorlab.ops.running": "cumulative_trapezoid gradient trapezoid trapz",
}
_METHODS = {
    "tensorlab.ops.arithmetic": "float_power_",
    "tensorlab.linalg.norms": "renorm_",
    "tensorlab.ops.memory": "as_subclass dim_order is_pinned is_set_to is_shared map_ new "
    "pin_memory resize_ set_ share_memory_ to_dense",
    "tensorlab.ops.placing": "fill_diagonal_ index_put_ index_reduce_ masked_scatter_ put_ "
    "scatter_reduce_",
    "tensorlab.ops.matmul": "addmm_ addmv_ baddbmm_",
    "tensorlab.ops.products": "addbmm_ addr_",
    "tensorlab.ops.sampling": "cauchy_ geometric_ log_normal_",
    "tensorlab.ops.shaping": "swapaxes_=transpose_ swapdims_=transpose_ tril_ triu_",
    "tensorlab.ops.special": "copysign_ digamma_ erfinv_ gcd_ heaviside_ i0_ lcm_ ldexp_ lgamma_ "
    "logaddexp2_ mvlgamma_ nextafter_ polygamma_ sinc_ xlogy_",
}


# In-place methods that torch has as functions, too.
IN_PLACE = frozenset(
    """abs_ acos_ acosh_ addmv_ arccos_ arccosh_ arcsin_ arcsinh_ arctan_ arctanh_ asin_ asinh_
    atan_ atanh_ ceil_ clamp_ clamp_max_ clamp_min_ clip_ conj_physical_ cos_ cosh_ deg2rad_
    erf_ erfc_ exp2_ exp_ expm1_ fill_ fix_ floor_ frac_ gcd_ i0_ lcm_ ldexp_ log10_ log1p_
    log2_ log_ logit_ nan_to_num_ neg_ negative_ rad2deg_ reciprocal_ relu_ resize_as_ round_
    rsqrt_ sigmoid_ sin_ sinc_ sinh_ sqrt_ square_ tan_ tanh_ trunc_ xlogy_ zero_""".split()  # noqa: SIM905 as above
)


def _read(*tables: dict[str, str]) -> dict[str, tuple[str, str]]:
    """The module, and the name there, of each name in the tables."""
    found = {}
    for table in tables:
        for module, names in table.items():
            for entry in names.split():
                name, _, other = entry.partition("=")
                found[name] = module, other or name
    return found


FUNCTIONS = _read(_BOTH, _FUNCTIONS)
METHODS = _read(_BOTH, _METHODS)


def load(name: str, method: bool = False) -> Any:
    """The operation of this name. `exp_` is the in-place form of `exp`."""
    module, there = (METHODS if method else FUNCTIONS)[name]
    home = import_module(module)
    operation = getattr(home, there, None)
    if operation is None:
        operation = in_place(getattr(home, there.removesuffix("_")))
    return spoken(operation, name, method)


class Later:
    """A method that is imported when it is first asked for, and then takes its own place."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __set_name__(self, owner: type, name: str) -> None:
        self.owner = owner

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        method = load(self.name, method=True)
        setattr(self.owner, self.name, method)
        return method if instance is None else method.__get__(instance)
