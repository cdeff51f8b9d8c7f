"""Precision of called sites, as it was measured with peaks inside transcripts.

It reads the table that `train/measured_precision.py` makes.
A call is a summit of a model's smoothed scores, whatever its score.
A hit is a call within 50 nt of a peak.
Every function takes scores of called sites, 0 to 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.models.scale import logit
from ideep_scan.records.share import format_share

_KNOTS = 10_000  # limit of knots in a table
HELD_OUT_SITES = "the user's own sites in held-out transcripts, which training did not see"  # truth of own models
_FURTHEST = 40.0  # limit of the magnitude of a logit


class MeasuredFields(TypedDict):
    """Table of one combination of modalities, as JSON values; the fields are those of `MeasuredPrecision`."""

    logits: tuple[float, ...]
    calls: tuple[int, ...]
    hits: tuple[int, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    recall: tuple[float, ...]
    site_precision: tuple[float, ...]
    threshold: float | None
    truth: str
    independent: bool
    prevalence: float
    genes: int
    peaks: int


@dataclass(frozen=True, eq=False)
class MeasuredPrecision:
    """Calls of one model in judged transcripts, at or above each knot, and the hits among them.

    Attributes
    ----------
    logits : np.ndarray
        Float64 array (k,), ascending, the knots.
        The first one is at or below the lowest call.
    calls : np.ndarray
        Int64 array (k,), calls at or above each knot.
    hits : np.ndarray
        Int64 array (k,), hits among them.
    low, high : np.ndarray
        Float64 arrays (k,), limits of the 95 % interval of hits / calls.
    recall : np.ndarray
        Float64 array (k,), share of peaks within 50 nt of a call at or above each knot.
    site_precision : np.ndarray
        Float64 array (k,), never falling, expected precision of a site that scores from this knot to the next.
    best : float or None
        Logit of the threshold with the best F1; None if no call is a hit.
    truth : str
        Source of the peaks.
    independent : bool
        True if the model did not learn from the laboratory or cells of the peaks.
    prevalence : float
        Share of positions of the judged transcripts that are within 50 nt of a peak.
    genes : int
        Number of judged genes.
    peaks : int
        Number of peaks.

    Raises
    ------
    ValueError
        The table contradicts itself.
    """

    logits: np.ndarray
    calls: np.ndarray
    hits: np.ndarray
    low: np.ndarray
    high: np.ndarray
    recall: np.ndarray
    site_precision: np.ndarray
    best: float | None
    truth: str
    independent: bool
    prevalence: float
    genes: int
    peaks: int

    def __post_init__(self) -> None:
        columns = self.calls, self.hits, self.low, self.high, self.recall, self.site_precision
        if not 0 < len(self.logits) <= _KNOTS or any(len(column) != len(self.logits) for column in columns):
            raise ValueError("the columns of a table of calls differ in length, or are empty or too long")
        shares = np.array([self.low, self.high, self.recall, self.site_precision])
        sound = (
            (np.abs(self.logits) <= _FURTHEST).all()
            and (np.diff(self.logits) > 0).all()
            and (np.diff(self.calls) <= 0).all()
            and (np.diff(self.hits) <= 0).all()
            and self.calls[-1] > 0
            and ((self.hits >= 0) & (self.hits <= self.calls)).all()
            and ((shares >= 0) & (shares <= 1)).all()
            and (self.low <= self.high).all()
            and (np.diff(self.recall) <= 0).all()
            and (np.diff(self.site_precision) >= 0).all()
            and (self.best is None or abs(self.best) <= _FURTHEST)
            and 0 < self.prevalence < 1
            and min(self.genes, self.peaks) > 0
        )
        if not sound:
            raise ValueError("the counts of calls and hits contradict each other")

    @classmethod
    def from_fields(cls, fields: MeasuredFields) -> MeasuredPrecision:
        """Build the table from decoded JSON; raise ValueError if it contradicts itself."""
        return cls(
            np.array(fields["logits"], np.float64),
            np.array(fields["calls"], np.int64),
            np.array(fields["hits"], np.int64),
            low=np.array(fields["low"], np.float64),
            high=np.array(fields["high"], np.float64),
            recall=np.array(fields["recall"], np.float64),
            site_precision=np.array(fields["site_precision"], np.float64),
            best=fields["threshold"],
            truth=fields["truth"],
            independent=fields["independent"],
            prevalence=fields["prevalence"],
            genes=fields["genes"],
            peaks=fields["peaks"],
        )

    def precision(self, scores: np.ndarray, prior: float) -> np.ndarray:
        """Compute the expected precision of sites with these scores.

        Parameters
        ----------
        scores : np.ndarray
            Scores of sites, any shape; NaN means "not scored".
        prior : float
            Share of positions within 50 nt of a peak.
            The odds of a hit scale with its odds.

        Returns
        -------
        np.ndarray
            Float64 array of the same shape, 0 to 1, never falling with the score; NaN stays NaN.

        Raises
        ------
        InputError
            The prior is not between 0 and 1.
        """
        logits = logit(scores)
        knots = np.maximum(np.searchsorted(self.logits, logits, "right") - 1, 0)
        return np.where(np.isnan(logits), np.nan, self._shift(self.site_precision, prior)[knots])

    def precision_above(self, score: float, prior: float) -> tuple[float, float, float]:
        """Compute the precision of all calls at or above a score, with its 95 % interval.

        Between knots all three are linear in the logit.

        Parameters
        ----------
        score : float
            A threshold, 0 to 1.
        prior : float
            Share of positions within 50 nt of a peak.

        Returns
        -------
        tuple[float, float, float]
            Precision and the limits of its interval.

        Raises
        ------
        InputError
            The prior is not between 0 and 1.
        """
        position = logit(np.array(score))
        columns = self.hits / self.calls, self.low, self.high
        value, low, high = (float(np.interp(position, self.logits, self._shift(column, prior))) for column in columns)
        return value, low, high

    def threshold(self, fdr: float, prior: float) -> float:
        """Find the lowest score whose measured false share is at most `fdr`.

        Parameters
        ----------
        fdr : float
            False share of the calls at or above a score, between 0 and 1.
        prior : float
            Share of positions within 50 nt of a peak.

        Returns
        -------
        float
            A score, 0 to 1.

        Raises
        ------
        InputError
            No score has such a low false share; the message gives the lowest.
            Or a share or prior is not between 0 and 1.
        """
        if not 0 < fdr < 1:
            raise InputError(f"a false share of {fdr:g} is not possible: choose one between 0 and 1")
        reached = self._false_shares(prior) <= fdr
        if not reached.any():
            raise InputError(
                f"no score has a measured false share of {fdr:g} or less: "
                f"the lowest is {format_share(self.lowest_false_share(prior))}: choose a larger share"
            )
        return _score(self.logits[int(np.argmax(reached))])

    def false_share(self, score: float, prior: float) -> float:
        """Compute the false share of calls at or above a score: 1 minus their precision."""
        return 1 - self.precision_above(score, prior)[0]

    def lowest_false_share(self, prior: float) -> float:
        """Return the lowest false share that a threshold can have.

        Parameters
        ----------
        prior : float
            Share of positions within 50 nt of a peak.

        Returns
        -------
        float
            1 minus the precision of the calls at or above the best knot.

        Raises
        ------
        InputError
            The prior is not between 0 and 1.
        """
        return float(self._false_shares(prior).min())

    def best_threshold(self, prior: float | None = None) -> float | None:
        """Find the score with the best F1, the harmonic mean of precision and share of peaks found.

        Parameters
        ----------
        prior : float or None
            Share of positions within 50 nt of a peak; None for that of the judged transcripts.

        Returns
        -------
        float or None
            A score, 0 to 1; None if no call is a hit.

        Raises
        ------
        InputError
            The prior is not between 0 and 1.
        """
        if self.best is None or prior is None:
            return None if self.best is None else _score(self.best)
        precision = 1 - self._false_shares(prior)
        return _score(self.logits[int(np.argmax(compute_f1(precision, self.recall)))])

    def _false_shares(self, prior: float) -> np.ndarray:
        """Compute the false share at or above each knot."""
        return 1 - self._shift(self.hits / self.calls, prior)

    def _shift(self, precision: np.ndarray, prior: float) -> np.ndarray:
        """Move precisions from the measured prevalence to a prior."""
        if not 0 < prior < 1:
            raise InputError(f"a prior of {prior:g} is not possible: choose a share of positions between 0 and 1")
        if prior == self.prevalence:
            return precision
        ratio = prior / (1 - prior) * (1 - self.prevalence) / self.prevalence
        return precision * ratio / (1 - precision + precision * ratio)


def compute_f1(precision: np.ndarray, recall: np.ndarray) -> np.ndarray:
    """Compute the harmonic mean of precision and share of peaks found; 0 if both are 0.

    Examples
    --------
    >>> compute_f1(np.array([0.5, 0.0]), np.array([0.5, 0.0]))
    array([0.5, 0. ])
    """
    total = precision + recall
    return np.divide(2 * precision * recall, total, out=np.zeros_like(total), where=total > 0)


def _score(log_odds: float) -> float:
    return float(1 / (1 + np.exp(-log_odds)))
