"""Tracks of a user's own as a modality: any bigWig, such as conservation, two channels per track."""

from __future__ import annotations

import numpy as np

from ideep_scan.features.modalities.base import NO_PLACE, Encoding, Inputs, Modality, View
from ideep_scan.features.sources import Sources
from ideep_scan.features.spec import FeatureSpec

LARGEST = 1000.0  # larger values of either sign are clipped, so that no sum of a network overflows


class Evidence(Modality):
    """Values of each track, and a mask of the positions that have one.

    A track has no strand: both strands read the same value at a position.
    A position without a value, and a track without a file, has value 0 and mask 0.
    """

    name = "evidence"
    follows = "position"
    keep = 0.5
    real_valued = True

    def is_in(self, spec: FeatureSpec) -> bool:
        """Return whether the spec names a track."""
        return bool(spec.evidence)

    def window_shape(self, spec: FeatureSpec) -> tuple[int, int]:
        """Return two channels per track over the whole window: all values, then all masks."""
        return 2 * len(spec.evidence), spec.window

    def is_offered(self, sources: Sources) -> bool:
        """Return whether there is a track."""
        return bool(sources.tracks)

    def explain_absence(self, inputs: Inputs) -> str | None:
        """Ask for a track, or for a genome."""
        if inputs.evidence:
            return None
        if not inputs.genome:
            return NO_PLACE
        options = " or ".join(f"--evidence {name}=FILE" for name in inputs.trained_tracks or ("NAME",))
        return f"no track of the training was given ({options})"

    def encode(self, view: View, sources: Sources, spec: FeatureSpec) -> Encoding:
        """Read the values of each track along the walk."""
        count = len(spec.evidence)
        window = np.zeros((2 * count, view.positions.size), np.float32)
        for number, name in enumerate(spec.evidence):
            if name in sources.tracks:
                values = sources.tracks[name].values(view.place.chrom, view.positions)
                mask = np.isfinite(values)
                window[number] = np.where(mask, np.clip(values, -LARGEST, LARGEST), 0.0)
                window[count + number] = mask
        return Encoding(window=window)
