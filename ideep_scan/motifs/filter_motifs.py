"""Motifs of the filters of the first convolution: the subsequences that activate a filter, aligned into counts.

A subsequence counts if its activation exceeds half of the filter's maximum over all windows, and 0
(Alipanahi et al. 2015, Nat. Biotechnol. 33:831; Pan & Shen 2017, BMC Bioinformatics 18:136).
It is as long as the filter is wide.
Subsequences with an unknown base are left out of both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ideep_scan.kernels.onehot import UNKNOWN
from ideep_scan.models.activations import FirstFilters
from ideep_scan.motifs.consensus import name_consensus
from ideep_scan.records.pwm import Pwm

BLOCK = 256  # windows whose activations are in memory together


class FilterMotifs(NamedTuple):
    """Motifs of the filters of a network.

    Attributes
    ----------
    filters : tuple of int
        Numbers of the filters that fire, ascending.
    pwms : tuple of Pwm
        Their motifs; each row of a motif sums to its number of aligned subsequences.
    silent : tuple of int
        Numbers of the filters that never fire, ascending.
    """

    filters: tuple[int, ...]
    pwms: tuple[Pwm, ...]
    silent: tuple[int, ...]


def compute_filter_motifs(filters: FirstFilters, codes: np.ndarray, model: str, symbol: str) -> FilterMotifs:
    """Compute the motif of each filter from windows.

    Bound windows give the clearest motifs: in unbound ones a filter for a motif fires at what resembles it least.
    The activations are computed twice, in blocks: first for the maximum, then for the counts.
    So memory does not grow with the number of windows.

    Parameters
    ----------
    filters : FirstFilters
        The filters.
    codes : np.ndarray
        Int8 array (windows, length), bases 5'→3', 0-4.
    model : str
        Name of the model, with which ids begin.
    symbol : str
        Gene symbol of the model's protein.

    Returns
    -------
    FilterMotifs
        The motifs, with ids like ELAVL1.filter017 and their consensus as name.
    """
    number, channels, width = filters.weights.shape
    highest = np.zeros(number, np.float32)
    for activations, _ in _iterate_blocks(filters, codes):
        highest = np.maximum(highest, activations.max(axis=0, initial=0))
    counts = np.zeros((number, width * channels))
    for activations, bases in _iterate_blocks(filters, codes):
        firing = (activations > highest / 2).astype(np.float32)
        counts += firing.T @ bases  # exact: a block has far fewer than 2^24 subsequences
    counts = counts.reshape(number, width, channels)
    fires = highest > 0
    pwms = (Pwm(f"{model}.filter{k:03d}", name_consensus(counts[k]), symbol, counts[k]) for k in np.flatnonzero(fires))
    return FilterMotifs(tuple(np.flatnonzero(fires).tolist()), tuple(pwms), tuple(np.flatnonzero(~fires).tolist()))


def _iterate_blocks(filters: FirstFilters, codes: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield activations (subsequences, filters) and one-hot bases (subsequences, width x 4) without unknown bases."""
    for start in range(0, len(codes), BLOCK):
        block = codes[start : start + BLOCK]
        if block.shape[1] < filters.width:
            return
        parts = np.lib.stride_tricks.sliding_window_view(block, filters.width, axis=1)
        readable = (parts != UNKNOWN).all(axis=2)
        onehot = np.eye(UNKNOWN, dtype=np.float32)[parts[readable]]
        yield filters.activate(block)[readable], onehot.reshape(len(onehot), filters.width * UNKNOWN)
