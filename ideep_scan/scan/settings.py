"""What may be set of a scan, with its defaults. It imports no numerics: the command line shows them."""

from __future__ import annotations

from dataclasses import dataclass

from ideep_scan.errors import InputError

CHUNK = 2**18  # positions of a contig that are read and scored together
WALK = 2**13  # positions of a network call, halos included: what they are turned into stays in the caches


@dataclass(frozen=True)
class CallSettings:
    """What makes a site.

    Attributes
    ----------
    threshold : float
        A position whose score, unrounded, is at least this belongs to a site (compared as float32).
    gap : int
        Sites with at most this many positions between them, scored or not, are one. 10, about the width of a filter of
        the network: a site does not fall apart where the score dips for a motif's length.
    stride : int
        Distance of neighbouring scored positions.
        The gap is rounded up to whole steps of it.
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
        """Positions that may lie between two parts of a site: the gap in whole steps, so that neighbours join."""
        return -(-(self.gap + 1) // self.stride) * self.stride - 1
