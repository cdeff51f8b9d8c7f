"""The registry of modalities. Their order is that of branches in a network and of drivers in a table of sites."""

from __future__ import annotations

from collections.abc import Mapping

from ideep_scan.features.modalities.base import Inputs, Modality
from ideep_scan.features.modalities.cobinding import Cobinding
from ideep_scan.features.modalities.evidence import Evidence
from ideep_scan.features.modalities.motifs import Motifs
from ideep_scan.features.modalities.region import Region
from ideep_scan.features.modalities.sequence import Sequence
from ideep_scan.features.modalities.structure import Structure
from ideep_scan.features.sources import Sources
from ideep_scan.features.spec import FeatureSpec

#: Add a modality at the end: the number of an earlier one is part of finished runs and trained networks.
MODALITIES: tuple[Modality, ...] = (Sequence(), Region(), Motifs(), Structure(), Cobinding(), Evidence())


def get_modality(name: str) -> Modality:
    """Return the modality of a name; raise KeyError if there is none."""
    return {entry.name: entry for entry in MODALITIES}[name]


def list_names(spec: FeatureSpec | None = None) -> tuple[str, ...]:
    """List the names of all modalities, or of those that models of a spec can read, in their order."""
    return tuple(entry.name for entry in MODALITIES if spec is None or entry.is_in(spec))


def list_offered(sources: Sources) -> tuple[str, ...]:
    """List the modalities that can be computed from sources."""
    return tuple(entry.name for entry in MODALITIES if entry.is_offered(sources))


def explain_absences(inputs: Inputs) -> dict[str, str]:
    """Say for each modality that the inputs of a run do not offer why it is absent."""
    reasons = {entry.name: entry.explain_absence(inputs) for entry in MODALITIES}
    return {name: reason for name, reason in reasons.items() if reason is not None}


def default_keep() -> dict[str, float]:
    """Return the probability that a training example keeps a modality, for those that training drops at random."""
    return {entry.name: entry.keep for entry in MODALITIES if entry.keep < 1}


def list_window_shapes(spec: FeatureSpec) -> Mapping[str, tuple[int, int]]:
    """Return channels and width of each window tensor, by modality."""
    shapes = {entry.name: entry.window_shape(spec) for entry in MODALITIES if entry.is_in(spec)}
    return {name: shape for name, shape in shapes.items() if shape is not None}


def list_centre_sizes(spec: FeatureSpec) -> Mapping[str, int]:
    """Return the number of values of each centre tensor, by modality."""
    sizes = {entry.name: entry.centre_size(spec) for entry in MODALITIES if entry.is_in(spec)}
    return {name: size for name, size in sizes.items() if size is not None}
