"""Measures of a model on test windows and on complete transcripts, with their confidence intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ideep_scan.records.estimate import Estimate
from ideep_scan.train.metrics import auc_and_auprc, bootstrap

LEAST = 10  # test sites, and test windows without one, that a measure needs
TOP = 0.01  # share of the positions of a transcript that are its top
_MANY = 2000  # windows above which fewer bootstrap samples are drawn, for time and memory


@dataclass(frozen=True, slots=True)
class OwnMeasures:
    """Measures on data that the training never saw.

    Attributes
    ----------
    sites, others : int
        Test windows with a site, and without.
    auc, auprc : Estimate or None
        Of the test windows; None if there are too few.
    ranked : int
        Test sites that were ranked within their transcripts.
    within : Estimate or None
        Mean share of positions of a site's locus that score lower; None if too few sites are ranked.
    top : Estimate or None
        Share of sites among the top hundredth of their locus; None likewise.
    """

    sites: int
    others: int
    auc: Estimate | None
    auprc: Estimate | None
    ranked: int
    within: Estimate | None
    top: Estimate | None


def measure_own(labels: np.ndarray, logits: np.ndarray, ranks: np.ndarray) -> OwnMeasures:
    """Measure a model.

    Parameters
    ----------
    labels : np.ndarray
        Labels of the test windows, 0 or 1.
    logits : np.ndarray
        Their log odds.
    ranks : np.ndarray
        For each ranked site, the share of positions of its locus that score higher; NaN is left out.

    Returns
    -------
    OwnMeasures
        The measures.
    """
    sites = int((labels == 1).sum())
    others = len(labels) - sites
    ranks = ranks[~np.isnan(ranks)].astype(np.float64)
    area = precision = within = top = None
    if min(sites, others) >= LEAST:
        area, precision = auc_and_auprc(labels, logits, samples=1000 if len(labels) <= _MANY else 200)
    if len(ranks) >= LEAST:
        within = bootstrap(_mean, 1 - ranks)
        top = bootstrap(_mean, (ranks <= TOP).astype(np.float64))
    return OwnMeasures(sites, others, area, precision, len(ranks), within, top)


def _mean(values: np.ndarray) -> float:
    return float(values.mean())
