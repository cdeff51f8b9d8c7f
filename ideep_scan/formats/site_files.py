"""Write called sites and motif hits: BED, bigBed and a table of each.

Coordinates are 0-based half-open in all three; `summit` in the table is 0-based, too.
An unknown value is '.', an unknown number an empty field.
Scores have all digits: as float32 they are the same numbers.
p-values and expected precisions have three significant digits.

Rows are stored in a temporary text file until the end, because a bigBed is written in one pass.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import log10
from pathlib import Path
from types import TracebackType
from typing import IO, TypeVar

import numpy as np

from ideep_scan.formats.atomic_file import AtomicFile, reproducible_gzip
from ideep_scan.formats.bed import BedWriter
from ideep_scan.formats.bigbed import Row, Schema, write_bigbed
from ideep_scan.formats.runner import Runner, run_here
from ideep_scan.records.scores import MotifHit, SiteReport
from ideep_scan.records.share import format_share


def make_sites_schema(prior: float | None) -> Schema:
    """Declare the columns of a bigBed of sites.

    Parameters
    ----------
    prior : float or None
        Share of positions in sites that expected precisions assume. None: no site has an expected precision.

    Returns
    -------
    Schema
        The column of expected precisions is numeric only if `prior` is given.
    """
    precision: tuple[str, str, str]
    if prior is None:
        precision = ("string", "expectedPrecision", "Empty: the model has no calibration for what it read")
    else:
        condition = f"at a prior of {prior:.3g}"
        precision = ("double", "expectedPrecision", f"Expected share of true sites at this score or above, {condition}")
    return Schema(
        "bindingSites",
        "Predicted binding sites of an RNA-binding protein",
        9,
        (
            ("double", "rawScore", "Highest probability of a binding site, 0-1"),
            ("string", "pValue", "Share of background positions with such a score or more, or empty"),
            precision,
            ("string", "driver", "What the score falls most without, or ."),
            ("string", "motif", "Best motif around the summit, or ."),
            ("string", "motifProtein", "Protein the motif is known for, or ."),
            ("string", "geneName", "Gene, or ."),
            ("string", "geneId", "Identifier of the gene, or ."),
            ("string", "region", "Part of the transcript, or ."),
            ("lstring", "sequence", "RNA around the summit, 5' to 3'"),
        ),
    )


SITES = make_sites_schema(None)
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
_MEANING = ("p_value", "expected_precision")
SITE_COLUMNS = (*_PLACE, "summit", "score", *_MEANING, "driver", "motif", "motif_protein", *_GENE)
MOTIF_COLUMNS = (*_PLACE, "match", "score", "p_value")
# Index of the field of each column of a table, among BED and extra fields.
_SITE_INDICES = (0, 1, 2, 3, 5, 6, *range(9, 9 + len(SITES.extra)))
_MOTIF_INDICES = (0, 1, 2, 3, 5, *range(6, 6 + len(MOTIFS.extra)))


@dataclass(frozen=True, slots=True)
class WrittenHits:
    """The files of a finished writer.

    Attributes
    ----------
    bed, table : Path
        The BED and the table.
    bigbed : Path or None
        None if there are no rows: a bigBed cannot be empty.
    count : int
        Number of rows.
    """

    bed: Path
    table: Path
    bigbed: Path | None
    count: int


T = TypeVar("T", bound="_ThreeFiles")


class _ThreeFiles:
    """BED, table and bigBed of one kind of row, written row by row.

    The files get their final names when the context ends well; if it raises, none of them stays.
    """

    def __init__(
        self,
        folder: str | Path,
        name: str,
        contigs: Mapping[str, int],
        *,
        schema: Schema,
        columns: tuple[str, ...],
        indices: tuple[int, ...],
        runner: Runner,
    ):
        folder = Path(folder)
        self.bed = folder / f"{name}.bed.gz"
        self.table = folder / f"{name}.tsv.gz"
        self.bigbed = folder / f"{name}.bb"
        self._rows = folder / f"{name}.rows"  # temporary
        self._contigs = dict(contigs)
        self._schema = schema
        self._columns = columns
        self._indices = indices
        self._runner = runner
        self._stack = contextlib.ExitStack()
        self._count = 0
        self.written: WrittenHits | None = None

    def __enter__(self: T) -> T:
        with contextlib.ExitStack() as stack:
            self._part = stack.enter_context(AtomicFile(self.table))
            self._bed = stack.enter_context(BedWriter(self.bed))
            self._spool = stack.enter_context(_temporary_text_file(self._rows))
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                with self._stack:
                    self._finish()
            else:  # do not raise it here: an outer `ExitStack` would set it as its own context, and hang
                self._stack.__exit__(kind, error, trace)
        except BaseException:
            self._remove()
            raise
        if error is not None:
            self._remove()

    def _remove(self) -> None:
        for path in (self.bed, Path(f"{self.bed}.tbi"), self.table, self.bigbed):
            path.unlink(missing_ok=True)

    def _row(self, bed: tuple[object, ...], extra: Sequence[str]) -> None:
        """Append one row: its BED fields, and the texts of the extra fields of the bigBed."""
        fields = _texts(bed)
        self._bed.row(*fields)
        self._spool.write("\t".join([*fields, *extra]) + "\n")
        self._count += 1

    def _finish(self) -> None:
        self._spool.flush()
        write = partial(
            write_table_and_bigbed,
            columns=self._columns,
            indices=self._indices,
            contigs=self._contigs,
            schema=self._schema,
        )
        bigbed = self._runner(write, self._rows, self._part, self.bigbed)
        self.written = WrittenHits(self.bed, self.table, bigbed, self._count)


def write_table_and_bigbed(
    spool: Path,
    table: Path,
    bigbed: Path,
    *,
    columns: tuple[str, ...],
    indices: tuple[int, ...],
    contigs: Mapping[str, int],
    schema: Schema,
) -> Path | None:
    """Write the table and the bigBed of all rows.

    Parameters
    ----------
    spool : Path
        Text file with the fields of one row per line: BED fields, then extra fields.
    table, bigbed : Path
        The files to write.
    columns : tuple[str, ...]
        Names of the columns of the table.
    indices : tuple[int, ...]
        Index of the field of each column.
    contigs : Mapping[str, int]
        Length of each contig in nt.
    schema : Schema
        Schema of the bigBed.

    Returns
    -------
    Path or None
        The bigBed; None if there are no rows.

    Raises
    ------
    OutputError
        A file cannot be written.
    """
    with reproducible_gzip(table) as text, spool.open(encoding="utf-8") as lines:
        text.write(("\t".join(columns) + "\n").encode())

        def rows() -> Iterator[Row]:
            for line in lines:
                fields = line.rstrip("\n").split("\t")
                text.write(("\t".join([fields[column] for column in indices]) + "\n").encode())
                yield fields[0], int(fields[1]), int(fields[2]), "\t".join(fields[3:])

        return write_bigbed(bigbed, contigs, rows(), schema)


class SiteWriter(_ThreeFiles):
    """Write sites as NAME.bed.gz (BED9, thick part = summit, with .tbi), NAME.bb (BED9+10) and NAME.tsv.gz.

    A context manager; `written` describes the files afterwards.
    A site is named after its gene and its number there ("TNF:2"), or after the protein outside of genes.

    Parameters
    ----------
    folder : str or Path
        Folder of the files.
    name : str
        Name of the files without suffix.
    contigs : Mapping[str, int]
        Length of each contig in nt.
    rbp : str
        Symbol of the protein.
    color : tuple[int, int, int]
        RGB, 0-255.
    prior : float or None
        Share of positions in sites that expected precisions assume. None: no site has an expected precision.
    runner : Runner
        Writes table and bigBed at the end, in this process or in another one.

    Raises
    ------
    OutputError
        A file cannot be written. None of the files stays.
    """

    def __init__(
        self,
        folder: str | Path,
        name: str,
        contigs: Mapping[str, int],
        *,
        rbp: str,
        color: tuple[int, int, int],
        prior: float | None = None,
        runner: Runner = run_here,
    ):
        super().__init__(
            folder,
            name,
            contigs,
            schema=make_sites_schema(prior),
            columns=SITE_COLUMNS,
            indices=_SITE_INDICES,
            runner=runner,
        )
        self._rbp = rbp
        self._rgb = ",".join(map(str, color))
        self._prior = prior
        self._counts: Counter[str] = Counter()

    def add(self, report: SiteReport) -> None:
        """Append a site. Sites come in the order of `contigs`, sorted by start.

        Parameters
        ----------
        report : SiteReport
            The site.
        """
        hit = report.hit
        if (self._prior is None) != (report.expected_precision is None):
            raise ValueError(f"site {hit} has an expected precision without a prior, or a prior without one")
        label = report.gene_name or self._rbp
        self._counts[label] += 1
        place = (hit.chrom, hit.start, hit.end, f"{label}:{self._counts[label]}")
        bed = (*place, _thousand(hit.score), hit.strand, hit.summit, hit.summit + 1, self._rgb)
        precision = report.expected_precision
        numbers = (
            str(np.float32(hit.score)),
            "" if report.p_value is None else f"{report.p_value:.3g}",
            "" if precision is None else format_share(precision, 3),
        )
        motif = (hit.driver, report.motif, report.motif_protein)
        gene = (report.gene_name, report.gene_id, report.region, report.sequence)
        self._row(bed, [*numbers, *_texts((*motif, *gene))])


class MotifWriter(_ThreeFiles):
    """Write motif hits as NAME.bed.gz (BED6, with .tbi), NAME.bb (BED6+3) and NAME.tsv.gz.

    A context manager with the parameters of `SiteWriter`. The score column of BED is min(1000, -100 log10 p).
    """

    def __init__(self, folder: str | Path, name: str, contigs: Mapping[str, int], *, runner: Runner = run_here):
        super().__init__(
            folder,
            name,
            contigs,
            schema=MOTIFS,
            columns=MOTIF_COLUMNS,
            indices=_MOTIF_INDICES,
            runner=runner,
        )

    def add(self, hit: MotifHit) -> None:
        """Append a motif hit. Hits come in the order of `contigs`, sorted by start.

        Parameters
        ----------
        hit : MotifHit
            The hit.
        """
        place = (hit.chrom, hit.start, hit.end, hit.motif)
        shade = min(1000, round(-100 * log10(max(hit.p_value, 1e-10))))
        self._row((*place, shade, hit.strand), [*_texts((hit.match, hit.score)), f"{hit.p_value:.3g}"])


@contextlib.contextmanager
def _temporary_text_file(path: Path) -> Iterator[IO[str]]:
    """Open a new text file and remove it at the end."""
    try:
        with path.open("w", encoding="utf-8") as file:
            yield file
    finally:
        path.unlink(missing_ok=True)


def _thousand(score: float) -> int:
    return min(1000, max(0, round(1000 * float(score))))


def _texts(fields: tuple[object, ...]) -> list[str]:
    return [_text(field) for field in fields]


def _text(field: object) -> str:
    """Format a field of a table: '.' if unknown, floats with all digits, no tabs or line ends."""
    if field is None or field == "":
        return "."
    if isinstance(field, str):
        return " ".join(field.split())
    return repr(float(field)) if isinstance(field, float | np.floating) else str(field)
