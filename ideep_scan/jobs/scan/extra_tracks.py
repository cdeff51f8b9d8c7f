"""The tracks of a run beside its scores: what each needs of a model, and where its values come from.

It opens and writes nothing; `jobs/scan/outputs.py` does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ideep_scan.errors import InputError
from ideep_scan.jobs.settings import NEGLOG10P, NO_COBINDING, SCORE
from ideep_scan.jobs.thresholds import ModelThreshold, uncalibrated_notes
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.scorer import Scorer
from ideep_scan.records.notes import join_names
from ideep_scan.records.scores import ScoreTrack
from ideep_scan.scan.significance import neglog10_p


def check_tracks(
    kinds: Sequence[str], bundles: Sequence[ModelBundle], modalities: Mapping[str, tuple[str, ...]]
) -> None:
    """Raises InputError where a model cannot give one of the tracks from the modalities that it reads."""
    unmeasured = uncalibrated_notes(bundles, modalities)
    if NEGLOG10P in kinds and unmeasured:
        raise InputError(f"--tracks {NEGLOG10P}: {unmeasured[0]}: leave the track out")
    without = [name for name, used in modalities.items() if "cobinding" not in used]
    if NO_COBINDING in kinds and without:
        raise InputError(
            f"--tracks {NO_COBINDING}: {join_names(without)}: no co-binding is read that could be left out: give "
            "--cobinding, with cobinding among the --modalities, or leave the track out"
        )


def with_track_scorers(kinds: Sequence[str], scorers: Sequence[Scorer]) -> list[Scorer]:
    """The models of a run, and behind them, where that is asked for, the same without co-binding."""
    if NO_COBINDING not in kinds:
        return list(scorers)
    without = [Scorer(of.bundle, of.modalities - {"cobinding"}, of.device, of.precision) for of in scorers]
    return [*scorers, *without]


def tracks_of_model(
    kinds: Sequence[str], tracks: Sequence[ScoreTrack], calls: Sequence[ModelThreshold], number: int
) -> dict[str, ScoreTrack]:
    """The tracks of one model by kind.

    Parameters
    ----------
    tracks : one for each of `with_track_scorers`.
    number : of the model.
    """
    made = {SCORE: tracks[number]}
    if NEGLOG10P in kinds:
        scale = calls[number].scale
        assert scale is not None, "`check_tracks` was not asked"
        made[NEGLOG10P] = neglog10_p(tracks[number], scale.p_values)
    if NO_COBINDING in kinds:
        made[NO_COBINDING] = tracks[len(calls) + number]
    return made
