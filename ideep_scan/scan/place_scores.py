"""Scores of single positions, with the featurizer, the models and the rule for scored positions of a scan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ideep_scan.kernels.scorable import mark_scorable
from ideep_scan.models.tile_scores import TileScorer, score_tile
from ideep_scan.records.places import Places, build_window_walks
from ideep_scan.scan.plan import WALK

if TYPE_CHECKING:
    from ideep_scan.features.featurizer import Featurizer


def mark_scorable_places(places: Places, featurizer: Featurizer) -> np.ndarray:
    """Mark places that a scan would score: their base is known, and so is most of their window.

    Parameters
    ----------
    places : Places
        n places, in any order.
    featurizer : Featurizer
        Source of the sequence, and width of a window.

    Returns
    -------
    np.ndarray
        Bool array (n,).
    """
    spec = featurizer.spec
    out = np.zeros(len(places), np.bool_)
    for rows, walk, scored in build_window_walks(places, spec.window, WALK // spec.window):
        out[rows] = mark_scorable(featurizer.codes(walk), spec.window, spec.max_unknown)[scored - spec.half]
    return out


def score_places(
    places: Places, scored: np.ndarray, featurizer: Featurizer, scorers: Sequence[TileScorer]
) -> np.ndarray:
    """Score places with several models; their features are computed once.

    Parameters
    ----------
    places : Places
        n places, in any order; repeats are allowed.
    scored : np.ndarray
        Bool array (n,), True for places to score.
    featurizer : Featurizer
        Computes the features for all models.
    scorers : sequence of TileScorer
        The models.

    Returns
    -------
    np.ndarray
        Float32 array (n, models), probability 0-1 of a binding site centred there; NaN means "not scored".
    """
    out = np.full((len(places), len(scorers)), np.nan, np.float32)
    indices = np.flatnonzero(scored)
    window = featurizer.spec.window
    for rows, walk, columns in build_window_walks(places[indices], window, WALK // window):
        tile = featurizer.tile(walk, columns)
        out[indices[rows]] = score_tile(tile, scorers).T
    return out
