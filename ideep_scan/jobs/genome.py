"""Genome of a job: its FASTA and annotation, or a FASTA of transcripts."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ideep_scan.errors import InputError
from ideep_scan.features.known_ends import KnownEnds
from ideep_scan.features.sources import SequenceSource
from ideep_scan.features.spliced_sequence import SplicedSequence
from ideep_scan.formats.annotation.reader import Annotation, map_to_contigs, read_annotation
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.fasta.source import FastaSource
from ideep_scan.formats.fasta.transcripts import TranscriptSource
from ideep_scan.formats.input_file import InputFile
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.isoforms import Isoforms
from ideep_scan.records.transcript import Transcript


@dataclass(frozen=True, eq=False)
class Genome:
    """A FASTA, with the annotation on its contigs.

    Attributes
    ----------
    source : FastaSource
        Sequence.
    resolver : ContigResolver
        Finds contigs by other names.
    annotation : Annotation or None
        Transcripts; None if no annotation is given.
    annotation_path : Path or None
        File of the annotation.
    annotation_file : InputFile or None
        State of that file when it was opened.
    isoforms : Isoforms or None
        Isoforms that are scanned in place of the contigs; None for a scan of the contigs.
    """

    source: FastaSource
    resolver: ContigResolver
    annotation: Annotation | None = None
    annotation_path: Path | None = None
    annotation_file: InputFile | None = None
    isoforms: Isoforms | None = None

    @property
    def is_transcripts(self) -> bool:
        """True if each contig is a complete transcript, as its sense strand."""
        return isinstance(self.source, TranscriptSource)

    @property
    def transcripts(self) -> tuple[Transcript, ...]:
        """Transcripts of the annotation, or of the headers of a FASTA of transcripts."""
        if isinstance(self.source, TranscriptSource):
            return self.source.transcripts
        return () if self.annotation is None else self.annotation.transcripts

    @property
    def exclusions(self) -> Exclusions:
        """Records of the annotation, or of the FASTA of transcripts, that are left out."""
        if isinstance(self.source, TranscriptSource):
            return self.source.exclusions
        return Exclusions(self.source.path, "transcript") if self.annotation is None else self.annotation.exclusions

    @property
    def scored_bases(self) -> SequenceSource:
        """Bases that decide which positions are scored: nothing is missing beyond the ends of a transcript."""
        return KnownEnds(self.source) if self.is_transcripts else self.sequence

    @property
    def sequence(self) -> SequenceSource:
        """Sequence that models read: the contigs, or the isoforms."""
        return self.source if self.isoforms is None else SplicedSequence(self.source, self.isoforms)

    @property
    def annotation_digest(self) -> str | None:
        """Digest of the annotation file; None without one."""
        return None if self.annotation_file is None else self.annotation_file.digest()

    @property
    def files(self) -> dict[str, InputFile]:
        """The files by their roles."""
        files = {"fasta": self.source.file}
        return files if self.annotation_file is None else {**files, "annotation": self.annotation_file}

    def receipts(self) -> dict[str, Any]:
        """Digests of the files, as JSON values."""
        return {"fasta": self.source.digest(), "annotation": self.annotation_digest}


def open_genome(
    fasta: Path, gtf: Path | None, stack: ExitStack, scattered: bool = False, strict: bool = False
) -> Genome:
    """Open FASTA and annotation; the FASTA closes with `stack`. Raises InputError if they do not fit.

    With `strict`, a record of the annotation that would be left out is an error.
    """
    source = stack.enter_context(FastaSource(fasta, scattered))
    resolver = ContigResolver(source.contigs)
    if gtf is None:
        return Genome(source, resolver)
    annotation_file = InputFile(gtf)
    annotation = map_to_contigs(read_annotation(gtf, strict), resolver)
    return Genome(source, resolver, annotation, gtf, annotation_file)


def splice(genome: Genome) -> Genome:
    """Return the genome with its isoforms to scan. Raises InputError if no transcript has two exons."""
    if not any(len(transcript.exons) > 1 for transcript in genome.transcripts):
        raise InputError(
            "--spliced joins exons, but no transcript has two: give a GTF, GFF3 or BED12 with exons, or leave out "
            "--spliced",
            genome.annotation_path,
        )
    return replace(genome, isoforms=Isoforms(genome.transcripts, genome.source.contigs))


def open_transcripts(fasta: Path, stack: ExitStack, strict: bool = False) -> Genome:
    """Open a FASTA of transcripts as a genome; it closes with `stack`. Raises InputError if it cannot be used."""
    source = stack.enter_context(TranscriptSource(fasta, strict))
    return Genome(source, ContigResolver(source.contigs))
