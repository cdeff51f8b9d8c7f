"""Scores of motifs: log odds, their exact distribution, and the threshold for a p-value.

Scores are log2 odds against a uniform background of 0.25 per base, in whole steps of 1/1000 bit.
So dynamic programming counts their distribution over all sequences of the motif's width exactly.
(Staden 1989, Comput. Appl. Biosci. 5:89.)
"""

from __future__ import annotations

import numpy as np

from ideep_scan.kernels.packed_motifs import PSEUDOCOUNT
from ideep_scan.records.pwm import Pwm

STEPS_PER_BIT = 1000


def compute_log_odds(pwm: Pwm) -> np.ndarray:
    """Compute log2 odds of A C G U at each position of a motif.

    Counts are raised by 0.375, the pseudocount of the cluster scores.

    Parameters
    ----------
    pwm : Pwm
        The motif.

    Returns
    -------
    np.ndarray
        Int64 array (width, 4), in steps of 1/1000 bit.
    """
    raised = pwm.counts + PSEUDOCOUNT
    return np.rint(STEPS_PER_BIT * np.log2(4 * raised / raised.sum(axis=1, keepdims=True))).astype(np.int64)


class ScoreDistribution:
    """Distribution of one motif's score at one position of a sequence of equally frequent bases.

    Parameters
    ----------
    odds : np.ndarray
        Int64 array (width, 4), as `compute_log_odds` returns it.
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
        """Compute the chance of a score or a higher one.

        Parameters
        ----------
        score : np.ndarray
            Scores of any shape, in steps.

        Returns
        -------
        np.ndarray
            Float64 array of the same shape.
        """
        return self._tail[np.clip(np.asarray(score) - self._lowest, 0, self._tail.size - 1)]

    def threshold(self, p_value: float) -> int:
        """Find the lowest score whose p-value is at most `p_value`.

        A motif of width w has no p-value below 1 / 4^w.

        Parameters
        ----------
        p_value : float
            The highest p-value.

        Returns
        -------
        int
            A score in steps; above the highest score if no p-value is that low.
        """
        return self._lowest + int(np.argmax(self._tail <= p_value))
