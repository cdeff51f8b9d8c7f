"""Further tracks of a scan: their requirements of a model, and the source of their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ideep_scan.errors import InputError
from ideep_scan.jobs.scan_settings import NEGLOG10P, NO_COBINDING, SCORE, WITHIN
from ideep_scan.jobs.thresholds import ModelThreshold, explain_uncalibrated
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.scorer import Scorer, create_scorers
from ideep_scan.models.store_names import SHARED
from ideep_scan.records.notes import join_names
from ideep_scan.records.scores import ScoreTrack
from ideep_scan.scan.significance import compute_neglog10_p

_SCORED = (NO_COBINDING, WITHIN)  # tracks with a scorer of their own, in the order of `add_track_scorers`


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
            f"--tracks {WITHIN}: {join_names(lacking)}: only models of the shared network tell where in a bound gene "
            f"a site lies: leave the track out, or give --model {SHARED}"
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
    for index, kind in enumerate((kind for kind in _SCORED if kind in kinds), 1):
        track_of_kind[kind] = tracks[index * len(thresholds) + number]
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
