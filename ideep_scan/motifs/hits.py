"""Matches of motifs in a sequence, on its own strand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ideep_scan.kernels.onehot import UNKNOWN
from ideep_scan.kernels.pwm_scan import index_pwms, scan_pwms
from ideep_scan.motifs.labels import make_label
from ideep_scan.motifs.log_odds import STEPS_PER_BIT, ScoreDistribution, compute_log_odds
from ideep_scan.records.pwm import Pwm
from ideep_scan.records.scores import KNOWN, MotifHit, MotifLabel, MotifOrigin
from ideep_scan.records.span import Strand


class Match(NamedTuple):
    """A match of a PWM in a sequence.

    Attributes
    ----------
    offset : int
        Index of the match's first base, 5'→3'.
    pwm : Pwm
        The motif.
    label : MotifLabel
        Its names.
    score : float
        Log odds, bits.
    p_value : float
        Chance of this or a higher score at one position of a random sequence.
    """

    offset: int
    pwm: Pwm
    label: MotifLabel
    score: float
    p_value: float


class WindowMatches(NamedTuple):
    """Matches in windows as arrays (matches,), by window, then by first base, then by motif.

    Attributes
    ----------
    window : np.ndarray
        Int64, row of the window.
    first : np.ndarray
        Int64, index of the match's first base in the window, 5'→3'.
    motif : np.ndarray
        Int64, number of the PWM.
    score : np.ndarray
        Float64, log odds, bits.
    p_value : np.ndarray
        Float64, chance of this or a higher score at one position of a random sequence.
    """

    window: np.ndarray
    first: np.ndarray
    motif: np.ndarray
    score: np.ndarray
    p_value: np.ndarray


class MotifScanner:
    """Find matches of PWMs.

    Parameters
    ----------
    pwms : sequence of Pwm
        The motifs.
    p_value : float
        The highest p-value of a match, at one position of a sequence of equally frequent bases.
        A motif whose best sequences together exceed it never matches.
    best_matches : bool
        Let the best sequences of such a motif match nevertheless.
    origin : {'known', 'learned'}
        Origin of the motifs.

    Attributes
    ----------
    index : PwmIndex
        The motifs with their thresholds, laid out for the kernel.

    Raises
    ------
    ValueError
        The p-value is not above 0 and at most 1.
    """

    def __init__(
        self,
        pwms: Sequence[Pwm],
        p_value: float = 1e-4,
        *,
        best_matches: bool = False,
        origin: MotifOrigin = KNOWN,
    ):
        if not 0 < p_value <= 1:
            raise ValueError(f"p-value {p_value} is not above 0 and at most 1")
        self._pwms = tuple(pwms)
        self._labels = [make_label(pwm, origin) for pwm in self._pwms]
        matrices = [compute_log_odds(pwm) for pwm in self._pwms]
        widths = np.array([len(matrix) for matrix in matrices], np.int64)
        odds = np.zeros((len(matrices), max(widths, default=0), 4), np.int64)
        thresholds = np.zeros(len(matrices), np.int64)
        tails: list[np.ndarray] = []
        for motif, matrix in enumerate(matrices):
            distribution = ScoreDistribution(matrix)
            odds[motif, : len(matrix)] = matrix
            best = matrix.max(axis=1).sum()
            threshold = distribution.threshold(p_value)
            thresholds[motif] = min(threshold, best) if best_matches else threshold
            tails.append(distribution.p_value(np.arange(thresholds[motif], best + 1)))
        self.index = index_pwms(odds, widths, thresholds)
        sizes = [len(tail) for tail in tails]
        self._tails = np.concatenate([*tails, np.zeros(0)])  # p-value of each score from the threshold on
        self._begins = np.cumsum([0, *sizes])[:-1] - thresholds

    def scan(self, codes: np.ndarray) -> list[Match]:
        """Find matches along a sequence; unknown bases match nothing.

        Parameters
        ----------
        codes : np.ndarray
            Int8 array (length,), bases 5'→3', 0-4.

        Returns
        -------
        list of Match
            Matches by offset.
        """
        columns = self._columns(codes)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return [
            Match(offset, self._pwms[motif], self._labels[motif], score, p_value)
            for offset, motif, score, p_value in rows
        ]

    def scan_windows(self, codes: np.ndarray) -> WindowMatches:
        """Find matches in windows.

        Parameters
        ----------
        codes : np.ndarray
            Int8 array (windows, width), bases of the RNA, 0-4.

        Returns
        -------
        WindowMatches
            The matches; none reaches from one window into the next.
        """
        windows, width = codes.shape
        padded = np.full((windows, width + 1), UNKNOWN, np.int8)  # an unknown base ends each window
        padded[:, :width] = codes
        offsets, motifs, scores, p_values = self._columns(padded.ravel())
        window, first = np.divmod(offsets, width + 1)
        return WindowMatches(window, first, motifs, scores, p_values)

    def hits(self, chrom: str, strand: Strand, positions: np.ndarray, codes: np.ndarray) -> list[list[MotifHit]]:
        """Find matches in windows, as intervals of the genome.

        Parameters
        ----------
        chrom : str
            Contig of the windows.
        strand : Strand
            Strand of the windows.
        positions : np.ndarray
            Int64 array (windows, width), genome position of each base, 5'→3'.
            Positions are consecutive, rising on the plus strand and falling on the minus strand.
        codes : np.ndarray
            Int8 array (windows, width), bases of the RNA, 0-4.

        Returns
        -------
        list[list[MotifHit]]
            The matches of each window, in the order of their first base, 5'→3'.
        """
        matches = self.scan_windows(codes)
        last = matches.first + self.index.widths[matches.motif] - 1
        ends = np.sort([positions[matches.window, matches.first], positions[matches.window, last]], axis=0)
        columns = (matches.window, matches.motif, ends[0], ends[1] + 1, matches.score, matches.p_value)
        hits: list[list[MotifHit]] = [[] for _ in range(len(codes))]
        for row, motif, start, end, score, p_value in zip(*(column.tolist() for column in columns), strict=True):
            hits[row].append(MotifHit(chrom, start, end, strand, self._labels[motif], score, p_value))
        return hits

    def _columns(self, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """List offset, number of the PWM, score (bits) and p-value of each match, by offset."""
        motifs, offsets, scores = scan_pwms(codes, self.index)
        return offsets, motifs, scores / STEPS_PER_BIT, self._tails[self._begins[motifs] + scores]
