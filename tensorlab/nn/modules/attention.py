"""MultiheadAttention: attention in several heads, each on a part of the features."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tensorlab.nn import init
from tensorlab.nn.functional import attention
from tensorlab.nn.modules.linear import Linear
from tensorlab.nn.modules.module import Module
from tensorlab.nn.parameter import Parameter
from tensorlab.ops import creation

if TYPE_CHECKING:
    from tensorlab.tensor import Tensor


class NonDynamicallyQuantizableLinear(Linear):
    """A Linear layer; torch prints the one behind attention under this name."""


class MultiheadAttention(Module):
    """Attention in `num_heads` heads. Follows `torch.nn.MultiheadAttention`.

    Query (L, N, E), key and value (S, N, E), with `batch_first` the batch first, or without a
    batch. Gives (L, N, E), and the weights of the means over the heads, (N, L, S).

    >>> layer = nn.MultiheadAttention(embed_dim=8, num_heads=2)
    >>> x = torch.rand(5, 3, 8)
    >>> output, weights = layer(x, x, x)
    >>> output.shape, weights.shape
    (torch.Size([5, 3, 8]), torch.Size([3, 5, 5]))
    """

    in_proj_weight: Parameter | None
    in_proj_bias: Parameter | None
    q_proj_weight: Parameter | None
    k_proj_weight: Parameter | None
    v_proj_weight: Parameter | None
    bias_k: Parameter | None
    bias_v: Parameter | None

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if embed_dim <= 0 or num_heads <= 0:
            raise ValueError(
                "embed_dim and num_heads must be greater than 0, got "
                f"embed_dim={embed_dim} and num_heads={num_heads} instead"
            )
        super().__init__()
        self.embed_dim = embed_dim
        self.kdim = embed_dim if kdim is None else kdim
        self.vdim = embed_dim if vdim is None else vdim
        self.num_heads = num_heads
        self.dropout = dropout
        self.batch_first = batch_first
        self.head_dim = embed_dim // num_heads
        if self.head_dim * num_heads != embed_dim:
            raise AssertionError("embed_dim must be divisible by num_heads")
        self._qkv_same_embed_dim = self.kdim == embed_dim and self.vdim == embed_dim

        def parameter(name: str, shape: tuple[int, ...] | None) -> None:
            one = None if shape is None else Parameter(creation.empty(shape, dtype=dtype))
            self.register_parameter(name, one)

        if self._qkv_same_embed_dim:
            parameter("in_proj_weight", (3 * embed_dim, embed_dim))
        for name, width in (("q", embed_dim), ("k", self.kdim), ("v", self.vdim)):
            own = None if self._qkv_same_embed_dim else (embed_dim, width)
            parameter(f"{name}_proj_weight", own)
        if not self._qkv_same_embed_dim:
            parameter("in_proj_weight", None)
        parameter("in_proj_bias", (3 * embed_dim,) if bias else None)
        self.out_proj = NonDynamicallyQuantizableLinear(
            embed_dim, embed_dim, bias=bias, dtype=dtype
        )
        for name in ("bias_k", "bias_v"):
            if add_bias_kv:
                parameter(name, (1, 1, embed_dim))
            else:
                setattr(self, name, None)
        self.add_zero_attn = add_zero_attn
        self._reset_parameters()

    def _reset_parameters(self) -> None:
        for weight in (
            self.in_proj_weight, self.q_proj_weight, self.k_proj_weight, self.v_proj_weight
        ):  # fmt: skip
            if weight is not None:
                init.xavier_uniform_(weight)
        if self.in_proj_bias is not None:
            init.constant_(self.in_proj_bias, 0.0)
            assert self.out_proj.bias is not None
            init.constant_(self.out_proj.bias, 0.0)
        for extra in (self.bias_k, self.bias_v):
            if extra is not None:
                init.xavier_normal_(extra)

    def forward(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        key_padding_mask: Tensor | None = None,
        need_weights: bool = True,
        attn_mask: Tensor | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        """The result, and the weights where they are needed. True in a mask hides."""
        swapped = self.batch_first and query.ndim == 3
        if swapped and key.ndim == value.ndim == 3:
            query, key, value = (x.transpose(1, 0) for x in (query, key, value))
        same = self._qkv_same_embed_dim
        if query.ndim == key.ndim == value.ndim and query.ndim in (2, 3):
            attention.require_width(query, key, value, self.embed_dim, same)
        if self.in_proj_weight is not None:
            weights: Any = list(self.in_proj_weight.chunk(3))
        else:
            weights = [self.q_proj_weight, self.k_proj_weight, self.v_proj_weight]
        bias = self.in_proj_bias
        biases: Any = [None] * 3 if bias is None else list(bias.chunk(3))
        out, shares = attention.multi_head_attention(
            query,
            key,
            value,
            (weights, biases),
            (self.out_proj.weight, self.out_proj.bias),
            self.num_heads,
            extra=(self.bias_k, self.bias_v),
            add_zero_attn=self.add_zero_attn,
            dropout_p=self.dropout if self.training else 0.0,
            key_padding_mask=key_padding_mask,
            attn_mask=attn_mask,
            need_weights=need_weights,
            average_attn_weights=average_attn_weights,
            is_causal=is_causal,
        )
        return (out.transpose(1, 0), shares) if swapped else (out, shares)
