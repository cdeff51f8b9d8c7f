"""Further tracks of a scan: their requirements of a model, and the source of their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ideep_scan.errors import InputError
from ideep_scan.jobs.scan_settings import NEGLOG10P, NO_COBINDING, SCORE
from ideep_scan.jobs.thresholds import ModelThreshold, explain_uncalibrated
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.scorer import Scorer
from ideep_scan.records.notes import join_names
from ideep_scan.records.scores import ScoreTrack
from ideep_scan.scan.significance import compute_neglog10_p


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
        A model has no p-values for its modalities, or does not read co-binding.
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


def add_track_scorers(kinds: Sequence[str], scorers: Sequence[Scorer]) -> list[Scorer]:
    """List the scorers of all tracks: one per model, then, for `NO_COBINDING`, the same without co-binding."""
    if NO_COBINDING not in kinds:
        return list(scorers)
    reduced = [
        Scorer(scorer.bundle, scorer.modalities - {"cobinding"}, scorer.device, scorer.precision) for scorer in scorers
    ]
    return [*scorers, *reduced]


def make_tracks(
    kinds: Sequence[str], tracks: Sequence[ScoreTrack], thresholds: Sequence[ModelThreshold], number: int
) -> dict[str, ScoreTrack]:
    """Make the tracks of one model.

    Parameters
    ----------
    kinds : sequence of str
        Tracks to write.
    tracks : sequence of ScoreTrack
        Scores of a chunk, one track per scorer of `add_track_scorers`.
    thresholds : sequence of ModelThreshold
        One per model.
    number : int
        Index of the model.

    Returns
    -------
    dict of str to ScoreTrack
        The tracks by kind.
    """
    track_of_kind = {SCORE: tracks[number]}
    if NEGLOG10P in kinds:
        scale = thresholds[number].scale
        assert scale is not None, "`check_tracks` was not called"
        track_of_kind[NEGLOG10P] = compute_neglog10_p(tracks[number], scale.p_values)
    if NO_COBINDING in kinds:
        track_of_kind[NO_COBINDING] = tracks[len(thresholds) + number]
    return track_of_kind


def list_tracks(
    kinds: Sequence[str], tracks: Sequence[ScoreTrack], thresholds: Sequence[ModelThreshold]
) -> dict[str, list[ScoreTrack]]:
    """Make the tracks of all models.

    Parameters
    ----------
    kinds : sequence of str
        Tracks to write.
    tracks : sequence of ScoreTrack
        As for `make_tracks`.
    thresholds : sequence of ModelThreshold
        One per model.

    Returns
    -------
    dict of str to list of ScoreTrack
        By kind, a track per model.
    """
    models = [make_tracks(kinds, tracks, thresholds, number) for number in range(len(thresholds))]
    return {kind: [model[kind] for model in models] for kind in kinds}
