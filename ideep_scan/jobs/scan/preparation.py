"""Open and check the inputs of a scan, choose the thresholds of its models, and plan the loci."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from ideep_scan.errors import InputError
from ideep_scan.features.modalities.registry import explain_absences
from ideep_scan.formats.chrom_sizes import read_genome_sizes
from ideep_scan.formats.expression_table import read_expression
from ideep_scan.formats.input_file import InputFile
from ideep_scan.formats.scan_regions import read_regions
from ideep_scan.formats.spool import Spool
from ideep_scan.jobs.browser_assembly import BrowserGenome, choose_browser_genome, make_own_name
from ideep_scan.jobs.genome import Genome, open_genome, open_transcripts, splice
from ideep_scan.jobs.input_notes import count_margin, list_input_notes, list_machine_notes, warn_of_ends
from ideep_scan.jobs.input_receipts import InputReceipts, locate_inputs
from ideep_scan.jobs.inputs import (
    Evidence,
    check_cobinding,
    choose_modalities,
    describe_inputs,
    open_bundles,
    open_scorers,
)
from ideep_scan.jobs.path_redaction import redact_lines, redact_settings
from ideep_scan.jobs.piped_inputs import check_inputs, spool_inputs
from ideep_scan.jobs.scan.expression import Expression, match_expression
from ideep_scan.jobs.scan.extra_tracks import add_track_scorers, check_contributions, check_tracks
from ideep_scan.jobs.scan_settings import ScanSettings
from ideep_scan.jobs.site_summary import SiteSummary
from ideep_scan.jobs.thresholds import ModelThreshold, choose_thresholds, explain_uncalibrated
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.scorer import Scorer, find_device
from ideep_scan.records.span import STRANDS, Region, Span, Strand
from ideep_scan.scan.end_margins import EndMargins
from ideep_scan.scan.gene_selection import describe_scattered_genes, select_transcripts
from ideep_scan.scan.isoform_sites import IsoformGenes
from ideep_scan.scan.plan import plan_isoforms, plan_loci
from ideep_scan.scan.site_report import GeneIndex, Genes


@dataclass(frozen=True, eq=False)
class PreparedScan:
    """A scan whose inputs are open.

    Attributes
    ----------
    settings : ScanSettings
        Settings of the scan.
    bundles : list of ModelBundle
        The models.
    thresholds : list of ModelThreshold
        Threshold of each model.
    genome : Genome
        Genome and annotation.
    assembly : BrowserGenome
        The genome as browsers see it.
    evidence : Evidence
        What the models read.
    scorers : list of Scorer
        One per model, then those of further tracks.
    inputs : InputReceipts
        Digests of the input files.
    spans : list of Span
        The loci to scan.
    notes : tuple of str
        Remarks on inputs and models.
    expression : Expression or None
        Silent genes; None without a table of expression.
    """

    settings: ScanSettings
    bundles: list[ModelBundle]
    thresholds: list[ModelThreshold]
    genome: Genome
    assembly: BrowserGenome
    evidence: Evidence
    scorers: list[Scorer]
    inputs: InputReceipts
    spans: list[Span]
    notes: tuple[str, ...]
    expression: Expression | None = None

    @cached_property
    def model_digests(self) -> dict[str, str]:
        """Digest of each model by its name."""
        return {bundle.name: bundle.digest for bundle in self.bundles}

    @property
    def device(self) -> str:
        """Kind of the device that scores, 'cpu' or 'cuda'; with a cluster, that of its workers."""
        if self.settings.dask.startswith("local"):
            return find_device(self.settings.device).type
        if self.settings.dask:
            return "cuda" if self.settings.device.startswith("cuda") else "cpu"
        return self.scorers[0].device.type

    @property
    def walked_strands(self) -> tuple[Strand, ...]:
        """Strands of the contigs that are scanned; an isoform has one."""
        return self.settings.strands if self.genome.isoforms is None else STRANDS[:1]

    @cached_property
    def covered(self) -> list[Span]:
        """Parts of the genome that are scanned: the loci, or the exons of the isoforms."""
        isoforms = self.genome.isoforms
        if isoforms is None:
            return self.spans
        regions = []
        for span in self.spans:
            transcript = isoforms.get_transcript(span.chrom)
            blocks = isoforms.find_blocks(span.chrom, span.start, span.end)
            regions += [Region(transcript.chrom, *block, transcript.strand) for block in blocks]
        return list(plan_loci(self.genome.source.contigs, None, regions))

    @property
    def genes(self) -> Genes | None:
        """Genes that name sites, which are those that are not silent; None without an annotation."""
        if self.genome.isoforms is not None:
            return IsoformGenes(self.genome.isoforms)
        transcripts = self.genome.transcripts
        if not transcripts:
            return None
        return GeneIndex(transcripts if self.expression is None else self.expression.genes.select(transcripts))

    @property
    def margins(self) -> EndMargins | None:
        """Ends of transcripts, where more bases are unknown than a scan of a genome allows; None on a genome."""
        if not self.genome.is_transcripts:
            return None
        return EndMargins(self.genome.source.contigs, count_margin(self.bundles[0].spec))

    @property
    def warning(self) -> str | None:
        """Warning for the pages of the run."""
        return None if self.margins is None else warn_of_ends(self.bundles[0].spec)

    @property
    def silent(self) -> str:
        """Number of silent genes in words; empty without a table of expression."""
        return "" if self.expression is None else self.expression.in_words()

    def receipts(self, positions: int, called: Sequence[SiteSummary]) -> dict[str, Any]:
        """Describe settings, inputs and results of the finished scan as JSON values that equal scans share.

        Parameters
        ----------
        positions : int
            Positions that have a score.
        called : sequence of SiteSummary
            Sites of each model.

        Returns
        -------
        dict
            The description.

        Raises
        ------
        InputError
            An input file was replaced, overwritten or removed since it was opened.
        """
        values = asdict(self.settings)
        machine_notes = list_machine_notes(self.genome, self.scorers)
        return {
            "settings": redact_settings(values),
            "models": self.model_digests,
            "features": self.bundles[0].spec.digest,
            **self.evidence.receipts(),
            **self.genome.receipts(),
            **({} if self.expression is None else {"expression": self.expression.receipts()}),
            "device": self.device,
            "precision": self.scorers[0].precision,
            "positions": positions,
            "sites": {model.name: model.sites for model in called},
            "called": {model.name: model.receipts() for model in called},
            "notes": redact_lines(tuple(note for note in self.notes if note not in machine_notes), values),
            "inputs": self.inputs.receipts(),
        }

    def log_facts(self, threads: int) -> dict[str, Any]:
        """Describe machine and places of the inputs as JSON values for the log of the run.

        Parameters
        ----------
        threads : int
            CPU threads of the scan.

        Returns
        -------
        dict
            The description.
        """
        return {
            "threads": threads,
            "device": str(self.scorers[0].device),
            "notes": list_machine_notes(self.genome, self.scorers),
            "inputs": locate_inputs(self.inputs.files),
        }


def prepare_scan(settings: ScanSettings, stack: ExitStack) -> PreparedScan:
    """Open all inputs of a scan and plan it. Small inputs are checked before large ones are read.

    Parameters
    ----------
    settings : ScanSettings
        Settings of the scan.
    stack : ExitStack
        Closes the inputs.

    Returns
    -------
    PreparedScan
        The scan.

    Raises
    ------
    InputError
        An input cannot be used.
    """
    bundles, thresholds = _choose_models(settings)
    find_device(settings.own_device)
    check_inputs(settings)
    check_cobinding(settings.cobinding, bundles)
    files = replace(spool_inputs(settings, stack.enter_context(Spool())), device=settings.own_device)
    option_files = _option_files(files)
    table = None if files.expression is None else read_expression(files.expression, settings.strict)
    genome = _open_genome(files, stack)
    assembly = _browser_genome(files, genome)
    evidence, scorers = open_scorers(files, bundles, genome, stack)
    inputs = stack.enter_context(InputReceipts({**option_files, **genome.files, **evidence.files}))
    notes = list_input_notes(genome, evidence, scorers) + explain_uncalibrated(bundles, evidence.modalities)
    expression = None
    if table is not None and genome.annotation is not None:
        expression = match_expression(table, genome.annotation.transcripts, settings.min_tpm)
        notes += expression.notes()
    spans, plan_notes = _plan(files, genome, expression)
    check_contributions(settings, spans, len(bundles))
    return PreparedScan(
        settings=settings,
        bundles=bundles,
        thresholds=thresholds,
        genome=genome,
        assembly=assembly,
        evidence=evidence,
        scorers=add_track_scorers(settings.track_kinds, scorers),
        inputs=inputs,
        spans=spans,
        notes=notes + assembly.notes + plan_notes,
        expression=expression,
    )


def _choose_models(settings: ScanSettings) -> tuple[list[ModelBundle], list[ModelThreshold]]:
    """Open the models and choose their thresholds; check that they offer the further tracks."""
    bundles = open_bundles(settings.rbp, settings.model)
    inputs = replace(describe_inputs(settings, bundles[0].spec), genome=not settings.transcripts)
    lacking = explain_absences(inputs)
    modalities = choose_modalities(bundles, settings.modalities, lacking)
    thresholds = choose_thresholds(settings, bundles, modalities, settings.stride)
    check_tracks(settings.track_kinds, bundles, modalities)
    return bundles, thresholds


def _option_files(settings: ScanSettings) -> dict[str, InputFile]:
    """Record the state of the small files that options name, by role, before they are read."""
    paths = {f"regions {number}": Path(text) for number, text in enumerate(settings.regions, 1)}
    if settings.chrom_sizes is not None:
        paths["chrom sizes"] = settings.chrom_sizes
    if settings.expression is not None:
        paths["expression"] = settings.expression
    return {role: InputFile(path) for role, path in paths.items() if os.path.isfile(path)}


def _open_genome(settings: ScanSettings, stack: ExitStack) -> Genome:
    """Open the genome, or the transcripts."""
    if settings.transcripts:
        return open_transcripts(settings.fasta, stack, strict=settings.strict)
    genome = open_genome(settings.fasta, settings.gtf, stack, strict=settings.strict)
    return splice(genome) if settings.spliced else genome


def _browser_genome(settings: ScanSettings, genome: Genome) -> BrowserGenome:
    """Determine the name of the assembly, and the contig lengths for tracks and hub."""
    sizes = genome.source.contigs
    if genome.is_transcripts:
        name = genome.source.path.name
        return BrowserGenome(make_own_name(name), name, dict(sizes), ())
    if settings.chrom_sizes is not None:
        sizes = read_genome_sizes(settings.chrom_sizes, sizes)
    return choose_browser_genome(settings.assembly, sizes, genome.source.path.name)


def _plan(settings: ScanSettings, genome: Genome, expression: Expression | None) -> tuple[list[Span], tuple[str, ...]]:
    """Plan the loci to scan, with notes on genes and regions. Raises InputError if there is nothing to scan."""
    notes: tuple[str, ...] = ()
    transcripts = None if genome.annotation is None else genome.annotation.transcripts
    if transcripts is not None and settings.gene:
        transcripts = tuple(select_transcripts(transcripts, settings.gene))
        notes = describe_scattered_genes(transcripts)
        notes += () if expression is None else expression.describe_silent(transcripts)
    if transcripts is not None and expression is not None:
        transcripts = expression.select(transcripts)
    regions = None
    if settings.regions:
        regions, remarks = read_regions(settings.regions, genome.resolver, settings.strict)
        notes += remarks
    if genome.isoforms is None:
        spans = list(plan_loci(genome.source.contigs, transcripts, regions, settings.strands))
    else:
        spans = list(plan_isoforms(genome.isoforms, transcripts or (), regions, settings.strands))
    if not spans:
        kind = "transcript" if genome.isoforms is None else "exon"
        kind = kind if expression is None else f"expressed {kind}"
        remedy = "--gtf to scan every position" if genome.isoforms is None else "--spliced to scan introns"
        raise InputError(
            f"nothing to scan: no {kind} of the annotation is there on the asked strand: "
            f"choose another region, gene or strand, or leave out {remedy}"
        )
    return spans, notes
