"""Scores of a model along complete stretches of transcripts, compared with known sites there."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ideep_scan.kernels.points import measure_distance, thin
from ideep_scan.models.scale import logit
from ideep_scan.records.scores import ScoreTrack
from ideep_scan.scan.call_settings import REACH
from ideep_scan.scan.site_caller import find_summits
from ideep_scan.scan.smoothing import smooth_track
from ideep_scan.train.measured_precision import NEAR

SMOOTHING = 60  # nt over which log odds are averaged before sites are called; chosen on the validation windows
AWAY = 100  # nt: background positions are further from all sites of the model
AT_SITE = 15  # nt: positions of a site are at most this far from its point
STRIDE = 4  # every fourth position of the background is kept


@dataclass(frozen=True, eq=False)
class LocusScores:
    """Log odds of one model, in pieces of loci.

    Attributes
    ----------
    keep_rows : bool
        True keeps all positions of loci with a site, to measure their ranking.
    background, smoothed : list of np.ndarray
        Float32 arrays, every fourth position that is away from the model's sites: scores, and smoothed scores.
    sites : list of np.ndarray
        Float32 arrays, scores at the model's sites.
    ranks : list of np.ndarray
        Float32 arrays, for each site the share of positions of its piece that score higher.
    calls, hits, call_loci : list of np.ndarray
        Smoothed scores of all summits in loci with a site, whether each is near a site, and its locus.
    peaks, peak_loci : list of np.ndarray
        Highest smoothed score of a summit near each site, -inf for none, and its locus.
    near, judged : list of int
        Positions of these loci that are near a site, and all of them.
    row_labels, row_logits : list of np.ndarray
        With `keep_rows`: whether each of these positions is in a site, and its smoothed score.
    row_weights : list of np.ndarray
        With `keep_rows`: number of positions that each of these stands for.
    """

    keep_rows: bool = False
    background: list[np.ndarray] = field(default_factory=list)
    smoothed: list[np.ndarray] = field(default_factory=list)
    sites: list[np.ndarray] = field(default_factory=list)
    ranks: list[np.ndarray] = field(default_factory=list)
    calls: list[np.ndarray] = field(default_factory=list)
    hits: list[np.ndarray] = field(default_factory=list)
    call_loci: list[np.ndarray] = field(default_factory=list)
    peaks: list[np.ndarray] = field(default_factory=list)
    peak_loci: list[np.ndarray] = field(default_factory=list)
    near: list[int] = field(default_factory=list)
    judged: list[int] = field(default_factory=list)
    row_labels: list[np.ndarray] = field(default_factory=list)
    row_logits: list[np.ndarray] = field(default_factory=list)
    row_weights: list[np.ndarray] = field(default_factory=list)

    def add(self, track: ScoreTrack, points: np.ndarray, locus: int, *, judges: bool | None = None) -> None:
        """Add the scores of a locus, or of a piece of one.

        Parameters
        ----------
        track : ScoreTrack
            Its scores.
        points : np.ndarray
            Int64 array, ascending: sites of the model inside of the track.
        locus : int
            Number of the locus.
        judges : bool or None
            True if calls are judged here, as the locus holds a site; None decides by `points`.
        """
        scored = ~np.isnan(track.values)
        positions = np.flatnonzero(scored) + track.start
        logits = logit(track.values[scored]).astype(np.float32)
        smooth = logit(smooth_track(track, SMOOTHING).smooth[scored]).astype(np.float32)
        distances = measure_distance(positions, points)
        rows = np.flatnonzero(distances > AWAY)[::STRIDE]
        self.background.append(logits[rows])
        self.smoothed.append(smooth[rows])
        self.sites.append(logits[distances <= AT_SITE])
        scored_points = points[np.isin(points, positions)]
        if scored_points.size if judges is None else judges:
            self._judge(track, scored_points, locus)
            self.near.append(int((measure_distance(positions, scored_points) <= NEAR).sum()))
            self.judged.append(len(positions))
            self.ranks.append(_rank(logits, logits[np.searchsorted(positions, scored_points)]))
            if self.keep_rows:
                self.row_labels.append(distances <= AT_SITE)
                self.row_logits.append(smooth)
                self.row_weights.append(np.ones(len(smooth), np.float32))

    def extend(self, others: LocusScores, copies: float) -> None:
        """Add the judged calls and rows of other pieces, each of which stands for several.

        Parameters
        ----------
        others : LocusScores
            Scores of pieces without a site.
        copies : float
            Number of pieces that each stands for, on average; each piece has a whole number of copies.
        """
        edges = np.floor(copies * np.arange(len(others.judged) + 1)).astype(np.int64)
        for number, count in enumerate(np.diff(edges).tolist()):
            for name in ("calls", "hits", "call_loci"):
                getattr(self, name).append(np.repeat(getattr(others, name)[number], count))
            self.near.append(count * others.near[number])
            self.judged.append(count * others.judged[number])
            self.row_labels.append(others.row_labels[number])
            self.row_logits.append(others.row_logits[number])
            self.row_weights.append(count * others.row_weights[number])

    def join(self, name: str) -> np.ndarray:
        """Join the pieces of one attribute; an empty array without pieces."""
        return np.concatenate([np.zeros(0, np.float32), *getattr(self, name)])

    def _judge(self, track: ScoreTrack, points: np.ndarray, locus: int) -> None:
        """Find all summits of a locus, and compare them with its sites."""
        summits, scores = find_summits(track, SMOOTHING)
        logits = logit(scores)
        self.calls.append(logits)
        self.hits.append(measure_distance(summits, points) <= NEAR)
        self.call_loci.append(np.full(len(summits), locus))
        targets = thin(points, REACH)
        first, last = np.searchsorted(summits, targets - NEAR), np.searchsorted(summits, targets + NEAR, "right")
        highest = [logits[i:j].max(initial=-np.inf) for i, j in zip(first, last, strict=True)]
        self.peaks.append(np.array(highest, np.float64))
        self.peak_loci.append(np.full(len(targets), locus))


def _rank(logits: np.ndarray, sites: np.ndarray) -> np.ndarray:
    """Compute the share of positions that score higher than each site: float32 array."""
    higher = len(logits) - np.searchsorted(np.sort(logits), sites, "right")
    return (higher / max(len(logits), 1)).astype(np.float32)
