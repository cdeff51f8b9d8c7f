"""Scores of a walk back onto the genome: the one strand flip on the way out."""

from __future__ import annotations

import numpy as np

from ideep_scan.records.scores import ScoreTrack
from ideep_scan.records.span import Span
from ideep_scan.records.walk import Walk


def unscored(span: Span) -> ScoreTrack:
    """A track over a span that holds no score yet: NaN everywhere."""
    return ScoreTrack(span.chrom, span.strand, span.start, np.full(len(span), np.nan, np.float32))


def project(walk: Walk, scored: np.ndarray, scores: np.ndarray, track: ScoreTrack) -> None:
    """Write the scores of a walk into the track, which is in the order of the genome.

    Parameters
    ----------
    walk : on the track's contig and strand.
    scored : int64 array (n,), indices into the walk's 5'→3' positions, all of them within the track.
    scores : float32 array (n,), one for each of `scored`.
    track : written into at those positions, and nowhere else.
    """
    track.values[walk.positions()[scored] - track.start] = scores
