"""Scores of single sites, which are the lines of a BED or the records of a FASTA of windows, as a table.

The file is read twice. The first pass checks it before scoring starts; the second scores it in batches.
Memory does not grow with its size.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol, TextIO, TypeVar

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.features.featurizer import Featurizer
from ideep_scan.formats.bed_sites import BedSite, read_bed_sites
from ideep_scan.formats.fasta.source import is_fasta, read_fasta_records
from ideep_scan.formats.input_file import InputFile
from ideep_scan.formats.predictions import make_prediction_table
from ideep_scan.formats.spool import Spool
from ideep_scan.jobs.cores import count_cores
from ideep_scan.jobs.genome import Genome, open_genome
from ideep_scan.jobs.input_notes import list_input_notes
from ideep_scan.jobs.input_receipts import check_unchanged
from ideep_scan.jobs.inputs import check_cobinding, choose_modalities, open_bundles, open_scorers
from ideep_scan.jobs.piped_inputs import check_inputs, spool_inputs
from ideep_scan.jobs.predict_settings import PredictSettings
from ideep_scan.jobs.strand_shares import StrandedPlaces
from ideep_scan.jobs.thresholds import explain_uncalibrated, find_scales
from ideep_scan.models.scale import Scale
from ideep_scan.models.scorer import Scorer, count_queued_tiles, find_device, scoring_pool, use_threads
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.packed import PackedWindows, crop_centre
from ideep_scan.records.places import Places
from ideep_scan.records.scores import ModelColumn, UnplacedSite
from ideep_scan.records.span import Span
from ideep_scan.scan.place_scores import score_batches

ROWS = 32768  # of a batch; sites in no order share reads of the FASTA if they are in one batch
T = TypeVar("T")


@dataclass(frozen=True)
class PredictSummary:
    """Result of a prediction.

    Attributes
    ----------
    out : Path or None
        Table; None for standard output.
    rows : int
        Rows of the input.
    unscored : int
        Rows without a score.
    models : tuple of str
        Names of the models.
    seconds : float
        Wall time.
    """

    out: Path | None
    rows: int
    unscored: int
    models: tuple[str, ...]
    seconds: float


class RowMonitor(Protocol):
    """Observer of a prediction."""

    def begins(self, rows: int, notes: Sequence[str]) -> None:
        """Take note that the input is checked and scoring starts."""
        ...

    def advance(self, rows: int) -> None:
        """Take note that more rows are done."""
        ...


@dataclass(frozen=True, eq=False)
class Batch:
    """Consecutive rows of the input.

    Attributes
    ----------
    names : sequence of str or None
        Name of each row.
    sites : sequence of Span or UnplacedSite
        Interval of each row.
    places : Places
        Centre of each row.
    scored : np.ndarray or None
        Bool array (n,): rows that get a score; None for those that a scan would score.
    featurizer : Featurizer
        Makes their features.
    """

    names: Sequence[str | None]
    sites: Sequence[Span | UnplacedSite]
    places: Places
    scored: np.ndarray | None
    featurizer: Featurizer


def run(settings: PredictSettings, monitor: RowMonitor, stream: TextIO) -> PredictSummary:
    """Score single sites or windows.

    Parameters
    ----------
    settings : PredictSettings
        Settings of the prediction.
    monitor : RowMonitor
        Observer of the progress.
    stream : TextIO
        Stream for the table if the settings name no file.

    Returns
    -------
    PredictSummary
        Number of rows with and without a score.

    Raises
    ------
    IdeepScanError
        An input is unusable, which is found before scoring starts, or the table cannot be written.
        No table appears in either case.
    """
    started = time.monotonic()
    settings.check()
    with ExitStack() as stack:
        bundles = open_bundles(settings.rbp, settings.model)
        check_inputs(settings)
        choose_modalities(bundles, settings.modalities, {})
        find_device(settings.device)
        spool = stack.enter_context(Spool())
        settings = spool_inputs(settings, spool, ("sites",))
        sites = InputFile(settings.sites)
        settings.check_kind(is_fasta(settings.sites))
        check_cobinding(settings.cobinding, bundles)
        settings = spool_inputs(settings, spool)
        genome = None
        if settings.fasta is not None:
            genome = open_genome(settings.fasta, settings.gtf, stack, scattered=True, strict=settings.strict)
        places = StrandedPlaces()
        rows, exclusion_notes = _count(settings.sites, genome, settings.strict, places=places)
        evidence, scorers = open_scorers(settings, bundles, genome, stack)
        scales = find_scales(bundles, evidence.modalities)
        models = [ModelColumn(name, evidence.modalities[name]) for name in scales]
        table = stack.enter_context(make_prediction_table(settings.out, stream, models))
        notes = list_input_notes(genome, evidence, scorers) + explain_uncalibrated(bundles, evidence.modalities)
        shares = None if evidence.regions is None else places.compare(evidence.regions)
        notes += exclusion_notes + (() if shares is None else shares.notes(sites.path.name))
        monitor.begins(rows, notes)
        unscored = 0
        for batch, scores in _score(settings, genome, evidence.featurizer, scorers=scorers, stack=stack):
            table.add(batch.names, batch.sites, scores, _p_values(scores, list(scales.values())))
            unscored += int(np.count_nonzero(np.isnan(scores[:, 0])))
            monitor.advance(len(batch.sites))
        check_unchanged({"sites": sites, **({} if genome is None else genome.files), **evidence.files})
    names = tuple(bundle.name for bundle in bundles)
    return PredictSummary(settings.out, rows, unscored, names, time.monotonic() - started)


def _score(
    settings: PredictSettings,
    genome: Genome | None,
    featurizer: Featurizer,
    *,
    scorers: Sequence[Scorer],
    stack: ExitStack,
) -> Iterator[tuple[Batch, np.ndarray]]:
    """Read the input in batches and score them in threads, which end with `stack`."""
    threads, device = count_cores(settings.threads), scorers[0].device
    use_threads(1)  # each thread scores one tile
    pool = stack.enter_context(scoring_pool(device, threads))
    batches = _batches(settings.sites, genome, featurizer)
    return stack.enter_context(closing(score_batches(batches, scorers, pool, count_queued_tiles(device, threads))))


def _count(path: Path, genome: Genome | None, strict: bool, *, places: StrandedPlaces) -> tuple[int, tuple[str, ...]]:
    """Count the rows of the input, describe the unusable ones, and remember the places of the others.

    Raises
    ------
    InputError
        There are no rows, too few are usable, or one is unusable and `strict` is set.
    """
    exclusions = Exclusions(path, "site", strict)
    if genome is None:
        rows = sum(1 for _ in read_fasta_records(path, unique=False))
    else:
        rows = 0
        for site in read_bed_sites(path, genome.resolver, exclusions):
            rows += 1
            places.add(site)
    exclusions.check(rows - exclusions.count)
    if not rows:
        raise InputError("holds no site; give BED6 of sites, or a FASTA of windows", path)
    return rows, tuple(f"{note}; their rows have no score" for note in exclusions.notes())


def _batches(path: Path, genome: Genome | None, featurizer: Featurizer) -> Iterator[Batch]:
    """Read the input in batches: sites of a genome, or windows without one."""
    if genome is not None:
        for sites in _batched(read_bed_sites(path, genome.resolver, Exclusions(path, "site"))):
            yield _site_batch(sites, next(iter(genome.source.contigs)), featurizer)
        return
    window = featurizer.spec.window
    # A long record shrinks to its window, which saves memory.
    records = ((name, codes.size, crop_centre(codes, window)) for name, codes in read_fasta_records(path, unique=False))
    for batch in _batched(records):
        yield _window_batch(batch, featurizer)


def _site_batch(sites: Sequence[BedSite], placeholder: str, featurizer: Featurizer) -> Batch:
    """Make a batch of BED rows.

    An unusable row gets a place before the start of the contig `placeholder`, where no base is known.
    """
    columns = [
        (site.contig, site.span.strand, site.span.centre)
        if site.contig is not None and isinstance(site.span, Span)
        else (placeholder, "+", -featurizer.spec.window)
        for site in sites
    ]
    chrom, strand, centre = zip(*columns, strict=True)
    places = Places(np.array(chrom, object), np.array(strand, object), np.array(centre, np.int64))
    names, spans = [site.name for site in sites], [site.span for site in sites]
    return Batch(names, spans, places, None, featurizer)


def _window_batch(records: Sequence[tuple[str, int, np.ndarray]], featurizer: Featurizer) -> Batch:
    """Make a batch of FASTA records: name, length and codes of the window."""
    spec = featurizer.spec
    packed = PackedWindows([codes for _, _, codes in records], spec.window)
    sites = [Span(name, 0, length, "+") for name, length, _ in records]
    scored = packed.scorable(spec.max_unknown)
    return Batch([name for name, _, _ in records], sites, packed.places(), scored, featurizer.with_sequence(packed))


def _batched(items: Iterable[T]) -> Iterator[list[T]]:
    """Split items into lists of at most `ROWS`."""
    iterator = iter(items)
    while batch := list(islice(iterator, ROWS)):
        yield batch


def _p_values(scores: np.ndarray, scales: Sequence[Scale | None]) -> np.ndarray:
    """Compute the p-values of scores (sites, models); NaN for a model without calibration."""
    p_values = np.full(scores.shape, np.nan)
    for number, scale in enumerate(scales):
        if scale is not None:
            p_values[:, number] = scale.p_values(scores[:, number])
    return p_values
