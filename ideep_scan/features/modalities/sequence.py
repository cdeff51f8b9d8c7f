"""The sequence as a modality: one-hot bases of the RNA."""

from __future__ import annotations

import numpy as np

from ideep_scan.features.modalities.base import Encoding, Modality, View
from ideep_scan.features.sources import Sources
from ideep_scan.features.spec import FeatureSpec


class Sequence(Modality):
    """One-hot A C G U; 0.25 in each channel at unknown bases."""

    name = "sequence"
    follows = "sequence"
    storage = np.float16

    def window_shape(self, spec: FeatureSpec) -> tuple[int, int]:
        """Return four channels over the whole window."""
        return 4, spec.window

    def encode(self, view: View, sources: Sources, spec: FeatureSpec) -> Encoding:
        """Encode the bases of the walk."""
        from ideep_scan.kernels.onehot import encode_onehot  # numba, which a list of models does without

        return Encoding(window=encode_onehot(view.codes))
