"""Effects of the variants of a VCF: every record comes out again, with its effects in INFO.

The file is read twice. The first pass checks it before scoring starts; the second scores it in batches.
Memory does not grow with its size.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Protocol, TextIO

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.input_file import InputFile
from ideep_scan.formats.spool import Spool
from ideep_scan.formats.variants.variant_table import check_table_name, table_rows, write_variant_table
from ideep_scan.formats.variants.vcf import VcfFile
from ideep_scan.formats.variants.vcf_effects import KEYS, define_keys, earlier_lines, info_values
from ideep_scan.formats.variants.vcf_output import BGZIP, annotate_header, annotate_record, kind_of_vcf, write_vcf
from ideep_scan.jobs.cores import count_cores
from ideep_scan.jobs.genome import open_genome
from ideep_scan.jobs.input_notes import list_input_notes
from ideep_scan.jobs.input_receipts import check_unchanged
from ideep_scan.jobs.inputs import check_cobinding, choose_modalities, open_bundles, open_scorers
from ideep_scan.jobs.interval_lookup import IntervalIndex
from ideep_scan.jobs.output_folder.report_folder import PAGE, check_report_folder
from ideep_scan.jobs.piped_inputs import check_inputs, spool_inputs
from ideep_scan.jobs.predict import RowMonitor
from ideep_scan.jobs.thresholds import ModelThreshold, choose_thresholds
from ideep_scan.jobs.variants.allele_reader import AlleleReader
from ideep_scan.jobs.variants.gene_names import GeneNames
from ideep_scan.jobs.variants.p_values import find_backgrounds, missing_background_notes
from ideep_scan.jobs.variants.phasing import Phasing, sample_index
from ideep_scan.jobs.variants.report import DrawingMonitor, open_report
from ideep_scan.jobs.variants.scoring import ScoredRecord, VariantScorer
from ideep_scan.jobs.variants.settings import VariantSettings
from ideep_scan.jobs.variants.survey import Survey, survey
from ideep_scan.models.scorer import find_device, scoring_pool
from ideep_scan.records.pwm import Pwm
from ideep_scan.records.variant_effect import Status
from ideep_scan.scan.call_settings import CallSettings
from ideep_scan.scan.plan import plan_loci
from ideep_scan.version import __version__
from track_hubs.variant_page.page import GENERATOR

_REPLACED = tuple(key.encode() for key in KEYS)


class VariantMonitor(RowMonitor, DrawingMonitor, Protocol):
    """Observer of a job on variants."""


@dataclass(frozen=True)
class VariantSummary:
    """Result of a job on variants.

    Attributes
    ----------
    out : Path or None
        Annotated VCF; None for standard output.
    table : Path or None
        Table; None for none.
    report : Path or None
        Page of the strongest changes; None for none.
    records : int
        Number of records.
    statuses : dict of Status to int
        Records by status, the commonest first.
        A record counts as scored if one of its alleles is scored, else by its first allele.
    sites : dict of str to int
        Effects by the fate of the site: gained, lost, kept, moved, none.
    models : tuple of str
        Names of the models.
    seconds : float
        Wall time.
    notes : tuple of str
        Remarks that are known at the end, one line each.
    """

    out: Path | None
    table: Path | None
    report: Path | None
    records: int
    statuses: dict[Status, int]
    sites: dict[str, int]
    models: tuple[str, ...]
    seconds: float
    notes: tuple[str, ...] = ()


class _Counts:
    """Counts for the summary."""

    def __init__(self) -> None:
        self.statuses: Counter[Status] = Counter()
        self.sites: Counter[str] = Counter()

    def add(self, scored: ScoredRecord) -> None:
        is_scored = Status.SCORED in scored.statuses
        self.statuses[Status.SCORED if is_scored else scored.statuses[0]] += 1
        self.sites.update(effect.site for effect in scored.effects)

    def ordered(self) -> dict[Status, int]:
        """Return the records by status, the commonest first."""
        return dict(self.statuses.most_common())


def run(
    settings: VariantSettings, monitor: VariantMonitor, stream: IO[bytes] | None, table_stream: TextIO | None = None
) -> VariantSummary:
    """Score the variants of a VCF.

    Parameters
    ----------
    settings : VariantSettings
        Settings of the job.
    monitor : VariantMonitor
        Observer of the progress.
    stream : IO[bytes] or None
        Stream for the VCF if the settings name no file; None writes none.
    table_stream : TextIO or None
        Stream for the table if the settings name no file; None writes none.

    Returns
    -------
    VariantSummary
        Records by status.

    Raises
    ------
    IdeepScanError
        An input is unusable, which is found before scoring starts, or an output cannot be written.
        No output appears in either case.
    """
    started = time.monotonic()
    settings.check()
    _check_names(settings)
    counts = _Counts()
    with ExitStack() as stack:
        job = _open_job(settings, stack)
        table = stack.enter_context(write_variant_table(settings.table, table_stream))
        add_record = _open_vcf(settings, job, stream, stack=stack)
        report = None
        if settings.report is not None:
            report = stack.enter_context(open_report(settings.report, settings.top, job.scorer, job.pwms))
        monitor.begins(job.survey.records, job.notes)
        for batch in job.scorer.score(job.vcf.records()):
            for scored in batch:
                add_record(scored)
                table.add(list(table_rows(scored.record, scored.statuses, [*scored.effects, *scored.haplotypes])))
                counts.add(scored)
                if report is not None:
                    report.add(scored)
            monitor.advance(len(batch))
        if report is not None:
            report.write(job.vcf.path.name, job.program, counts.ordered(), monitor=monitor)
        check_unchanged(job.files)
    phasing = job.scorer.phasing
    return VariantSummary(
        settings.vcf,
        settings.table,
        None if settings.report is None else settings.report / PAGE,
        job.survey.records,
        counts.ordered(),
        dict(counts.sites),
        tuple(scorer.bundle.name for scorer in job.scorer.scorers),
        time.monotonic() - started,
        () if phasing is None else phasing.notes(str(settings.phased)),
    )


@dataclass(frozen=True, eq=False)
class _Job:
    """Open inputs.

    Attributes
    ----------
    vcf : VcfFile
        The variants.
    survey : Survey
        What the first pass found.
    scorer : VariantScorer
        Scores records.
    files : dict of str to InputFile
        Input files by their roles.
    notes : tuple of str
        Remarks for the user.
    program : str
        Program, models and thresholds.
    pwms : sequence of Pwm
        Known motifs.
    """

    vcf: VcfFile
    survey: Survey
    scorer: VariantScorer
    files: dict[str, InputFile]
    notes: tuple[str, ...]
    program: str
    pwms: Sequence[Pwm]


def _check_names(settings: VariantSettings) -> None:
    """Check that the names of the outputs stand for kinds of files that can be written."""
    if settings.vcf is not None and kind_of_vcf(settings.vcf) is None:
        raise InputError("the output ends in .vcf, .vcf.gz or .bcf: give such a name", settings.vcf)
    if settings.table is not None:
        check_table_name(settings.table)
    if settings.report is not None:
        check_report_folder(settings.report, GENERATOR)


def _open_job(settings: VariantSettings, stack: ExitStack) -> _Job:
    """Open and check all inputs, the cheap ones first."""
    bundles = open_bundles(settings.rbp, settings.model)
    check_inputs(settings)
    choose_modalities(bundles, settings.modalities, {})
    find_device(settings.device)
    check_cobinding(settings.cobinding, bundles)
    settings = spool_inputs(settings, stack.enter_context(Spool()))
    file = InputFile(settings.variants)
    vcf = VcfFile(settings.variants)
    sample = None if settings.phased is None else sample_index(vcf.header, settings.phased)
    genome = open_genome(settings.fasta, settings.gtf, stack, scattered=True, strict=settings.strict)
    reader = AlleleReader(genome.resolver, genome.source)
    surveyed = survey(vcf, reader, genome.resolver, strict=settings.strict)
    if sample is not None and not surveyed.is_sorted:
        raise InputError("is not sorted, which --phased needs: run `bcftools sort`", vcf.path)
    evidence, scorers = open_scorers(settings, bundles, genome, stack)
    thresholds = choose_thresholds(settings, bundles, evidence.modalities)
    transcripts = None if genome.annotation is None else genome.annotation.transcripts
    scorer = VariantScorer(
        reader,
        IntervalIndex(plan_loci(genome.source.contigs, transcripts)),
        evidence.featurizer,
        scorers,
        np.array([threshold.settings.threshold for threshold in thresholds]),
        GeneNames(transcripts),
        None if sample is None else Phasing(sample, reader, evidence.featurizer.spec.window),
        stack.enter_context(scoring_pool(scorers[0].device, count_cores(settings.threads))),
        find_backgrounds(scorers),
        np.array([threshold.settings.smoothing for threshold in thresholds]),
    )
    files = {"variants": file, **genome.files, **evidence.files}
    about_models = (*list_input_notes(genome, evidence, scorers), *missing_background_notes(scorers))
    about_lengths = genome.resolver.length_notes(vcf.header.contigs, vcf.path.name)
    notes = (*about_models, *about_lengths, *surveyed.notes, *_index_notes(settings, surveyed))
    return _Job(vcf, surveyed, scorer, files, notes, _describe_models(thresholds), evidence.pwms)


def _open_vcf(
    settings: VariantSettings, job: _Job, stream: IO[bytes] | None, *, stack: ExitStack
) -> Callable[[ScoredRecord], None]:
    """Write the header of the annotated VCF; return the function that writes a record."""
    if settings.vcf is None and stream is None:
        return lambda scored: None
    writer = stack.enter_context(write_vcf(settings.vcf, stream or BytesIO(), is_sorted=job.survey.is_sorted))
    program = f"{job.program}; entries with an absolute DELTA of {settings.min_delta:g} or more"
    keys = define_keys(settings.phased is not None, program)
    for line in annotate_header(job.vcf.header, keys, earlier_lines()):
        writer.add(line)

    def add_record(scored: ScoredRecord) -> None:
        values = info_values(
            scored.record,
            scored.statuses,
            scored.effects,
            haplotypes=scored.haplotypes,
            min_delta=settings.min_delta,
        )
        writer.add(annotate_record(scored.record, values, _REPLACED))

    return add_record


def _index_notes(settings: VariantSettings, surveyed: Survey) -> Iterator[str]:
    """Say that an unsorted output has no index."""
    if not surveyed.is_sorted and settings.vcf is not None and kind_of_vcf(settings.vcf) == BGZIP:
        yield f"{settings.variants.name} is not sorted, so the output has no index: run `bcftools sort` on it"


def _describe_models(thresholds: Sequence[ModelThreshold]) -> str:
    """Describe the program, its models and thresholds in one line."""
    models = ", ".join(f"{threshold.name} ({_describe_call(threshold.settings)})" for threshold in thresholds)
    return f"ideep-scan {__version__}; models {models}"


def _describe_call(settings: CallSettings) -> str:
    """Describe the definition of a site, such as "sites at 0.5"."""
    smoothed = f", smoothed over {settings.smoothing} nt" if settings.smoothing else ""
    return f"sites at {settings.threshold:.6g}{smoothed}"
