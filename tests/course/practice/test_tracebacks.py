"""A student's error shows the student's own lines, and none of the engine's."""

from __future__ import annotations

import sys
import traceback

import pytest

import tensorlab as torch
from tensorlab_course.practice.tracebacks import own_lines


def files_of_an_error(act: object) -> list[str]:
    """The files of the frames that are left of the traceback of what `act` raises."""
    with pytest.raises(RuntimeError) as caught:
        act()  # type: ignore[operator]
    return [frame.filename for frame in traceback.extract_tb(own_lines(caught.value.__traceback__))]


def test_no_frame_of_the_engine_is_left() -> None:
    files = files_of_an_error(lambda: torch.zeros(2, 3) @ torch.zeros(2, 3))
    assert files
    assert set(files) == {__file__}


def test_a_students_own_frames_inside_the_engine_stay() -> None:
    class Net(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x @ x

    files = files_of_an_error(lambda: Net()(torch.zeros(2, 3)))
    assert files.count(__file__) == 3  # the call above, the lambda, and forward
    assert not any("tensorlab/" in file and "tests" not in file for file in files)


def test_an_error_without_a_traceback_has_no_lines() -> None:
    assert own_lines(None) is None
    assert sys.exc_info() == (None, None, None)
