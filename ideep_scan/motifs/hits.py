"""Where known motifs match a sequence, on its own strand. It makes no file and judges no site."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ideep_scan.kernels.onehot import UNKNOWN
from ideep_scan.kernels.pwm import index_pwms, scan_pwms
from ideep_scan.motifs.pwms import STEPS_PER_BIT, ScoreDistribution, log_odds
from ideep_scan.records.pwm import Pwm
from ideep_scan.records.scores import MotifHit
from ideep_scan.records.span import Strand


class Match(NamedTuple):
    """A PWM at one place of a sequence: `offset` of its 5' base, `score` in bits, `p_value` as in `MotifHit`."""

    offset: int
    pwm: Pwm
    score: float
    p_value: float


class MotifScanner:
    """Finds matches of PWMs.

    Parameters
    ----------
    pwms : sequence of Pwm
        The motifs to look for.
    p_value : float
        A match is at most this likely at one place of a sequence in which every base is as likely as another.
        A motif whose best sequences are together more likely than that never matches.

    Attributes
    ----------
    index
        The motifs as the kernel reads them, with their thresholds.

    Raises
    ------
    ValueError
        A p-value that is not above 0 and at most 1.
    """

    def __init__(self, pwms: Sequence[Pwm], p_value: float = 1e-4):
        if not 0 < p_value <= 1:
            raise ValueError(f"p-value {p_value}; it must be above 0 and at most 1")
        self._pwms = tuple(pwms)
        matrices = [log_odds(pwm) for pwm in self._pwms]
        widths = np.array([len(matrix) for matrix in matrices], np.int64)
        odds = np.zeros((len(matrices), max(widths, default=0), 4), np.int64)
        thresholds = np.zeros(len(matrices), np.int64)
        tails: list[np.ndarray] = []
        for motif, matrix in enumerate(matrices):
            distribution = ScoreDistribution(matrix)
            odds[motif, : len(matrix)] = matrix
            thresholds[motif] = distribution.threshold(p_value)
            tails.append(distribution.p_value(np.arange(thresholds[motif], matrix.max(axis=1).sum() + 1)))
        self.index = index_pwms(odds, widths, thresholds)
        sizes = [len(tail) for tail in tails]
        self._tails = np.concatenate([*tails, np.zeros(0)])  # p-value of each score from the threshold on
        self._begins = np.cumsum([0, *sizes])[:-1] - thresholds

    def scan(self, codes: np.ndarray) -> list[Match]:
        """Matches along bases 5'→3' (int8 array (length,), 0-4), by offset; unknown bases match nothing."""
        columns = self._columns(codes)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return [Match(offset, self._pwms[motif], score, p_value) for offset, motif, score, p_value in rows]

    def hits(self, chrom: str, strand: Strand, positions: np.ndarray, codes: np.ndarray) -> list[list[MotifHit]]:
        """Matches in windows, as intervals of the genome.

        Parameters
        ----------
        positions : np.ndarray
            Int64 array (windows, width), genome position of each base 5'→3': a window has no gap, rising on the plus
            strand and falling on the minus strand.
        codes : np.ndarray
            Int8 array (windows, width), bases of the RNA, 0-4.

        Returns
        -------
        list[list[MotifHit]]
            Those of each window, 5'→3' by the site's first base;
            `motif` is the PWM's id, `match` the gene symbol of its protein.
        """
        windows, width = codes.shape
        parted = np.full((windows, width + 1), UNKNOWN, np.int8)  # no site reaches into the next window
        parted[:, :width] = codes
        offsets, motifs, scores, p_values = self._columns(parted.ravel())
        window, first = np.divmod(offsets, width + 1)
        last = first + self.index.widths[motifs] - 1
        ends = np.sort([positions[window, first], positions[window, last]], axis=0)
        columns = (window, motifs, ends[0], ends[1] + 1, scores, p_values)
        found: list[list[MotifHit]] = [[] for _ in range(windows)]
        for at, motif, start, end, score, p_value in zip(*(column.tolist() for column in columns), strict=True):
            pwm = self._pwms[motif]
            found[at].append(MotifHit(chrom, start, end, strand, pwm.id, pwm.symbol, score, p_value))
        return found

    def _columns(self, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Of each match its offset, number of the PWM, score in bits and p-value, by offset."""
        motifs, offsets, scores = scan_pwms(codes, self.index)
        return offsets, motifs, scores / STEPS_PER_BIT, self._tails[self._begins[motifs] + scores]
