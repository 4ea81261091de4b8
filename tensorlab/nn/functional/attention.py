"""Attention: a mean of values, each weighted by how well its key fits the query."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab import dtypes
from tensorlab.core import record, wrap
from tensorlab.errors import lined_up, noted
from tensorlab.nn.functional.activations import softmax
from tensorlab.nn.functional.affine import linear
from tensorlab.nn.functional.dropping import dropout
from tensorlab.nn.functional.fused import fused
from tensorlab.nn.functional.padding import pad
from tensorlab.ops.casting import cast
from tensorlab.ops.joining import cat
from tensorlab.ops.logic import where
from tensorlab.ops.matmul import bmm, matmul

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Tensor:
    """softmax(query · keyᵀ · scale) · value.

    query (…, L, E), key (…, S, E), value (…, S, V), gives (…, L, V). The scale is 1 / √E unless
    given. A mask of True and False says which keys are seen, one of floats is added; `is_causal`
    lets each place see itself and what is before it.
    Follows `torch.nn.functional.scaled_dot_product_attention`.

    >>> x = torch.eye(2)
    >>> F.scaled_dot_product_attention(x, x, torch.tensor([[1.], [2.]]), is_causal=True)
    tensor([[1.0000],
            [1.6698]])
    """
    if is_causal and attn_mask is not None:
        raise RuntimeError(
            "_scaled_dot_product_attention: Explicit attn_mask should not be set when "
            "is_causal=True"
        )
    _check(query, key, value)
    if enable_gqa and key.shape[-3] != query.shape[-3]:
        times = query.shape[-3] // key.shape[-3]
        key, value = key.repeat_interleave(times, -3), value.repeat_interleave(times, -3)
    places, keys = query.shape[-2], key.shape[-2]
    factor = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    if is_causal:
        attn_mask = wrap(np.tril(np.ones((places, keys), np.bool_)))
    mask = None if attn_mask is None else _added(attn_mask, query)

    def formula(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
        scores = matmul(q * factor, k.transpose(-2, -1))
        if mask is not None:
            scores = scores + mask
        shares = scores.softmax(-1)
        if mask is not None:  # a place that sees nothing takes in nothing
            blind = (scores.detach() == -math.inf)._data.all(-1, keepdims=True)
            shares = where(wrap(blind), 0.0, shares) if blind.any() else shares
        if dropout_p:
            shares = dropout(shares, dropout_p)
        return matmul(shares, v)

    if query.dtype in (dtypes.float16, dtypes.bfloat16):  # rounded once, at the end
        q, k, v = (cast(x, dtypes.float32) for x in (query, key, value))
        shown = None if mask is None else cast(mask, dtypes.float32)
        return cast(formula(q, k, v, shown), query.dtype)
    together = query.ndim == 4 and not dropout_p
    if together and query.dtype in (dtypes.float32, dtypes.float64):
        name = "ScaledDotProductFlashAttentionForCpuBackward0"
        return fused(name, formula, query, key, value, mask)
    out = formula(query, key, value, mask)
    if query.ndim == 2:
        return out
    return record("UnsafeViewBackward0", out._data, (out, lambda g: g))


def _added(mask: Tensor, query: Tensor) -> Tensor:
    """A mask to be added: -∞ where one of True and False says False."""
    if mask.dtype is dtypes.bool:
        hidden = np.where(mask._data, 0, -np.inf).astype(query._data.dtype)
        return cast(wrap(hidden), query.dtype)
    if mask.dtype is not query.dtype and mask.dtype is not dtypes.float32:
        raise RuntimeError(
            "Expected attn_mask dtype to be bool or float or to match query dtype, but got "
            f"attn_mask.dtype: {mask.dtype.spoken} and  query.dtype: {query.dtype.spoken} instead."
        )
    return cast(mask, query.dtype)


def _check(query: Tensor, key: Tensor, value: Tensor) -> None:
    if not query.dtype is key.dtype is value.dtype:
        raise RuntimeError(
            "Expected query, key, and value to have the same dtype, but got query.dtype: "
            f"{query.dtype.spoken} key.dtype: {key.dtype.spoken} and value.dtype: "
            f"{value.dtype.spoken} instead."
        )
    if min(query.ndim, key.ndim, value.ndim) < 2:
        raise RuntimeError(
            "Expected query, key, and value to all be  at least 2 dimensional, but got query.dim: "
            f"{query.ndim}, key.dim: {key.ndim} and value.dim: {value.ndim} instead."
        )


def multi_head_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    projections: tuple[list[Tensor], list[Tensor | None]],
    out_projection: tuple[Tensor, Tensor | None],
    heads: int,
    *,
    extra: tuple[Tensor | None, Tensor | None] = (None, None),
    add_zero_attn: bool = False,
    dropout_p: float = 0.0,
    key_padding_mask: Tensor | None = None,
    attn_mask: Tensor | None = None,
    need_weights: bool = True,
    average_attn_weights: bool = True,
    is_causal: bool = False,
) -> tuple[Tensor, Tensor | None]:
    """Attention in several heads, each on a part of the features: (L, N, E) gives (L, N, E).

    `projections` are the weights and biases that make queries, keys and values. Gives the result,
    and, where they are needed, the weights of the means.
    """
    batched = _check_shapes(query, key, value, key_padding_mask, attn_mask, heads)
    if is_causal and attn_mask is None:
        raise RuntimeError(
            "Need attn_mask if specifying the is_causal hint. You may use the Transformer module "
            "method `generate_square_subsequent_mask` to create this mask."
        )
    if not batched:
        query, key, value = query.unsqueeze(1), key.unsqueeze(1), value.unsqueeze(1)
        if key_padding_mask is not None:
            key_padding_mask = key_padding_mask.unsqueeze(0)
    padding = float_mask(key_padding_mask, "key_padding_mask", query)
    mask = float_mask(attn_mask, "attn_mask", query)
    places, batch, width = query.shape
    weights, biases = projections
    q, k, v = (
        linear(x, weight, bias)
        for x, weight, bias in zip((query, key, value), weights, biases, strict=True)
    )
    if mask is not None:
        mask = _shaped(mask, batch * heads, places, k.shape[0])
    if extra[0] is not None and extra[1] is not None:
        k = cat([k, extra[0].repeat(1, batch, 1)])
        v = cat([v, extra[1].repeat(1, batch, 1)])
        mask, padding = _one_more(mask), _one_more(padding)

    def dealt(x: Tensor) -> Tensor:
        """(S, N, E) as (N · heads, S, E / heads)."""
        return x.contiguous().view(x.shape[0], batch * heads, width // heads).transpose(0, 1)

    q, k, v = dealt(q), dealt(k), dealt(v)
    if add_zero_attn:
        nothing = k.new_zeros((batch * heads, 1, width // heads))
        k, v = cat([k, nothing], 1), cat([v, nothing], 1)
        mask, padding = _one_more(mask), _one_more(padding)
    keys = k.shape[1]
    if padding is not None:
        if padding.shape != (batch, keys):
            raise AssertionError(
                f"Expected key_padded_mask.shape[{int(padding.shape[0] == batch)}] to be "
                f"{keys if padding.shape[0] == batch else batch}, but got "
                f"{padding.shape[int(padding.shape[0] == batch)]}"
            )
        wide = padding.view(batch, 1, 1, keys).expand(-1, heads, -1, -1)
        wide = wide.reshape(batch * heads, 1, keys)
        mask = wide if mask is None else mask + wide

    if need_weights:
        scores = bmm(q * math.sqrt(1.0 / q.shape[2]), k.transpose(-2, -1))
        shares = softmax(scores if mask is None else scores + mask, dim=-1)
        shares = dropout(shares, dropout_p) if dropout_p else shares
        out = bmm(shares, v).transpose(0, 1).reshape(places * batch, width)
        out = linear(out, *out_projection)
        out = out.view(places, batch, out.shape[1])
        shares = shares.view(batch, heads, places, keys)
        shares = shares.mean(dim=1) if average_attn_weights else shares
        return (out, shares) if batched else (out.squeeze(1), shares.squeeze(0))
    if mask is not None:
        mask = mask.unsqueeze(0) if mask.shape[0] == 1 else mask.view(batch, heads, -1, keys)

    def by_head(x: Tensor) -> Tensor:
        return x.view(batch, heads, x.shape[1], x.shape[2])

    out = scaled_dot_product_attention(by_head(q), by_head(k), by_head(v), mask, dropout_p)
    out = out.permute(2, 0, 1, 3).reshape(batch * places, width)
    out = linear(out, *out_projection)
    out = out.view(places, batch, out.shape[1])
    return (out if batched else out.squeeze(1)), None


def _one_more(mask: Tensor | None) -> Tensor | None:
    """A mask for one key more, which is always seen."""
    return None if mask is None else pad(mask, (0, 1))


def float_mask(mask: Tensor | None, name: str, query: Tensor) -> Tensor | None:
    """A mask of floats: -∞ where one of True and False says True, hidden."""
    if mask is None or mask.dtype.is_floating_point:
        return mask
    if mask.dtype is not dtypes.bool:
        raise AssertionError(f"only bool and floating types of {name} are supported")
    return wrap(np.where(mask._data, -np.inf, 0).astype(query._data.dtype))


def _shaped(mask: Tensor, heads: int, places: int, keys: int) -> Tensor:
    """(heads or 1, places, keys)"""
    if mask.ndim == 2:
        if mask.shape != (places, keys):
            raise RuntimeError(
                f"The shape of the 2D attn_mask is {mask.shape}, but should be {(places, keys)}."
            )
        return mask.unsqueeze(0)
    if mask.shape != (heads, places, keys):
        raise RuntimeError(
            f"The shape of the 3D attn_mask is {mask.shape}, but should be {(heads, places, keys)}."
        )
    return mask


def _check_shapes(
    query: Tensor, key: Tensor, value: Tensor, padding: Any, mask: Any, heads: int
) -> bool:
    """Whether there is a batch. Raises torch's errors where the shapes do not fit."""
    if query.ndim not in (2, 3):
        raise AssertionError(
            "query should be unbatched 2D or batched 3D tensor but received "
            f"{query.ndim}-D query tensor"
        )
    batched = query.ndim == 3
    how = "batched (3-D)" if batched else "unbatched (2-D)"
    if key.ndim != query.ndim or value.ndim != query.ndim:
        raise AssertionError(
            f"For {how} `query`, expected `key` and `value` to be {query.ndim}-D but found "
            f"{key.ndim}-D and {value.ndim}-D tensors respectively"
        )
    if padding is not None and padding.ndim != query.ndim - 1:
        raise AssertionError(
            f"For {how} `query`, expected `key_padding_mask` to be `None` or {query.ndim - 1}-D "
            f"but found {padding.ndim}-D tensor instead"
        )
    if mask is not None and mask.ndim not in (2, 3):
        raise AssertionError(
            f"For {how} `query`, expected `attn_mask` to be `None`, 2-D or 3-D but found "
            f"{mask.ndim}-D tensor instead"
        )
    if mask is not None and not batched and mask.ndim == 3:
        expected = (heads, query.shape[0], key.shape[0])
        if tuple(mask.shape) != expected:
            raise AssertionError(
                f"Expected `attn_mask` shape to be {expected} but got {mask.shape}"
            )
    return batched


def require_width(query: Tensor, key: Tensor, value: Tensor, width: int, same: bool) -> None:
    """Raise torch's AssertionError where the features are not `width`, or keys unlike values."""
    if query.shape[-1] != width:
        raise noted(
            AssertionError(
                f"was expecting embedding dimension of {width}, but got {query.shape[-1]}"
            ),
            f"The last axis of the query, {list(query.shape)}, holds the features.",
        )
    if same and key.shape != value.shape:
        raise noted(
            AssertionError(f"key shape {key.shape} does not match value shape {value.shape}"),
            lined_up(key.shape, value.shape, names=("key", "value")),
        )
    if not same and key.shape[:2] != value.shape[:2]:
        raise AssertionError(
            f"key's sequence and batch dims {key.shape[:2]} do not match value's {value.shape[:2]}"
        )
