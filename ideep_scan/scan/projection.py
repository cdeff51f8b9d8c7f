"""Scores of a walk, and what drives them, back onto the genome: the one strand flip on the way out."""

from __future__ import annotations

import numpy as np

from ideep_scan.records.scores import ScoreTrack
from ideep_scan.records.span import Span
from ideep_scan.records.walk import Walk


def unscored(span: Span) -> ScoreTrack:
    """A track over a span that holds no score and no driver yet: NaN and -1 everywhere."""
    values, drivers = np.full(len(span), np.nan, np.float32), np.full(len(span), -1, np.int8)
    return ScoreTrack(span.chrom, span.strand, span.start, values, drivers)


def project(
    walk: Walk, scored: np.ndarray, track: ScoreTrack, scores: np.ndarray, drivers: np.ndarray | None = None
) -> None:
    """Write the scores of a walk into the track, which is in the order of the genome.

    Parameters
    ----------
    walk : Walk
        On the track's contig and strand.
    scored : np.ndarray
        Int64 array (n,), indices into the walk's 5'→3' positions, all of them within the track.
    track : ScoreTrack
        Written into at those positions, and nowhere else.
    scores : np.ndarray
        Float32 array (n,), one for each of `scored`.
    drivers : np.ndarray or None
        Int8 array (n,), the same;
        None: not worked out.
    """
    at = walk.positions()[scored] - track.start
    track.values[at] = scores
    if drivers is not None and track.drivers is not None:
        track.drivers[at] = drivers
