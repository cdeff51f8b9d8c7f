"""Scans a sequence with PWMs on its own strand. It knows no names, p-values or genome coordinates.

Scores are sums of whole numbers (log odds in steps that the caller chose), so that a score has one exact p-value. A
table says for each word of up to eight bases which motifs may match there, and what those bases score: hardly a place
of a sequence is looked at twice. Clusters of sites are the matter of `cluster_score.py`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ideep_scan.kernels.compile_cache import compiled
from ideep_scan.kernels.onehot import UNKNOWN

LONGEST_WORD = 8


class PwmIndex(NamedTuple):
    """PWMs laid out for `scan_pwms`; `index_pwms` makes it.

    Attributes
    ----------
    odds : np.ndarray
        Int64 array (motifs, at least the largest width, 4), score of A C G U at each position of a motif.
    widths, thresholds : np.ndarray
        Int64 arrays (motifs,).
    word : int
        Bases of a word.
    rows : np.ndarray
        Int64 array (4^word + 1,): entries `rows[w]` to `rows[w + 1]` are those of word w.
    motifs, scores : np.ndarray
        Int64 arrays (entries,), a motif that may match and what the word's bases score in it; the motifs of a word
        ascend.
    """

    odds: np.ndarray
    widths: np.ndarray
    thresholds: np.ndarray
    word: int
    rows: np.ndarray
    motifs: np.ndarray
    scores: np.ndarray


def index_pwms(odds: np.ndarray, widths: np.ndarray, thresholds: np.ndarray) -> PwmIndex:
    """Find the words with which a site may begin that reaches its motif's threshold.

    Parameters
    ----------
    odds : np.ndarray
        Int64 array (motifs, at least the largest width, 4), score of A C G U at each position of a motif.
    widths : np.ndarray
        Int64 array (motifs,).
    thresholds : np.ndarray
        Int64 array (motifs,), the least score that counts.
    """
    word = min(LONGEST_WORD, int(max(widths, default=1)))
    found = [np.zeros((3, 0), np.int64)]
    for motif, (width, threshold) in enumerate(zip(widths.tolist(), thresholds.tolist(), strict=True)):
        matrix = odds[motif, :width]
        words, scores = np.zeros(1, np.int64), np.zeros(1, np.int64)
        for k in range(min(word, width)):
            words = (4 * words[:, None] + np.arange(4)).ravel()
            scores = (scores[:, None] + matrix[k]).ravel()
            able = scores + matrix[k + 1 :].max(axis=1).sum() >= threshold
            words, scores = words[able], scores[able]
        rest = 4 ** max(0, word - width)  # what follows a short motif does not matter
        words = (words[:, None] * rest + np.arange(rest)).ravel()
        found.append(np.stack([words, np.full(words.size, motif), np.repeat(scores, rest)]))
    words, motifs, scores = np.concatenate(found, axis=1)
    order = np.argsort(words, kind="stable")
    rows = np.searchsorted(words[order], np.arange(4**word + 1))
    return PwmIndex(odds, widths, thresholds, word, rows, motifs[order], scores[order])


def scan_pwms(codes: np.ndarray, index: PwmIndex) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sites that reach their motif's threshold.

    Parameters
    ----------
    codes : np.ndarray
        Int8 array (length,), bases 5'→3', 0-4; a site that holds an unknown base never scores.

    Returns
    -------
    motif, offset, score
        Int64 arrays (hits,), by offset of the site's 5' base and then by motif.
    """
    return _scan(np.ascontiguousarray(codes), *index)


@compiled()
def _scan(
    codes: np.ndarray,
    odds: np.ndarray,
    widths: np.ndarray,
    thresholds: np.ndarray,
    word: int,
    rows: np.ndarray,
    motifs: np.ndarray,
    scores: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First count, then fill. The scan runs from the 3' end, so that it knows how many known bases lie ahead."""
    at, offsets, sums = np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int64)
    last = 4 ** (word - 1)
    for filling in (False, True):
        found, known, ahead = 0, 0, 0
        for offset in range(codes.size - 1, -1, -1):
            code = codes[offset]
            known = 0 if code == UNKNOWN else known + 1
            ahead = (ahead >> 2) + (0 if code == UNKNOWN else last * code)  # an unknown base reads as A, unread
            for entry in range(rows[ahead + 1] - 1, rows[ahead] - 1, -1):
                motif = motifs[entry]
                if known < widths[motif]:
                    continue
                score = scores[entry]
                for k in range(word, widths[motif]):
                    score += odds[motif, k, codes[offset + k]]
                if score >= thresholds[motif]:
                    found += 1
                    if filling:
                        at[-found], offsets[-found], sums[-found] = motif, offset, score
        if not filling:
            at, offsets, sums = np.empty(found, np.int64), np.empty(found, np.int64), np.empty(found, np.int64)
    return at, offsets, sums
