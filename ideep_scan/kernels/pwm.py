"""Scans a sequence with PWMs on its own strand. It knows no thresholds, names or genome coordinates.

Scores are sums of whole numbers (log odds in steps that the caller chose), so that a score has one exact p-value.
Clusters of sites are the matter of `cluster_score.py`.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from ideep_scan.kernels.onehot import UNKNOWN


@njit(cache=True, nogil=True)
def scan_pwms(
    codes: np.ndarray, odds: np.ndarray, widths: np.ndarray, thresholds: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sites that reach their motif's threshold.

    Parameters
    ----------
    codes : int8 array (length,), bases 5'→3', 0-4; a site that holds an unknown base never scores.
    odds : int64 array (motifs, at least the largest width, 4), score of A C G U at each position of a motif.
    widths : int64 array (motifs,).
    thresholds : int64 array (motifs,), the least score that counts.

    Returns
    -------
    motif, offset, score : int64 arrays (hits,), by offset of the site's 5' base and then by motif.
    """
    known = _known_ahead(codes)
    motifs, offsets, scores = np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int64)
    for filling in (False, True):
        found = 0
        for offset in range(codes.size):
            for motif in range(widths.size):
                if known[offset] < widths[motif]:
                    continue
                score = 0
                for k in range(widths[motif]):
                    score += odds[motif, k, codes[offset + k]]
                if score >= thresholds[motif]:
                    if filling:
                        motifs[found], offsets[found], scores[found] = motif, offset, score
                    found += 1
        if not filling:
            motifs, offsets, scores = np.empty(found, np.int64), np.empty(found, np.int64), np.empty(found, np.int64)
    return motifs, offsets, scores


@njit(cache=True, nogil=True)
def _known_ahead(codes: np.ndarray) -> np.ndarray:
    """How many known bases follow one another from each position on."""
    known = np.zeros(codes.size, np.int64)
    run = 0
    for i in range(codes.size - 1, -1, -1):
        run = 0 if codes[i] == UNKNOWN else run + 1
        known[i] = run
    return known
