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
from ideep_scan.jobs.inputs import Genome
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
        self._motifs: dict[str, np.ndarray | None] = {}

    def judge(self, subject: Subject, seed: int) -> list[Judgement]:
        """Judge all predictors by one list, on all held-out regions and on parts of them."""
        predictors = self._list_predictors(subject)
        judgements = []
        for part in (ALL_PARTS, *PARTS):
            is_chosen = None if part == ALL_PARTS else np.isin(self._ground.contigs, PARTS[part])
            judged = lay_list(subject.peaks, self._ground, is_chosen)
            if judged is not None:
                chosen = [one for one in predictors if part != CALLED_PART or one.threshold is not None]
                judgements += judge(judged, part, chosen, seed)
        return judgements

    def _list_predictors(self, subject: Subject) -> list[Predictor]:
        """List the baselines and the models of a list."""
        peaks, ground = subject.peaks, self._ground
        odds = learn_region_odds(peaks, self._learning_genes, self._regions)
        predictors = [Predictor(REGION, odds[self._types])]
        motif = self._find_motif(peaks.protein)
        if motif is not None:
            predictors.append(Predictor(MOTIF, motif))
        family = find_family(peaks.protein)
        strangers = [other for other in self._lists.values() if find_family(other.protein) != family]
        predictors.append(Predictor(CROWD, count_crowd(ground, strangers)))
        others = [other for other in self._lists.values() if other.protein == peaks.protein and other is not peaks]
        if others:
            predictors.append(Predictor(CEILING, measure_closeness(ground, others)))
        for number, relation in subject.models:
            predictors += _list_model_predictors(self._models[number], self._scores[number].read(len(ground)), relation)
        return predictors

    @cached_property
    def _types(self) -> np.ndarray:
        return find_region_types(self._ground, self._regions)

    @cached_property
    def _learning_genes(self) -> list[Span]:
        """Genes of the validation regions."""
        resolver, contigs = self._genome.resolver, self._genome.source.contigs
        zones = [(resolver.resolve(name), start, end) for name, start, end in VALIDATION]
        regions = [(chrom, start, min(end, contigs[chrom])) for chrom, start, end in zones if chrom is not None]
        return list(plan_loci({chrom: contigs[chrom] for chrom, _, _ in regions}, self._transcripts, regions))

    def _find_motif(self, protein: str) -> np.ndarray | None:
        """Score the motifs of a protein; None if it has none."""
        if protein not in self._motifs:
            pwms = [pwm for pwm in read_pwms() if pwm.symbol == protein]
            self._motifs[protein] = score_motifs(self._ground, self._genome.source, pwms) if pwms else None
        return self._motifs[protein]


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
