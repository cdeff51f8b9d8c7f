"""Recipe of the bundled models: layer sizes and modality dropout, chosen on validation (docs/candidates.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Widths of the two fully connected layers of each evidence branch.
HIDDEN = {"region": 128, "motifs": 64, "structure": 32, "cobinding": 64}
# Probability that a training window keeps a modality.
KEEP = {"sequence": 0.95, "region": 0.6, "motifs": 0.4, "structure": 0.5, "cobinding": 0.4}
# Fields of `NetworkConfig` for the residual sequence branch.
RESIDUAL: Mapping[str, Any] = {
    "filters": 128,
    "filter_width": 9,
    "sequence_hidden": 96,
    "channels": 64,
    "dilations": (1, 2),
}
# The shared network: fields of `NetworkConfig`, widths of its evidence branch, and modality dropout.
SHARED: Mapping[str, Any] = {
    "filters": 192,
    "filter_width": 9,
    "sequence_hidden": 160,
    "channels": 96,
    "dilations": (1, 2, 3),
    "shared": 320,
    "dropout": 0.25,
}
SHARED_HIDDEN = {"region": 128}
SHARED_KEEP = {"sequence": 0.96, "region": 0.65}
