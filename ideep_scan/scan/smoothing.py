"""Smoothing of score tracks within a locus, for calling sites."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ideep_scan.kernels.smoothing import smooth_scores
from ideep_scan.records.scores import ScoreTrack


@dataclass(frozen=True, slots=True, eq=False)
class SmoothTrack:
    """Smoothed scores of an interval, beside the scores themselves.

    Attributes
    ----------
    track : ScoreTrack
        The scores.
    smooth : np.ndarray
        Float32 array of the same length, the smoothed scores; NaN means "not scored".
    """

    track: ScoreTrack
    smooth: np.ndarray

    @property
    def end(self) -> int:
        """Position after the last one."""
        return self.track.start + len(self.smooth)

    def cut(self, start: int, end: int) -> SmoothTrack:
        """Return the part from one position to another one."""
        part = slice(start - self.track.start, end - self.track.start)
        return SmoothTrack(_cut(self.track, start, end), self.smooth[part])


def smooth_track(track: ScoreTrack, width: int) -> SmoothTrack:
    """Smooth the scores of a complete locus.

    A smoothed score has the mean log odds of the scored positions within half a width.

    Parameters
    ----------
    track : ScoreTrack
        Scores.
    width : int
        Width in nt; 0 for none.

    Returns
    -------
    SmoothTrack
        The scores with their smoothed scores.
    """
    values = np.ascontiguousarray(track.values, np.float32)
    return SmoothTrack(track, smooth_scores(values, width // 2) if width > 1 else values)


class Smoother:
    """Smooth the scores of one strand, wherever its tracks were cut.

    Tracks come in genome order, without overlap.
    Tracks that touch are one locus; scores of another locus are not averaged in.

    Parameters
    ----------
    width : int
        Width in nt; 0 for none.
    """

    def __init__(self, width: int):
        self._half = width // 2
        self._tail: ScoreTrack | None = None  # end of the last track, with `half` positions before those that wait
        self._done = 0  # first position that waits

    def feed(self, track: ScoreTrack) -> list[SmoothTrack]:
        """Read the next track; return what the following ones cannot change.

        Parameters
        ----------
        track : ScoreTrack
            Scores.

        Returns
        -------
        list of SmoothTrack
            Smoothed scores, in genome order.
        """
        tail = self._tail
        complete = []
        if tail is None or tail.chrom != track.chrom or tail.start + len(tail.values) != track.start:
            complete = self.flush()
            self._done = track.start
        else:
            track = _join(tail, track)
        end = track.start + len(track.values)
        complete += self._take(track, end - self._half)
        self._tail = _cut(track, max(track.start, end - 2 * self._half), end)
        return complete

    def flush(self) -> list[SmoothTrack]:
        """Return the positions that wait, after the last track of a locus."""
        tail, self._tail = self._tail, None
        return [] if tail is None else self._take(tail, tail.start + len(tail.values))

    def _take(self, track: ScoreTrack, end: int) -> list[SmoothTrack]:
        """Smooth the positions of a track that wait, up to `end`."""
        start = self._done
        if end <= start:
            return []
        self._done = end
        return [smooth_track(track, 2 * self._half).cut(start, end)]


def _cut(track: ScoreTrack, start: int, end: int) -> ScoreTrack:
    part = slice(start - track.start, end - track.start)
    drivers = None if track.drivers is None else track.drivers[part]
    return replace(track, start=start, values=track.values[part], drivers=drivers)


def _join(first: ScoreTrack, second: ScoreTrack) -> ScoreTrack:
    drivers = second.drivers
    if first.drivers is not None and drivers is not None:
        drivers = np.concatenate([first.drivers, drivers])
    return replace(first, values=np.concatenate([first.values, second.values]), drivers=drivers)
