"""Motif scores as a modality: the best Cluster-Buster score of each PWM in the window."""

from __future__ import annotations

import numpy as np

from ideep_scan.features.modalities.base import Encoding, Modality, View
from ideep_scan.features.sources import Sources
from ideep_scan.features.spec import FeatureSpec


class Motifs(Modality):
    """Cluster score of each PWM in the window of each scored position, on the strand of the RNA."""

    name = "motifs"
    follows = "sequence"
    keep = 0.4
    real_valued = True

    def centre_size(self, spec: FeatureSpec) -> int:
        """Return the number of PWMs."""
        return len(spec.motifs)

    def is_offered(self, sources: Sources) -> bool:
        """Return whether there are PWMs."""
        return sources.motifs is not None

    def encode(self, view: View, sources: Sources, spec: FeatureSpec) -> Encoding:
        """Score the windows of the walk."""
        from ideep_scan.kernels.cluster_score import score_clusters  # numba, which a list of models does without

        assert sources.motifs is not None
        scores = score_clusters(view.codes, view.scored - spec.half, spec.window, sources.motifs, False)
        return Encoding(centre=scores.astype(np.float32).T)  # networks read row by row
