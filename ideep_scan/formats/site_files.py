"""Write called sites and motif hits: BED, bigBed and a table of each.

Coordinates are 0-based half-open in all three; `summit` in the table is 0-based, too.
An unknown value is '.', an unknown number an empty field.
Scores have all digits: as float32 they are the same numbers.
p-values and expected precisions have three significant digits.

Rows are stored in a temporary text file until the end, because ranks need all of them.
Then all three files are written in one pass, which may happen in another process.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from math import log10
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import numpy as np

from ideep_scan.formats.atomic_file import AtomicFile
from ideep_scan.formats.bed import BedWriter
from ideep_scan.formats.bigbed import Row, write_bigbed
from ideep_scan.formats.deflate import reproducible_gzip
from ideep_scan.formats.runner import Runner, run_here
from ideep_scan.formats.site_columns import Layout, format_blocks, lay_out_motifs, lay_out_sites
from ideep_scan.formats.site_texts import clean, format_site, join_motif
from ideep_scan.records.scores import Hit, MotifHit, SiteReport
from ideep_scan.records.site_ranks import rank_sites

_RANKS = 2  # fields of ranks in a complete row
_NAME_INDEX, _SCORE_INDEX, _RANK_INDEX = 3, 9, 12  # of a complete row
_GENE_INDICES = 20, 19  # the gene's id, else its name


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
        layout: Layout,
        ranked: bool,
        runner: Runner,
    ):
        folder = Path(folder)
        self.bed = folder / f"{name}.bed.gz"
        self.table = folder / f"{name}.tsv.gz"
        self.bigbed = folder / f"{name}.bb"
        self._rows = AtomicFile(folder / f"{name}.rows")  # never gets its final name
        self._write_files = partial(
            write_files,
            self._rows.part,
            self.bed,
            self.table,
            self.bigbed,
            layout=layout,
            contigs=contigs,
            ranked=ranked,
        )
        self._runner = runner
        self._count = 0
        self.written: WrittenHits | None = None

    def __enter__(self: T) -> T:
        try:
            self._text = self._rows.part.open("w", encoding="utf-8", newline="\n")
        except OSError as error:
            raise self._rows.write_error(error) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            try:
                self._text.close()
            except OSError as failure:  # the last rows do not fit on the disk
                if error is None:
                    raise self._rows.write_error(failure) from failure
            if error is None:
                self.written = WrittenHits(self.bed, self.table, self._runner(self._write_files), self._count)
        except BaseException:
            self._remove()
            raise
        finally:
            self._rows.discard()
        if isinstance(error, OSError):
            raise self._rows.write_error(error) from error

    def _remove(self) -> None:
        for path in (self.bed, Path(f"{self.bed}.tbi"), self.table, self.bigbed):
            path.unlink(missing_ok=True)

    def _row(self, fields: str) -> None:
        """Append one row: its BED fields, then the extra fields of the bigBed, with tabs between."""
        self._text.write(f"{fields}\n")
        self._count += 1


def write_files(
    rows: Path,
    bed: Path,
    table: Path,
    bigbed: Path,
    *,
    layout: Layout,
    contigs: Mapping[str, int],
    ranked: bool,
) -> Path | None:
    """Write BED, table and bigBed of all rows.

    Parameters
    ----------
    rows : Path
        Text file with the BED fields and extra fields of one row per line, without ranks and numbers of sites.
    bed, table, bigbed : Path
        The files to write.
    layout : Layout
        Columns of the files.
    contigs : Mapping[str, int]
        Length of each contig in nt.
    ranked : bool
        True for sites: their numbers and ranks are added.

    Returns
    -------
    Path or None
        The bigBed; None if there are no rows.

    Raises
    ------
    OutputError
        A file cannot be written.
    """
    select = itemgetter(*layout.indices)
    arrange = itemgetter(*layout.order) if layout.order else None
    schema = layout.schema
    ranks = _read_ranks(rows) if ranked else repeat([])
    counts: Counter[str] = Counter()  # sites by the first part of their names
    with (
        AtomicFile(table) as part,
        BedWriter(bed) as bed_lines,
        reproducible_gzip(part) as text,
        rows.open(encoding="utf-8", newline="\n") as lines,
    ):
        text.write(("\t".join(layout.columns) + "\n").encode())

        def copy_rows() -> Iterator[Row]:
            for line, rank in zip(lines, ranks, strict=ranked):
                fields = line[:-1].split("\t")
                if ranked:
                    label = fields[_NAME_INDEX]
                    counts[label] += 1
                    fields[_NAME_INDEX] = f"{label}:{counts[label]}"
                    fields[_RANK_INDEX:_RANK_INDEX] = rank
                text.write(("\t".join(select(fields)) + "\n").encode())
                if arrange is not None:
                    fields = list(arrange(fields))
                bed_lines.line("\t".join(fields[: schema.bed_fields]))
                yield fields[0], int(fields[1]), int(fields[2]), "\t".join(fields[3:])

        return write_bigbed(bigbed, contigs, copy_rows(), schema)


def _read_ranks(rows: Path) -> Iterator[list[str]]:
    """Rank the sites of a text file of rows: the texts of both ranks, for each row."""
    scores, genes, numbers = array("d"), array("q"), {".": -1}
    with rows.open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            fields = line[:-1].split("\t")
            scores.append(float(fields[_SCORE_INDEX]))
            gene = next((text for index in _GENE_INDICES if (text := fields[index - _RANKS]) != "."), ".")
            genes.append(numbers.setdefault(gene, len(numbers) - 1))
    in_gene, in_run = rank_sites(np.asarray(scores), np.asarray(genes))
    return ([str(gene) if gene else "", str(run)] for gene, run in zip(in_gene, in_run, strict=True))


class SiteWriter(_ThreeFiles):
    """Write sites as NAME.bed.gz (BED9, thick part = summit, with .tbi), NAME.bb (BED9+14) and NAME.tsv.gz.

    A context manager; `written` describes the files afterwards.
    A site is named after its gene and its number there ("TNF:2"), or after the protein outside of genes.
    A site of spliced transcripts is named after its transcript, in BED12.

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
    precision_meaning : str or None
        Description of expected precisions. None: no site has an expected precision.
    is_spliced : bool
        True for sites of spliced transcripts: BED12, named after their transcripts.
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
        precision_meaning: str | None = None,
        is_spliced: bool = False,
        runner: Runner = run_here,
    ):
        super().__init__(
            folder,
            name,
            contigs,
            layout=lay_out_sites(precision_meaning, is_spliced),
            ranked=True,
            runner=runner,
        )
        self._rbp = rbp
        self._rgb = ",".join(map(str, color))
        self._has_precision = precision_meaning is not None

    def add(self, report: SiteReport) -> None:
        """Append a site. Sites come in the order of `contigs`, sorted by start.

        Parameters
        ----------
        report : SiteReport
            The site.
        """
        hit = report.hit
        if self._has_precision != (report.precision is not None):
            raise ValueError(f"site {hit} has an expected precision without a meaning, or a meaning without one")
        transcript = None if hit.isoform is None else hit.isoform.transcript
        label, shade = (
            clean(transcript or report.gene_name or self._rbp),
            min(1000, max(0, round(1000 * float(hit.score)))),
        )
        texts = format_site(report)
        self._row(
            f"{hit.chrom}\t{hit.start}\t{hit.end}\t{label}\t{shade}\t{hit.strand}\t"
            f"{hit.summit}\t{hit.summit + 1}\t{self._rgb}\t{np.float32(hit.score)!s}\t"
            f"{texts.p_value}\t{texts.precision}\t{hit.driver or '.'}\t{join_motif(report.motif)}\t"
            f"{texts.gene_name}\t{texts.gene_id}\t{texts.region}\t{report.sequence}{_format_isoform(hit)}"
        )


class MotifWriter(_ThreeFiles):
    """Write motif hits as NAME.bed.gz (BED6, with .tbi), NAME.bb (BED6+5) and NAME.tsv.gz.

    A context manager with the parameters of `SiteWriter`. The score column of BED is min(1000, -100 log10 p).
    """

    def __init__(
        self,
        folder: str | Path,
        name: str,
        contigs: Mapping[str, int],
        *,
        is_spliced: bool = False,
        runner: Runner = run_here,
    ):
        super().__init__(
            folder,
            name,
            contigs,
            layout=lay_out_motifs(is_spliced),
            ranked=False,
            runner=runner,
        )

    def add(self, hit: MotifHit) -> None:
        """Append a motif hit. Hits come in the order of `contigs`, sorted by start.

        Parameters
        ----------
        hit : MotifHit
            The hit.
        """
        shade = min(1000, round(-100 * log10(max(hit.p_value, 1e-10))))
        self._row(
            f"{hit.chrom}\t{hit.start}\t{hit.end}\t{clean(hit.motif.name)}\t{shade}\t{hit.strand}\t"
            f"{clean(hit.motif.id)}\t{clean(hit.motif.protein)}\t{hit.motif.origin}\t{hit.score}\t{hit.p_value:.3g}"
            + (f"\t{hit.start}\t{hit.start}\t0\t{format_blocks(hit.blocks)}" if hit.blocks else "")
        )


def _format_isoform(hit: Hit) -> str:
    """Format the fields of the isoform and of the blocks of a site, each after a tab; empty for an unspliced site."""
    if hit.isoform is None:
        return ""
    transcript, *numbers = hit.isoform
    texts = "\t".join([clean(transcript), *map(str, numbers)])
    return f"\t{texts}\t{len(hit.blocks) - 1}\t{format_blocks(hit.blocks)}"
