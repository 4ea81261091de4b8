"""Elementary functions of float32 as torch computes them, where it does not give the nearest float.

Of numbers that fill a processor's lanes, torch takes some functions from the SLEEF library; of the
others, and so of most tensors that one prints, from the C library. Both work in float32, and what
they round on the way shows in the last bit: cosh(5.) prints 74.2100, and the nearest float 74.2099.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tensorlab.kernels import erf as _erf
from tensorlab.kernels import many, parallel
from tensorlab.kernels.rounding import multiply_add

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[Any]]
    Function = Callable[[Array], Array]
    Pair = tuple[Array, Array]

_LANES = 32  # two AVX512 vectors at a time, of 16 floats each
_WHOLE = many.WHOLE
_BLOCK = 8192
_SINGLE, _DOUBLE = np.dtype(np.float32), np.dtype(np.float64)


def in_blocks(function: Function, x: Array) -> Array:
    """`function(x)`, element by element, a piece at a time: numbers of one type in and out.

    What is made on the way stays in the cache: np.exp in double, of a million float32, takes
    1.8 ms, and 4.4 ms in one piece.

    >>> in_blocks(np.exp, np.zeros((2, 2)))
    array([[1., 1.],
           [1., 1.]])
    """
    if x.size <= _BLOCK or not x.flags.c_contiguous:
        return function(x)
    flat = x.reshape(-1)
    out = np.empty_like(flat)
    for start in range(0, flat.size, _BLOCK):
        out[start : start + _BLOCK] = function(flat[start : start + _BLOCK])
    return out.reshape(x.shape)


def nearest(function: Any) -> Function:
    """`function`, of numpy's, as a function of floats that gives the nearest float32.

    numpy's own float32 functions are off by up to 4 units in the last place, by other ones on
    other processors. Tensors that do not print whole are left to them: of a million numbers, exp
    takes 0.25 of the time that it takes in double.

    >>> nearest(np.exp)(np.ones(1, np.float32))
    array([2.7182817], dtype=float32)
    """

    def of_floats(x: Array) -> Any:
        if x.dtype.char != "f":
            return function(x)
        if x.size > _WHOLE:
            return parallel.mapped(function, x)
        return function(x, dtype=_DOUBLE).astype(_SINGLE)

    return of_floats


def _elementary(double: Function, lanes: Function, rest: Function | None = None) -> Function:
    """A function of any floats: `lanes` of float32 that fill lanes, `rest` of those left over.

    `double` is for other types, and, 8 to 30 times as fast, for tensors that do not print whole.
    """

    def function(x: Array) -> Array:
        with np.errstate(all="ignore"):
            if x.dtype.char != "f":
                return double(x)
            if x.size > _WHOLE:
                return in_blocks(lambda piece: _rounded(double, piece), x)
            if rest is None:
                return lanes(x)
            if x.flags.f_contiguous and not x.flags.c_contiguous:
                return function(x.T).T
            whole = x.size // _LANES * _LANES
            if not whole or not x.flags.c_contiguous:
                return rest(x)
            flat = x.reshape(-1)
            return np.concatenate([lanes(flat[:whole]), rest(flat[whole:])]).reshape(x.shape)

    return function


def _rounded(double: Function, x: Array) -> Array:
    """`double(x)` of float32, computed in double precision: the nearest float."""
    return np.asarray(double(x.astype(np.float64))).astype(np.float32)


def _floats(*numbers: float) -> list[np.float32]:
    return [np.float32(number) for number in numbers]


def _series(coefficients: Sequence[Any], x: Array) -> Array:
    """A polynomial, highest power first, rounded at each step."""
    total: Any = coefficients[0]
    for coefficient in coefficients[1:]:
        total = total * x + coefficient
    out: Array = total
    return out


def _fused_series(coefficients: Sequence[Any], x: Array) -> Array:
    """A polynomial, highest power first, with multiplications and additions fused."""
    total = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        total = multiply_add(total, x, coefficient)
    return total


# ----- the C library's, of float32 ----------------------------------------------------------------
#
# The algorithms of Sun's fdlibm, as glibc up to 2.40 has them. exp and log are glibc's own, which
# compute in double.

_HALF, _ONE, _TWO = _floats(0.5, 1, 2)
_LN2_HIGH, _LN2_LOW, _LN2 = _floats(6.9313812256e-01, 9.0580006145e-06, math.log(2))
_EXPM1 = _floats(
    -2.0109921195e-07, 4.0082177293e-06, -7.9365076090e-05, 1.5873016091e-03, -3.3333335072e-02, 1
)  # fmt: skip
_LOG1P = _floats(
    1.4798198640e-01, 1.5313838422e-01, 1.8183572590e-01, 2.2222198546e-01, 2.8571429849e-01,
    4.0000000596e-01, 6.6666668653e-01,
)  # fmt: skip


def _nearest_exp(x: Array) -> Array:
    return _rounded(np.exp, x)


def _nearest_log(x: Array) -> Array:
    return _rounded(np.log, x)


def _c_expm1(x: Array) -> Array:
    """exp(x) - 1 of x from 0 to 22."""
    # x = k ln 2 + rest, with rest in two parts.
    k = np.trunc(x * np.float32(1 / math.log(2)) + _HALF)
    k = np.where(x < np.float32(1.5 * math.log(2)), _ONE, k)
    k = np.where(x > np.float32(0.5 * math.log(2)), k, np.float32(0))
    high, low = x - k * _LN2_HIGH, k * _LN2_LOW
    rest = high - low
    lost = (high - rest) - low
    half = _HALF * rest
    square = rest * half
    ratio = _series(_EXPM1, square)
    t = np.float32(3) - ratio * half
    e = square * ((ratio - t) / (np.float32(6) - rest * t))
    near_zero = rest - (rest * e - square)
    e = (rest * (e - lost) - lost) - square
    one = np.ldexp(_ONE, -k.astype(np.int32))  # the 1 of exp(x) - 1, before all is made 2**k larger
    y = np.where(k < 23, (_ONE - one) - (e - rest), (rest - (e + one)) + _ONE) / one
    above = np.where(rest < -0.25, -_TWO * (e - (rest + _HALF)), _ONE + _TWO * (rest - e))
    return np.where(x < 2.0**-25, x, np.where(k == 0, near_zero, np.where(k == 1, above, y)))


def _c_log1p(x: Array) -> Array:
    # 1 + x = 2**k (1 + f), with 1 + f from about 0.7 to 1.4; `lost` is what 1 + x has rounded off.
    u = x + _ONE
    mantissa, exponent = np.frexp(u)
    low = mantissa < np.float32(0.70710695)
    k = (exponent - low).astype(np.float32)
    f = np.where(low, mantissa + mantissa, mantissa) - _ONE
    lost = np.where(exponent > 1, _ONE - (u - x), x - (u - _ONE)) / u
    direct = (x > -0.2929) & (x < np.float32(0.41422))
    k = np.where(direct, np.float32(0), k)
    f = np.where(direct, x, f)
    half_square = _HALF * f * f
    s = f / (_TWO + f)
    z = s * s
    ratio = z * _series(_LOG1P, z)
    tiny = half_square * (_ONE - np.float32(2 / 3) * f)
    small = np.abs(f) < 2.0**-20
    low_part = k * _LN2_LOW + lost
    y = np.where(small, tiny - low_part, half_square - (s * (half_square + ratio) + low_part))
    y = k * _LN2_HIGH - (y - f)
    near_zero = np.where(small, f - tiny, f - (half_square - s * (half_square + ratio)))
    y = np.where(k == 0, near_zero, y)
    y = np.where((k != 0) & (f == 0), k * _LN2_HIGH + low_part, y)
    y = np.where(np.abs(x) < 2.0**-29, x - x * x * _HALF, y)
    return np.where((x > -1) & (x < np.inf), y, _rounded(np.log1p, x))


def _c_cosh(x: Array) -> Array:
    size = np.abs(x)
    t = _c_expm1(np.minimum(size, 22))
    w = _ONE + t
    near_zero = _ONE + (t * t) / (w + w)
    t = _nearest_exp(size)
    y = np.where(size < np.float32(0.5 * math.log(2)), near_zero, _HALF * t + _HALF / t)
    return np.where(size < 22, y, _large_half_exp(size))


def _c_sinh(x: Array) -> Array:
    size = np.abs(x)
    t = _c_expm1(np.minimum(size, 22))
    y = np.where(size < 1, _TWO * t - t * t / (t + _ONE), t + t / (t + _ONE))
    y = np.where(size < 22, _HALF * y, _large_half_exp(size))
    return np.copysign(np.where(size < 2.0**-28, size, y), x)


def _large_half_exp(size: Array) -> Array:
    """exp(x) / 2, also where exp(x) is beyond float32."""
    root = _nearest_exp(_HALF * size)
    return np.where(size < 88.7216796875, _HALF * _nearest_exp(size), (_HALF * root) * root)


def _c_atanh(x: Array) -> Array:
    size = np.abs(x)
    t = size + size
    t = np.where(size < 0.5, t + t * size / (_ONE - size), t / (_ONE - size))
    y = _HALF * _c_log1p(t)
    return np.copysign(np.where(size < 2.0**-28, size, np.where(size > 1, np.nan, y)), x)


def _c_asinh(x: Array) -> Array:
    size = np.abs(x)
    square = size * size
    root = np.sqrt(square + _ONE)
    y = _c_log1p(size + square / (_ONE + root))
    y = np.where(size > 2, _nearest_log(_TWO * size + _ONE / (root + size)), y)
    y = np.where(size > 2.0**14, _nearest_log(size) + _LN2, y)
    return np.copysign(np.where(size < 2.0**-14, size, y), x)


def _c_acosh(x: Array) -> Array:
    t = x - _ONE
    y = _c_log1p(t + np.sqrt(_TWO * t + t * t))
    y = np.where(x > 2, _nearest_log(_TWO * x - _ONE / (x + np.sqrt(x * x - _ONE))), y)
    y = np.where(x >= 2.0**28, _nearest_log(x) + _LN2, y)
    return np.where(x < 1, np.float32(np.nan), y)


# ----- SLEEF's, of float32 ------------------------------------------------------------------------
#
# A pair of floats is a number that is their sum, to 48 bits.

_SLEEF_LN2 = _floats(-0.693145751953125, -1.428606765330187045e-06)
_SLEEF_EXP = _floats(0.1980960224e-3, 0.1394256484e-2, 0.8333456703e-2, 0.4166637361e-1)
_SLEEF_EXP2 = _floats(
    0.1535920892e-3, 0.1339262701e-2, 0.9618384764e-2, 0.5550347269e-1, 0.2402264476,
    0.6931471825, 1,
)  # fmt: skip
_SLEEF_LOG = _floats(0.3027294874, 0.3996108174, 0.6666694880)
_SLEEF_LN2_PAIR = _floats(0.69314718246459960938, -1.904654323148236017e-09)


def _two_sum(a: Any, b: Any) -> Pair:
    """a + b and what it has rounded off (Knuth)."""
    total = a + b
    v = total - a
    return total, (a - (total - v)) + (b - v)


def _add(x: Pair, y: Any) -> Pair:
    """A pair and a float."""
    total, error = _two_sum(x[0], y)
    return total, error + x[1]


def _add_pairs(x: Pair, y: Pair) -> Pair:
    total, error = _two_sum(x[0], y[0])
    return total, error + (x[1] + y[1])


def _multiply(x: Pair, y: Any) -> Pair:
    product = x[0] * y
    return product, multiply_add(x[1], y, multiply_add(x[0], y, -product))


def _multiply_pairs(x: Pair, y: Pair) -> Pair:
    product = x[0] * y[0]
    error = multiply_add(x[1], y[0], multiply_add(x[0], y[0], -product))
    return product, multiply_add(x[0], y[1], error)


def _square(x: Pair) -> Pair:
    square = x[0] * x[0]
    return square, multiply_add(x[0] + x[0], x[1], multiply_add(x[0], x[0], -square))


def _reciprocal(x: Pair) -> Pair:
    y = _ONE / x[0]
    return y, y * multiply_add(-x[1], y, multiply_add(-x[0], y, _ONE))


def _divide(x: Pair, y: Pair) -> Pair:
    t = _ONE / y[0]
    quotient = x[0] * t
    error = multiply_add(t, x[0], -quotient)
    v = multiply_add(-y[1], t, multiply_add(-y[0], t, _ONE))
    return quotient, multiply_add(quotient, v, multiply_add(x[1], t, error))


def _pair_exp(x: Array) -> Pair:
    """exp(x) as a pair: 2**twos times exp of the rest."""
    twos = np.rint(x * np.float32(1 / math.log(2)))
    rest = _add((x, np.zeros_like(x)), twos * _SLEEF_LN2[0])
    rest = _add(rest, twos * _SLEEF_LN2[1])
    t = _multiply(rest, _fused_series(_SLEEF_EXP, rest[0]))
    t = _add(t, np.float32(0.166666659414234244790680580464))
    t = _add(_multiply_pairs(rest, t), _HALF)
    t = _add_pairs(rest, _multiply_pairs(_square(rest), t))
    total = _ONE + t[0]
    y = total, ((_ONE - total) + t[0]) + t[1]
    # 2**128 is no float32, but its root is.
    half = np.floor(_HALF * np.clip(twos, -300, 300)).astype(np.int32)
    power, rest_of_power = np.ldexp(_ONE, half), np.ldexp(_ONE, twos.astype(np.int32) - half)
    return y[0] * power * rest_of_power, y[1] * power * rest_of_power


def _lane_expm1(x: Array) -> Array:
    high, low = _add(_pair_exp(x), -_ONE)
    y = high + low
    y = np.where(x > 88.72283172607421875, np.float32(np.inf), y)
    y = np.where(x < -16.635532333438687426, -_ONE, y)
    return np.where(x == 0, x, y)


def _lane_cosh(x: Array) -> Array:
    e = _pair_exp(np.abs(x))
    r = _reciprocal(e)
    total = e[0] + r[0]
    y = (total + ((((e[0] - total) + r[0]) + e[1]) + r[1])) * _HALF
    return _infinite_beyond(x, y)


def _lane_sinh(x: Array) -> Array:
    e = _pair_exp(np.abs(x))
    r = _reciprocal(e)
    total = e[0] - r[0]
    y = (total + ((((e[0] - total) - r[0]) + e[1]) - r[1])) * _HALF
    return np.copysign(_infinite_beyond(x, y), x)


def _infinite_beyond(x: Array, y: Array) -> Array:
    y = np.where((np.abs(x) > 89) | np.isnan(y), np.float32(np.inf), y)
    return np.where(np.isnan(x), x, y)


def _lane_log1p(x: Array) -> Array:
    _, e = np.frexp((x + _ONE) * np.float32(1 / 0.75))
    e = e - 1
    t = np.ldexp(_ONE, -e)
    m = multiply_add(x, t, t - _ONE)
    below = _TWO + m
    quotient = _divide((m, np.zeros_like(m)), (below, (_TWO - below) + m))
    square = quotient[0] * quotient[0]
    series = _fused_series(_SLEEF_LOG, square)
    ones = np.ones_like(x)
    s = _multiply((ones * _SLEEF_LN2_PAIR[0], ones * _SLEEF_LN2_PAIR[1]), e.astype(np.float32))
    total = s[0] + _TWO * quotient[0]
    s = total, (((s[0] - total) + _TWO * quotient[0]) + s[1]) + _TWO * quotient[1]
    last = square * quotient[0] * series
    total = s[0] + last
    y = total + (((s[0] - total) + last) + s[1])
    return np.where((x > -1) & (x < 1e38) & (x != 0), y, _rounded(np.log1p, x))


def _lane_exp2(x: Array) -> Array:
    twos = np.rint(x)
    y = _fused_series(_SLEEF_EXP2, x - twos).astype(np.float64)
    y = np.ldexp(y, np.clip(twos, -400, 400).astype(np.int32))
    y = np.where(x < -150, 0, np.where(x >= 128, np.inf, y))
    return np.where(np.isnan(x), x, y).astype(np.float32)


# ----- what torch has -----------------------------------------------------------------------------


_TWO_THIRDS = np.float32(2 / 3).view(np.int32)
_SMALLEST = np.finfo(np.float32).tiny  # with all 24 bits


def _log(x: Array) -> Array:
    """log(x) of x = 2**k m, with m from 2/3 to 4/3, rounded where a float32 computation does.

    torch takes MKL's, which does not give the nearest float for one number in 15; this is its
    answer for 39 of 40. So log(e), of the float32 nearest to e, is 1, and not 0.99999994.
    """
    bits = np.asarray(x).view(np.int32)
    k = (bits - _TWO_THIRDS) >> 23
    m = (bits - (k << 23)).view(np.float32)
    y: Array = np.log(m, dtype=np.float64).astype(np.float32)
    y = (k * float(_LN2_LOW) + y).astype(np.float32)
    y = (k * float(_LN2_HIGH) + y).astype(np.float32)
    usual = (x >= _SMALLEST) & (x < np.inf)
    return y if usual.all() else np.where(usual, y, _rounded(np.log, x))


def log(x: Array) -> Array:
    """The natural logarithm of floats or complex numbers.

    >>> log(np.array([1, np.e], np.float32))
    array([0., 1.], dtype=float32)
    """
    with np.errstate(all="ignore"):
        if many.are_many(x):
            logs: Array = parallel.mapped(np.log, x)
            return logs
        if x.dtype.char != "f":
            return np.log(x)
        return _log(x)


cos, sin, tan = nearest(np.cos), nearest(np.sin), nearest(np.tan)
arccos, arcsin, arctan = nearest(np.arccos), nearest(np.arcsin), nearest(np.arctan)
exp, log2, log10 = nearest(np.exp), nearest(np.log2), nearest(np.log10)
tanh = nearest(np.tanh)
acosh = _elementary(np.arccosh, _c_acosh)
asinh = _elementary(np.arcsinh, _c_asinh)
atanh = _elementary(np.arctanh, lambda x: _rounded(np.arctanh, x), _c_atanh)
cosh = _elementary(np.cosh, _lane_cosh, _c_cosh)
exp2 = _elementary(np.exp2, _lane_exp2, lambda x: _rounded(np.exp2, x))
expm1 = _elementary(np.expm1, _lane_expm1)
log1p = _elementary(np.log1p, _lane_log1p)
sinh = _elementary(np.sinh, _lane_sinh, _c_sinh)


def relu(x: Array) -> Array:
    """The number, or 0 where it is negative; nan and -0. stay."""
    if many.are_many(x):
        return many.relu(x)
    zero = _ZEROS.get(x.dtype, 0)
    return np.where(np.less(x, zero), zero, x)


# A number would have to be made into an array at each call: 0.3 us.
_ZEROS = {dtype: np.zeros((), dtype) for dtype in map(np.dtype, "fdlq")}


def where_positive(g: Array, y: Array) -> Array:
    """`g` where `y` is positive or nan, 0 elsewhere."""
    if many.are_many(y) and g.dtype == y.dtype:
        return many.where_positive(g, y)
    return np.where(y <= 0, g.dtype.type(0), g)


def erf(x: Array) -> Array:
    """The error function of floats."""
    if many.are_many(x):
        return many.erf(x)
    return in_blocks(lambda piece: _in_double(_erf.erf, piece), x)


def erfc(x: Array) -> Array:
    """1 - erf(x), exact also where it is small."""
    return in_blocks(lambda piece: _in_double(_erf.erfc, piece), x)


def _in_double(function: Function, x: Array) -> Array:
    return function(x) if x.dtype.char == "d" else _rounded(function, x)


def power(x: Array, exponent: float) -> Array:
    """x to the power of a number, of floats.

    For -2 and -0.5 torch has ways of its own. Else it gives the nearest float; of numbers that fill
    lanes, to the power of the nearest float32.

    >>> power(np.array([4, 9], np.float32), -0.5)
    array([0.5       , 0.33333334], dtype=float32)
    """
    with np.errstate(all="ignore"):
        if exponent == -2:
            return 1 / (x * x)
        if exponent == -0.5:
            return 1 / np.sqrt(x)
    nearest = float(np.float32(exponent)) if x.dtype.char == "f" else exponent
    return _elementary(
        lambda y: np.power(y, nearest),
        lambda y: _rounded(lambda z: np.power(z, nearest), y),
        lambda y: _rounded(lambda z: np.power(z, exponent), y),
    )(x)
