"""Makes the calibration of a model from scores of background positions and held-out sites, and tests what it promises.

It scores nothing and chooses no positions: `scripts/train_zoo` does. What the tables mean at work is in
`models/calibration.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ideep_scan.models.calibration import FORMAT, LEAST_SITES, kind_of
from ideep_scan.records.estimate import Estimate
from ideep_scan.train.metrics import bootstrap

LEAST_POSITIONS = 1000  # of a background
COUNTED = 50  # background positions at or above the last score whose p-value is counted
FITTED = 500  # background positions at or above the score from which on the tail is fitted
_LIMIT = 17.0  # logits reach no further (`models.calibration.logit`)


def calibration(
    background: Mapping[str, np.ndarray],
    sites: Mapping[str, np.ndarray],
    prevalence: float,
    source: str,
    limits: str,
) -> dict[str, Any]:
    """The calibration of one model, as the JSON values that go into its bundle.

    Parameters
    ----------
    background : Mapping[str, np.ndarray]
        Logits of transcript positions away from the model's sites, by kind of input ("sequence+region");
        NaN = not scored, takes no part.
    sites : Mapping[str, np.ndarray]
        Logits of held-out sites at their centre, by kind; a kind without at least `LEAST_SITES` of them gets p-values
        but no precision.
    prevalence : float
        Share of transcript positions that lie in a site: the default prior.
    source : str
        Where that figure comes from. limits : what the background is, and what it cannot tell.

    Returns
    -------
    dict[str, Any]
        {"format", "prevalence": {"value", "source"}, "limits", "kinds": {kind: {"positions", "sites", "logits",
        "positions above", "sites above", "tail rate"}}}, about 150 knots a kind.

    Raises
    ------
    ValueError
        A kind that is none, an impossible prevalence, or a background too small or too uniform to use.
    """
    if not 0 < prevalence < 1:
        raise ValueError(f"a prevalence of {prevalence} is not between 0 and 1")
    unknown = [kind for kind in {*background, *sites} if kind != kind_of(kind.split("+")) or kind not in background]
    if unknown:
        raise ValueError(f"no kind of input, or one without a background: {', '.join(sorted(unknown))}")
    nothing = np.empty(0)
    return {
        "format": FORMAT,
        "prevalence": {"value": prevalence, "source": source},
        "limits": limits,
        "kinds": {kind: _table(_sorted(x), _sorted(sites.get(kind, nothing))) for kind, x in background.items()},
    }


def _sorted(logits: np.ndarray) -> np.ndarray:
    logits = np.asarray(logits, np.float64).ravel()
    return np.sort(np.clip(logits[~np.isnan(logits)], -_LIMIT, _LIMIT))


def _table(background: np.ndarray, sites: np.ndarray) -> dict[str, Any]:
    """Counts of background and sites at or above each knot; both come sorted."""
    positions = background.size
    if positions < LEAST_POSITIONS:
        raise ValueError(f"a background of {positions} positions: at least {LEAST_POSITIONS} are needed")
    knots = _knots(background)
    enough = sites.size >= LEAST_SITES
    further = np.empty(0)
    if enough:  # sites score beyond the counted background: the table goes on as long as enough of them do
        further = _rounded_down(np.linspace(knots[-1], sites[-LEAST_SITES], 21)[1:])
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
    """Logits at even shares of the background down to a tenth above, from there on at even ratios of shares."""
    positions = background.size
    decades = np.log10(0.1 * positions / COUNTED)
    body, tail = np.linspace(1, 0.1, 37), 0.1 * 10 ** -np.arange(0, decades, 0.05)
    shares = np.concatenate([[0.999, 0.99], body, tail, [COUNTED / positions]])
    above = np.maximum(np.round(shares * positions).astype(np.int64), COUNTED)
    return np.unique(_rounded_down(np.concatenate([background[:1], background[positions - above]])))


def _rounded_down(logits: np.ndarray) -> np.ndarray:
    """To four decimals, so that what reached a logit still does."""
    return np.floor(logits * 1e4) / 1e4


def _tail_rate(background: np.ndarray) -> float:
    """How fast the share of positions above a logit falls at the top, per unit.

    The inverse of the mean excess (the maximum-likelihood estimate of an exponential tail) over the score that
    `COUNTED` and over the one that `FITTED` positions reach; the slower of the two, so that p is rather too large.
    """
    excess = max(float((background[-most:] - background[-most]).mean()) for most in (COUNTED, FITTED))
    if excess == 0:
        raise ValueError("the highest scores of the background are all the same: no tail can be fitted")
    return 1 / excess


@dataclass(frozen=True, slots=True)
class Reliability:
    """Windows for which a precision of at least `predicted` was expected, and the share of sites found among them.

    `predicted` is that of the lowest of them, which stands for all at or above it. `positives` and `negatives` are
    counts before weighting: with few negatives the interval is too narrow.
    """

    predicted: float
    observed: Estimate
    positives: int
    negatives: int


def prior_weights(labels: np.ndarray, prior: float) -> np.ndarray:
    """Weights of windows, float64 (n,), that sum to 1 and under which `prior` of them are positive.

    Raises ValueError where all labels are of one class.
    """
    positive = np.asarray(labels) == 1
    if positive.all() or not positive.any():
        raise ValueError("all labels are of one class")
    return np.where(positive, prior / positive.sum(), (1 - prior) / (~positive).sum())


def reliability(
    predicted: np.ndarray, labels: np.ndarray, weights: np.ndarray, levels: Sequence[float], samples: int = 1000
) -> list[Reliability]:
    """Whether the precision that a calibration promises is found on windows that it was not made from.

    Parameters
    ----------
    predicted : np.ndarray
        `Scale.precision` of each window's score, (n,); windows of several models may be pooled.
    labels : np.ndarray
        0 or 1, (n,). weights : reweighting to the prior, (n,), e.g.
        `prior_weights` of each model's windows.
    levels : sequence of float
        Promised precisions to look at; all windows at or above each are taken together, since that is what is promised.
        A level that no window reaches is left out.

    Returns
    -------
    list of Reliability
        By level, with 95 % bootstrap intervals over windows.
    """
    found = []
    for level in levels:
        taken = predicted >= level
        if taken.any():
            observed = bootstrap(_share, labels[taken], weights[taken], samples=samples)
            positives = int((labels[taken] == 1).sum())
            found.append(Reliability(float(predicted[taken].min()), observed, positives, int(taken.sum()) - positives))
    return found


def _share(labels: np.ndarray, weights: np.ndarray) -> float:
    return float((labels * weights).sum() / weights.sum())


@dataclass(frozen=True, slots=True)
class Enrichment:
    """How much likelier a called position lies at a known site than any position does.

    `called`, `known` and `both` are counts of positions, of `scored` ones.
    """

    ratio: Estimate
    called: int
    known: int
    both: int
    scored: int


def enrichment(called: np.ndarray, known: np.ndarray, blocks: np.ndarray, samples: int = 1000) -> Enrichment:
    """Known sites among called positions against known sites among all.

    Parameters
    ----------
    called, known : np.ndarray
        Bool (n,), scored positions only: whether a model calls it, whether a known site lies there.
    blocks : np.ndarray
        Integers (n,) that tell which positions belong together, e.g. 10 kb of a strand, or a gene: neighbours are no
        independent observations, so whole blocks are drawn for the 95 % interval.

    Raises
    ------
    ValueError
        Nothing is called, or nothing known.
    """
    _, block = np.unique(blocks, return_inverse=True)
    counts = [np.bincount(block, rows) for rows in (called, known, called & known, np.ones(len(block)))]
    ratio = bootstrap(_ratio, *counts, samples=samples)
    sums = [round(float(column.sum())) for column in counts]
    return Enrichment(ratio, *sums)


def _ratio(called: np.ndarray, known: np.ndarray, both: np.ndarray, scored: np.ndarray) -> float:
    if not called.sum() or not known.sum():
        raise ValueError("nothing is called, or nothing known")
    return float(both.sum() / called.sum() / (known.sum() / scored.sum()))
