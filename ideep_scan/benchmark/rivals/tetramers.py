"""Tetramers of windows: which one stands where, how often, and as the 0/1 matrix of positions by tetramers.

Tetramers are numbered 0-255 by their bases in base 4 (A C G U = 0 1 2 3, the first base counting most). It trains
nothing.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

K = 4
TETRAMERS = 4**K


def tetramers(codes: np.ndarray) -> np.ndarray:
    """The tetramer that begins at each position: int8 (n, width) -> int64 (n, width - 3); -1 = with an unknown base."""
    parts = np.lib.stride_tricks.sliding_window_view(codes.astype(np.int64), K, axis=1)
    numbers = parts @ 4 ** np.arange(K - 1, -1, -1)
    return np.where((parts < 4).all(axis=2), numbers, -1)


def frequencies(codes: np.ndarray) -> np.ndarray:
    """How often each tetramer occurs among those of a window that are known: float64 (n, 256); all 0 where none is."""
    found = tetramers(codes)
    counts = np.zeros((len(found), TETRAMERS))
    rows, places = np.nonzero(found >= 0)
    np.add.at(counts, (rows, found[rows, places]), 1.0)
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1.0)


def positional(codes: np.ndarray) -> sparse.csr_matrix:
    """1 in column 256 p + t where tetramer t begins at position p: float64 (n, 256 (width - 3))."""
    found = tetramers(codes)
    rows, places = np.nonzero(found >= 0)
    columns = TETRAMERS * places + found[rows, places]
    shape = (len(found), TETRAMERS * found.shape[1])
    return sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape)
