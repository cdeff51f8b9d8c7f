"""Lists of peaks as truth: which list judges which model, and whether the model learned from that experiment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ideep_scan.benchmark.within.ground import Ground
from ideep_scan.benchmark.within.ranking import Truth
from ideep_scan.formats.families import find_family
from ideep_scan.formats.peak_lists import PeakList
from ideep_scan.kernels.points import measure_distance, thin
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.scan.call_settings import REACH
from ideep_scan.train.measured_precision import NEAR

Relation = Literal["same", "other"]
SAME: Relation = "same"
OTHER: Relation = "other"
FEWEST_PEAKS = 10  # peaks of a list, more than 50 nt apart, on the ground
# Families whose PAR-CLIP lists are partly the raw data of the 31 published experiments, called again.
PUBLISHED_PARCLIP = ("AGO", "FET", "IGF2BP", "PUM", "QKI")
# Families whose eCLIP has next to none of the sites of the published experiments (at most 0.1 %).
UNRELATED_ECLIP = ("FET",)


@dataclass(frozen=True, eq=False)
class JudgedList:
    """A list of peaks on the ground.

    Attributes
    ----------
    peaks : PeakList
        The list.
    ground : Ground
        Genes that hold at least one of its peaks.
    rows : np.ndarray
        Int64 array (n,), rows of this ground in the whole ground.
    points : np.ndarray
        Int64 array (m,), keys of all peaks in these genes.
    truth : Truth
        Labels and peaks.
    """

    peaks: PeakList
    ground: Ground
    rows: np.ndarray
    points: np.ndarray
    truth: Truth


def lay_list(peaks: PeakList, ground: Ground, is_chosen: np.ndarray | None = None) -> JudgedList | None:
    """Lay a list on the genes that hold a peak of it, at a scored position.

    Parameters
    ----------
    peaks : PeakList
        The list.
    ground : Ground
        All positions.
    is_chosen : np.ndarray or None
        Bool array (genes,), genes to use; None for all.

    Returns
    -------
    JudgedList or None
        None if there are fewer than `FEWEST_PEAKS`.
    """
    points = ground.find_points(peaks.list_points)
    is_bound = np.zeros(len(ground.spans), np.bool_)
    is_bound[ground.genes[ground.find_rows(points)]] = True
    bound, rows = ground.select(is_bound if is_chosen is None else is_bound & is_chosen)
    points = bound.find_points(peaks.list_points)
    chosen = thin(bound.keys[bound.find_rows(points)], REACH)
    if chosen.size < FEWEST_PEAKS:
        return None
    truth = Truth(
        bound.keys,
        bound.genes,
        len(bound.spans),
        bound.mark_cores(peaks),
        measure_distance(bound.keys, points) <= NEAR,
        chosen,
        bound.genes[np.searchsorted(bound.keys, chosen)],
    )
    return JudgedList(peaks, bound, rows, points, truth)


def match_lists(bundle: ModelBundle, lists: Iterable[PeakList]) -> list[tuple[PeakList, Relation]]:
    """Find the lists that judge a model.

    Parameters
    ----------
    bundle : ModelBundle
        The model. The entry `peak_lists` of its card names the lists that it learned from.
        A model with the name of a list learned from it.
        Any other model learned from a published experiment.
    lists : iterable of PeakList
        All lists.

    Returns
    -------
    list of tuple of PeakList and str
        Each list with its relation to the training data: 'same' experiment, or 'other' laboratory or cell.
    """
    lists = tuple(lists)
    learned = set(bundle.card.get("peak_lists", ())) | {peaks.name for peaks in lists if peaks.name == bundle.name}
    matches: list[tuple[PeakList, Relation]] = []
    for peaks in lists:
        if peaks.protein in (bundle.protein, *bundle.aliases):
            family = find_family(peaks.protein)
            if learned:
                matches.append((peaks, SAME if peaks.name in learned else OTHER))
            elif peaks.is_parclip or family not in UNRELATED_ECLIP:
                matches.append((peaks, SAME if peaks.is_parclip and family in PUBLISHED_PARCLIP else OTHER))
    return matches
