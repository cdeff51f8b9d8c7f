"""Scale of a model's scores: their p-values, and the expected share of true sites at or above them.

P-values are not corrected for the number of tests.
Every function takes scores as the network gives them, 0 to 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.records.share import format_share

LEAST_SITES = 10  # held-out sites at or above a score that are needed to estimate their share
_NEAREST = 2.0**-24  # distance from 0 or 1 to which scores are clipped; float32 has no value in between
_FURTHEST = 40.0  # limit of the magnitude of a logit
_STEEPEST = 1e6  # limit of the rate of a tail


def logit(scores: np.ndarray) -> np.ndarray:
    """Compute the log odds of scores.

    Parameters
    ----------
    scores : np.ndarray
        Scores, 0 to 1; NaN means "not scored".

    Returns
    -------
    np.ndarray
        Float64 array of the same shape, natural logarithm, -16.7 to 16.7; NaN stays NaN.

    Examples
    --------
    >>> logit(np.array([0.5, 0.75])).round(3)
    array([0.   , 1.099])
    """
    inside = np.clip(np.asarray(scores, np.float64), _NEAREST, 1 - _NEAREST)
    return np.log(inside) - np.log1p(-inside)


@dataclass(frozen=True, eq=False)
class Scale:
    """The scores of one model on one combination of modalities, for background positions and held-out sites.

    Attributes
    ----------
    logits : np.ndarray
        Float64 array (k,), ascending, the knots of the table.
    positions : int
        Number of background positions.
    positions_above : np.ndarray
        Int64 array (b,), b <= k, background positions at or above each of the first b knots.
        All positions are at or above the first knot.
    tail_rate : float
        Beyond knot b, the share of positions at or above a logit is extrapolated as exp(-rate * logit).
    sites : int
        Number of held-out sites.
    sites_above : np.ndarray or None
        Int64 array (k,), held-out sites at or above each knot.
        None if there are too few.
    """

    logits: np.ndarray
    positions: int
    positions_above: np.ndarray
    tail_rate: float
    sites: int
    sites_above: np.ndarray | None

    def __post_init__(self) -> None:
        measured, above = len(self.positions_above), self.sites_above
        sound = (
            0 < measured <= len(self.logits)
            and np.isfinite(self.logits).all()
            and (np.diff(self.logits) > 0).all()
            and self.positions_above[0] == self.positions
            and self.positions_above[-1] > 0
            and (np.diff(self.positions_above) <= 0).all()
            and (np.abs(self.logits) <= _FURTHEST).all()
            and 0 < self.tail_rate <= _STEEPEST
            and (above is None or (len(above) == len(self.logits) and (np.diff(above) <= 0).all()))
            and (above is None or (LEAST_SITES <= above[0] <= self.sites and above[-1] >= 0))
        )
        if not sound:
            raise ValueError("the counts of a calibration do not fall from one knot to the next")

    @property
    def measured_to(self) -> float:
        """The smallest p-value that was counted; smaller ones are extrapolated."""
        return float(self.positions_above[-1] / self.positions)

    @property
    def smallest_p(self) -> float:
        """The lower limit of p-values: the smallest that this number of background positions supports."""
        return 1 / (self.positions + 1)

    def p_values(self, scores: np.ndarray) -> np.ndarray:
        """Compute the share of background positions that score at or above each score.

        The share is exact at the knots and log-linear in the logit between them, down to `measured_to`.
        Smaller values are extrapolated, exponentially in the logit, down to `smallest_p`.
        A p-value holds for a single position that was not chosen for its score.

        Parameters
        ----------
        scores : np.ndarray
            Scores of any shape, 0 to 1; NaN means "not scored".

        Returns
        -------
        np.ndarray
            Float64 array of the same shape, above 0 and at most 1.
            It never rises with the score; NaN stays NaN.
        """
        return self._background(logit(scores))

    def precision(self, scores: np.ndarray, prior: float) -> np.ndarray:
        """Compute the expected share of true sites among positions that score at least as high.

        Bayes' rule gives the share from the held-out sites and background positions at or above each knot.
        Between knots the share is linear in the logit.
        A lower score's share holds if it is higher, so the share never falls with the score.
        It stays constant where fewer than `LEAST_SITES` held-out sites score as high.

        The result depends on the prior.
        It also assumes that the held-out sites represent all sites, and the background all other positions.

        Parameters
        ----------
        scores : np.ndarray
            Scores of any shape, 0 to 1; NaN means "not scored".
        prior : float
            The assumed share of positions that are in a site.

        Returns
        -------
        np.ndarray
            Float64 array of the same shape, 0 to 1; NaN stays NaN.

        Raises
        ------
        InputError
            The prior is not between 0 and 1, or there are too few held-out sites.
        """
        return 1 - np.interp(logit(scores), self.logits, self._false_shares(prior))

    def threshold(self, fdr: float, prior: float) -> float:
        """Find the lowest score whose expected false share is at most `fdr`.

        Parameters
        ----------
        fdr : float
            Expected false share (1 minus the result of `precision`), between 0 and 1.
        prior : float
            The assumed share of positions that are in a site.

        Returns
        -------
        float
            A score, 0 to 1.

        Raises
        ------
        InputError
            No score has such a low false share; the message gives the lowest.
            Or a share or prior is not between 0 and 1, or there are too few held-out sites.
        """
        if not 0 < fdr < 1:
            raise InputError(f"an expected false share of {fdr:g} is not possible: choose one between 0 and 1")
        false = self._false_shares(prior)
        if false[-1] > fdr:
            raise InputError(
                f"no score has an expected false share of {fdr:g} or less at a prior of {prior:g}: "
                f"the lowest is {format_share(false[-1])}: choose a larger share"
            )
        first = int(np.argmax(false <= fdr))
        threshold = self.logits[0]
        if first:
            threshold = np.interp(-fdr, -false[first - 1 : first + 1], self.logits[first - 1 : first + 1])
        return float(1 / (1 + np.exp(-threshold)))

    def false_share(self, score: float, prior: float) -> float:
        """Compute the expected false share of positions at or above a score: 1 minus their precision."""
        return 1 - float(self.precision(np.array(score), prior))

    def find_score(self, p_value: float) -> float:
        """Find the lowest score with at most this p-value.

        Parameters
        ----------
        p_value : float
            Between `smallest_p` and 1.

        Returns
        -------
        float
            A score, 0 to 1.
        """
        counted = np.log(self.positions_above / self.positions)
        position = np.interp(-np.log(p_value), -counted, self.logits[: len(counted)])
        position += max(counted[-1] - np.log(p_value), 0) / self.tail_rate
        return float(1 / (1 + np.exp(-position)))

    def lowest_false_share(self, prior: float) -> float:
        """Return the lowest expected false share that a threshold can have.

        Parameters
        ----------
        prior : float
            The assumed share of positions that are in a site.

        Returns
        -------
        float
            Expected false share, 1 minus the result of `precision`.

        Raises
        ------
        InputError
            The prior is not between 0 and 1, or there are too few held-out sites.
        """
        return float(self._false_shares(prior)[-1])

    def _false_shares(self, prior: float) -> np.ndarray:
        """Compute the expected false share at or above each knot, never rising."""
        if not 0 < prior < 1:
            raise InputError(f"a prior of {prior:g} is not possible: choose a share of positions between 0 and 1")
        if self.sites_above is None:
            raise InputError("too few held-out sites to estimate the share of false sites")
        false = (1 - prior) * self._background(self.logits)
        true = prior * self.sites_above / self.sites
        estimable = self.sites_above >= LEAST_SITES
        return np.minimum.accumulate(np.where(estimable, false / (false + true), 1.0))

    def _background(self, logits: np.ndarray) -> np.ndarray:
        """Compute the share of background positions at or above each logit."""
        last = len(self.positions_above) - 1
        counted = np.interp(logits, self.logits[: last + 1], np.log(self.positions_above / self.positions))
        beyond = np.maximum(logits - self.logits[last], 0) * self.tail_rate
        return np.maximum(np.exp(counted - beyond), self.smallest_p)
