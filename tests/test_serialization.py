"""torch.save and torch.load: PyTorch's own files, and nothing that runs code."""

from __future__ import annotations

import io
import pickle
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import tensorlab as torch
from tensorlab import nn

SAVED = Path(__file__).parent / "data" / "saved.pt"


def _again(obj: Any) -> Any:
    file = io.BytesIO()
    torch.save(obj, file)
    file.seek(0)
    return torch.load(file)


def _check_what_torch_saved(found: dict[str, Any]) -> None:
    assert found["whole"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert found["turned"].stride() == (1, 3)
    assert found["row"].storage_offset() == 3
    found["row"][0] = 9.0
    assert found["whole"][1, 0] == 9.0, "tensors that shared memory no longer share it"
    assert found["turned"][0, 1] == 9.0
    assert type(found["state"]) is OrderedDict
    assert found["state"]["weight"].dtype is torch.float64
    assert found["state"]["steps"].item() == 7
    assert isinstance(found["parameter"], nn.Parameter)
    assert found["parameter"].requires_grad
    assert repr(found["half"]) == "tensor([1.5000], dtype=torch.float16)"
    assert found["mask"].tolist() == [True, False]
    assert found["empty"].shape == (0, 3)
    assert found["plain"] == [1, 2.5, "é", None, (True, b"ab"), {3}, 2**70, 1j]
    assert found["kinds"] == [torch.float32, torch.Size([2, 3]), torch.device("cpu")]


def test_a_file_of_torch_is_read() -> None:
    _check_what_torch_saved(torch.load(SAVED))


def test_what_was_read_is_written_again_alike() -> None:
    _check_what_torch_saved(_again(torch.load(SAVED)))


def test_torch_reads_our_files(tmp_path: Path, require: Callable[..., Any]) -> None:
    real = require("torch")
    torch.save(torch.load(SAVED), tmp_path / "ours.pt")
    found = real.load(tmp_path / "ours.pt")
    expected = real.load(SAVED)
    assert repr(found) == repr(expected)
    assert found["turned"].stride() == (1, 3)


def test_a_training_run_goes_on_from_its_checkpoint(tmp_path: Path) -> None:
    def begun() -> tuple[Any, Any, Any]:
        torch.manual_seed(0)
        net = nn.Linear(2, 1)
        optimizer = torch.optim.Adam(net.parameters(), lr=0.1)
        return net, optimizer, torch.optim.lr_scheduler.MultiStepLR(optimizer, [2, 4])

    def step(net: Any, optimizer: Any, scheduler: Any) -> None:
        optimizer.zero_grad()
        net(torch.ones(3, 2)).square().mean().backward()
        optimizer.step()
        scheduler.step()

    whole, parted = begun(), begun()
    for _ in range(6):
        step(*whole)
    for _ in range(3):
        step(*parted)
    names = ("net", "optimizer", "scheduler")
    states = {name: part.state_dict() for name, part in zip(names, parted, strict=True)}
    torch.save(states, tmp_path / "checkpoint.pt")
    resumed = begun()
    checkpoint = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    for name, part in zip(names, resumed, strict=True):
        part.load_state_dict(checkpoint[name])
    for _ in range(3):
        step(*resumed)
    assert repr(resumed[0].state_dict()) == repr(whole[0].state_dict())


class Anything:
    """What a file must not bring to life."""


@pytest.mark.parametrize("obj", [Anything(), nn.Linear(1, 1), print, len, Anything])
def test_what_is_no_plain_data_is_not_saved(obj: Any) -> None:
    with pytest.raises(pickle.PicklingError):
        torch.save({"here": obj}, io.BytesIO())


ran: list[str] = []


class _Runs:
    def __reduce__(self) -> Any:
        return ran.append, ("it ran",)


class _RunsByName:
    def __reduce__(self) -> Any:
        return exec, ("import tensorlab; tensorlab.ran = True",)


class _SetsAttributes:
    def __reduce__(self) -> Any:
        return OrderedDict, (), {"__class__": 1}


def _file(structure: bytes, **entries: bytes) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a/data.pkl", structure)
        for name, content in entries.items():
            archive.writestr(f"a/data/{name.removeprefix('_')}", content)
    file.seek(0)
    return file


def _tensor(offset: int, size: int, stride: int, numel: int = 2) -> bytes:
    """A pickle, by hand, of a float32 tensor in the memory `data/0`."""
    return (
        b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n(("
        b"X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpu"
         b"K" + bytes([numel]) + b"tQ"
        + b"J" + offset.to_bytes(4, "little", signed=True)
        + b"J" + size.to_bytes(4, "little", signed=True) + b"\x85"
        + b"J" + stride.to_bytes(4, "little", signed=True) + b"\x85"
        + b"\x89NtR."
    )  # fmt: skip


def test_a_tensor_by_hand_is_read() -> None:
    assert torch.load(_file(_tensor(1, 1, 1), _0=b"\0\0\0\0\0\0\x80?")).tolist() == [1.0]


@pytest.mark.parametrize(
    "structure",
    [
        pickle.dumps(_Runs(), 2),
        pickle.dumps(_RunsByName(), 2),
        pickle.dumps(_SetsAttributes(), 4),
        pickle.dumps(Path("/"), 2),
        pickle.dumps(range, 2),
        b"\x80\x02cos\nsystem\n.",
        b"\x80\x02ctensorlab.serialization\n_tensor\n.",
        b"\x80\x02ccollections\nOrderedDict\n}X\x01\x00\x00\x00a\x4b\x01sb.",  # a class's state
        b"\x80\x02]K\x01\x85R.",  # calls a list
        b"(ios\nsystem\n.",  # INST
        b"\x80\x02",
        b"no pickle",
        _tensor(0, 3, 1),  # beyond the end
        _tensor(1, 2, 1),
        _tensor(-1, 1, 1),
        _tensor(1, 2, -1),
        _tensor(0, 2, 1, numel=9),  # more than the file has
    ],
)
def test_a_file_with_more_than_plain_data_is_refused(structure: bytes) -> None:
    with pytest.raises(pickle.UnpicklingError):
        torch.load(_file(structure, _0=b"\0" * 8))
    assert not ran
    assert not hasattr(torch, "ran")


def test_what_is_no_file_of_torch_is_refused() -> None:
    with pytest.raises(pickle.UnpicklingError, match="no file of torch"):
        torch.load(io.BytesIO(b"abc"))


def test_bfloat16_is_saved_and_read() -> None:
    x = torch.tensor([[1.5, 0.1, -3.0]]).bfloat16()
    again = _again({"x": x, "turned": x.t(), "layer": nn.Linear(2, 2).bfloat16().state_dict()})
    assert repr(again["x"]) == repr(x)
    assert again["turned"].shape == (3, 1)
    assert again["layer"]["weight"].dtype is torch.bfloat16
    again["x"] += 0.001
    assert repr(again["x"]) == repr(x + 0.001)


def test_torch_reads_our_bfloat16(tmp_path: Path, require: Callable[..., Any]) -> None:
    real = require("torch")
    torch.save(torch.tensor([[1.5, 0.1, -3.0]]).bfloat16(), tmp_path / "ours.pt")
    expected = real.tensor([[1.5, 0.1, -3.0]]).bfloat16()
    assert repr(real.load(tmp_path / "ours.pt")) == repr(expected)
    real.save(expected, tmp_path / "theirs.pt")
    assert repr(torch.load(tmp_path / "theirs.pt")) == repr(expected)
