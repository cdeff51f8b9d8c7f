"""Output files of a scan: the writers of each model, and the manifest that lists their files."""

from __future__ import annotations

import resource
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

from ideep_scan.errors import OutputError
from ideep_scan.formats.annotation.bed12 import write_bed12
from ideep_scan.formats.bigwig.writer import BigWigWriter
from ideep_scan.formats.runner import Runner
from ideep_scan.formats.site_columns import lay_out_motifs, lay_out_sites
from ideep_scan.formats.site_files import MotifWriter, SiteWriter, WrittenHits
from ideep_scan.jobs.browser_assembly import BrowserGenome
from ideep_scan.jobs.genome import Genome
from ideep_scan.jobs.interval_lookup import IntervalIndex
from ideep_scan.jobs.model_page import SITE_CHOICES, SITE_RANGES, choose_protein_color, describe_model
from ideep_scan.jobs.output_folder.run_folder import RunFolder
from ideep_scan.jobs.scan_settings import (
    CONTRIBUTIONS,
    NEGLOG10P,
    NO_COBINDING,
    SCORE,
    STORE,
    WITHIN,
    ZARR,
    ScanSettings,
)
from ideep_scan.jobs.site_summary import SiteSummary
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.records.scores import MotifHit, ScoreTrack, SiteReport
from ideep_scan.records.span import Span, Strand
from ideep_scan.records.transcript import Transcript
from ideep_scan.version import __version__
from track_hubs.color import tint
from track_hubs.file_records import make_file_record
from track_hubs.manifest import Assembly, FileRecord, Manifest, Track

if TYPE_CHECKING:
    from ideep_scan.formats.score_store import ScoreStore

_BESIDE = 10_000  # nt beside what was scanned, in which browsers show genes
_COPIED = 100_000_000  # bytes of a FASTA that goes with the run where no browser hosts its genome
_NAMED = 5  # models that a title lists; more are counted
_STORE_NOTE = f"The scores are in {STORE}, which browsers do not read: they show sites and motif hits."
_SPLICED_NOTE = (
    "Exons of each transcript were joined before scoring. Each position has the highest score of its isoforms. "
    "P-values and expected precisions were measured on unspliced transcripts."
)
_STRAND_NAMES = {"+": "plus", "-": "minus"}
_TRACKS = {  # name of a track in browsers, and the range of values that they show
    SCORE: ("binding score", (0.0, 1.0)),
    NEGLOG10P: ("-log10 p of the binding score", (0.0, 6.0)),
    NO_COBINDING: ("binding score without co-binding", (0.0, 1.0)),
    WITHIN: ("binding score within bound genes", (0.0, 1.0)),
    CONTRIBUTIONS: ("contribution of each letter to the log odds of a site", (-1.0, 2.0)),
}
_FILES_OF_MODEL, _FILES_OF_BIGWIG, _OTHER_FILES = 2, 2, 128


def publish(
    folder: RunFolder,
    genome: Genome,
    shown_genome: BrowserGenome,
    *,
    covered: Iterable[Span],
    outputs: Sequence[ModelOutput],
    called: Sequence[SiteSummary],
    receipts: Mapping[str, Any],
    note: str | None,
    contact: str | None,
) -> tuple[str, ...]:
    """Put a finished run in its place, with hub, session and pages.

    Returns
    -------
    tuple of str
        Findings of the check of its hub, one line each.
    """
    names = [output.name for output in outputs]
    if (folder.part / STORE).exists():
        note = _STORE_NOTE if note is None else f"{note} {_STORE_NOTE}"
    title = "ideep-scan: " + (", ".join(names) if len(names) <= _NAMED else f"{len(names)} models")
    if genome.isoforms is not None:
        title += " in spliced transcripts"
        note = _SPLICED_NOTE if note is None else f"{note} {_SPLICED_NOTE}"
    manifest = Manifest(
        title,
        _assembly(folder, genome, shown_genome, covered=covered, note=note),
        tuple(track for output in outputs for track in output.tracks()),
        {"tool": f"ideep-scan {__version__}", **receipts},
        contact=contact or "",
        models={
            output.name: describe_model(output.bundle, receipts["modalities"][output.name], sites.in_words())
            for output, sites in zip(outputs, called, strict=True)
        },
    )
    records = {name: record for output in outputs for name, record in output.records.items()}
    return folder.publish(manifest, records)


def _assembly(
    folder: RunFolder, genome: Genome, shown_genome: BrowserGenome, *, covered: Iterable[Span], note: str | None
) -> Assembly:
    """Describe the genome for browsers; include a small one that they do not host, and the genes that were scanned."""
    fasta = genome.source.path
    copied = None
    if not shown_genome.hosted and fasta.stat().st_size <= _COPIED:
        copied = f"genome/{genome.source.write_copy(folder.part / 'genome').name}"
    genes = None
    if genome.annotation is not None or genome.transcripts:
        genes = "genome/genes.bed.gz"
        write_bed12(folder.part / genes, _select_shown(genome.transcripts, covered), genome.source.contigs)
    return Assembly(
        shown_genome.id,
        shown_genome.title,
        copied,
        shown_genome.sizes,
        genes,
        note,
        are_transcripts=genome.is_transcripts,
    )


def _select_shown(transcripts: Iterable[Transcript], covered: Iterable[Span]) -> Iterator[Transcript]:
    """Yield the transcripts in what was scanned and beside it, of both strands."""
    index = IntervalIndex(covered)
    for transcript in transcripts:
        if index.overlapping(transcript.chrom, transcript.start - _BESIDE, transcript.end + _BESIDE):
            yield transcript


def open_store(
    settings: ScanSettings,
    folder: RunFolder,
    shown_genome: BrowserGenome,
    models: Sequence[ModelBundle],
    *,
    runner: Runner,
) -> ScoreStore | None:
    """Open the Zarr store of the scores of all models.

    Parameters
    ----------
    settings : ScanSettings
        Format and tracks of the scan.
    folder : RunFolder
        Folder of the run.
    shown_genome : BrowserGenome
        Name and contig lengths of the genome.
    models : sequence of ModelBundle
        The models, in the order of the columns.
    runner : Runner
        Verifies the store.

    Returns
    -------
    ScoreStore or None
        The open store; None if the scan writes bigWigs.
    """
    if settings.format != ZARR:
        return None
    from ideep_scan.formats.score_store import ScoreStore  # zarr is optional, and slow to import

    folder.expect([f"{STORE}/zarr.json"])
    attributes = {"tool": f"ideep-scan {__version__}", "assembly": shown_genome.id}
    names = [bundle.name for bundle in models]
    return ScoreStore(
        folder.part / STORE,
        shown_genome.sizes,
        models=names,
        kinds=settings.track_kinds,
        attributes=attributes,
        runner=runner,
    )


class ModelOutput:
    """Writer of all files of one model: a context manager, to be left after `finish`.

    Parameters
    ----------
    folder : RunFolder
        Folder of the run.
    bundle : ModelBundle
        The model.
    sizes : mapping of str to int
        Contig lengths.
    strands : sequence of Strand
        Strands of the scan; each gets a bigWig of each kind.
    kinds : sequence of str
        Tracks to write as bigWigs (`jobs.scan_settings.TRACKS`).
    precision_meaning : str or None
        Description of expected precisions; None if sites have none.
    is_spliced : bool
        Whether sites and motif hits have blocks, as those of spliced transcripts.
    runner : Runner
        Runs the final work on each file.

    Attributes
    ----------
    records : dict of str to FileRecord
        After `finish`: size and digest of each file, by its relative name.
    """

    def __init__(
        self,
        folder: RunFolder,
        bundle: ModelBundle,
        sizes: Mapping[str, int],
        *,
        strands: Sequence[Strand],
        kinds: Sequence[str],
        precision_meaning: str | None,
        is_spliced: bool = False,
        runner: Runner,
    ):
        self.name, self.bundle = bundle.name, bundle
        self._root, self._sizes = folder.part, sizes
        self._paths = {(kind, strand): self._track_path(kind, strand) for kind in kinds for strand in strands}
        self._color = choose_protein_color(bundle.protein)
        self._precision_meaning = precision_meaning
        self._is_spliced = is_spliced
        self._where = ", spliced" if is_spliced else ""
        self._runner = runner
        self._stack = ExitStack()
        self.records: dict[str, FileRecord] = {}

    @property
    def names(self) -> list[str]:
        """Relative names of all files that may be written."""
        ends = ("bb", "bed.gz", "bed.gz.tbi", "tsv.gz")
        return [
            *self._paths.values(),
            *(f"{folder}/{self.name}.{end}" for folder in ("hits", "motifs") for end in ends),
        ]

    def __enter__(self) -> ModelOutput:
        with ExitStack() as stack:
            root, name, sizes, runner = self._root, self.name, self._sizes, self._runner
            self._tracks = {
                key: stack.enter_context(BigWigWriter(root / path, sizes, runner)) for key, path in self._paths.items()
            }
            site_writer = SiteWriter(
                root / "hits",
                name,
                sizes,
                rbp=self.bundle.protein,
                color=self._color,
                precision_meaning=self._precision_meaning,
                is_spliced=self._is_spliced,
                runner=runner,
            )
            self._sites = stack.enter_context(site_writer)
            self._motifs = stack.enter_context(
                MotifWriter(root / "motifs", name, sizes, is_spliced=self._is_spliced, runner=runner)
            )
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def add_tracks(self, tracks: Mapping[str, ScoreTrack]) -> None:
        """Append values of one strand, by kind."""
        for (kind, strand), writer in self._tracks.items():
            if tracks[kind].strand == strand:
                writer.add(tracks[kind])

    def add_sites(self, reports: Iterable[tuple[SiteReport, Sequence[MotifHit]]]) -> None:
        """Append sites and the motif hits that are settled with them."""
        for report, motifs in reports:
            self._sites.add(report)
            self.add_motifs(motifs)

    def add_motifs(self, hits: Iterable[MotifHit]) -> None:
        """Append motif hits."""
        for hit in hits:
            self._motifs.add(hit)

    def finish(self) -> int:
        """Close all files and check them; return the number of sites."""
        self._written = {key: writer.close() for key, writer in self._tracks.items()}
        self._stack.close()
        # Hash here, because the files of several models are closed in parallel, and hashing releases the GIL.
        self.records = {name: make_file_record(path) for name in self.names if (path := self._root / name).is_file()}
        return _done(self._sites.written).count

    def tracks(self) -> list[Track]:
        """List the files for the manifest. A strand without a scored position has no bigWig."""
        protein = self.bundle.protein
        tracks = [
            self._track(kind, strand, written.count)
            for (kind, strand), written in self._written.items()
            if written.path is not None
        ]
        long_label = f"{protein} binding sites{self._where} (ideep-scan)"
        tracks += self._files("hits", "sites", long_label, _done(self._sites.written))
        long_label = f"Motif hits in {protein} sites{self._where} (ideep-scan)"
        return tracks + self._files("motifs", "motifs", long_label, _done(self._motifs.written))

    def _files(
        self, folder: str, role: Literal["sites", "motifs"], long_label: str, written: WrittenHits
    ) -> list[Track]:
        name, label = self.name, f"{self.name} {role}"
        layout = lay_out_sites(None, self._is_spliced) if role == "sites" else lay_out_motifs(self._is_spliced)

        def track(path: Path, kind: Literal["bigBed", "bed", "table"]) -> Track:
            fields = 0 if kind == "table" else layout.schema.bed_fields
            return Track(
                f"{folder}/{path.name}", kind, role, name, label, long_label, self._color, None, fields,
                count=written.count,
            )  # fmt: skip

        tracks = [track(written.bed, "bed"), track(written.table, "table")]
        if written.bigbed is None:
            return tracks
        extra = tuple(field for _, field, _ in layout.schema.extra)
        choices = SITE_CHOICES if role == "sites" else {}
        ranges = SITE_RANGES if role == "sites" and self._precision_meaning is not None else {}
        bigbed = replace(
            track(written.bigbed, "bigBed"),
            extra_fields=len(extra),
            extra_names=extra,
            choices=dict(choices),
            ranges=dict(ranges),
        )
        return [bigbed, *tracks]

    def _track(self, kind: str, strand: Strand, count: int) -> Track:
        path, side = self._paths[kind, strand], _STRAND_NAMES[strand]
        color = self._color if strand == "+" else tint(self._color)
        what, limits = _TRACKS[kind]
        long_label = f"{self.bundle.protein} {what}{self._where}, {side} strand (ideep-scan)"
        score = Track(path, "bigWig", "score", self.name, f"{self.name} {side}", long_label, color, strand, count=count)
        if kind == SCORE:
            return score
        label, is_letters = f"{self.name} {kind} {side}", kind == CONTRIBUTIONS
        return replace(score, role="further", label=label, series=kind, limits=limits, letters=is_letters)

    def _track_path(self, kind: str, strand: Strand) -> str:
        inner = "" if kind == SCORE else f".{kind}"
        return f"tracks/{self.name}{inner}.{_STRAND_NAMES[strand]}.bw"


@contextmanager
def allow_open_files(models: int, bigwigs: int) -> Iterator[None]:
    """Raise the process's limit of open files to what a run needs, until the block ends.

    Parameters
    ----------
    models : int
        Models of the run.
    bigwigs : int
        bigWigs of each model.

    Raises
    ------
    OutputError
        The system does not allow it.
    """
    needed = models * (_FILES_OF_MODEL + _FILES_OF_BIGWIG * bigwigs) + _OTHER_FILES
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limits[0] == resource.RLIM_INFINITY or limits[0] >= needed:
        yield
        return
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, limits[1]))
    except (ValueError, OSError) as error:
        raise OutputError(
            f"{models} models at once need {needed} open files, more than this system allows: raise its limit "
            "(ulimit -n), or scan with fewer models or --tracks"
        ) from error
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def _done(written: WrittenHits | None) -> WrittenHits:
    assert written is not None, "the files are not closed yet"
    return written
