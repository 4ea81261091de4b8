"""The digits that lesson 20 learns from: the same for a seed, of every kind, and tellable apart."""

from __future__ import annotations

import numpy as np
import pytest

from tensorlab_course.digits import digits


def test_a_seed_always_draws_the_same_and_another_seed_others() -> None:
    one, again, other = digits(30, seed=3), digits(30, seed=3), digits(30, seed=4)
    assert np.array_equal(one[0], again[0])
    assert np.array_equal(one[1], again[1])
    assert not np.array_equal(one[0], other[0])


def test_each_digit_comes_as_often_and_no_image_comes_twice() -> None:
    images, labels = digits(200, seed=1)
    assert np.bincount(labels).tolist() == [20] * 10
    assert len({image.tobytes() for image in images}) == 200


@pytest.mark.parametrize("size", [8, 16, 28])
def test_images_are_grey_and_ink_is_a_small_part_of_the_paper(size: int) -> None:
    images, labels = digits(40, seed=2, size=size)
    assert images.shape == (40, 1, size, size)
    assert (images.dtype, labels.dtype) == (np.float32, np.int64)
    assert images.min() >= 0
    assert images.max() <= 1
    assert 0.08 < images.mean() < 0.35


def test_a_digit_is_nearer_to_its_kind_than_to_the_others() -> None:
    images, labels = digits(500, seed=5)
    mean = np.stack([images[labels == digit].mean(0) for digit in range(10)])
    fresh, true = digits(200, seed=6)
    distance = ((fresh[:, None] - mean) ** 2).sum((2, 3, 4))
    assert (distance.argmin(1) == true).mean() > 0.6


@pytest.mark.parametrize(("count", "size"), [(-1, 16), (10, 7)])
def test_what_cannot_be_drawn_is_refused_with_its_numbers(count: int, size: int) -> None:
    with pytest.raises(ValueError, match=f"not {count} and {size}"):
        digits(count, size=size)
