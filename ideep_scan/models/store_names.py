"""Names of the two stores of bundled models, and the default. It imports no numerics."""

from __future__ import annotations

from ideep_scan.errors import InputError

STORES = SHARED, IDEEP = "shared", "ideep"  # one network for all proteins; a network for each experiment
DEFAULT = SHARED


def check_store(store: str) -> None:
    """Raise InputError if there is no such store."""
    if store not in STORES:
        raise InputError(f"--model {store} is not known: use {' or '.join(STORES)}")
