"""Margins at the ends of transcripts, where windows hold too many unknown bases for a site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ideep_scan.records.places import Places
from ideep_scan.records.scores import ScoreTrack


@dataclass(frozen=True)
class EndMargins:
    """The positions of transcripts that may be in a site.

    Attributes
    ----------
    lengths : mapping of str to int
        Length of each transcript.
    width : int
        Positions at each end that are in no site.

    Examples
    --------
    >>> track = ScoreTrack("t", "+", 1, np.array([0.5, 0.25, 0.75], np.float32))
    >>> EndMargins({"t": 4}, 1).hide(track).values.tolist()
    [0.5, 0.25, nan]
    """

    lengths: Mapping[str, int]
    width: int

    def hide(self, track: ScoreTrack) -> ScoreTrack:
        """Return a track without its scores in the margins."""
        positions = track.start + np.arange(track.values.size)
        values = np.where(self._mark(positions, self.lengths[track.chrom]), track.values, np.float32(np.nan))
        return replace(track, values=values)

    def mark(self, places: Places) -> np.ndarray:
        """Mark the places outside the margins: a bool array (n,)."""
        lengths = np.array([self.lengths[chrom] for chrom in places.chrom.tolist()], np.int64)
        return self._mark(places.centre, lengths)

    def _mark(self, positions: np.ndarray, lengths: np.ndarray | int) -> np.ndarray:
        inside: np.ndarray = (positions >= self.width) & (positions < lengths - self.width)
        return inside
