"""Settings that define a site, and their defaults.

The command line shows them, so this file imports no numerical library.
"""

from __future__ import annotations

from dataclasses import dataclass

from ideep_scan.errors import InputError


@dataclass(frozen=True)
class CallSettings:
    """Definition of a site.

    Attributes
    ----------
    threshold : float
        The lowest score, unrounded, of a position of a site (compared as float32).
    gap : int
        The largest number of positions between two parts of a site, scored or not.
        The default is about the width of a filter: a site stays together if the score dips for the length of a motif.
    stride : int
        Distance of neighbouring scored positions.
        The gap is rounded up to a multiple of it.
    """

    threshold: float = 0.5
    gap: int = 10
    stride: int = 1

    def __post_init__(self) -> None:
        if not 0 < self.threshold <= 1:
            raise InputError(f"a threshold of {self.threshold} calls no sites: give one above 0 and at most 1")
        if self.gap < 0:
            raise InputError(f"a gap of {self.gap} positions is not possible: give 0 or more")

    @property
    def joined(self) -> int:
        """Limit of positions between two parts of a site: the gap, rounded up so that neighbouring positions join."""
        return -(-(self.gap + 1) // self.stride) * self.stride - 1
