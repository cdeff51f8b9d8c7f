"""Read the exons of a BED12 of a finished run into arrays. `bed12` checks each line of a foreign one."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.annotation.bed12 import split_names
from ideep_scan.formats.site_texts import clean
from ideep_scan.records.exon_table import ExonTable

_COLUMNS = 12


def read_exon_columns(lines: Iterable[str]) -> ExonTable:
    r"""Read the lines of a BED12. Leave out lines with fewer columns.

    Parameters
    ----------
    lines : iterable of str
        The lines.

    Returns
    -------
    ExonTable
        The transcripts in their order, with symbols as tables of sites spell them.

    Raises
    ------
    InputError
        A number of a line is malformed.

    Examples
    --------
    >>> table = read_exon_columns(["chr1\t10\t50\tt|G\t0\t+\t10\t10\t0\t2\t5,10,\t0,30,"])
    >>> table.genes, table.exons.tolist()
    (['G'], [[10, 15], [40, 50]])
    """
    rows = [fields for line in lines if len(fields := line.split("\t")) >= _COLUMNS]
    genes: dict[str, int] = {}
    contigs: dict[str, int] = {}
    gene = [genes.setdefault(clean(split_names(fields[3])[1]), len(genes)) for fields in rows]
    contig = [contigs.setdefault(fields[0], len(contigs)) for fields in rows]
    try:
        starts = np.array([fields[1] for fields in rows], np.int64)
        coding = np.array([fields[6:8] for fields in rows], np.int64).reshape(-1, 2)
        counts = np.array([fields[9] for fields in rows], np.int64)
        sizes, offsets = (_read_lists([fields[column] for fields in rows]) for column in (10, 11))
        if not len(sizes) == len(offsets) == counts.sum():
            raise ValueError("numbers of blocks differ")
    except ValueError as error:
        raise InputError(f"the gene models of this run are damaged ({error}): run the scan again") from error
    transcript = np.repeat(np.arange(len(rows)), counts)
    first = starts[transcript] + offsets
    return ExonTable(
        list(genes), list(contigs), np.array(gene, np.int64), np.array(contig, np.int64),
        minus=np.array([fields[5] == "-" for fields in rows], np.bool_), coding=coding, transcript=transcript,
        exons=np.stack([first, first + sizes], axis=1),
    )  # fmt: skip


def _read_lists(texts: list[str]) -> np.ndarray:
    """Read lists of numbers with commas between them, one after the other."""
    joined = ",".join([text.strip().rstrip(",") for text in texts])
    return np.array(joined.split(",") if joined else [], np.int64)
