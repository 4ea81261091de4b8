"""Digits as hands write them, drawn by a program: small images to train a network on.

Nothing is downloaded, and nobody's handwriting is used. A digit is a few strokes, given below as
points of a unit square; each image bends, turns, stretches and shifts them in its own way.
"""

from __future__ import annotations

import math

import numpy as np

Stroke = list[tuple[float, float]]


def _arc(x: float, y: float, across: float, down: float, start: float, stop: float) -> Stroke:
    """Part of an ellipse around (x, y), in degrees: 0 is right, 90 is down."""
    turns = np.radians(np.linspace(start, stop, 9))
    return [(x + across * math.cos(turn), y + down * math.sin(turn)) for turn in turns]


# x runs right and y down, both from 0 to 1.
STROKES: tuple[tuple[Stroke, ...], ...] = (
    (_arc(0.5, 0.5, 0.28, 0.42, 0, 180), _arc(0.5, 0.5, 0.28, 0.42, 180, 360)),
    ([(0.35, 0.25), (0.55, 0.08), (0.55, 0.92)],),
    ([*_arc(0.5, 0.3, 0.26, 0.22, 180, 390), (0.24, 0.9), (0.78, 0.9)],),
    (_arc(0.47, 0.29, 0.26, 0.2, 190, 450), _arc(0.47, 0.7, 0.29, 0.21, 270, 530)),
    ([(0.6, 0.08), (0.2, 0.62), (0.82, 0.62)], [(0.62, 0.36), (0.62, 0.94)]),
    ([(0.74, 0.1), (0.32, 0.1), (0.28, 0.46), *_arc(0.47, 0.66, 0.28, 0.25, 250, 510)],),
    ([(0.62, 0.07), (0.34, 0.4), *_arc(0.5, 0.68, 0.25, 0.24, 180, 540)],),
    ([(0.22, 0.1), (0.78, 0.1), (0.42, 0.93)],),
    (_arc(0.5, 0.28, 0.21, 0.19, 90, 450), _arc(0.5, 0.7, 0.26, 0.23, 270, 630)),
    ([*_arc(0.5, 0.31, 0.24, 0.23, 360, 0), (0.74, 0.31), (0.62, 0.93)],),
)


def digits(
    count: int, *, seed: int = 0, size: int = 16
) -> tuple[
    np.ndarray[tuple[int, int, int, int], np.dtype[np.float32]],
    np.ndarray[tuple[int], np.dtype[np.int64]],
]:
    """Images of digits, as many of each, in a shuffled order; and which digit each of them is.

    The images are (count, 1, size, size) float32, from 0 for paper to 1 for ink; the labels are
    (count,) int64. The same seed gives the same images.

    >>> images, labels = digits(20, seed=1)
    >>> images.shape, labels[:4]
    ((20, 1, 16, 16), array([1, 0, 8, 6]))
    """
    if count < 0 or size < 8:
        raise ValueError(
            f"digits takes a count of 0 or more and a size of 8 or more, not {count} and {size}"
        )
    random = np.random.default_rng(seed)
    labels = random.permutation(np.arange(count, dtype=np.int64) % 10).astype(np.int64)
    images = np.empty((count, 1, size, size), np.float32)
    for image, label in zip(images, labels, strict=True):
        image[0] = _draw(STROKES[label], size, random)
    return images, labels


def _draw(strokes: tuple[Stroke, ...], size: int, random: np.random.Generator) -> np.ndarray:
    """One digit by one hand."""
    turn, slant = random.normal(0, 0.12), random.normal(0, 0.15)
    wide, high = random.uniform(0.75, 1.05, 2)
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    bend = rotation @ np.array([[wide, -slant], [0, high]])
    shift = random.uniform(-0.08, 0.08, 2)
    width, ink = random.uniform(0.035, 0.07), random.uniform(0.75, 1)
    starts, ends = [], []
    for stroke in strokes:
        points = np.array(stroke) - 0.5
        points = (points + random.normal(0, 0.018, points.shape)) @ bend.T + 0.5 + shift
        starts.append(points[:-1])
        ends.append(points[1:])
    pixels = (np.stack(np.meshgrid(*2 * [np.arange(size)], indexing="xy"), -1) + 0.5) / size
    distance = _distances(
        pixels.reshape(-1, 1, 2), np.concatenate(starts), np.concatenate(ends)
    ).min(1)
    drawn = ink * np.clip((width - distance) * size + 0.5, 0, 1).reshape(size, size)
    return np.clip(drawn + random.normal(0, 0.04, drawn.shape), 0, 1)


def _distances(points: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """How far each point is from each line: (points, lines)."""
    along = ends - starts
    length = np.maximum((along**2).sum(-1), 1e-12)
    share = np.clip(((points - starts) * along).sum(-1) / length, 0, 1)
    return np.linalg.norm(points - starts - share[..., None] * along, axis=-1)
