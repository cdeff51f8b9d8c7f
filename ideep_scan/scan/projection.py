"""Projection of a walk's scores and drivers onto the genome, with the only strand flip on the way out."""

from __future__ import annotations

import numpy as np

from ideep_scan.records.scores import ScoreTrack
from ideep_scan.records.span import Span
from ideep_scan.records.walk import Walk


def create_empty_track(span: Span) -> ScoreTrack:
    """Create a track over a span without scores and drivers: NaN and -1 everywhere."""
    values = np.full(len(span), np.nan, np.float32)
    drivers = np.full(len(span), -1, np.int8)
    return ScoreTrack(span.chrom, span.strand, span.start, values, drivers)


def project(
    walk: Walk, scored: np.ndarray, track: ScoreTrack, *, scores: np.ndarray, drivers: np.ndarray | None = None
) -> None:
    """Write the scores of a walk into a track, which is in genome order.

    Parameters
    ----------
    walk : Walk
        A walk on the track's contig and strand.
    scored : np.ndarray
        Int64 array (n,), indices into the walk's 5'→3' positions, all of them within the track.
    track : ScoreTrack
        Changed at these positions only.
    scores : np.ndarray
        Float32 array (n,).
    drivers : np.ndarray or None
        Int8 array (n,); None leaves the drivers of the track.
    """
    columns = walk.positions()[scored] - track.start
    track.values[columns] = scores
    if drivers is not None and track.drivers is not None:
        track.drivers[columns] = drivers
