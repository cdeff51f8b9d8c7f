"""Scores of single sites: the lines of a BED, or the records of a FASTA of windows, to a table in their order.

It wires rooms and computes nothing itself. The file is read twice: once to find what is wrong with it before anything
is scored, and once to score it, a batch at a time; memory does not grow with it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from math import isnan
from pathlib import Path
from typing import Protocol, TextIO, TypeVar

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.features.featurizer import Featurizer
from ideep_scan.formats.bed_sites import BedSite, read_bed_sites
from ideep_scan.formats.fasta.source import is_fasta, read_fasta_records
from ideep_scan.formats.input_file import InputFile
from ideep_scan.formats.predictions import prediction_table
from ideep_scan.formats.spool import Spool
from ideep_scan.jobs.input_receipts import check_unchanged
from ideep_scan.jobs.inputs import (
    Genome,
    check_cobinding,
    choose_modalities,
    input_notes,
    open_bundles,
    open_genome,
    open_scorers,
)
from ideep_scan.jobs.piped_inputs import check_inputs, spooled
from ideep_scan.jobs.settings import PredictSettings
from ideep_scan.jobs.thresholds import model_scales, uncalibrated_notes
from ideep_scan.models.calibration import Scale
from ideep_scan.models.scorer import evaluation_device
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.packed import PackedWindows, crop_centre
from ideep_scan.records.places import Places
from ideep_scan.records.scores import Prediction, UnplacedSite
from ideep_scan.records.span import Span
from ideep_scan.scan.places import scorable_places, score_places

ROWS = 4096  # of a batch
T = TypeVar("T")


@dataclass(frozen=True)
class PredictSummary:
    """What came of it: rows of the input, those of them that have no score, seconds it took."""

    out: Path | None
    rows: int
    unscored: int
    models: tuple[str, ...]
    seconds: float


class RowMonitor(Protocol):
    """Whoever watches."""

    def begins(self, rows: int, notes: Sequence[str]) -> None:
        """The input is sound, nothing is scored yet."""
        ...

    def advance(self, rows: int) -> None:
        """So many more rows are done."""
        ...


@dataclass(frozen=True, eq=False)
class Batch:
    """Some rows of the input, where their centres lie, which of them are scored, and what makes their features."""

    names: Sequence[str | None]
    sites: Sequence[Span | UnplacedSite]
    places: Places
    scored: np.ndarray
    featurizer: Featurizer


@dataclass(frozen=True, eq=False)
class Column:
    """One model: its name, what it reads, and what its scores mean then; `scale` is None where that is not known."""

    rbp: str
    modalities: tuple[str, ...]
    scale: Scale | None


def run(settings: PredictSettings, monitor: RowMonitor, stream: TextIO) -> PredictSummary:
    """Score.

    Parameters
    ----------
    stream : where the table goes if no file is asked for.

    Raises
    ------
    IdeepScanError : a wrong input, before anything is scored, or an output that cannot be written. Either way
        nothing stands under a final name.
    """
    started = time.monotonic()
    settings.check()
    with ExitStack() as stack:
        bundles = open_bundles(settings.rbp)
        check_inputs(settings)
        choose_modalities(bundles, settings.modalities, {})
        evaluation_device(settings.device)
        spool = stack.enter_context(Spool())
        settings = spooled(settings, spool, ("sites",))
        sites = InputFile(settings.sites)
        settings.check_kind(is_fasta(settings.sites))
        check_cobinding(settings.cobinding, bundles[0].spec)
        settings = spooled(settings, spool)
        genome = None
        if settings.fasta is not None:
            genome = open_genome(settings.fasta, settings.gtf, stack, scattered=True, strict=settings.strict)
        rows, left_out = _count(settings.sites, genome, settings.strict)
        evidence, scorers = open_scorers(settings, bundles, genome, stack)
        meaning = model_scales(bundles, evidence.modalities)
        columns = [Column(name, evidence.modalities[name], scale) for name, scale in meaning.items()]
        table = stack.enter_context(prediction_table(settings.out, stream))
        notes = input_notes(genome, evidence, scorers) + uncalibrated_notes(bundles, evidence.modalities) + left_out
        monitor.begins(rows, notes)
        unscored = 0
        for batch in _batches(settings.sites, genome, evidence.featurizer):
            scores = score_places(batch.places, batch.scored, batch.featurizer, scorers)
            table.add(_predictions(batch, scores, columns))
            unscored += int(np.count_nonzero(~batch.scored))
            monitor.advance(len(batch.sites))
        check_unchanged({"sites": sites, **({} if genome is None else genome.files), **evidence.files})
    names = tuple(bundle.name for bundle in bundles)
    return PredictSummary(settings.out, rows, unscored, names, time.monotonic() - started)


def _count(path: Path, genome: Genome | None, strict: bool) -> tuple[int, tuple[str, ...]]:
    """Count the rows of the input, and say which of them cannot be used.

    Raises
    ------
    InputError : there is no row, none or too few of them can be used, or one cannot and `strict` is set.
    """
    exclusions = Exclusions(path, "site", strict)
    if genome is None:
        rows = sum(1 for _ in read_fasta_records(path, unique=False))
    else:
        rows = sum(1 for _ in read_bed_sites(path, genome.resolver, exclusions))
    exclusions.check(rows - exclusions.count)
    if not rows:
        raise InputError("holds no site; give BED6 of sites, or a FASTA of windows", path)
    return rows, tuple(f"{note}; their rows have no score" for note in exclusions.notes())


def _batches(path: Path, genome: Genome | None, featurizer: Featurizer) -> Iterator[Batch]:
    """The input in its order; sites of a genome, or, without one, windows that are a genome of their own."""
    if genome is not None:
        for sites in _batched(read_bed_sites(path, genome.resolver, Exclusions(path, "site"))):
            yield _site_batch(sites, next(iter(genome.source.contigs)), featurizer)
        return
    window = featurizer.spec.window
    # Of a long record only the window is kept.
    records = ((name, codes.size, crop_centre(codes, window)) for name, codes in read_fasta_records(path, unique=False))
    for some in _batched(records):
        yield _window_batch(some, featurizer)


def _site_batch(sites: Sequence[BedSite], anywhere: str, featurizer: Featurizer) -> Batch:
    """Rows of a BED; one that cannot be used gets a place on the contig `anywhere`, which is not scored."""
    usable = np.array([site.contig is not None for site in sites])
    columns = [
        (site.contig, site.span.strand, site.span.centre)
        if site.contig is not None and isinstance(site.span, Span)
        else (anywhere, "+", 0)
        for site in sites
    ]
    chrom, strand, centre = zip(*columns, strict=True)
    places = Places(np.array(chrom, object), np.array(strand, object), np.array(centre, np.int64))
    names, spans = [site.name for site in sites], [site.span for site in sites]
    return Batch(names, spans, places, usable & scorable_places(places, featurizer), featurizer)


def _window_batch(records: Sequence[tuple[str, int, np.ndarray]], featurizer: Featurizer) -> Batch:
    spec = featurizer.spec
    packed = PackedWindows([codes for _, _, codes in records], spec.window)
    sites = [Span(name, 0, length, "+") for name, length, _ in records]
    scored = packed.scorable(spec.max_unknown)
    return Batch([name for name, _, _ in records], sites, packed.places(), scored, featurizer.reading(packed))


def _batched(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while some := list(islice(rest, ROWS)):
        yield some


def _predictions(batch: Batch, scores: np.ndarray, columns: Sequence[Column]) -> Iterator[Prediction]:
    """Rows of the table: of each site, each model in turn."""
    p_values = np.full(scores.shape, np.nan)
    for number, column in enumerate(columns):
        if column.scale is not None:
            p_values[:, number] = column.scale.p_values(scores[:, number])
    for name, site, row, rarity in zip(batch.names, batch.sites, scores.tolist(), p_values.tolist(), strict=True):
        for column, score, p_value in zip(columns, row, rarity, strict=True):
            yield Prediction(name, site, column.rbp, score, None if isnan(p_value) else p_value, column.modalities)
