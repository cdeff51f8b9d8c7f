"""Collect the model details that web pages show: card, motif logo, ROC curve, colour."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from ideep_scan.features.modalities.registry import list_names
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.features.transcript_regions import REGION_TYPES, region_name
from ideep_scan.formats.experiments import read_experiments
from ideep_scan.jobs.known_motifs import find_known_motif, name_known_motif
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.calibration import Calibration
from ideep_scan.models.scale import Scale
from ideep_scan.records.pwm import Pwm
from track_hubs.color import choose_color
from track_hubs.manifest import Color, Model, Row

#: Values of a column of the sites; '.' if it is unknown.
SITE_CHOICES = {
    "driver": (*list_names(FeatureSpec((), ())), "."),
    "region": (*REGION_TYPES, region_name(0), "."),
}

#: Range of a column of the sites, by which browsers filter it.
SITE_RANGES = {"precision": (0.0, 1.0)}


def choose_protein_color(protein: str) -> Color:
    """Choose the colour of a protein. It is the same in every run; proteins of the packaged experiments all differ."""
    return choose_color(protein, _proteins())


def describe_model(bundle: ModelBundle, modalities: Sequence[str], sites_about: str = "") -> Model:
    """Describe a model for the pages about its tracks.

    Parameters
    ----------
    bundle : ModelBundle
        The model.
    modalities : sequence of str
        Modalities that it read in this run. The ROC curve is that of this combination.
    sites_about : str
        A sentence on how many of its sites are expected to be true.
    """
    motif_id = str(bundle.card.get("strongest motif", {}).get("id", ""))
    pwm = find_known_motif(motif_id)
    calibration = Calibration.from_dict(bundle.calibration)
    scale = calibration.scale(modalities)
    return Model(
        protein=bundle.protein,
        assay=bundle.card.get("protocol") or "",
        reads=tuple(modalities),
        card=bundle.card,
        motif=() if pwm is None else _compute_shares(pwm),
        motif_id=motif_id,
        motif_name=name_known_motif(motif_id) or "",
        roc=() if scale is None else compute_roc(scale),
        roc_about="" if scale is None else calibration.limits,
        sites_about=sites_about,
    )


def compute_roc(scale: Scale) -> tuple[tuple[float, float], ...]:
    """Compute the ROC curve of a scale.

    Returns
    -------
    tuple of tuple
        Share of background positions and share of held-out sites at or above each knot, from (0, 0) to (1, 1).
        Empty if there were too few held-out sites.
    """
    if scale.sites_above is None:
        return ()
    false = scale.positions_above / scale.positions
    true = scale.sites_above[: len(false)] / scale.sites
    points = sorted({(0.0, 0.0), (1.0, 1.0), *zip(false.round(6).tolist(), true.round(4).tolist(), strict=True)})
    return tuple(points)


def _compute_shares(pwm: Pwm) -> tuple[Row, ...]:
    """Compute the share of A C G U at each position of a motif."""
    shares = np.round(pwm.counts / pwm.counts.sum(axis=1, keepdims=True), 4)
    return tuple((a, c, g, u) for a, c, g, u in shares.tolist())


@lru_cache(1)
def _proteins() -> tuple[str, ...]:
    return tuple(dict.fromkeys(experiment.protein for experiment in read_experiments()))
