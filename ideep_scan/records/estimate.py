"""A figure with what it is worth."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % bootstrap interval and standard deviation."""

    value: float
    low: float
    high: float
    sd: float
