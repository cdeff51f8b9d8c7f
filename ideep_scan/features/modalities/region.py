"""The annotation as a modality: region types around a position, and its distances to landmarks of transcripts."""

from __future__ import annotations

import numpy as np

from ideep_scan.features.modalities.base import NO_PLACE, Encoding, Inputs, Modality, View
from ideep_scan.features.sources import Sources
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.features.transcript_regions import LANDMARKS, REGION_TYPES, RegionMap


class Region(Modality):
    """Region types as a window tensor of 0 and 1, landmarks as spline bases of their signed distance.

    A position may have several region types, because isoforms are combined.
    """

    name = "region"
    follows = "position"
    storage = np.uint8
    keep = 0.6

    def window_shape(self, spec: FeatureSpec) -> tuple[int, int]:
        """Return a channel per region type over the whole window."""
        return len(REGION_TYPES), spec.window

    def centre_size(self, spec: FeatureSpec) -> int:
        """Return the number of spline bases of all landmarks together."""
        return len(LANDMARKS) * spec.landmark_bases

    def is_offered(self, sources: Sources) -> bool:
        """Return whether there is an annotation."""
        return sources.regions is not None

    def explain_absence(self, inputs: Inputs) -> str | None:
        """Ask for an annotation, or for a genome."""
        if inputs.annotation:
            return None
        return "no annotation was given (--gtf)" if inputs.genome else NO_PLACE

    def encode(self, view: View, sources: Sources, spec: FeatureSpec) -> Encoding:
        """Look up region types along the walk and landmarks near its scored positions."""
        assert sources.regions is not None
        return Encoding(_types(view, sources.regions), _landmarks(view, sources.regions, spec))


def _types(view: View, regions: RegionMap) -> np.ndarray:
    """Unpack region types: float32 (5, length) of 0 and 1, in the order of `REGION_TYPES`."""
    masks = regions.find_types(view.place.chrom, view.place.strand, view.positions)
    return ((masks >> np.arange(len(REGION_TYPES), dtype=np.uint8)[:, None]) & 1).astype(np.float32)


def _landmarks(view: View, regions: RegionMap, spec: FeatureSpec) -> np.ndarray:
    """Compute spline bases of each signed distance: float32 (8 * bases, n); 0 if the strand has no such landmark."""
    from ideep_scan.kernels.landmarks import (  # numba, which a list of models does without
        compute_distances,
        compute_spline_bases,
    )

    positions = view.positions[view.scored] * (1 if view.place.strand == "+" else -1)
    rows = np.zeros((positions.size, len(LANDMARKS), spec.landmark_bases), np.float32)  # networks read row by row
    for number, landmarks in enumerate(regions.find_landmarks(view.place.chrom, view.place.strand)):
        compute_spline_bases(compute_distances(positions, landmarks), spec.landmark_reach, rows[:, number].T)
    return rows.reshape(positions.size, len(LANDMARKS) * spec.landmark_bases).T
