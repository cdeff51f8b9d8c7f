"""A point estimate with its 95 % confidence interval."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its bootstrap confidence interval.

    Attributes
    ----------
    value : float
        The point estimate.
    low, high : float
        Limits of the 95 % bootstrap confidence interval.
    sd : float
        Standard deviation of the bootstrap replicates.
    """

    value: float
    low: float
    high: float
    sd: float
