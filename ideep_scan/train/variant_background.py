"""Construction of the background of variants from the effects of common variants.

`models/variant_background.py` applies the tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ideep_scan.models.calibration import name_kind
from ideep_scan.models.variant_background import OTHER, SNV

LEAST_EFFECTS = 200  # effects that a background needs
_TOP = 10  # largest effects that have a knot each
_RATIO = 10**-0.04  # of the counts of neighbouring knots in the upper tenth
_BODY = 37  # knots at even shares in the rest


def fit_backgrounds(effects: Mapping[str, Mapping[str, np.ndarray]], limits: str) -> dict[str, Any]:
    """Compute the backgrounds of one model, as the JSON values of its calibration.

    Parameters
    ----------
    effects : Mapping[str, Mapping[str, np.ndarray]]
        Changes of the natural log odds by common variants, by combination of modalities and kind of change.
        NaN means "not scored" and is ignored.
        A kind with fewer than `LEAST_EFFECTS` gets no background.
    limits : str
        The data of the background, and its limits.

    Returns
    -------
    dict[str, Any]
        {"limits", "kinds": {modalities: {"snv": table, "other": table}}}.
        A table has up to about 90 knots.
        Its keys are "effects", "log odds" and "effects above".

    Raises
    ------
    ValueError
        A combination of modalities or a kind of change is unknown.
    """
    kinds = {}
    for modalities, changes in effects.items():
        if modalities != name_kind(modalities.split("+")) or not set(changes) <= {SNV, OTHER}:
            raise ValueError(f"{modalities} with {', '.join(changes)}: not modalities with kinds of change")
        sizes = {change: np.sort(np.abs(x[~np.isnan(x)]).astype(np.float32)) for change, x in changes.items()}
        kinds[modalities] = {change: _table(x) for change, x in sizes.items() if x.size >= LEAST_EFFECTS}
    return {"limits": limits, "kinds": kinds}


def _table(sizes: np.ndarray) -> dict[str, Any]:
    """Count effects at or above each knot; `sizes` is ascending."""
    counts = np.concatenate(
        [
            np.arange(1, _TOP + 1),
            0.1 * sizes.size * _RATIO ** np.arange(np.log(0.1 * sizes.size) / -np.log(_RATIO)),
            np.linspace(0.1, 1, _BODY) * sizes.size,
        ]
    )
    ranks = np.unique(np.clip(np.round(counts), 1, sizes.size).astype(np.int64))
    knots = np.unique(sizes[sizes.size - ranks])
    return {
        "effects": int(sizes.size),
        "log odds": [float(str(knot)) for knot in knots],  # the shortest text of the float32
        "effects above": (sizes.size - np.searchsorted(sizes, knots)).tolist(),
    }
