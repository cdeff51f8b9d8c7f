"""CLIP sites of other proteins as a modality, a channel per experiment."""

from __future__ import annotations

import numpy as np

from ideep_scan.features.modalities.base import NO_PLACE, Encoding, Inputs, Modality, View
from ideep_scan.features.sources import Sources
from ideep_scan.features.spec import FeatureSpec


class Cobinding(Modality):
    """Sites of each experiment as a window tensor of 0 and 1, and a flag for each experiment without a file.

    The flag tells a network that an empty channel is unknown instead of free of sites.
    """

    name = "cobinding"
    follows = "position"
    storage = np.uint8
    keep = 0.3
    centre_flags_channels = True

    def window_shape(self, spec: FeatureSpec) -> tuple[int, int]:
        """Return a channel per experiment over the whole window."""
        return len(spec.experiments), spec.window

    def centre_size(self, spec: FeatureSpec) -> int:
        """Return the number of experiments."""
        return len(spec.experiments)

    def is_offered(self, sources: Sources) -> bool:
        """Return whether any experiment has a file."""
        return bool(sources.sites)

    def explain_absence(self, inputs: Inputs) -> str | None:
        """Ask for a table of CLIP sites, or for a genome."""
        if inputs.cobinding:
            return None
        return "no table of CLIP sites was given (--cobinding)" if inputs.genome else NO_PLACE

    def encode(self, view: View, sources: Sources, spec: FeatureSpec) -> Encoding:
        """Look up the sites of each experiment; the centre tensor holds 1 for an experiment without a file."""
        window = np.zeros((len(spec.experiments), view.positions.size), np.float32)
        for channel, name in zip(window, spec.experiments, strict=True):
            if name in sources.sites:
                channel[:] = sources.sites[name].covered(view.place.chrom, view.place.strand, view.positions)
        absent = np.array([name not in sources.sites for name in spec.experiments], np.float32)
        return Encoding(window, np.repeat(absent[:, None], view.scored.size, axis=1))
