"""Calling of sites: from tracks of scores to intervals.

`scan/site_report.py` describes the sites.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isnan

import numpy as np

from ideep_scan.features.modalities.registry import list_names
from ideep_scan.kernels.sites import find_sites
from ideep_scan.records.scores import Hit, ScoreTrack
from ideep_scan.records.span import STRANDS, Strand
from ideep_scan.scan.call_settings import REACH, CallSettings
from ideep_scan.scan.genome_order import Reorder
from ideep_scan.scan.smoothing import Smoother, SmoothTrack, smooth_track


def find_summits(track: ScoreTrack, smoothing: int) -> tuple[np.ndarray, np.ndarray]:
    """Find all summits of a locus, whatever their score.

    They are those that `SiteCaller` finds at any threshold that they reach.

    Parameters
    ----------
    track : ScoreTrack
        Scores of a complete locus; NaN means "not scored".
    smoothing : int
        Width in nt of the smoothing; 0 for none.

    Returns
    -------
    positions : np.ndarray
        Int64 array (n,), genome positions, ascending.
    scores : np.ndarray
        Float32 array (n,), smoothed scores there.
    """
    smooth = smooth_track(track, smoothing).smooth
    _, _, summits = find_sites(smooth, np.float32(-np.inf), REACH, track.strand == "-")
    return summits + track.start, smooth[summits]


class SiteCaller:
    """Call the sites of one model from its tracks, wherever the genome was cut.

    Scores are smoothed first (`scan/smoothing.py`).
    Summits are the highest smoothed scores at the threshold, more than `REACH` positions apart.
    The first in 5'→3' direction has priority if several tie.
    A site extends over the positions at the threshold whose nearest summit is its own.
    Tracks come contig by contig, in genome order on each strand, without overlap; the strands may alternate.
    Positions between two tracks are not scored.

    Parameters
    ----------
    settings : CallSettings
        Threshold and smoothing.
    strands : sequence of Strand
        Strands of the tracks.
        A site is returned when no strand can still give an earlier one.

    Attributes
    ----------
    highest : float or None
        Highest smoothed score so far; None before the first one.
    """

    def __init__(self, settings: CallSettings, strands: Sequence[Strand] = STRANDS):
        self._chrom: str | None = None
        self._strands = {strand: _StrandCaller(settings, strand) for strand in strands}
        self._closed: Reorder[Hit] = Reorder()

    @property
    def highest(self) -> float | None:
        """Return the highest smoothed score so far."""
        return max((caller.highest for caller in self._strands.values() if caller.highest is not None), default=None)

    def feed(self, track: ScoreTrack) -> list[Hit]:
        """Read the next track.

        Parameters
        ----------
        track : ScoreTrack
            Scores and drivers.

        Returns
        -------
        list of Hit
            Complete sites of both strands; over all calls they are in genome order.

        Raises
        ------
        ValueError
            The track starts before the end of the previous one.
        """
        earlier = [] if track.chrom == self._chrom else self.flush()
        self._chrom = track.chrom
        self._closed.add(self._strands[track.strand].feed(track))
        return earlier + self._closed.release(min(caller.horizon for caller in self._strands.values()))

    def flush(self) -> list[Hit]:
        """Return the remaining sites after the last track of a contig.

        Returns
        -------
        list of Hit
            The sites, in genome order.
        """
        for caller in self._strands.values():
            self._closed.add(caller.flush())
        return self._closed.release()


class _StrandCaller:
    """Call the sites of one strand.

    Positions at the threshold with at most `REACH` positions from one to the next form a group.
    No other group can change the sites of a group.

    Attributes
    ----------
    horizon : int
        Earliest position at which the next site may start.
    highest : float or None
        Highest smoothed score so far.
    """

    def __init__(self, settings: CallSettings, strand: Strand):
        self._threshold = np.float32(settings.threshold)
        self._strand = strand
        self._smoother = Smoother(settings.smoothing)
        self._reached = 0
        self._smoothing = settings.smoothing
        self._group: list[SmoothTrack] = []  # the last group, if it may go on
        self._last = 0  # its last position
        self.horizon = 0
        self.highest: float | None = None

    def feed(self, track: ScoreTrack) -> list[Hit]:
        """Read the next track; return the sites that no later one can change."""
        if track.start < self._reached:
            raise ValueError(
                f"track at {track.chrom}:{track.start} ({track.strand}) starts before the end of the previous track"
            )
        self._reached = track.start + len(track.values)
        return [site for part in self._smoother.feed(track) for site in self._take(part)]

    def flush(self) -> list[Hit]:
        """Return the remaining sites of the contig."""
        sites = [site for part in self._smoother.flush() for site in self._take(part)] + self._close()
        self._reached = self.horizon = 0
        return sites

    def _take(self, part: SmoothTrack) -> list[Hit]:
        """Call the sites of all groups but the last one, which may go on in the next part."""
        self._note_highest(part.smooth)
        start, sites = part.track.start, []
        positions = np.flatnonzero(part.smooth >= self._threshold) + start
        if positions.size:
            before = self._last if self._group else positions[0] - REACH - 1
            first_of_groups = positions[np.diff(positions, prepend=before) > REACH]
            opened = int(first_of_groups[-1]) if first_of_groups.size else start
            if opened > start:
                self._group.append(part.cut(start, opened))
            if first_of_groups.size:
                sites += self._close()
            self._last = int(positions[-1])
            self._group.append(part.cut(opened, self._last + 1))
        if self._group and part.end - self._last > REACH:
            sites += self._close()
        self.horizon = self._group[0].track.start if self._group else part.end
        return sites

    def _note_highest(self, smooth: np.ndarray) -> None:
        highest = float(np.fmax.reduce(smooth, initial=np.float32(np.nan)))
        if not isnan(highest):
            self.highest = highest if self.highest is None else max(self.highest, highest)

    def _close(self) -> list[Hit]:
        """Call the sites of the groups that wait."""
        if not self._group:
            return []
        track, smooth = _join(self._group)
        self._group = []
        starts, ends, summits = find_sites(smooth, self._threshold, REACH, self._strand == "-")
        drivers = np.full(len(summits), -1)
        if track.drivers is not None:
            drivers = track.drivers[self._find_sharpest(track.values, starts, ends, summits)]
        columns = (starts + track.start, ends + track.start, summits + track.start, smooth[summits], drivers)
        return [
            Hit(track.chrom, start, end, track.strand, summit, score, None if driver < 0 else list_names()[driver])
            for start, end, summit, score, driver in zip(*(column.tolist() for column in columns), strict=True)
        ]

    def _find_sharpest(
        self, values: np.ndarray, starts: np.ndarray, ends: np.ndarray, summits: np.ndarray
    ) -> np.ndarray:
        """Find the highest score of each site: its summit, if scores are not smoothed."""
        if not self._smoothing:
            return summits
        return np.array([start + np.nanargmax(values[start:end]) for start, end in zip(starts, ends, strict=True)], int)


def _join(parts: Sequence[SmoothTrack]) -> tuple[ScoreTrack, np.ndarray]:
    """Join parts of one strand into one track and its smoothed scores; NaN between them."""
    first = parts[0].track
    if len(parts) == 1:
        return first, parts[0].smooth
    values, smooth = np.full((2, parts[-1].end - first.start), np.nan, np.float32)
    drivers = None if first.drivers is None else np.full(len(values), -1, np.int8)
    for part in parts:
        inside = slice(part.track.start - first.start, part.end - first.start)
        values[inside], smooth[inside] = part.track.values, part.smooth
        if drivers is not None and part.track.drivers is not None:
            drivers[inside] = part.track.drivers
    return replace(first, values=values, drivers=drivers), smooth
