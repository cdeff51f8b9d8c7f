"""Called sites and motif hits to the files of a run: BED, bigBed and a table of each. It calls nothing.

Coordinates are 0-based and half-open in all three, also in the table, where `summit` is 0-based too.
What is not known is '.'. Numbers of the table are written in full: reading them, scores as float32, gives the
same number.
"""

from __future__ import annotations

import contextlib
import gzip
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import log10
from pathlib import Path
from typing import IO

import numpy as np

from ideep_scan.formats.bed import BedWriter
from ideep_scan.formats.bigbed import Row, Schema, write_bigbed
from ideep_scan.formats.staged import Staged
from ideep_scan.records.scores import MotifHit, SiteReport

SITES = Schema(
    "bindingSites",
    "Predicted binding sites of an RNA-binding protein",
    9,
    (
        ("double", "rawScore", "Highest probability of a binding site, 0-1"),
        ("string", "pValue", "P-value, or ."),
        ("string", "qValue", "Q-value, or ."),
        ("string", "driver", "Modality that drives the score, or ."),
        ("string", "motif", "Best motif around the summit, or ."),
        ("string", "geneName", "Gene, or ."),
        ("string", "geneId", "Identifier of the gene, or ."),
        ("string", "region", "Part of the transcript, or ."),
        ("lstring", "sequence", "RNA around the summit, 5' to 3'"),
    ),
)
MOTIFS = Schema(
    "motifHits",
    "Motif hits inside predicted binding sites",
    6,
    (
        ("string", "match", "Proteins the motif is known for, or ."),
        ("double", "rawScore", "Log2 odds against a uniform background"),
        ("double", "pValue", "Chance of such a score or more at one position"),
    ),
)
_PLACE = ("chrom", "start", "end", "name", "strand")
_GENE = ("gene_name", "gene_id", "region", "sequence")
SITE_COLUMNS = (*_PLACE, "summit", "score", "p_value", "q_value", "driver", "motif", *_GENE)
MOTIF_COLUMNS = (*_PLACE, "match", "score", "p_value")


@dataclass(frozen=True, slots=True)
class WrittenHits:
    """What was written. `bigbed` is None where there was nothing to write: a bigBed cannot be empty."""

    bed: Path
    table: Path
    bigbed: Path | None
    count: int


def write_sites(
    folder: str | Path,
    name: str,
    reports: Iterable[SiteReport],
    contigs: Mapping[str, int],
    rbp: str,
    color: tuple[int, int, int],
) -> WrittenHits:
    """Write sites as NAME.bed.gz (BED9, thick part = summit, with .tbi), NAME.bb (BED9+9) and NAME.tsv.gz.

    A site is named after its gene, or the protein outside of genes, and its number there: "TNF:2".

    Parameters
    ----------
    reports : sites in the order of `contigs`, sorted by start.
    contigs : length of each contig in nt.
    rbp : symbol of the protein. color : RGB, 0-255.

    Raises
    ------
    OutputError : a file cannot be written. None of the files is left then.
    """
    seen: Counter[str] = Counter()
    rgb = ",".join(map(str, color))

    def rows() -> Iterator[_Lines]:
        for report in reports:
            hit = report.hit
            label = report.gene_name or rbp
            seen[label] += 1
            place = (hit.chrom, hit.start, hit.end, f"{label}:{seen[label]}")
            bed = (*place, _thousand(hit.score), hit.strand, hit.summit, hit.summit + 1, rgb)
            known = (report.p_value, report.q_value, report.driver, report.motif)
            gene = (report.gene_name, report.gene_id, report.region, report.sequence)
            score = str(np.float32(hit.score))
            table = (*place, hit.strand, hit.summit, score, *known, *gene)
            yield _Lines(_texts(bed), _texts((score, *known, *gene)), _texts(table))

    return _write(Path(folder), name, rows(), contigs, SITES, SITE_COLUMNS)


def write_motifs(folder: str | Path, name: str, hits: Iterable[MotifHit], contigs: Mapping[str, int]) -> WrittenHits:
    """Write motif hits as NAME.bed.gz (BED6, with .tbi), NAME.bb (BED6+3) and NAME.tsv.gz.

    The score column of BED is min(1000, -100 log10 p).

    Parameters
    ----------
    hits : in the order of `contigs`, sorted by start.

    Raises
    ------
    OutputError : a file cannot be written. None of the files is left then.
    """

    def rows() -> Iterator[_Lines]:
        for hit in hits:
            place = (hit.chrom, hit.start, hit.end, hit.motif)
            shade = min(1000, round(-100 * log10(max(hit.p_value, 1e-10))))
            known = (hit.match, hit.score, hit.p_value)
            yield _Lines(_texts((*place, shade, hit.strand)), _texts(known), _texts((*place, hit.strand, *known)))

    return _write(Path(folder), name, rows(), contigs, MOTIFS, MOTIF_COLUMNS)


@dataclass(frozen=True, slots=True)
class _Lines:
    """One row in its three forms: the BED fields, the extra fields of the bigBed, the table's."""

    bed: list[str]
    extra: list[str]
    table: list[str]


def _write(
    folder: Path,
    name: str,
    rows: Iterable[_Lines],
    contigs: Mapping[str, int],
    schema: Schema,
    columns: tuple[str, ...],
) -> WrittenHits:
    bed, table, bigbed = folder / f"{name}.bed.gz", folder / f"{name}.tsv.gz", folder / f"{name}.bb"
    count = 0
    try:
        with Staged(table) as part, BedWriter(bed) as bed_rows, tempfile.TemporaryFile("w+", dir=folder) as spool:
            with _plain_gzip(part) as text:
                text.write(("\t".join(columns) + "\n").encode())
                for row in rows:
                    bed_rows.row(*row.bed)
                    text.write(("\t".join(row.table) + "\n").encode())
                    spool.write("\t".join(row.bed + row.extra) + "\n")
                    count += 1
            spool.seek(0)
            written = write_bigbed(bigbed, contigs, _rows(spool), schema)
    except BaseException:
        for path in (bed, Path(f"{bed}.tbi"), table, bigbed):
            path.unlink(missing_ok=True)
        raise
    return WrittenHits(bed, table, written, count)


@contextlib.contextmanager
def _plain_gzip(path: Path) -> Iterator[gzip.GzipFile]:
    """gzip without name and time, so that equal rows give equal files."""
    with path.open("wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as text:
        yield text


def _rows(lines: IO[str]) -> Iterator[Row]:
    for line in lines:
        chrom, start, end, rest = line.rstrip("\n").split("\t", 3)
        yield chrom, int(start), int(end), rest


def _thousand(score: float) -> int:
    return min(1000, max(0, round(1000 * float(score))))


def _texts(fields: tuple[object, ...]) -> list[str]:
    return [_text(field) for field in fields]


def _text(field: object) -> str:
    """A field of a table: '.' where it is not known, floats in full, no character that would break the table."""
    if field is None or field == "":
        return "."
    if isinstance(field, str):
        return " ".join(field.split())
    return repr(float(field)) if isinstance(field, float | np.floating) else str(field)
