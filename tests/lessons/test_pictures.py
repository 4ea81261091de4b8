"""The pictures show the student's numbers, legibly, once, and in words."""

from __future__ import annotations

import importlib
import importlib.util
import itertools

import numpy as np
import pytest

from tensorlab_course import pictures

LIBRARIES = ["tensorlab"] + (["torch"] if importlib.util.find_spec("torch") else [])


@pytest.fixture(params=LIBRARIES)
def torch(request):
    return importlib.import_module(request.param)


def each_kind(torch):
    x = torch.arange(6).reshape(2, 3)
    nn = torch.nn
    image = torch.arange(16.0).reshape(1, 1, 4, 4)
    model = nn.Sequential(nn.MaxPool2d(2), nn.Flatten(), nn.Linear(4, 2))
    t = torch.linspace(0, 3, 7)
    return {
        "cells": pictures.cells(x, "x", mark={"row": np.s_[0], "column": np.s_[:, 1]}, index=True),
        "planes": pictures.cells(image, "image", window=(-1, -1, 2, 2), pad=1, shade=True),
        "stretch": pictures.cells(torch.ones(3), stretch=(2, 3)),
        "source": pictures.cells(x, source=[["a"], ["b"]]),
        "row": pictures.row(pictures.cells(x, "x"), "+", pictures.cells(x), "=", pictures.cells(x)),
        "arrows": pictures.arrows(pictures.cells(x[0]), pictures.cells(x[1]), [(0, 2), (1, 0)]),
        "memory": pictures.memory(x, x.t(), "memory"),
        "bytes": pictures.memory(x, by_bytes=True),
        "curves": pictures.curves(t, [0.0, 3.0], square=t * t),
        "pipeline": pictures.pipeline(image, *model),
        "images": pictures.images(image / 16, ["a corner"]),
        "tree": pictures.tree(model),
    }


def test_every_picture_shows_once_with_its_words_and_is_small(torch):
    for name, picture in each_kind(torch).items():
        data, metadata = picture._repr_mimebundle_()
        assert set(data) == {"image/png", "text/plain"}, name
        assert data["image/png"].startswith(b"\x89PNG"), name
        assert len(data["image/png"]) < 40_000, name
        assert metadata["image/png"]["alt"] in data["text/plain"], name
        assert " object at 0x" not in data["text/plain"], name


def test_a_picture_says_its_numbers_and_what_is_marked(torch):
    words = each_kind(torch)["cells"].words
    assert words == (
        "x, shape (2, 3): [[0, 1, 2], [3, 4, 5]], marked row: [0, 1, 2], marked column: [1, 4]"
    )


def test_a_mask_of_the_same_library_marks(torch):
    x = torch.tensor([3, 1, 2])
    assert "marked: [3, 2]" in pictures.cells(x, mark=x > 1).words


def test_memory_is_read_in_the_views_order(torch):
    x = torch.arange(6).reshape(2, 3)
    assert "reads places 0, 3, 1, 4, 2, 5" in pictures.memory(x, x.t()).words
    assert "reads places 3, 4, 5" in pictures.memory(x, x[1]).words


def test_a_tensor_that_requires_grad_is_drawn(torch):
    assert "[1., 2.]" in pictures.cells(torch.tensor([1.0, 2.0], requires_grad=True)).words


def test_a_pipeline_tells_the_shapes(torch):
    words = each_kind(torch)["pipeline"].words
    assert words == (
        "x of shape (1, 1, 4, 4), through MaxPool2d: shape (1, 1, 2, 2), "
        "through Flatten: shape (1, 4), through Linear: shape (1, 2)"
    )


def test_what_is_too_large_to_read_is_refused_in_words():
    with pytest.raises(ValueError, match="too many to read"):
        pictures.cells(np.zeros((30, 30)))
    with pytest.raises(ValueError, match="too long a strip"):
        pictures.memory(np.zeros(100))
    with pytest.raises(ValueError, match="5 axes cannot be drawn"):
        pictures.cells(np.zeros((1, 1, 1, 1, 1)))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1."),
        (-2.0, "−2."),
        (0.25, "0.25"),
        (1 / 3, "0.333"),
        (float("-inf"), "−inf"),
        (float("nan"), "nan"),
        (-3, "−3"),
        (True, "True"),
        ("in-0", "in-0"),
    ],
)
def test_numbers_are_short(value, text):
    assert pictures.number(value) == text


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((pictures._luminance(one), pictures._luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_text_stands_out_from_every_colour_it_is_on():
    shades = [pictures._between("#f7fbff", "#08306b", i / 50) for i in range(51)]
    for colour in (*pictures.COLOURS, pictures.PLAIN, pictures.PAPER, *shades):
        assert contrast(colour, pictures._ink_on(colour)) >= 4.5, colour


def test_lines_stand_out_from_the_paper():
    for colour in pictures.COLOURS:
        assert contrast(pictures._darker(colour), pictures.PAPER) >= 3, colour


def test_colours_that_follow_each_other_differ_in_a_second_sign():
    signs = [pictures._sign(i) for i in range(7)]
    assert len(set(signs)) == 7
    assert all(one[1] != other[1] for one, other in itertools.pairwise(signs))
