"""Transcripts of an annotation, whatever its format, and their fit to the FASTA. It parses no format itself."""

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
from ideep_scan.formats.annotation.gtf import feature_columns, read_gtf
from ideep_scan.formats.bed_intervals import HEADER
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.text import read_lines
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.transcript import Transcript
from track_hubs.assemblies import assembly_of

Kind = Literal["GTF", "GFF3", "BED12"]
_GFF3_ATTRIBUTE = re.compile(r"\s*[^\s=;\"]+\s*=")
_GTF_ATTRIBUTE = re.compile(r"\s*\w+ +\S")
# Keys that only GFF3 has.
_GFF3_OWN = re.compile(r"(?:^|;)\s*(?:ID|Parent)\s*=")
_TRIED = 100  # lines that may be of no use before the kind of the file is told
_ODD = 2  # genes of a contig that may reach past its end before the annotation is that of another assembly
_ELSEWHERE = 5  # names of contigs in a note


@dataclass(frozen=True, slots=True, eq=False)
class Annotation:
    """The transcripts of one file.

    Attributes
    ----------
    transcripts : tuple of Transcript
        In the order of the file; an accession that maps to several places occurs several times.
    kind : str
        The format they were read from.
    exclusions : Exclusions
        What the file has beside them, with the reasons.
    circular : mapping
        Length of each contig that the file says is circular, by the file's name.
    """

    transcripts: tuple[Transcript, ...]
    kind: Kind
    exclusions: Exclusions
    circular: Mapping[str, int] = field(default_factory=dict)


def read_annotation(path: str | Path, strict: bool = False) -> Annotation:
    """Read GTF, GFF3 or BED12, plain or gzipped; the kind is told by the content. Contigs keep the file's names.

    Parameters
    ----------
    strict : bool
        End at the first record that cannot be used instead of leaving it out.

    Raises
    ------
    InputError
        The file is missing, empty, binary, truncated or of another kind, none or too few of its records can be used.
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
        raise InputError("holds no transcript with exons; is it an annotation of genes?", path)
    return Annotation(tuple(transcripts), kind, exclusions, circular)


def detect_format(path: str | Path) -> Kind:
    """Which of the formats a file is in, by the first line that tells.

    Raises
    ------
    InputError : none of them.
    """
    fault: InputError | None = None
    lines = ((number, line) for number, line in read_lines(path) if line.strip() and not HEADER.match(line))
    for number, line in islice(lines, _TRIED):
        columns = feature_columns(line)
        if len(columns) == 9 and columns[3].isdigit():
            if _GFF3_ATTRIBUTE.match(columns[8]):
                return "GTF" if "transcript_id" in columns[8] and not _GFF3_OWN.search(columns[8]) else "GFF3"
            if _GTF_ATTRIBUTE.match(columns[8]):
                return "GTF"
            continue
        reason = "is neither GTF nor GFF3 nor BED12 (tab-separated)"
        if len(columns) >= 3 and columns[1].isdigit() and columns[2].isdigit():
            if len(columns) >= 12:
                return "BED12"
            reason = f"BED with {len(columns)} columns; transcripts need BED12 with exons as blocks"
        fault = fault or InputError(reason, path, number)
    raise fault or InputError("is neither GTF nor GFF3 nor BED12: no line tells", path)


def map_to_contigs(annotation: Annotation, resolver: ContigResolver) -> Annotation:
    """Put transcripts on the contigs of a FASTA.

    Transcripts that wrap around the origin of a circular contig become one record at each end of it. Those on contigs
    that the FASTA lacks, and odd ones that reach past their contig's end, are left out.

    Returns
    -------
    Annotation
        With the FASTA's contig names; `exclusions` of the annotation counts what is left out here too.

    Raises
    ------
    ContigMismatch
        Not one contig is in the FASTA, or so many transcripts reach past their contig's end that the annotation must
        be that of another assembly.
    InputError
        Too few transcripts can be used.
    """
    exclusions = annotation.exclusions
    mapping, missing = resolver.align((each.chrom for each in annotation.transcripts), exclusions.path, "annotation")
    runner = _elsewhere(missing)
    doubts = {name: resolver.doubt(name) for name in mapping}
    kept: list[Transcript] = []
    past: dict[str, list[Transcript]] = defaultdict(list)
    for transcript in annotation.transcripts:
        chrom = mapping.get(transcript.chrom)
        if chrom is None:
            exclusions.add(runner, f"{transcript.id} on {transcript.chrom}", unusable=False)
            continue
        length = resolver.contigs[chrom]
        if doubt := doubts[transcript.chrom]:
            exclusions.remark(doubt, transcript.id)
        parts = [transcript]
        if transcript.end > length and _wraps(transcript, length, annotation):
            parts = split_at_origin(transcript, length)
            exclusions.remark("across the origin of a circular contig, read as a part at each end", transcript.id)
        if parts[0].end > length:
            past[chrom].append(transcript)
        else:
            kept.extend(part if chrom == part.chrom else replace(part, chrom=chrom) for part in parts)
    _check_ends(past, bool(kept), resolver, exclusions)
    exclusions.check(len(annotation.transcripts) - sum(map(len, past.values())))
    return replace(annotation, transcripts=tuple(kept))


def _elsewhere(missing: Sequence[str]) -> str:
    names = ", ".join(sorted(missing)[:_ELSEWHERE]) + (", ..." if len(missing) > _ELSEWHERE else "")
    return f"on {len(missing)} contig{'s' if len(missing) > 1 else ''} that the FASTA lacks ({names})"


def _wraps(transcript: Transcript, length: int, annotation: Annotation) -> bool:
    """Whether a transcript goes on across the origin of its contig, which must be circular and as long as it says."""
    return annotation.circular.get(transcript.chrom) == length and transcript.end <= 2 * length


def split_at_origin(transcript: Transcript, length: int) -> list[Transcript]:
    """The parts of a transcript at both ends of a circular contig of `length` bases, the earlier part first.

    The parts bear one id. Between them lies no intron, and none of their exons reaches past the contig's end.
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
    """The coding part, from its first to its last exonic base."""
    if cds is None:
        return None
    coding = np.clip(exons, *cds)
    coding = coding[coding[:, 0] < coding[:, 1]]
    return (int(coding[0, 0]), int(coding[-1, 1])) if len(coding) else None


def _check_ends(
    past: Mapping[str, list[Transcript]], others: bool, resolver: ContigResolver, exclusions: Exclusions
) -> None:
    """Leave out a few transcripts past their contig's end; many are of another assembly."""
    known = assembly_of(resolver.contigs)
    for chrom, transcripts in past.items():
        length, first = resolver.contigs[chrom], transcripts[0]
        place = f"{first.id} ends at {first.chrom}:{first.end}, past the end of the FASTA's {chrom} ({length} bases)"
        if not others or len({each.gene_id for each in transcripts}) > _ODD:
            raise ContigMismatch(
                f"transcript {place}; use the annotation made for this FASTA"
                + ("" if known is None else f" ({known})"),
                exclusions.path,
            )
        for each in transcripts:
            exclusions.add(
                "past the end of their contig", f"{each.id}, which ends at {each.chrom}:{each.end} of {length}"
            )
