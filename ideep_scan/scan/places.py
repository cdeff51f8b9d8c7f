"""Scores of single positions, by the featurizer, the models and the rule for what is scored that a scan has.

It opens nothing and knows no files of sites.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ideep_scan.kernels.scorable import scorable
from ideep_scan.records.places import Places, window_walks
from ideep_scan.scan.settings import WALK
from ideep_scan.scan.sweep import TileScorer

if TYPE_CHECKING:
    from ideep_scan.features.featurizer import Featurizer


def scorable_places(places: Places, featurizer: Featurizer) -> np.ndarray:
    """Whether each place is scored, as a scan would: its base is known, and most of its window is. bool array (n,)."""
    spec = featurizer.spec
    out = np.zeros(len(places), np.bool_)
    for rows, walk, scored in window_walks(places, spec.window, WALK // spec.window):
        out[rows] = scorable(featurizer.codes(walk), spec.window, spec.max_unknown)[scored - spec.half]
    return out


def score_places(
    places: Places, scored: np.ndarray, featurizer: Featurizer, scorers: Sequence[TileScorer]
) -> np.ndarray:
    """Score of each place by each model, features made once.

    Parameters
    ----------
    places : Places
        Any order, repeats allowed.
    scored : np.ndarray
        Bool array (n,), which of them to score.
    featurizer : Featurizer
        Makes the features that all scorers share.

    Returns
    -------
    np.ndarray
        Float32 array (n, models), probability 0-1 of a binding site centred there;
        NaN = not scored.
    """
    out = np.full((len(places), len(scorers)), np.nan, np.float32)
    chosen = np.flatnonzero(scored)
    window = featurizer.spec.window
    for rows, walk, at in window_walks(places[chosen], window, WALK // window):
        tile = featurizer.tile(walk, at)
        for column, scorer in enumerate(scorers):
            out[chosen[rows], column] = scorer.score(tile)
    return out
