"""Models to judge: open them, and score the ground with those whose scores are not cached."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from math import log
from pathlib import Path

import numpy as np

from ideep_scan.benchmark.within.ground import Ground
from ideep_scan.benchmark.within.scores import compute_scores, name_scores, open_scores, read_scores
from ideep_scan.errors import InputError
from ideep_scan.features.modalities.base import Inputs
from ideep_scan.features.modalities.registry import explain_absences
from ideep_scan.features.rnaplfold import Folder
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.jobs.genome import Genome
from ideep_scan.jobs.inputs import choose_modalities, gather_evidence, open_bundles
from ideep_scan.jobs.model_settings import AUTO
from ideep_scan.jobs.threshold_settings import ThresholdSettings
from ideep_scan.jobs.thresholds import choose_thresholds
from ideep_scan.kernels.smoothing import NEAREST
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.scorer import create_scorers, find_device
from ideep_scan.models.store import ALL, SUFFIX
from ideep_scan.models.store_names import STORES


@dataclass(frozen=True, eq=False)
class JudgedModel:
    """An output of a model, with the rule by which a scan calls its sites.

    Attributes
    ----------
    source : str
        Where the model is from: value of `--model`, or the name of a bundle.
    label : str
        Name of the output in the tables: the source, or with `within` the output that looks inside bound genes.
    bundle : ModelBundle
        The model; its row is that of the output.
    threshold : float or None
        Log odds of the default threshold; None for an output from which no sites are called.
    smoothing : int
        Width in nt of the mean from which sites are called; 0 for none.
    """

    source: str
    label: str
    bundle: ModelBundle
    threshold: float | None = None
    smoothing: int = 0


def open_models(sources: Sequence[str]) -> list[JudgedModel]:
    """Open the models to judge.

    Parameters
    ----------
    sources : sequence of str
        Stores, whose recommended models are opened, and paths of bundles, whose models are all opened.

    Returns
    -------
    list of JudgedModel
        The models; one that tells where in a bound gene a site lies is there twice.

    Raises
    ------
    InputError
        A source has no models, or they read other features than those of the first source.
    """
    models: list[JudgedModel] = []
    for source in sources:
        bundles = open_bundles([ALL], source) if source in STORES else open_bundles([source])
        if not bundles or bundles[0].spec.digest != (models[0].bundle if models else bundles[0]).spec.digest:
            raise InputError(f"--model {source} has no models that read the same features: judge it alone")
        label = source if source in STORES else Path(source).name.removesuffix(SUFFIX)
        modalities = choose_modalities(bundles, AUTO, explain_absences(Inputs(annotation=True, cobinding=False)))
        thresholds = choose_thresholds(ThresholdSettings(), bundles, modalities)
        for bundle, threshold in zip(bundles, thresholds, strict=True):
            call = threshold.settings
            models.append(JudgedModel(label, label, bundle, _compute_logit(call.threshold), call.smoothing))
            if bundle.within_row is not None:
                within = replace(bundle, row=bundle.within_row, within_row=None)
                models.append(JudgedModel(label, f"{label} within", within, smoothing=call.smoothing))
    return models


@dataclass(frozen=True, eq=False)
class ScoringGroup:
    """Models that are scored together, on the same rows.

    Attributes
    ----------
    models : tuple of JudgedModel
        The models.
    numbers : tuple of int
        Their numbers.
    ground : Ground
        Genes to score.
    rows : np.ndarray
        Int64 array (n,), the rows of this ground in the complete ground.
    """

    models: tuple[JudgedModel, ...]
    numbers: tuple[int, ...]
    ground: Ground
    rows: np.ndarray

    @property
    def positions(self) -> int:
        """Number of positions of the scan."""
        return sum(map(len, self.ground.list_stretches()))


def plan_scoring(models: Sequence[JudgedModel], ground: Ground, is_judged: np.ndarray) -> list[ScoringGroup]:
    """Plan which models are scored where: each network only on the genes that judge one of its models.

    Parameters
    ----------
    models : sequence of JudgedModel
        The models.
    ground : Ground
        All genes.
    is_judged : np.ndarray
        Bool array (models, genes), True for the genes that judge a model.

    Returns
    -------
    list of ScoringGroup
        The groups; models that no gene judges are in none.
    """
    members: dict[int, list[int]] = {}
    for number, model in enumerate(models):
        if is_judged[number].any():
            members.setdefault(id(model.bundle.network), []).append(number)
    return [
        ScoringGroup(
            tuple(models[number] for number in numbers),
            tuple(numbers),
            *ground.select(np.asarray(is_judged[numbers].any(axis=0))),
        )
        for numbers in members.values()
    ]


@dataclass(frozen=True, eq=False)
class StoredScores:
    """Log odds of one model in a file.

    Attributes
    ----------
    path : Path
        The file.
    rows : np.ndarray
        Int64 array (n,), the rows of the complete ground that have a score.
    """

    path: Path
    rows: np.ndarray

    def read(self, count: int) -> np.ndarray:
        """Read the log odds of all rows of the complete ground: float16 array (count,), NaN without a score."""
        values = read_scores(self.path, self.rows.size)
        assert values is not None
        scores = np.full(count, np.nan, np.float16)
        scores[self.rows] = values
        return scores


def score_groups(
    groups: Sequence[ScoringGroup],
    genome: Genome,
    out: Path,
    on_progress: Callable[[int], None] = lambda positions: None,
) -> dict[int, StoredScores]:
    """Find the stored scores of models; compute and store the others.

    Parameters
    ----------
    groups : sequence of ScoringGroup
        The models.
    genome : Genome
        FASTA and annotation.
    out : Path
        Folder of the results.
    on_progress : callable
        Receives the number of positions that are done.

    Returns
    -------
    dict of int to StoredScores
        Scores by number of the model.

    Raises
    ------
    OutputError
        A file cannot be written.
    """
    scores: dict[int, StoredScores] = {}
    for group in groups:
        inputs = (genome.source.digest(), str(genome.annotation_digest), group.ground.digest)
        paths = [
            name_scores(out, model.label, model.bundle.name, (model.bundle.digest, *inputs)) for model in group.models
        ]
        if all(read_scores(path, len(group.ground)) is not None for path in paths):
            on_progress(group.positions)
        else:
            _score_group(group, genome, paths, on_progress)
        scores |= {number: StoredScores(path, group.rows) for number, path in zip(group.numbers, paths, strict=True)}
    return scores


def _score_group(
    group: ScoringGroup, genome: Genome, paths: Sequence[Path], on_progress: Callable[[int], None]
) -> None:
    """Score the models of a group in one pass."""
    bundles = [model.bundle for model in group.models]
    with ExitStack() as stack:
        evidence = gather_evidence(genome, bundles, AUTO, None, _refuse_folding, stack=stack)
        scorers = create_scorers(bundles, evidence.modalities, find_device("cpu"))
        arrays = [stack.enter_context(open_scores(path, len(group.ground))) for path in paths]
        compute_scores(
            group.ground, genome.source, evidence.featurizer, scorers, arrays=arrays, on_progress=on_progress
        )


def _refuse_folding(spec: FeatureSpec) -> Folder:
    raise AssertionError("no default model reads the structure")


def _compute_logit(score: float) -> float:
    clipped = min(max(score, NEAREST), 1 - NEAREST)
    return log(clipped / (1 - clipped))
