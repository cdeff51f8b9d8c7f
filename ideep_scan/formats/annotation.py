"""Transcripts of an annotation, whatever its format, and their fit to the FASTA. It parses no format itself."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ideep_scan.errors import ContigMismatch, InputError
from ideep_scan.formats.bed12 import HEADERS, read_bed12
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.gff3 import read_gff3
from ideep_scan.formats.gtf import read_gtf
from ideep_scan.formats.text import read_lines
from ideep_scan.records.transcript import Transcript
from track_hubs.assemblies import assembly_of

Kind = Literal["GTF", "GFF3", "BED12"]
_READERS = {"GTF": read_gtf, "GFF3": read_gff3, "BED12": read_bed12}
_GFF3_ATTRIBUTE = re.compile(r"\s*[^\s=;\"]+=")
_GTF_ATTRIBUTE = re.compile(r"\s*\w+ +\S")


@dataclass(frozen=True, slots=True, eq=False)
class Annotation:
    """The transcripts of one file.

    Attributes
    ----------
    transcripts : in the order of the file; an accession that maps to several places occurs several times.
    kind : the format they were read from.
    skipped : number of transcripts left out because they have no strand.
    """

    transcripts: tuple[Transcript, ...]
    kind: Kind
    skipped: int


def read_annotation(path: str | Path) -> Annotation:
    """Read GTF, GFF3 or BED12, plain or gzipped; the kind is told by the content. Contigs keep the file's names.

    Raises
    ------
    InputError : with the line where there is one: missing, empty, binary, truncated, of another kind, or malformed.
    """
    path = Path(path)
    kind = annotation_kind(path)
    transcripts, skipped = _READERS[kind](path)
    return Annotation(tuple(transcripts), kind, skipped)


def annotation_kind(path: str | Path) -> Kind:
    """Which of the formats a file is in, by the first line that tells.

    Raises
    ------
    InputError : none of them.
    """
    for number, line in read_lines(path):
        if not line.strip() or line.startswith(HEADERS):
            continue
        columns = line.split("\t")
        if len(columns) == 9 and columns[3].isdigit():
            if _GFF3_ATTRIBUTE.match(columns[8]):
                return "GFF3"
            if _GTF_ATTRIBUTE.match(columns[8]):
                return "GTF"
            continue
        if len(columns) >= 3 and columns[1].isdigit() and columns[2].isdigit():
            if len(columns) >= 12:
                return "BED12"
            raise InputError(
                f"BED with {len(columns)} columns; transcripts need BED12 with exons as blocks", path, number
            )
        raise InputError("is neither GTF nor GFF3 nor BED12 (tab-separated)", path, number)
    raise InputError("is neither GTF nor GFF3 nor BED12: no line tells", path)


def on_contigs(annotation: Annotation, resolver: ContigResolver, path: str | Path) -> tuple[Annotation, dict[str, int]]:
    """Put transcripts on the contigs of a FASTA.

    Parameters
    ----------
    path : the annotation's file, for messages.

    Returns
    -------
    annotation : with the FASTA's contig names; without the transcripts on contigs that the FASTA lacks.
    dropped : number of those transcripts by contig name.

    Raises
    ------
    ContigMismatch : not one contig is in the FASTA, or a transcript reaches past its contig's end.
    """
    per_contig = Counter(transcript.chrom for transcript in annotation.transcripts)
    mapping, missing = resolver.align(per_contig, path, "annotation")
    kept = []
    for transcript in annotation.transcripts:
        chrom = mapping.get(transcript.chrom)
        if chrom is None:
            continue
        if transcript.end > resolver.contigs[chrom]:
            known = assembly_of(resolver.contigs)
            raise ContigMismatch(
                f"transcript {transcript.id} ends at {transcript.chrom}:{transcript.end}, past the end of the FASTA's "
                f"{chrom} ({resolver.contigs[chrom]} bases); use the annotation made for this FASTA"
                + ("" if known is None else f" ({known})"),
                path,
            )
        kept.append(transcript if chrom == transcript.chrom else replace(transcript, chrom=chrom))
    return replace(annotation, transcripts=tuple(kept)), {name: per_contig[name] for name in missing}
