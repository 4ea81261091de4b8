"""Random numbers: torch's stream, draw for draw.

What torch answered is in data/random.json, so that these tests run without torch; where torch is
installed, its answers are compared bit for bit, and with the record. To write it anew:

    python tests/test_random.py
"""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tensorlab import random

RECORD = Path(__file__).parent / "data" / "random.json"

SEEDS = [0, 1, 7, 42, 12345, 2**32 + 5, 2**63, 2**64 - 1, -1, -3]
SIZES = [0, 1, 2, 3, 7, 15, 16, 17, 31, 32, 33, 100, 1000, 10000]
DTYPES = ["float32", "float64", "float16"]

# One sequence: each call goes on where the one before it stopped, and some leave a normal waiting.
CALLS: list[tuple[Any, ...]] = [
    *(
        ("uniform", dtype, *bounds)
        for dtype in DTYPES
        for bounds in [(0, 1), (-0.3, 0.7), (2, 5.5)]
    ),
    *(("normal", dtype, *scale) for dtype in DTYPES for scale in [(0, 1), (1.3, 0.7), (-2.1, 1)]),
    ("normal", "float32", 5, 0),
    *(("bernoulli", dtype) for dtype in DTYPES),
    ("uniform", "float32", 0, 1),
    *(("bernoulli_scalar", p) for p in [0.0, 0.1, 0.5, 1.0]),
    *(("randint", *bounds) for bounds in [(0, 10), (-5, 3), (0, 2**28 - 1), (0, 2**28)]),
    *(("randint", *bounds) for bounds in [(0, 2**32), (-(2**40), 2**62), (-(2**63), 2**63 - 1)]),
    ("permutation",),
    *(("exponential", dtype, rate) for dtype in DTYPES for rate in [1.0, 3.0]),
]


def ours(call: tuple[Any, ...], n: int) -> np.ndarray:
    match call:
        case "uniform", dtype, low, high:
            return random.uniform((n,), dtype, low, high)
        case "normal", dtype, mean, std:
            return random.normal((n,), dtype, mean, std)
        case "bernoulli", dtype:
            return random.bernoulli(random.uniform((n,), dtype))
        case "bernoulli_scalar", p:
            return random.bernoulli_scalar((n,), p)
        case "randint", low, high:
            return random.randint((n,), low, high)
        case ("permutation",):
            return random.permutation(n)
        case "exponential", dtype, rate:
            return random.exponential((n,), dtype, rate)
    raise AssertionError(call)


def theirs(torch: Any, call: tuple[Any, ...], n: int) -> np.ndarray:
    def empty(dtype: str) -> Any:
        return torch.empty(n, dtype=getattr(torch, dtype))

    match call:
        case "uniform", dtype, low, high:
            out = empty(dtype).uniform_(low, high)
        case "normal", dtype, mean, std:
            out = empty(dtype).normal_(mean, std)
        case "bernoulli", dtype:
            out = torch.bernoulli(empty(dtype).uniform_()).bool()
        case "bernoulli_scalar", p:
            out = empty("bool").bernoulli_(p)
        case "randint", low, high:
            out = torch.randint(low, high, (n,))
        case ("permutation",):
            out = torch.randperm(n)
        case "exponential", dtype, rate:
            out = empty(dtype).exponential_(rate)
        case _:
            raise AssertionError(call)
    return out.numpy()


def digest(answer: np.ndarray) -> int:
    """A number that differs where the answers do.

    Doubles count to float32: their last bit may be another on a system with another C library.
    """
    if answer.dtype == np.float64:
        answer = answer.astype(np.float32)
    return zlib.crc32(answer.astype(answer.dtype.newbyteorder("<")).tobytes())


def torch_record() -> dict[str, list[int]]:
    import torch

    record = {}
    for seed in SEEDS:
        for n in SIZES:
            torch.manual_seed(seed)
            record[f"{seed}/{n}"] = [digest(theirs(torch, call, n)) for call in CALLS]
    return record


@pytest.mark.parametrize("seed", SEEDS)
def test_every_draw_is_the_one_that_torch_was_recorded_to_make(seed: int) -> None:
    record = json.loads(RECORD.read_text())
    for n in SIZES:
        random.manual_seed(seed)
        expected = dict(zip(CALLS, record[f"{seed}/{n}"], strict=True))
        assert {call: digest(ours(call, n)) for call in CALLS} == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_every_draw_is_torchs_bit_for_bit(seed: int, require: Callable[..., Any]) -> None:
    torch = require("torch", version="2.13")
    for n in SIZES:
        random.manual_seed(seed)
        torch.manual_seed(seed)
        for call in CALLS:
            mine, yours = ours(call, n), theirs(torch, call, n)
            assert mine.dtype == yours.dtype
            assert mine.tobytes() == yours.tobytes(), (call, n)
        assert random.default_generator.get_state().tobytes() == bytes(torch.get_rng_state())


def test_the_record_is_what_torch_answers_today(require: Callable[..., Any]) -> None:
    require("torch", version="2.13")
    assert torch_record() == json.loads(RECORD.read_text())


def test_a_million_numbers_are_torchs_bit_for_bit(require: Callable[..., Any]) -> None:
    torch = require("torch", version="2.13")
    random.manual_seed(3)
    torch.manual_seed(3)
    for call in [("normal", "float32", 0, 1), ("uniform", "float64", -1, 2), ("permutation",)]:
        assert ours(call, 10**6).tobytes() == theirs(torch, call, 10**6).tobytes()


def test_the_first_numbers_of_seed_0_are_those_that_every_tutorial_shows() -> None:
    random.manual_seed(0)
    assert random.uniform((3,)).round(4).tolist() == pytest.approx([0.4963, 0.7682, 0.0885])
    random.manual_seed(0)
    assert random.normal((3,)).round(4).tolist() == pytest.approx([1.5410, -0.2934, -2.1788])


def test_a_shape_is_filled_row_by_row() -> None:
    for draw in [random.uniform, random.normal, random.exponential]:
        random.manual_seed(5)
        square = draw((6, 7))
        random.manual_seed(5)
        assert np.array_equal(square.ravel(), draw((42,)))


@pytest.mark.parametrize("shape", [(), (0,), (2, 0, 3), (1, 1)])
def test_a_draw_has_the_shape_that_was_asked_for(shape: tuple[int, ...]) -> None:
    probabilities = np.full(shape, 0.5, np.float32)
    draws = [
        random.uniform(shape), random.uniform(shape, np.float64, 1, 2), random.normal(shape),
        random.randint(shape, 0, 3), random.bernoulli(probabilities),
        random.bernoulli_scalar(shape, 0.5), random.exponential(shape),
    ]  # fmt: skip
    for out in draws:
        assert isinstance(out, np.ndarray)
        assert out.shape == shape


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (1.0, 1.0009766), (-3.0, -2.9)])
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_uniform_number_is_never_the_upper_bound(dtype: str, low: float, high: float) -> None:
    random.manual_seed(0)
    out = random.uniform((5000,), dtype, low, high)
    bottom, top = np.array([low, high], dtype)
    assert (out >= bottom).all()
    assert (out < top).all()


def test_a_uniform_number_may_span_all_doubles() -> None:
    assert np.isfinite(random.uniform((1000,), np.float64, -8e307, 8e307)).all()


def test_the_second_normal_of_a_pair_waits_in_its_own_generator() -> None:
    one, other = random.Generator().manual_seed(1), random.Generator().manual_seed(1)
    random.normal((1,), generator=other)
    three = random.normal((3,), generator=one)
    assert random.normal((2,), generator=other).tolist() == three[1:].tolist()
    one.manual_seed(1)
    assert random.normal((1,), generator=one)[0] == three[0]


def test_a_generator_leaves_the_default_one_alone() -> None:
    random.manual_seed(2)
    expected = random.uniform((4,))
    random.manual_seed(2)
    generator = random.Generator()
    random.uniform((9,), generator=generator)
    random.randint((9,), 0, 5, generator=generator)
    random.permutation(9, generator=generator)
    assert np.array_equal(random.uniform((4,)), expected)


def test_new_generators_start_with_torchs_seed_and_alike() -> None:
    assert random.Generator().initial_seed() == 67280421310721
    one, other = random.Generator(), random.Generator("cpu")
    assert np.array_equal(
        random.uniform((3,), generator=one), random.uniform((3,), generator=other)
    )


def test_two_programs_without_a_seed_differ() -> None:
    program = "from tensorlab import random; print(random.initial_seed(), random.uniform((3,)))"
    runs = [subprocess.check_output([sys.executable, "-c", program]) for _ in range(2)]
    assert runs[0] != runs[1]


def test_seed_picks_another_seed_and_tells_it() -> None:
    picked = {random.seed() for _ in range(3)}
    assert len(picked) == 3
    last = random.initial_seed()
    drawn = random.uniform((3,))
    random.manual_seed(last)
    assert np.array_equal(random.uniform((3,)), drawn)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (-1, 2**64 - 1),
        (-5, 2**64 - 5),
        (-(2**63), 2**63),
        (2**64 - 1, 2**64 - 1),
        (1.5, 1),
        (True, 1),
        (np.int64(4), 4),
    ],
)
def test_a_seed_is_kept_as_torch_keeps_it(given: Any, kept: int) -> None:
    assert random.manual_seed(given) is random.default_generator
    assert random.initial_seed() == kept


@pytest.mark.parametrize("given", [2**64, -(2**63) - 1, 1e30])
def test_a_seed_of_more_than_64_bits_is_refused(given: Any) -> None:
    with pytest.raises(ValueError, match="Overflow when unpacking long long"):
        random.manual_seed(given)


@pytest.mark.parametrize(("given", "error"), [("a", ValueError), (None, TypeError)])
def test_a_seed_that_is_no_number_is_refused(given: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"int\(\)"):
        random.manual_seed(given)


@pytest.mark.parametrize(("given", "name"), [(1.5, "float"), (True, "bool"), ("a", "str")])
def test_a_generator_takes_no_seed_but_an_int(given: Any, name: str) -> None:
    with pytest.raises(RuntimeError, match=f"manual_seed expected a long, but got {name}"):
        random.Generator().manual_seed(given)


@pytest.mark.parametrize("drawn", [0, 1, 5, 623, 624, 625, 2000])
def test_a_state_that_is_set_gives_the_same_draws_again(drawn: int) -> None:
    generator = random.Generator().manual_seed(9)
    random.uniform((drawn,), generator=generator)
    random.normal((1,), generator=generator)  # its other half waits
    state = generator.get_state()
    copies = [
        random.Generator().set_state(state), generator.clone_state(),
        copy.deepcopy(generator), pickle.loads(pickle.dumps(generator)),
    ]  # fmt: skip
    expected = random.normal((5,), generator=generator).tolist()
    for other in copies:
        assert other.initial_seed() == 9
        assert other.get_state().tobytes() == state.tobytes()
        assert random.normal((5,), generator=other).tolist() == expected


def test_a_state_passes_to_torch_and_back(require: Callable[..., Any]) -> None:
    torch = require("torch", version="2.13")
    generator, theirs = random.Generator().manual_seed(4), torch.Generator()
    random.normal((3,), generator=generator)
    theirs.set_state(torch.from_numpy(generator.get_state()))
    expected = torch.randn(3, generator=theirs).tolist()
    assert random.normal((3,), generator=generator).tolist() == expected
    generator.set_state(theirs.get_state().numpy())
    expected = torch.rand(3, generator=theirs).tolist()
    assert random.uniform((3,), generator=generator).tolist() == expected


def test_what_is_not_a_state_is_refused() -> None:
    generator = random.Generator()
    with pytest.raises(TypeError, match=r"RNG state must be a torch\.ByteTensor"):
        generator.set_state(np.zeros(5056))
    with pytest.raises(RuntimeError, match=r"of size 5056 but found .* size to be 3"):
        generator.set_state(np.zeros(3, np.uint8))
    with pytest.raises(RuntimeError, match="Invalid mt19937 state"):
        generator.set_state(np.zeros(5056, np.uint8))


def test_a_device_that_is_not_there_is_refused() -> None:
    with pytest.raises(RuntimeError, match="cuda"):
        random.Generator("cuda")


def test_importing_does_not_import_numpys_generators() -> None:
    program = (
        "import sys, numpy; before = 'numpy.random' in sys.modules; import tensorlab.random;"
        "assert before or 'numpy.random' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


if __name__ == "__main__":
    lines = [f'"{name}": {json.dumps(row)}' for name, row in torch_record().items()]
    RECORD.write_text("{\n" + ",\n".join(lines) + "\n}\n")
