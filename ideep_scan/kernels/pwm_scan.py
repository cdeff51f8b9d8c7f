"""Scan of a sequence with PWMs, on its own strand.

Scores are sums of integers (log odds in steps that the caller chooses), so each score has one exact p-value.
A table lists, for each word of up to eight bases, the motifs that may match there and the score of the word.
So few positions are read more than once.
`cluster_score.py` scores clusters of sites.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ideep_scan.kernels.compile_cache import compiled
from ideep_scan.kernels.onehot import UNKNOWN

LONGEST_WORD = 8
_WORDS_PER_MOTIF = 1024  # of the table, at most


class PwmIndex(NamedTuple):
    """PWMs laid out for `scan_pwms`, made by `index_pwms`.

    Attributes
    ----------
    odds : np.ndarray
        Int64 array (motifs, at least the largest width, 4), score of A C G U at each position of a motif.
    widths : np.ndarray
        Int64 array (motifs,).
    thresholds : np.ndarray
        Int64 array (motifs,), the lowest score of a match.
    word : int
        Bases of a word.
    rows : np.ndarray
        Int64 array (4^word + 1,); word w has the entries `rows[w]` to `rows[w + 1]`.
    motifs : np.ndarray
        Int64 array (entries,), a motif that may match, ascending within a word.
    scores : np.ndarray
        Int64 array (entries,), the score of the word's bases in that motif.
    """

    odds: np.ndarray
    widths: np.ndarray
    thresholds: np.ndarray
    word: int
    rows: np.ndarray
    motifs: np.ndarray
    scores: np.ndarray


def index_pwms(odds: np.ndarray, widths: np.ndarray, thresholds: np.ndarray) -> PwmIndex:
    """Index the words with which a match may begin.

    Parameters
    ----------
    odds : np.ndarray
        Int64 array (motifs, at least the largest width, 4), score of A C G U at each position of a motif.
    widths : np.ndarray
        Int64 array (motifs,).
    thresholds : np.ndarray
        Int64 array (motifs,), the lowest score of a match.

    Returns
    -------
    PwmIndex
        The index.
    """
    longest = min(LONGEST_WORD, int(max(widths, default=1)))
    word = max((k for k in range(1, longest + 1) if 4**k <= _WORDS_PER_MOTIF * len(widths)), default=1)
    columns = [np.zeros((3, 0), np.int64)]
    for motif, (width, threshold) in enumerate(zip(widths.tolist(), thresholds.tolist(), strict=True)):
        matrix = odds[motif, :width]
        words, scores = np.zeros(1, np.int64), np.zeros(1, np.int64)
        for k in range(min(word, width)):
            words = (4 * words[:, None] + np.arange(4)).ravel()
            scores = (scores[:, None] + matrix[k]).ravel()
            possible = scores + matrix[k + 1 :].max(axis=1).sum() >= threshold
            words, scores = words[possible], scores[possible]
        suffixes = 4 ** max(0, word - width)  # any bases may follow a short motif
        words = (words[:, None] * suffixes + np.arange(suffixes)).ravel()
        columns.append(np.stack([words, np.full(words.size, motif), np.repeat(scores, suffixes)]))
    words, motifs, scores = np.concatenate(columns, axis=1)
    order = np.argsort(words, kind="stable")
    rows = np.searchsorted(words[order], np.arange(4**word + 1))
    return PwmIndex(odds, widths, thresholds, word, rows, motifs[order], scores[order])


def scan_pwms(codes: np.ndarray, index: PwmIndex) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find the matches that reach their motif's threshold.

    Parameters
    ----------
    codes : np.ndarray
        Int8 array (length,), bases 5'→3', 0-4; a match has no unknown base.
    index : PwmIndex
        The motifs.

    Returns
    -------
    tuple[np.ndarray, np.ndarray, np.ndarray]
        Motif, offset of the match's 5' base, and score, int64 arrays (matches,), by offset, then by motif.
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
    """Count the matches, then list them.

    The scan runs from the 3' end, so the number of known bases ahead is available.
    """
    match_motifs, offsets, sums = np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int64)
    last = 4 ** (word - 1)
    for filling in (False, True):
        count, known_bases, word_ahead = 0, 0, 0
        for offset in range(codes.size - 1, -1, -1):
            code = codes[offset]
            known_bases = 0 if code == UNKNOWN else known_bases + 1
            word_ahead = (word_ahead >> 2) + (
                0 if code == UNKNOWN else last * code
            )  # an unknown base counts as A, which is never read
            for entry in range(rows[word_ahead + 1] - 1, rows[word_ahead] - 1, -1):
                motif = motifs[entry]
                if known_bases < widths[motif]:
                    continue
                score = scores[entry]
                for k in range(word, widths[motif]):
                    score += odds[motif, k, codes[offset + k]]
                if score >= thresholds[motif]:
                    count += 1
                    if filling:
                        match_motifs[-count], offsets[-count], sums[-count] = motif, offset, score
        if not filling:
            match_motifs, offsets, sums = (
                np.empty(count, np.int64),
                np.empty(count, np.int64),
                np.empty(count, np.int64),
            )
    return match_motifs, offsets, sums
