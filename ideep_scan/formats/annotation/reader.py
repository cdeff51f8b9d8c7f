"""Read the transcripts of an annotation in any supported format, and place them on the contigs of the FASTA."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Literal

import numpy as np

from ideep_scan.errors import ContigMismatch, InputError
from ideep_scan.formats.annotation.bed12 import read_bed12
from ideep_scan.formats.annotation.gff3 import read_gff3
from ideep_scan.formats.annotation.gtf import read_gtf, split_feature_columns
from ideep_scan.formats.bed_intervals import HEADER
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.foreign_tables import find_other_format
from ideep_scan.formats.text import read_lines
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.transcript import Transcript
from track_hubs.assemblies import find_assembly

Kind = Literal["GTF", "GFF3", "BED12"]
_GFF3_ATTRIBUTE = re.compile(r"\s*[^\s=;\"]+\s*=")
_GTF_ATTRIBUTE = re.compile(r"\s*\w+ +\S")
# Keys that only GFF3 has.
_GFF3_ONLY = re.compile(r"(?:^|;)\s*(?:ID|Parent)\s*=")
_MAX_LINES = 100  # lines that are searched for an informative one
_MAX_ODD_GENES = 2  # genes past the end of a contig; more mean that the annotation is of another assembly
_MAX_CONTIGS = 5  # names of contigs in a note


@dataclass(frozen=True, slots=True, eq=False)
class Annotation:
    """The transcripts of one file.

    Attributes
    ----------
    transcripts : tuple[Transcript, ...]
        In the order of the file. An accession with several places in the genome occurs several times.
    kind : Kind
        Format of the file.
    exclusions : Exclusions
        Records of the file that are excluded or changed, with the reasons.
    circular : Mapping[str, int]
        Length in nt of each contig that the file declares circular, by the file's name.
    """

    transcripts: tuple[Transcript, ...]
    kind: Kind
    exclusions: Exclusions
    circular: Mapping[str, int] = field(default_factory=dict)


def read_annotation(path: str | Path, strict: bool = False) -> Annotation:
    """Read GTF, GFF3 or BED12, plain or gzipped. The content determines the format.

    Parameters
    ----------
    path : str or Path
        The annotation.
    strict : bool
        Raise an error at the first unusable record instead of excluding it.

    Returns
    -------
    Annotation
        The transcripts, with the file's contig names.

    Raises
    ------
    InputError
        The file is missing, empty, binary, truncated or of another format.
        None or too few of its records can be used.
    """
    path = Path(path)
    kind = detect_format(path)
    exclusions = Exclusions(path, "transcript", strict)
    circular: dict[str, int] = {}
    if kind == "GTF":
        transcripts = read_gtf(path, exclusions)
    elif kind == "GFF3":
        transcripts = read_gff3(path, exclusions, circular)
    else:
        transcripts = read_bed12(path, exclusions)
    exclusions.check(len(transcripts))
    if not transcripts:
        raise InputError("has no transcripts with exons; give an annotation of genes", path)
    return Annotation(tuple(transcripts), kind, exclusions, circular)


def detect_format(path: str | Path) -> Kind:
    """Detect the format of an annotation by its first informative line.

    Parameters
    ----------
    path : str or Path
        The annotation, plain or gzipped.

    Returns
    -------
    str
        "GTF", "GFF3" or "BED12".

    Raises
    ------
    InputError
        The file is in none of these formats.
    """
    fault: InputError | None = None
    lines = ((number, line) for number, line in read_lines(path) if line.strip() and not HEADER.match(line))
    is_empty = True
    for number, line in islice(lines, _MAX_LINES):
        is_empty = False
        columns = split_feature_columns(line)
        if len(columns) == 9 and columns[3].isdigit():
            if _GFF3_ATTRIBUTE.match(columns[8]):
                return "GTF" if "transcript_id" in columns[8] and not _GFF3_ONLY.search(columns[8]) else "GFF3"
            if _GTF_ATTRIBUTE.match(columns[8]):
                return "GTF"
            continue
        reason = "is not tab-separated GTF, GFF3 or BED12"
        if len(columns) >= 3 and columns[1].isdigit() and columns[2].isdigit():
            if len(columns) >= 12:
                return "BED12"
            reason = f"BED with {len(columns)} columns; transcripts need BED12 with exons as blocks"
        fault = fault or InputError(reason, path, number)
    if fault is None and is_empty:
        raise InputError("has no transcripts; give an annotation of genes in GTF, GFF3 or BED12", path)
    other = find_other_format(path, "GTF, GFF3 or BED12")
    if other is not None and not other.startswith("is BED;"):  # the fault counts the columns of a BED
        raise InputError(other, path)
    raise fault or InputError("is not GTF, GFF3 or BED12; give an annotation in one of these formats", path)


def map_to_contigs(annotation: Annotation, resolver: ContigResolver) -> Annotation:
    """Place transcripts on the contigs of a FASTA.

    A transcript across the origin of a circular contig becomes a record at each end of it.
    Transcripts on contigs that the FASTA lacks are excluded.
    A few transcripts past the end of their contig are excluded, too.

    Parameters
    ----------
    annotation : Annotation
        The transcripts. Its `exclusions` also count the records excluded here.
    resolver : ContigResolver
        The contigs of the FASTA.

    Returns
    -------
    Annotation
        The transcripts, with the FASTA's contig names.

    Raises
    ------
    ContigMismatch
        The FASTA has none of the contigs, or transcripts of many genes reach past the end of their contig.
    InputError
        Too few transcripts can be used.
    """
    exclusions = annotation.exclusions
    mapping, absent_names = resolver.align(
        (transcript.chrom for transcript in annotation.transcripts), exclusions.path, "annotation"
    )
    absence = _missing_contigs_text(absent_names)
    doubts = {name: resolver.doubt(name) for name in mapping}
    usable: list[Transcript] = []
    excess: dict[str, list[Transcript]] = defaultdict(list)
    for transcript in annotation.transcripts:
        chrom = mapping.get(transcript.chrom)
        if chrom is None:
            exclusions.add(absence, f"{transcript.id} on {transcript.chrom}", unusable=False)
            continue
        length = resolver.contigs[chrom]
        if doubt := doubts[transcript.chrom]:
            exclusions.remark(doubt, transcript.id)
        parts = [transcript]
        if transcript.end > length and _wraps(transcript, length, annotation):
            parts = split_at_origin(transcript, length)
            exclusions.remark("across the origin of a circular contig, read as a part at each end", transcript.id)
        if parts[0].end > length:
            excess[chrom].append(transcript)
        else:
            usable.extend(part if chrom == part.chrom else replace(part, chrom=chrom) for part in parts)
    _check_ends(excess, bool(usable), resolver, exclusions)
    exclusions.check(len(annotation.transcripts) - sum(map(len, excess.values())))
    return replace(annotation, transcripts=tuple(usable))


def _missing_contigs_text(names: Sequence[str]) -> str:
    listing = ", ".join(sorted(names)[:_MAX_CONTIGS]) + (", ..." if len(names) > _MAX_CONTIGS else "")
    return f"on {len(names)} contig{'s' if len(names) > 1 else ''} that the FASTA lacks ({listing})"


def _wraps(transcript: Transcript, length: int, annotation: Annotation) -> bool:
    """Test whether a transcript crosses the origin of a circular contig of the declared length."""
    return annotation.circular.get(transcript.chrom) == length and transcript.end <= 2 * length


def split_at_origin(transcript: Transcript, length: int) -> list[Transcript]:
    """Split a transcript at the origin of a circular contig.

    The parts share one id. There is no intron between them, and no exon reaches past the end of the contig.

    Parameters
    ----------
    transcript : Transcript
        Its end exceeds the length of the contig.
    length : int
        Length of the contig in nt.

    Returns
    -------
    list[Transcript]
        The part before the origin, then the part after it.
    """
    parts = []
    for turn in range(transcript.start // length, (transcript.end - 1) // length + 1):
        exons = np.clip(transcript.exons - turn * length, 0, length)
        exons = exons[exons[:, 0] < exons[:, 1]]
        cds = None
        if transcript.cds is not None:
            first, last = (min(max(edge - turn * length, 0), length) for edge in transcript.cds)
            cds = (first, last) if first < last else None
        if len(exons):
            parts.append(replace(transcript, exons=exons, cds=_within_exons(exons, cds)))
    return parts


def _within_exons(exons: np.ndarray, cds: tuple[int, int] | None) -> tuple[int, int] | None:
    """Clip the coding part to its first and last exonic base."""
    if cds is None:
        return None
    coding = np.clip(exons, *cds)
    coding = coding[coding[:, 0] < coding[:, 1]]
    return (int(coding[0, 0]), int(coding[-1, 1])) if len(coding) else None


def _check_ends(
    excess: Mapping[str, list[Transcript]], has_others: bool, resolver: ContigResolver, exclusions: Exclusions
) -> None:
    """Exclude a few transcripts past the end of their contig; many mean another assembly."""
    assembly = find_assembly(resolver.contigs)
    for chrom, transcripts in excess.items():
        length, first = resolver.contigs[chrom], transcripts[0]
        place = f"{first.id} ends at {first.chrom}:{first.end}, past the end of the FASTA's {chrom} ({length} bases)"
        if not has_others or len({transcript.gene_id for transcript in transcripts}) > _MAX_ODD_GENES:
            raise ContigMismatch(
                f"transcript {place}; use the annotation made for this FASTA"
                + ("" if assembly is None else f" ({assembly})"),
                exclusions.path,
            )
        for transcript in transcripts:
            end = f"{transcript.chrom}:{transcript.end} of {length}"
            exclusions.add("past the end of their contig", f"{transcript.id}, which ends at {end}")
