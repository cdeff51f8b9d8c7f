"""Construction of a calibration from scores of background positions and held-out sites, and tests of its predictions.

`models/calibration.py` applies the tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ideep_scan.models.calibration import FORMAT, name_kind
from ideep_scan.models.scale import LEAST_SITES
from ideep_scan.records.estimate import Estimate
from ideep_scan.train.metrics import bootstrap

LEAST_POSITIONS = 1000  # background positions that a calibration needs
COUNTED = 50  # background positions at or above the last score whose p-value is counted
FITTED = 500  # background positions in the longer of the two tails that are fitted
_LIMIT = 17.0  # limit of the magnitude of a logit (`models.scale.logit`)


def fit_calibration(
    background: Mapping[str, np.ndarray],
    sites: Mapping[str, np.ndarray],
    prevalence: float,
    source: str,
    limits: str,
    *,
    smoothing: int = 0,
    smoothed_background: Mapping[str, np.ndarray] | None = None,
    measured: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """Compute the calibration of one model, as the JSON values of its bundle.

    Parameters
    ----------
    background : Mapping[str, np.ndarray]
        Logits of transcript positions away from the model's sites, by combination of modalities ("sequence+region").
        NaN means "not scored" and is ignored.
    sites : Mapping[str, np.ndarray]
        Logits of held-out sites at their centre, by combination of modalities.
        A combination with fewer than `LEAST_SITES` gets p-values but no precision.
    prevalence : float
        The share of transcript positions that are in a site: the default prior.
    source : str
        The source of the prevalence.
    limits : str
        The data of the background, and its limits.
    smoothing : int
        Width in nt over which log odds are averaged before sites are called; 0 for none.
    smoothed_background : Mapping[str, np.ndarray] or None
        As `background`, after smoothing; sites then have p-values.
    measured : Mapping[str, Mapping[str, Any]] or None
        Results of `measured_precision.measure_precision`, by combination of modalities.

    Returns
    -------
    dict[str, Any]
        {"format", "prevalence": {"value", "source"}, "limits", "kinds": {kind: table}}.
        With smoothing also "smoothing" and "smoothed kinds", with measured tables also "measured".
        A table has about 150 knots.
        Its keys are "positions", "sites", "logits", "positions above", "sites above" and "tail rate".

    Raises
    ------
    ValueError
        A combination or the prevalence is impossible, or a background is too small or too uniform.
    """
    if not 0 < prevalence < 1:
        raise ValueError(f"a prevalence of {prevalence} is not between 0 and 1")
    smoothed, tables = smoothed_background or {}, measured or {}
    unknown = [kind for kind in {*background, *sites, *smoothed, *tables} if kind != name_kind(kind.split("+"))]
    unknown += [kind for kind in sites if kind not in background]
    if unknown:
        raise ValueError(f"not a combination of modalities, or without a background: {', '.join(sorted(unknown))}")
    no_sites = np.empty(0)
    optional: dict[str, Any] = {}
    if smoothing:
        smoothed_kinds = {kind: _table(_sorted(x), no_sites) for kind, x in smoothed.items()}
        optional = {"smoothing": smoothing, "smoothed kinds": smoothed_kinds}
    if tables:
        optional["measured"] = {kind: dict(table) for kind, table in tables.items()}
    return {
        "format": FORMAT,
        "prevalence": {"value": prevalence, "source": source},
        "limits": limits,
        "kinds": {kind: _table(_sorted(x), _sorted(sites.get(kind, no_sites))) for kind, x in background.items()},
        **optional,
    }


def _sorted(logits: np.ndarray) -> np.ndarray:
    logits = np.asarray(logits, np.float64).ravel()
    return np.sort(np.clip(logits[~np.isnan(logits)], -_LIMIT, _LIMIT))


def _table(background: np.ndarray, sites: np.ndarray) -> dict[str, Any]:
    """Count background positions and sites at or above each knot; both arrays are sorted."""
    positions = background.size
    if positions < LEAST_POSITIONS:
        raise ValueError(f"a background of {positions} positions: at least {LEAST_POSITIONS} are needed")
    knots = _knots(background)
    enough = sites.size >= LEAST_SITES
    further = np.empty(0)
    if enough:  # sites score higher than the counted background: extend the table to the last score of enough sites
        further = round_down(np.linspace(knots[-1], sites[-LEAST_SITES], 21)[1:])
    logits = np.union1d(knots, further[further > knots[-1]])
    return {
        "positions": positions,
        "sites": int(sites.size),
        "logits": logits.tolist(),
        "positions above": (positions - np.searchsorted(background, knots)).tolist(),
        "sites above": (sites.size - np.searchsorted(sites, logits)).tolist() if enough else None,
        "tail rate": _tail_rate(background),
    }


def _knots(background: np.ndarray) -> np.ndarray:
    """Choose the knots of a table.

    They are logits at even shares of the background down to one tenth, then at even ratios of shares.
    """
    positions = background.size
    decades = np.log10(0.1 * positions / COUNTED)
    body, tail = np.linspace(1, 0.1, 37), 0.1 * 10 ** -np.arange(0, decades, 0.05)
    shares = np.concatenate([[0.999, 0.99], body, tail, [COUNTED / positions]])
    above = np.maximum(np.round(shares * positions).astype(np.int64), COUNTED)
    return np.unique(round_down(np.concatenate([background[:1], background[positions - above]])))


def round_down(logits: np.ndarray) -> np.ndarray:
    """Round down to four decimals, so that scores at a knot stay at or above it.

    Parameters
    ----------
    logits : np.ndarray
        Float64 array.

    Returns
    -------
    np.ndarray
        Float64 array of the same shape, at most 0.0001 lower.

    Examples
    --------
    >>> round_down(np.array([-0.00012, 2.5])).tolist()
    [-0.0002, 2.5]
    """
    rounded = np.floor(logits * 1e4) / 1e4
    return np.where(rounded > logits, rounded - 1e-4, rounded)  # a product may round up to a whole number


def _tail_rate(background: np.ndarray) -> float:
    """Compute the rate at which the share of positions above a logit falls at the top, per unit.

    The rate is the inverse of the mean excess, the maximum-likelihood estimate of an exponential tail.
    It is estimated for the top `COUNTED` and the top `FITTED` positions.
    The slower rate is used, so that p-values are not too small.
    """
    excess = max(float((background[-count:] - background[-count]).mean()) for count in (COUNTED, FITTED))
    if excess == 0:
        raise ValueError("the highest scores of the background are all equal: no tail can be fitted")
    return 1 / excess


@dataclass(frozen=True, slots=True)
class Reliability:
    """Windows with an expected precision of at least `predicted`, and the share of sites among them.

    Attributes
    ----------
    predicted : float
        The lowest expected precision of these windows.
    observed : Estimate
        The share of sites among them, reweighted to the prior.
        With few negatives the confidence interval is too narrow.
    positives : int
        Windows with a site, before weighting.
    negatives : int
        Windows without a site, before weighting.
    """

    predicted: float
    observed: Estimate
    positives: int
    negatives: int


def compute_prior_weights(labels: np.ndarray, prior: float) -> np.ndarray:
    """Compute weights of windows, under which a share `prior` of them is positive.

    Parameters
    ----------
    labels : np.ndarray
        0/1 array (n,).
    prior : float
        Share of positives, between 0 and 1.

    Returns
    -------
    np.ndarray
        Float64 array (n,), with sum 1.

    Raises
    ------
    ValueError
        All labels are equal.

    Examples
    --------
    >>> compute_prior_weights(np.array([1, 0, 0]), 0.1)
    array([0.1 , 0.45, 0.45])
    """
    positive = np.asarray(labels) == 1
    if positive.all() or not positive.any():
        raise ValueError("all labels are equal")
    return np.where(positive, prior / positive.sum(), (1 - prior) / (~positive).sum())


def measure_reliability(
    predicted: np.ndarray, labels: np.ndarray, weights: np.ndarray, levels: Sequence[float], samples: int = 1000
) -> list[Reliability]:
    """Compare the precision that a calibration predicts with that of other windows.

    Parameters
    ----------
    predicted : np.ndarray
        (n,), `Scale.precision` of each window's score; windows of several models may be pooled.
    labels : np.ndarray
        0/1 array (n,).
    weights : np.ndarray
        (n,), weights for the prior, e.g. `compute_prior_weights` of each model's windows.
    levels : sequence of float
        Predicted precisions; all windows at or above each level are pooled.
        A level without windows is left out.
    samples : int
        Bootstrap samples.

    Returns
    -------
    list of Reliability
        One item per level, with 95 % bootstrap intervals over windows.
    """
    results = []
    for level in levels:
        mask = predicted >= level
        if mask.any():
            observed = bootstrap(_share, labels[mask], weights[mask], samples=samples)
            positives = int((labels[mask] == 1).sum())
            results.append(Reliability(float(predicted[mask].min()), observed, positives, int(mask.sum()) - positives))
    return results


def _share(labels: np.ndarray, weights: np.ndarray) -> float:
    return float((labels * weights).sum() / weights.sum())


@dataclass(frozen=True, slots=True)
class Enrichment:
    """The ratio of known sites among called positions to known sites among all scored positions.

    Attributes
    ----------
    ratio : Estimate
        The enrichment.
    called : int
        Called positions.
    known_sites : int
        Positions at a known site.
    both : int
        Called positions at a known site.
    scored : int
        All scored positions.
    """

    ratio: Estimate
    called: int
    known_sites: int
    both: int
    scored: int


def measure_enrichment(
    called: np.ndarray, known_sites: np.ndarray, blocks: np.ndarray, samples: int = 1000
) -> Enrichment:
    """Compare known sites among called positions with known sites among all positions.

    Parameters
    ----------
    called : np.ndarray
        Bool (n,), True where a model calls a scored position.
    known_sites : np.ndarray
        Bool (n,), True where a known site is at a scored position.
    blocks : np.ndarray
        Integers (n,), equal for positions that belong together, e.g. to 10 kb of a strand or to a gene.
        Neighbours are not independent, so the bootstrap draws complete blocks.
    samples : int
        Bootstrap samples.

    Returns
    -------
    Enrichment
        The ratio with its 95 % interval, and the counts.

    Raises
    ------
    ValueError
        No position is called, or no site is known.
    """
    _, block = np.unique(blocks, return_inverse=True)
    counts = [np.bincount(block, rows) for rows in (called, known_sites, called & known_sites, np.ones(len(block)))]
    ratio = bootstrap(_ratio, *counts, samples=samples)
    sums = [round(float(column.sum())) for column in counts]
    return Enrichment(ratio, *sums)


def _ratio(called: np.ndarray, known_sites: np.ndarray, both: np.ndarray, scored: np.ndarray) -> float:
    if not called.sum() or not known_sites.sum():
        raise ValueError("no position is called, or no site is known")
    return float(both.sum() / called.sum() / (known_sites.sum() / scored.sum()))
