"""Settings that define a site, and their defaults.

The command line shows them, so this file imports no numerical library.
"""

from __future__ import annotations

from dataclasses import dataclass

from ideep_scan.errors import InputError

REACH = 50  # nt on each side of a summit that its site may have; summits of a strand are further apart


@dataclass(frozen=True)
class CallSettings:
    """Definition of a site.

    Attributes
    ----------
    threshold : float
        The lowest score, unrounded, of a position of a site (compared as float32).
        With smoothing, the score whose log odds are the mean over the positions around it.
    smoothing : int
        Width in nt of this mean; 0 for none.
    stride : int
        Distance of neighbouring scored positions.
    """

    threshold: float = 0.5
    smoothing: int = 0
    stride: int = 1

    def __post_init__(self) -> None:
        if not 0 < self.threshold <= 1:
            raise InputError(f"a threshold of {self.threshold} calls no sites: give one above 0 and at most 1")
