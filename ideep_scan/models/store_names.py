"""Names of the two stores of bundled models, and the default. It imports no numerics."""

from __future__ import annotations

STORES = SHARED, IDEEP = "shared", "ideep"  # one network for all proteins; a network for each experiment
DEFAULT = IDEEP
