"""Values that the tracks of a run must have at single positions, from its models and inputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ideep_scan.jobs.scan.extra_tracks import TrackMaker
from ideep_scan.jobs.scan.preparation import PreparedScan
from ideep_scan.jobs.scan_settings import CONTRIBUTIONS
from ideep_scan.models.scale import logit
from ideep_scan.models.scorer import Scorer
from ideep_scan.records.places import Places
from ideep_scan.records.scores import ScoreTrack
from ideep_scan.records.span import Span
from ideep_scan.scan.contribution_track import ContributionReader
from ideep_scan.scan.end_margins import EndMargins
from ideep_scan.scan.margins import ChunkScores
from ideep_scan.scan.place_scores import mark_scorable_places, score_places
from ideep_scan.scan.planned_places import PlannedPlaces
from ideep_scan.scan.smoothing import smooth_track

SLACK = {"fp32": 1e-4, "bf16": 0.05}  # difference in log odds of two computations of one score
_BLOCK = 200  # places that are scored between two steps of the progress
ROUNDING = 0.0005 + 1e-6  # tracks have three decimals; the rest is the error of float32


class Bounds(NamedTuple):
    """Values with the limits that a correct track keeps, float arrays of one shape. NaN: no value.

    Attributes
    ----------
    low, high : np.ndarray
        Lowest and highest value of a correct track.
    computed : np.ndarray
        The value, unrounded.
    """

    low: np.ndarray
    computed: np.ndarray
    high: np.ndarray


@dataclass(frozen=True, eq=False)
class Computation:
    """Compute values of a scan at places.

    Attributes
    ----------
    prepared : PreparedScan
        The scan.
    planned : PlannedPlaces
        Positions of its plan: of contigs, or of isoforms.
    on_progress : callable
        Called with the number of positions that were scored since the last call.
    """

    prepared: PreparedScan
    planned: PlannedPlaces
    on_progress: Callable[[int], None] = lambda positions: None

    @property
    def slack(self) -> float:
        """Difference in log odds that two computations of one score may have."""
        return SLACK[self.prepared.scorers[0].precision]

    @property
    def smoothed_width(self) -> int:
        """Positions that are scored for a smoothed score."""
        return 2 * self._smoothed_half + 1

    @property
    def _smoothed_half(self) -> int:
        return max(threshold.settings.smoothing for threshold in self.prepared.thresholds) // 2

    def mark_scored(self, places: Places) -> np.ndarray:
        """Tell which places of the genome the scan scores: a bool array."""
        copies, rows = self._find_copies(places)
        scored = np.zeros(len(places), np.bool_)
        scored[rows[self._mark_planned(copies)]] = True
        return scored

    def compute(self, kinds: Sequence[str], places: Places) -> dict[str, Bounds]:
        """Compute tracks whose values depend on their own position only.

        Parameters
        ----------
        kinds : sequence of str
            Kinds of tracks (`jobs.scan_settings.TRACKS`) without contributions.
        places : Places
            n places of the genome.

        Returns
        -------
        dict of str to Bounds
            By kind, arrays (places, models).
        """
        copies, rows = self._find_copies(places)
        scores = self._score(copies, self._mark_planned(copies), self.prepared.scorers, steps=len(places))
        low, computed, high = (
            _choose_highest(self._make_tracks(kinds, _shift(scores, by)), rows, len(places))
            for by in (-self.slack, 0.0, self.slack)
        )
        return {kind: Bounds(low[kind] - ROUNDING, computed[kind], high[kind] + ROUNDING) for kind in kinds}

    def compute_smoothed(self, places: Places, models: np.ndarray) -> Bounds:
        """Compute smoothed scores, as tables of sites have them.

        Parameters
        ----------
        places : Places
            n places of the plan: of contigs, or of isoforms.
        models : np.ndarray
            Int array (n,), the model of each place.

        Returns
        -------
        Bounds
            Arrays (n,).
        """
        widths = [threshold.settings.smoothing for threshold in self.prepared.thresholds]
        chosen, columns = np.unique(models, return_inverse=True)
        scorers = [self.prepared.scorers[model] for model in chosen]
        scores = self._score_around(places, self._smoothed_half, scorers, self.prepared.margins)
        smooth = np.array(
            [
                _smooth_centre(around[:, column], widths[chosen[column]])
                for around, column in zip(scores, columns.tolist(), strict=True)
            ],
            np.float32,
        )
        return Bounds(_shift(smooth, -self.slack), smooth, _shift(smooth, self.slack))

    def compute_contributions(self, places: Places) -> Bounds:
        """Compute contributions of letters.

        Parameters
        ----------
        places : Places
            n places.

        Returns
        -------
        Bounds
            Arrays (places, models). The bounds are infinite where two windows have nearly the same score:
            it depends on rounding which of them the contribution is taken from.
        """
        models, half = len(self.prepared.thresholds), self.prepared.evidence.featurizer.spec.half
        scores = self._score_around(places, half, self.prepared.scorers[:models])
        reader = ContributionReader(self.prepared.evidence.featurizer)
        values = np.full((len(places), models), np.nan, np.float32)
        slack = np.full(values.shape, self.slack + ROUNDING)
        for row, (around, chrom, strand, centre) in enumerate(
            zip(scores, places.chrom, places.strand, places.centre.tolist(), strict=True)
        ):
            for model in range(models):
                column = around[:, model]
                track = ScoreTrack(chrom, strand, centre, column[half : half + 1])
                contribution = reader.read(
                    track, column[:half], column[half + 1 :], scorer=self.prepared.scorers[model]
                )
                values[row, model] = contribution.values[0]
                slack[row, model] = np.inf if _is_tie(column, 2 * self.slack) else slack[row, model]
        return Bounds(values - slack, values, values + slack)

    def _score_around(
        self, places: Places, half: int, scorers: Sequence[Scorer], margins: EndMargins | None = None
    ) -> np.ndarray:
        """Score the positions around places, in genome order, but none in the margins: (places, 2 * half + 1, n)."""
        neighbours, scored = self.planned.surround(places, half)
        if margins is not None:
            scored &= margins.mark(neighbours)
        scored[scored] = self._mark_scorable(neighbours[scored])
        scores = self._score(neighbours, scored, scorers)
        return scores.reshape(len(places), 2 * half + 1, len(scorers))

    def _find_copies(self, places: Places) -> tuple[Places, np.ndarray]:
        """Find the places of the plan that places of the genome are, and the index of the place of each one."""
        isoforms = self.prepared.genome.isoforms
        if isoforms is None:
            return places, np.arange(len(places))
        columns = zip(places.chrom.tolist(), places.strand.tolist(), places.centre.tolist(), strict=True)
        copies = [(row, *copy) for row, place in enumerate(columns) for copy in isoforms.find_copies(*place)]
        names = np.array([name for _, name, _ in copies] + [""], object)[:-1]
        centres = np.array([centre for _, _, centre in copies], np.int64)
        return Places(names, np.full(len(copies), "+", object), centres), np.array([row for row, _, _ in copies], int)

    def _mark_planned(self, places: Places) -> np.ndarray:
        """Tell which places of the plan have a score."""
        scored = self.planned.contains(places)
        scored[scored] = self._mark_scorable(places[scored])
        return scored

    def _mark_scorable(self, places: Places) -> np.ndarray:
        """Mark places of the plan whose bases allow a score."""
        prepared = self.prepared
        return mark_scorable_places(places, prepared.evidence.featurizer.with_sequence(prepared.genome.scored_bases))

    def _score(
        self, places: Places, scored: np.ndarray, scorers: Sequence[Scorer], steps: int | None = None
    ) -> np.ndarray:
        """Score places in blocks: (places, scorers). They are `steps` of the progress, by default one each."""
        scores = np.full((len(places), len(scorers)), np.nan, np.float32)
        total, done = len(places) if steps is None else steps, 0
        for first in range(0, len(places), _BLOCK):
            rows = np.arange(first, min(first + _BLOCK, len(places)))
            scores[rows] = score_places(places[rows], scored[rows], self.prepared.evidence.featurizer, scorers)
            step = total * (first + len(rows)) // len(places) - done
            done += step
            self.on_progress(step)
        if done < total:
            self.on_progress(total - done)
        return scores

    def _make_tracks(self, kinds: Sequence[str], scores: np.ndarray) -> dict[str, np.ndarray]:
        """Make tracks from the scores of all scorers: by kind, an array (places, models)."""
        assert CONTRIBUTIONS not in kinds
        maker = TrackMaker(kinds, self.prepared.thresholds, self.prepared.scorers)
        columns = [ScoreTrack("", "+", 0, np.ascontiguousarray(column)) for column in scores.T]
        tracks = maker.make_all(ChunkScores(Span("", 0, len(scores), "+"), columns))
        return {kind: np.column_stack([track.values for track in tracks[kind]]).astype(np.float64) for kind in kinds}


def _choose_highest(tracks: dict[str, np.ndarray], rows: np.ndarray, count: int) -> dict[str, np.ndarray]:
    """Choose the highest value of the rows with the same index: by kind, an array (count, models)."""
    highest = {kind: np.full((count, values.shape[1]), np.nan) for kind, values in tracks.items()}
    for kind, values in tracks.items():
        np.fmax.at(highest[kind], rows, values)
    return highest


def _shift(scores: np.ndarray, log_odds: float) -> np.ndarray:
    """Add to the log odds of scores: float32; NaN stays NaN."""
    if not log_odds:
        return scores
    return (1 / (1 + np.exp(-(logit(scores) + log_odds)))).astype(np.float32)


def _smooth_centre(scores: np.ndarray, width: int) -> float:
    """Smooth the score in the middle of an array."""
    smooth = smooth_track(ScoreTrack("", "+", 0, scores), width).smooth
    return float(smooth[scores.size // 2])


def _is_tie(scores: np.ndarray, slack: float) -> bool:
    """Tell whether the two highest scores differ by less in log odds."""
    highest = np.sort(logit(scores[~np.isnan(scores)]))[-2:]
    return highest.size == 2 and bool(highest[1] - highest[0] < slack)
