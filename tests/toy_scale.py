"""Toy calibration: logistic background, normal sites."""

from __future__ import annotations

from typing import Any

import numpy as np

from ideep_scan.models.calibration import Calibration
from ideep_scan.models.scale import Scale
from ideep_scan.train.calibrate import fit_calibration

KIND = "sequence+region"
USED = ("region", "sequence")


def sigmoid(x: Any) -> np.ndarray:
    return 1 / (1 + np.exp(-np.asarray(x, np.float64)))


def draws(seed: int = 0, positions: int = 20_000, sites: int = 400) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.logistic(-3, 0.8, positions), rng.normal(1, 1.5, sites)


def made(seed: int = 0, **sizes: int) -> dict[str, Any]:
    background, sites = draws(seed, **sizes)
    return fit_calibration({KIND: background}, {KIND: sites}, 0.01, "counted by hand", "a toy")


def scale_of(fields: dict[str, Any]) -> Scale:
    scale = Calibration.from_dict(fields).scale(USED)
    assert scale is not None
    return scale


SCALE = scale_of(made())
