"""Compare values that a run has recorded with those that it must have, and describe the differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ideep_scan.jobs.verify.computed_values import Bounds
from ideep_scan.records.places import Places

LISTED = 10  # differences that are described; more are counted


@dataclass
class Differences:
    """Collect the differences that a verification finds.

    Attributes
    ----------
    count : int
        Number of differences.
    lines : list of str
        Description of the first ones.
    largest : float
        Largest difference of a score that is within its bounds.
    """

    count: int = 0
    lines: list[str] = field(default_factory=list)
    largest: float = 0.0

    def add(self, *lines: str) -> None:
        """Add differences in words."""
        self.count += len(lines)
        self.lines += lines[: max(0, LISTED - len(self.lines))]

    def compare(
        self, recorded: np.ndarray, bounds: Bounds, places: Places, names: Sequence[str], *, is_score: bool = True
    ) -> np.ndarray:
        """Compare values of one file.

        Parameters
        ----------
        recorded : np.ndarray
            Float array (n,), values of the file; NaN where it has none.
        bounds : Bounds
            Arrays (n,), values that it must have.
        places : Places
            Position of each value.
        names : sequence of str
            File of each value.
        is_score : bool
            Whether the values count for `largest`.

        Returns
        -------
        np.ndarray
            Bool array (n,), True for values within their bounds.
        """
        is_missing = np.isnan(recorded) != np.isnan(bounds.computed)
        wrong = is_missing | (recorded < bounds.low) | (recorded > bounds.high)
        for row in np.flatnonzero(wrong)[:LISTED].tolist():
            place = f"{places.chrom[row]}:{int(places.centre[row]) + 1:,} ({places.strand[row]})"
            values = f"has {_describe(recorded[row])}, but its inputs give {_describe(bounds.computed[row])}"
            self.add(f"{names[row]}: {place} {values}")
        self.count += max(0, int(np.count_nonzero(wrong)) - LISTED)
        distance = np.abs(recorded - bounds.computed)[~wrong & ~np.isnan(recorded)]
        if is_score and distance.size:
            self.largest = max(self.largest, float(distance.max()))
        return ~wrong


def _describe(value: float) -> str:
    return "no value" if np.isnan(value) else f"{float(value):.6g}"
