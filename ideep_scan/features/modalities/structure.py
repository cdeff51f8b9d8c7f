"""RNA structure as a modality: the probability that each base is unpaired."""

from __future__ import annotations

import numpy as np

from ideep_scan.features.modalities.base import Encoding, Modality, View
from ideep_scan.features.sources import Sources
from ideep_scan.features.spec import FeatureSpec


class Structure(Modality):
    """Probability of being unpaired, in the middle of the window.

    Values depend on at most `spec.structure_window` bases on each side.
    The tensor leaves out as many positions at both ends, so no base outside of the window matters.
    """

    name = "structure"
    follows = "sequence"
    keep = 0.4

    def window_shape(self, spec: FeatureSpec) -> tuple[int, int]:
        """Return one channel over the middle of the window."""
        return 1, spec.window - 2 * spec.structure_window

    def is_offered(self, sources: Sources) -> bool:
        """Return whether RNA can be folded."""
        return sources.folder is not None

    def encode(self, view: View, sources: Sources, spec: FeatureSpec) -> Encoding:
        """Fold the blocks of the walk; values near the ends of a block must not be read (`Folder`)."""
        assert sources.folder is not None
        return Encoding(window=np.concatenate(sources.folder.fold(view.blocks()))[None])
