"""Called sites and motif hits to the files of a run: BED, bigBed and a table of each. It calls nothing.

Coordinates are 0-based and half-open in all three, also in the table, where `summit` is 0-based too.
What is not known is '.'. Numbers of the table are written in full: reading them, scores as float32, gives the
same number.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import log10
from pathlib import Path
from types import TracebackType
from typing import IO, TypeVar

import numpy as np

from ideep_scan.formats.bed import BedWriter
from ideep_scan.formats.bigbed import Row, Schema, write_bigbed
from ideep_scan.formats.staged import Staged, plain_gzip
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


T = TypeVar("T", bound="_ThreeFiles")


class _ThreeFiles:
    """BED, table and bigBed of one kind of row, growing row by row.

    They stand under their final names when the context ends well; none of them does when it raises.
    """

    def __init__(
        self, folder: str | Path, name: str, contigs: Mapping[str, int], schema: Schema, columns: tuple[str, ...]
    ):
        folder = Path(folder)
        self.bed, self.table, self.bigbed = folder / f"{name}.bed.gz", folder / f"{name}.tsv.gz", folder / f"{name}.bb"
        self._contigs, self._schema, self._columns = dict(contigs), schema, columns
        self._stack = contextlib.ExitStack()
        self._count = 0
        self.written: WrittenHits | None = None

    def __enter__(self: T) -> T:
        with contextlib.ExitStack() as stack:
            part = stack.enter_context(Staged(self.table))
            self._bed = stack.enter_context(BedWriter(self.bed))
            self._spool = stack.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8", dir=self.bed.parent))
            self._text = stack.enter_context(plain_gzip(part))
            self._text.write(("\t".join(self._columns) + "\n").encode())
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                with self._stack:
                    self._finish()
            else:  # not raised again here: an `ExitStack` further out would then make it its own context, and hang
                self._stack.__exit__(kind, error, trace)
        except BaseException:
            self._remove()
            raise
        if error is not None:
            self._remove()

    def _remove(self) -> None:
        for path in (self.bed, Path(f"{self.bed}.tbi"), self.table, self.bigbed):
            path.unlink(missing_ok=True)

    def _row(self, bed: tuple[object, ...], extra: tuple[object, ...], table: tuple[object, ...]) -> None:
        """Append one row: its BED fields, the extra fields of the bigBed, the fields of the table."""
        fields = _texts(bed)
        self._bed.row(*fields)
        self._spool.write("\t".join(fields + _texts(extra)) + "\n")
        self._text.write(("\t".join(_texts(table)) + "\n").encode())
        self._count += 1

    def _finish(self) -> None:
        self._spool.seek(0)
        bigbed = write_bigbed(self.bigbed, self._contigs, _rows(self._spool), self._schema)
        self.written = WrittenHits(self.bed, self.table, bigbed, self._count)


class SiteWriter(_ThreeFiles):
    """Writes sites as NAME.bed.gz (BED9, thick part = summit, with .tbi), NAME.bb (BED9+9) and NAME.tsv.gz.

    A context manager; `written` says afterwards what there is. A site is named after its gene, or the protein outside
    of genes, and its number there: "TNF:2".

    Parameters
    ----------
    contigs : length of each contig in nt.
    rbp : symbol of the protein. color : RGB, 0-255.

    Raises
    ------
    OutputError : a file cannot be written. None of the files is left then.
    """

    def __init__(
        self, folder: str | Path, name: str, contigs: Mapping[str, int], rbp: str, color: tuple[int, int, int]
    ):
        super().__init__(folder, name, contigs, SITES, SITE_COLUMNS)
        self._rbp, self._rgb = rbp, ",".join(map(str, color))
        self._seen: Counter[str] = Counter()

    def add(self, report: SiteReport) -> None:
        """Append a site; they come in the order of `contigs`, sorted by start."""
        hit = report.hit
        label = report.gene_name or self._rbp
        self._seen[label] += 1
        place = (hit.chrom, hit.start, hit.end, f"{label}:{self._seen[label]}")
        bed = (*place, _thousand(hit.score), hit.strand, hit.summit, hit.summit + 1, self._rgb)
        known = (report.p_value, report.q_value, report.driver, report.motif)
        gene = (report.gene_name, report.gene_id, report.region, report.sequence)
        score = str(np.float32(hit.score))
        self._row(bed, (score, *known, *gene), (*place, hit.strand, hit.summit, score, *known, *gene))


class MotifWriter(_ThreeFiles):
    """Writes motif hits as NAME.bed.gz (BED6, with .tbi), NAME.bb (BED6+3) and NAME.tsv.gz.

    A context manager like `SiteWriter`. The score column of BED is min(1000, -100 log10 p).
    """

    def __init__(self, folder: str | Path, name: str, contigs: Mapping[str, int]):
        super().__init__(folder, name, contigs, MOTIFS, MOTIF_COLUMNS)

    def add(self, hit: MotifHit) -> None:
        """Append a motif hit; they come in the order of `contigs`, sorted by start."""
        place = (hit.chrom, hit.start, hit.end, hit.motif)
        shade = min(1000, round(-100 * log10(max(hit.p_value, 1e-10))))
        known = (hit.match, hit.score, hit.p_value)
        self._row((*place, shade, hit.strand), known, (*place, hit.strand, *known))


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
