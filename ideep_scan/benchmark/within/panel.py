"""Lists to judge by, with the predictors that each of them judges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ideep_scan.benchmark.within.baselines import (
    count_crowd,
    find_region_types,
    learn_region_odds,
    measure_closeness,
    score_motifs,
)
from ideep_scan.benchmark.within.evaluation import Judgement, Predictor, judge
from ideep_scan.benchmark.within.ground import Ground
from ideep_scan.benchmark.within.models import JudgedModel, StoredScores
from ideep_scan.benchmark.within.truths import OTHER, SAME, Relation, lay_list, match_lists
from ideep_scan.features.transcript_regions import RegionMap
from ideep_scan.formats.families import find_family
from ideep_scan.formats.peak_lists import PeakList
from ideep_scan.formats.pwm_table import read_pwms
from ideep_scan.jobs.genome import Genome
from ideep_scan.records.span import Span
from ideep_scan.scan.plan import plan_loci
from ideep_scan.train.regions import VALIDATION

ALL_PARTS = "all"
CALLED_PART = "chr19+chr20"
UNSEEN_PART = "chr20"
PARTS: Mapping[str, tuple[str, ...]] = {CALLED_PART: ("chr19", "chr20"), UNSEEN_PART: ("chr20",)}
SHOWN_SMOOTHING = 80  # nt of the mean that is shown for models that call from unsmoothed scores
REGION, MOTIF, CROWD, CEILING = "region type", "motif", "other proteins", "other experiments"


@dataclass(frozen=True, eq=False)
class Subject:
    """A list of peaks with the models that it judges.

    Attributes
    ----------
    peaks : PeakList
        The list.
    models : tuple of tuple
        Number of each model, and its relation to the list.
    """

    peaks: PeakList
    models: tuple[tuple[int, Relation], ...]


def find_subjects(
    models: Sequence[JudgedModel], lists: Mapping[str, PeakList], ground: Ground
) -> tuple[list[Subject], np.ndarray]:
    """Find the lists that judge a model and have enough peaks.

    Of several models of one label, the first judged by a list counts, and one that learned from the list before others.

    Parameters
    ----------
    models : sequence of JudgedModel
        The models.
    lists : mapping of str to PeakList
        All lists.
    ground : Ground
        All positions.

    Returns
    -------
    subjects : list of Subject
        The lists by name.
    is_judged : np.ndarray
        Bool array (models, genes), True for genes that hold a peak of a list that judges the model.
    """
    matches: dict[str, dict[str, tuple[int, Relation]]] = {}
    for number, model in enumerate(models):
        for peaks, relation in match_lists(model.bundle, lists.values()):
            by_label = matches.setdefault(peaks.name, {})
            if model.label not in by_label or (relation, by_label[model.label][1]) == (SAME, OTHER):
                by_label[model.label] = number, relation
    subjects = []
    is_judged = np.zeros((len(models), len(ground.spans)), np.bool_)
    for name in sorted(matches):
        judged = lay_list(lists[name], ground)
        if judged is not None:
            subjects.append(Subject(lists[name], tuple(matches[name].values())))
            for number, _ in matches[name].values():
                is_judged[number, ground.genes[judged.rows]] = True
    return subjects, is_judged


class Panel:
    """All predictors of all lists.

    Parameters
    ----------
    genome : Genome
        FASTA and annotation.
    ground : Ground
        The rows.
    lists : mapping of str to PeakList
        All lists, also those that judge no model.
    models : sequence of JudgedModel
        The models.
    scores : mapping of int to StoredScores
        Log odds by number of the model.
    """

    def __init__(
        self,
        genome: Genome,
        ground: Ground,
        lists: Mapping[str, PeakList],
        models: Sequence[JudgedModel],
        scores: Mapping[int, StoredScores],
    ):
        assert genome.annotation is not None
        self._genome = genome
        self._ground = ground
        self._lists = lists
        self._models = models
        self._scores = scores
        self._transcripts = genome.annotation.transcripts
        self._regions = RegionMap(self._transcripts)

    def judge(self, subject: Subject, seed: int) -> list[Judgement]:
        """Judge all predictors by one list, on all held-out regions and on parts of them."""
        complete = lay_list(subject.peaks, self._ground)
        assert complete is not None
        ground = complete.ground
        predictors = self._list_baselines(subject.peaks, ground, self._ground.keys[complete.rows])
        for number, relation in subject.models:
            scores = self._scores[number].read(len(self._ground))[complete.rows]
            predictors += _list_model_predictors(self._models[number], scores, relation)
        judgements: list[Judgement] = []
        for part, contigs in ((ALL_PARTS, set(ground.contigs)), *PARTS.items()):
            judged = lay_list(subject.peaks, ground, np.isin(ground.contigs, list(contigs)))
            if judged is not None:
                chosen = [one for one in predictors if part != CALLED_PART or one.threshold is not None]
                judgements += judge(judged, part, chosen, seed)
        return judgements

    def _list_baselines(self, peaks: PeakList, ground: Ground, keys: np.ndarray) -> list[Predictor]:
        """List the predictors that are not models, on the genes of a list; `keys` are those of the complete ground."""
        odds = learn_region_odds(peaks, self._learning_genes, self._regions)
        predictors = [Predictor(REGION, odds[find_region_types(ground, self._regions)])]
        pwms = [pwm for pwm in read_pwms() if pwm.symbol == peaks.protein]
        if pwms:
            predictors.append(Predictor(MOTIF, score_motifs(ground, self._genome.source, pwms)))
        family = find_family(peaks.protein)
        strangers = [other for other in self._lists.values() if find_family(other.protein) != family]
        predictors.append(Predictor(CROWD, count_crowd(keys, self._gather_points(strangers))))
        others = [other for other in self._lists.values() if other.protein == peaks.protein and other is not peaks]
        if others:
            predictors.append(Predictor(CEILING, measure_closeness(keys, self._gather_points(others))))
        return predictors

    def _gather_points(self, lists: Iterable[PeakList]) -> np.ndarray:
        """Gather the keys of the peaks of some lists, ascending."""
        return np.sort(np.concatenate([np.zeros(0, np.int64), *(self._points[peaks.name] for peaks in lists)]))

    @cached_property
    def _points(self) -> dict[str, np.ndarray]:
        """Keys of the peaks of each list."""
        return {name: self._ground.find_points(peaks.list_points) for name, peaks in self._lists.items()}

    @cached_property
    def _learning_genes(self) -> list[Span]:
        """Genes of the validation regions."""
        resolver, contigs = self._genome.resolver, self._genome.source.contigs
        zones = [(resolver.resolve(name), start, end) for name, start, end in VALIDATION]
        regions = [(chrom, start, min(end, contigs[chrom])) for chrom, start, end in zones if chrom is not None]
        return list(plan_loci({chrom: contigs[chrom] for chrom, _, _ in regions}, self._transcripts, regions))


def _list_model_predictors(model: JudgedModel, scores: np.ndarray, relation: Relation) -> Iterable[Predictor]:
    """List the sharp score of a model and its mean over neighbouring positions; the one that calls has a threshold."""
    width = model.smoothing or SHOWN_SMOOTHING
    for smoothing in (0, width):
        is_calling = smoothing == model.smoothing
        yield Predictor(
            f"{model.label}, mean of {smoothing} nt" if smoothing else model.label,
            scores,
            source=model.source,
            model=model.bundle.name,
            relation=relation,
            smoothing=smoothing,
            threshold=model.threshold if is_calling else None,
        )
