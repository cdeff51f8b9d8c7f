"""Further tracks of a scan: their requirements of a model, and the source of their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ideep_scan.errors import InputError
from ideep_scan.jobs.scan_settings import CONTRIBUTIONS, NEGLOG10P, NO_COBINDING, SCORE, WITHIN, ScanSettings
from ideep_scan.jobs.thresholds import ModelThreshold, explain_uncalibrated
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.scorer import Scorer, create_scorers
from ideep_scan.models.store_names import SHARED
from ideep_scan.records.notes import join_names
from ideep_scan.records.scores import ScoreTrack
from ideep_scan.records.span import Span
from ideep_scan.scan.contribution_track import ContributionReader
from ideep_scan.scan.margins import ChunkScores
from ideep_scan.scan.significance import compute_neglog10_p

_SCORED = (NO_COBINDING, WITHIN)  # tracks with a scorer of their own, in the order of `add_track_scorers`
MAX_CONTRIBUTIONS = 10_000_000  # letters of all models that a scan without --regions and --gene computes


def check_tracks(
    kinds: Sequence[str], bundles: Sequence[ModelBundle], modalities: Mapping[str, tuple[str, ...]]
) -> None:
    """Check that every model can fill the tracks.

    Parameters
    ----------
    kinds : sequence of str
        Tracks to write (`jobs.scan_settings.TRACKS`).
    bundles : sequence of ModelBundle
        Models of the scan.
    modalities : mapping of str to tuple of str
        Modalities that each model reads, by its name.

    Raises
    ------
    InputError
        A model has no p-values for its modalities, does not read co-binding, or lacks a score within genes.
    """
    notes = explain_uncalibrated(bundles, modalities)
    if NEGLOG10P in kinds and notes:
        raise InputError(f"--tracks {NEGLOG10P}: {notes[0]}: leave the track out")
    models = [name for name, names in modalities.items() if "cobinding" not in names]
    if NO_COBINDING in kinds and models:
        raise InputError(
            f"--tracks {NO_COBINDING}: {join_names(models)}: no co-binding is read that could be left out: give "
            "--cobinding, with cobinding among the --modalities, or leave the track out"
        )
    lacking = [bundle.name for bundle in bundles if bundle.within_row is None]
    if WITHIN in kinds and lacking:
        raise InputError(
            f"--tracks {WITHIN}: {join_names(lacking)}: only bundled models of the shared network (--model {SHARED}) "
            "tell where in a bound gene a site lies: leave the track out"
        )


def add_track_scorers(kinds: Sequence[str], scorers: Sequence[Scorer]) -> list[Scorer]:
    """List the scorers of all tracks: one per model for its score, then one per model for each of `_SCORED`."""
    further: list[Scorer] = []
    if NO_COBINDING in kinds:
        reduced = {scorer.bundle.name: scorer.modalities - {"cobinding"} for scorer in scorers}
        bundles = [scorer.bundle for scorer in scorers]
        further += create_scorers(bundles, reduced, scorers[0].device, scorers[0].precision)
    if WITHIN in kinds:
        further += [scorer.within() for scorer in scorers]
    return [*scorers, *further]


def check_contributions(settings: ScanSettings, spans: Sequence[Span], models: int) -> None:
    """Check that contributions are computed for a part of the genome only, unless it is small.

    Parameters
    ----------
    settings : ScanSettings
        Settings of the scan.
    spans : sequence of Span
        The loci to scan.
    models : int
        Models of the scan.

    Raises
    ------
    InputError
        Nothing narrows the scan, and it would compute too many contributions.
    """
    count = models * sum(map(len, spans))
    is_narrowed = settings.regions or settings.gene
    if CONTRIBUTIONS in settings.track_kinds and not is_narrowed and count > MAX_CONTRIBUTIONS:
        raise InputError(
            f"--tracks {CONTRIBUTIONS}: the scan covers {count:,} letters (positions times models), more than "
            f"{MAX_CONTRIBUTIONS:,}: give --regions or --gene, or leave the track out"
        )


@dataclass(frozen=True, slots=True, eq=False)
class TrackMaker:
    """Make all tracks of a chunk from the scores of a sweep.

    Attributes
    ----------
    kinds : sequence of str
        Tracks to write.
    thresholds : sequence of ModelThreshold
        One per model.
    scorers : sequence of Scorer
        Those of `add_track_scorers`.
    contributions : ContributionReader or None
        None if contributions are not among the kinds.
    """

    kinds: Sequence[str]
    thresholds: Sequence[ModelThreshold]
    scorers: Sequence[Scorer]
    contributions: ContributionReader | None = None

    def make(self, scores: ChunkScores, number: int) -> dict[str, ScoreTrack]:
        """Make the tracks of one model.

        Parameters
        ----------
        scores : ChunkScores
            Scores of a chunk, one track per scorer; with margins if contributions are among the kinds.
        number : int
            Index of the model.

        Returns
        -------
        dict of str to ScoreTrack
            The tracks by kind.
        """
        tracks, models = scores.tracks, len(self.thresholds)
        track_of_kind = {SCORE: tracks[number]}
        if NEGLOG10P in self.kinds:
            scale = self.thresholds[number].scale
            assert scale is not None, "`check_tracks` was not called"
            track_of_kind[NEGLOG10P] = compute_neglog10_p(tracks[number], scale.p_values)
        for index, kind in enumerate((kind for kind in _SCORED if kind in self.kinds), 1):
            track_of_kind[kind] = tracks[index * models + number]
        if self.contributions is not None:
            assert scores.before is not None
            assert scores.after is not None
            before, after = scores.before[number], scores.after[number]
            scorer = self.scorers[number]
            track_of_kind[CONTRIBUTIONS] = self.contributions.read(tracks[number], before, after, scorer=scorer)
        return track_of_kind

    def make_all(self, scores: ChunkScores) -> dict[str, list[ScoreTrack]]:
        """Make the tracks of all models: by kind, a track per model."""
        models = [self.make(scores, number) for number in range(len(self.thresholds))]
        return {kind: [model[kind] for model in models] for kind in self.kinds}
