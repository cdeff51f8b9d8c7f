"""P-values of effects, from the background of variants in each model's calibration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ideep_scan.jobs.thresholds import read_calibration
from ideep_scan.models.calibration import name_kind
from ideep_scan.models.scorer import Scorer
from ideep_scan.models.variant_background import VariantBackground
from ideep_scan.records.notes import group_remarks
from ideep_scan.variants.effect import Effects

Backgrounds = Sequence[Mapping[str, VariantBackground]]  #: of each model, by kind of change


def find_backgrounds(scorers: Sequence[Scorer]) -> Backgrounds:
    """Find the background of each model for the modalities that it reads."""
    return [read_calibration(scorer.bundle).variant_backgrounds(scorer.modalities) for scorer in scorers]


def missing_background_notes(scorers: Sequence[Scorer]) -> tuple[str, ...]:
    """Name the models whose effects have no p-value; models with the same reason share a line."""
    return group_remarks(
        (scorer.bundle.name, f"no background of variants for {name_kind(scorer.modalities)}, so effects have no P")
        for scorer, background in zip(scorers, find_backgrounds(scorers), strict=True)
        if not background
    )


def compute_p_values(effects: Effects, changes: Sequence[str], backgrounds: Backgrounds) -> np.ndarray:
    """Compute the p-value of each effect.

    Parameters
    ----------
    effects : Effects
        The effects.
    changes : sequence of str
        Kind of change of each allele (`models.variant_background.name_change`).
    backgrounds : sequence of mappings
        Background of each model, by kind of change; empty if no model has one.

    Returns
    -------
    np.ndarray
        Float64 array (n,); NaN without a background or a change of log odds.
    """
    p_values = np.full(len(effects), np.nan)
    kinds = np.array(changes, np.str_)[effects.allele]
    for model, by_change in enumerate(backgrounds):
        for change, background in by_change.items():
            rows = (effects.model == model) & (kinds == change)
            p_values[rows] = background.p_values(effects.log_odds[rows])
    return p_values
