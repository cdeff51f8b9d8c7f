"""Probabilities of motifs, laid out for `cluster_score`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

PSEUDOCOUNT = 0.375

_LN2_HEAD, _LN2_TAIL = np.float32(6.9313812256e-01), np.float32(9.0580006145e-06)


class PackedMotifs(NamedTuple):
    """Motifs laid out for `cluster_score.cluster_scores`, made by `pack`.

    Attributes
    ----------
    odds : np.ndarray
        Float64 array (motifs, 2, pieces, 256), product of the probabilities of four bases of a motif.
        Its axes are motif, strand (sense, reverse complement), piece of four positions, and tetramer.
        Positions after the motif's end count as 1.
    widths : np.ndarray
        Int64 array (motifs,).
    """

    odds: np.ndarray
    widths: np.ndarray


def pack(counts: Sequence[np.ndarray]) -> PackedMotifs:
    """Lay out motifs for `cluster_score.cluster_scores`.

    Parameters
    ----------
    counts : Sequence[np.ndarray]
        One array (width, 4) per motif, counts of A C G U.

    Returns
    -------
    PackedMotifs
        The motifs.
    """
    widths = np.array([len(matrix) for matrix in counts], np.int64)
    odds = np.ones((len(counts), 2, -(-max(widths, default=0) // 4), 256))
    tetramers = np.arange(256)[:, None] >> np.array([6, 4, 2, 0]) & 3
    for tables, matrix in zip(odds, counts, strict=True):
        probabilities = np.exp(log_probabilities(matrix).astype(np.float64))
        for pieces, rows in zip(tables, (probabilities, probabilities[::-1, ::-1]), strict=True):
            for k, row in enumerate(rows):
                pieces[k // 4] *= row[tetramers[:, k % 4]]
    return PackedMotifs(odds, widths)


def log_probabilities(counts: np.ndarray) -> np.ndarray:
    """Compute natural logarithms of a motif's base probabilities, in the single precision of the published features.

    Every count is raised by 0.375 and multiplied by the reciprocal of its row's sum.
    The logarithm of 2^k (1 + f) is computed like in the C libraries of that time: k ln 2 is split into head and tail.
    Its last bit sometimes differs from a correctly rounded logarithm, which is visible in small cluster scores.

    Parameters
    ----------
    counts : np.ndarray
        Array (width, 4), counts of A C G U.

    Returns
    -------
    np.ndarray
        Float32 array (width, 4).
    """
    raised = (counts + PSEUDOCOUNT).astype(np.float32)
    probabilities = raised * (np.float32(1) / raised.sum(axis=1, keepdims=True, dtype=np.float32))
    mantissa, exponent = np.frexp(probabilities.astype(np.float64))
    low = mantissa < np.sqrt(0.5)
    f, k = np.where(low, 2 * mantissa, mantissa) - 1, exponent - low
    tail = (f - np.log1p(f) - k * np.float64(_LN2_TAIL)).astype(np.float32)
    return (k * np.float64(_LN2_HEAD)).astype(np.float32) - (tail - f.astype(np.float32))
