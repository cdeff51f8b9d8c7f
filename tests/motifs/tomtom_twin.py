"""Tomtom's p-values computed slowly, straight from the definition (Gupta et al. 2007)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

STEPS = 1000  # of a score of 1


class Alignment(NamedTuple):
    """The best alignment of two motifs."""

    p_value: float
    offset: int
    overlap: int


def compare(query: np.ndarray, targets: Sequence[np.ndarray]) -> list[Alignment]:
    """Compare a motif with others, arrays (width, 4) of frequencies.

    The score of a pair of columns is the median distance of the query's column to all columns of the targets, minus
    the distance of the pair. A column without partner scores 0.
    """
    pool = np.concatenate(targets)
    distances = np.sqrt(((query[:, None] - pool[None]) ** 2).sum(axis=2))
    scores = np.rint(STEPS * (np.median(distances, axis=1, keepdims=True) - distances)).astype(int)
    tails = {
        (first, last): tail_of_sums(scores[first : last + 1])
        for first in range(len(query))
        for last in range(first, len(query))
    }
    bounds = np.cumsum([0, *map(len, targets)])
    blocks = [scores[:, begin:end] for begin, end in pairwise(bounds.tolist())]
    return [align(block, tails) for block in blocks]


class Tail(NamedTuple):
    """The chance of each sum from `low` on, or a higher one."""

    low: int
    chances: np.ndarray

    def of(self, total: int) -> float:
        index = max(0, total - self.low)
        return float(self.chances[index]) if index < len(self.chances) else 0.0


def tail_of_sums(scores: np.ndarray) -> Tail:
    """Compute the distribution of the sum if a column of the pool is drawn for each row."""
    chances = np.ones(1)
    for row in scores:
        chances = np.convolve(chances, np.bincount(row - row.min()) / len(row))
    return Tail(int(scores.min(axis=1).sum()), np.cumsum(chances[::-1])[::-1])


def align(block: np.ndarray, tails: dict[tuple[int, int], Tail]) -> Alignment:
    """Find the best offset of one target, and the chance of its score at the best of as many independent offsets."""
    width, length = block.shape
    spans = {}
    for offset in range(1 - length, width):  # of the target's first column from the query's
        first, last = max(0, offset), min(width, offset + length) - 1
        rows = np.arange(first, last + 1)
        spans[offset] = (first, last, int(block[rows, rows - offset].sum()))
    offset = max(spans, key=lambda key: spans[key][2])
    first, last, best = spans[offset]
    miss = np.prod([1 - tails[low, high].of(best) for low, high, _ in spans.values()])
    return Alignment(float(1 - miss), offset, last - first + 1)
