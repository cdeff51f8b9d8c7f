"""What the counts of a motif say of a sequence: log odds, how such scores are distributed, where a p-value begins.

Scores are log2 odds against a uniform background of 0.25 per base, in whole steps of 1/1000 bit: their distribution
over all sequences of the motif's width is then counted out exactly, by dynamic programming (Staden 1989, Comput.
Appl. Biosci. 5:89). It scans nothing: `hits.py` does.
"""

from __future__ import annotations

import numpy as np

from ideep_scan.kernels.cluster_score import PSEUDOCOUNT
from ideep_scan.records.pwm import Pwm

STEPS_PER_BIT = 1000


def log_odds(pwm: Pwm) -> np.ndarray:
    """Log2 odds of A C G U at each position, in steps of 1/1000 bit: int64 array (width, 4).

    Counts are raised by the pseudocount of the cluster scores, 0.375.
    """
    raised = pwm.counts + PSEUDOCOUNT
    return np.rint(STEPS_PER_BIT * np.log2(4 * raised / raised.sum(axis=1, keepdims=True))).astype(np.int64)


class ScoreDistribution:
    """Scores of one motif at one place of a random sequence, every base as likely as another.

    Parameters
    ----------
    odds : np.ndarray
        Int64 array (width, 4), as `log_odds` gives them.
    """

    def __init__(self, odds: np.ndarray):
        chances = np.ones(1)
        for row in odds - odds.min(axis=1, keepdims=True):
            longer = np.zeros(chances.size + int(row.max()))
            for shift in row:
                longer[shift : shift + chances.size] += chances / 4
            chances = longer
        self._lowest = int(odds.min(axis=1).sum())
        self._tail = np.append(np.cumsum(chances[::-1])[::-1], 0.0)

    def p_value(self, score: np.ndarray) -> np.ndarray:
        """Chance of this score (in steps) or a higher one: float64 array of the same shape."""
        return self._tail[np.clip(np.asarray(score) - self._lowest, 0, self._tail.size - 1)]

    def threshold(self, p_value: float) -> int:
        """The least score (in steps) whose p-value is not above the one given; beyond the highest if there is none.

        A motif of width w knows no p-value below 1 / 4^w.
        """
        return self._lowest + int(np.argmax(self._tail <= p_value))
