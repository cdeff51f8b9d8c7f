"""Tetramers of windows: numbers by position, shares, and the 0/1 matrix of tetramers by position.

A tetramer's number, 0 to 255, has its bases as digits in base 4 (A C G U = 0 1 2 3, the first base highest).
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

K = 4
TETRAMERS = 4**K


def number_tetramers(codes: np.ndarray) -> np.ndarray:
    """Compute the number of the tetramer that begins at each position.

    Parameters
    ----------
    codes : np.ndarray
        int8 (n, width): 0 1 2 3 = A C G U, 4 = unknown.

    Returns
    -------
    np.ndarray
        int64 (n, width - 3); -1 for a tetramer with an unknown base.

    Examples
    --------
    >>> number_tetramers(np.array([[0, 0, 0, 1, 4]], np.int8)).tolist()
    [[1, -1]]
    """
    parts = np.lib.stride_tricks.sliding_window_view(codes.astype(np.int64), K, axis=1)
    values = parts @ 4 ** np.arange(K - 1, -1, -1)
    return np.where((parts < 4).all(axis=2), values, -1)


def tetramer_shares(codes: np.ndarray) -> np.ndarray:
    """Compute the share of each tetramer among those of a window without unknown bases.

    Parameters
    ----------
    codes : np.ndarray
        int8 (n, width): 0 1 2 3 = A C G U, 4 = unknown.

    Returns
    -------
    np.ndarray
        float64 (n, 256); all 0 for a window whose tetramers all have an unknown base.
    """
    numbers = number_tetramers(codes)
    counts = np.zeros((len(numbers), TETRAMERS))
    rows, places = np.nonzero(numbers >= 0)
    np.add.at(counts, (rows, numbers[rows, places]), 1.0)
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1.0)


def encode_positions(codes: np.ndarray) -> sparse.csr_matrix:
    """Encode tetramers by position.

    Parameters
    ----------
    codes : np.ndarray
        int8 (n, width): 0 1 2 3 = A C G U, 4 = unknown.

    Returns
    -------
    sparse.csr_matrix
        float64 (n, 256 (width - 3)): 1 in column 256 p + t if tetramer t begins at position p.
    """
    numbers = number_tetramers(codes)
    rows, places = np.nonzero(numbers >= 0)
    columns = TETRAMERS * places + numbers[rows, places]
    shape = (len(numbers), TETRAMERS * numbers.shape[1])
    return sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape)
