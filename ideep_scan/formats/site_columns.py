"""Columns of the files of sites and motif hits: BED, bigBed and table.

A row is written once, with its BED fields first and its blocks last; each file takes the fields that it needs.
"""

from __future__ import annotations

from dataclasses import dataclass

from ideep_scan.formats.bigbed import Schema
from ideep_scan.formats.site_texts import MOTIF_FIELDS
from ideep_scan.records.scores import Blocks

_ISOFORM = (
    ("string", "transcript", "Identifier of the transcript"),
    ("uint", "isoforms", "Isoforms that have this site at the same bases"),
    ("uint", "transcriptStart", "Start in the transcript, from its 5' end, 0-based"),
    ("uint", "transcriptEnd", "End in the transcript, not included"),
    ("uint", "transcriptSummit", "Summit in the transcript, 0-based"),
    ("uint", "junctions", "Exon junctions inside the site"),
)


def make_sites_schema(precision_meaning: str | None, is_spliced: bool = False) -> Schema:
    """Declare the columns of a bigBed of sites.

    Parameters
    ----------
    precision_meaning : str or None
        Description of the column of expected precisions. None: no site has an expected precision.
    is_spliced : bool
        True for sites of spliced transcripts, which have blocks and a place on an isoform.

    Returns
    -------
    Schema
        The column of expected precisions is numeric only if it has a meaning.
    """
    precision = ("double", "precision", precision_meaning or "")
    if precision_meaning is None:
        precision = ("string", "precision", "Empty: the model has no calibration for what it read")
    return Schema(
        "bindingSites",
        "Predicted binding sites of an RNA-binding protein",
        12 if is_spliced else 9,
        (
            ("double", "rawScore", "Smoothed score of the summit, 0-1"),
            ("string", "pValue", "Share of background positions with such a score or more, or empty"),
            precision,
            ("string", "rankInGene", "Rank among the sites of the gene, 1 = highest score, or empty"),
            ("uint", "rankInRun", "Rank among the sites of the run, 1 = highest score"),
            ("string", "driver", "What the score falls most without, or ."),
            ("string", "motif", "Identifier of the best motif around the summit, or ."),
            ("string", "motifName", "Protein and consensus of that motif, or ."),
            ("string", "motifProtein", "Protein of that motif, or ."),
            ("string", "motifOrigin", "known (from an experiment), learned (by the model), or ."),
            ("string", "geneName", "Gene, or ."),
            ("string", "geneId", "Identifier of the gene, or ."),
            ("string", "region", "Part of the transcript, or ."),
            ("lstring", "sequence", "RNA around the summit, 5' to 3'"),
            *(_ISOFORM if is_spliced else ()),
        ),
    )


def make_motifs_schema(is_spliced: bool) -> Schema:
    """Declare the columns of a bigBed of motif hits, with blocks for those of spliced transcripts."""
    return Schema(
        "motifHits",
        "Motif hits inside predicted binding sites",
        12 if is_spliced else 6,
        (
            ("string", "motif", "Identifier of the motif"),
            ("string", "match", "Protein of the motif, or ."),
            ("string", "origin", "known (from an experiment) or learned (by the model)"),
            ("double", "rawScore", "Log2 odds against a uniform background"),
            ("double", "pValue", "Chance of such a score or more at one position"),
        ),
    )


SITES = make_sites_schema(None)
MOTIFS = make_motifs_schema(False)
_PLACE = ("chrom", "start", "end", "name", "strand")
_GENE = ("gene_name", "gene_id", "region", "sequence")
_MEANING = ("p_value", "precision", "rank_in_gene", "rank_in_run")
SITE_COLUMNS = (*_PLACE, "summit", "score", *_MEANING, "driver", *MOTIF_FIELDS, *_GENE)
MOTIF_COLUMNS = (*_PLACE, "motif", "match", "origin", "score", "p_value")
# Index of the field of each column of a table, among BED and extra fields.
SITE_INDICES = (0, 1, 2, 3, 5, 6, *range(9, 9 + len(SITES.extra)))
MOTIF_INDICES = (0, 1, 2, 3, 5, *range(6, 6 + len(MOTIFS.extra)))
BLOCK_COLUMNS = ("block_sizes", "block_starts")
ISOFORM_COLUMNS = ("transcript", "isoforms", "transcript_start", "transcript_end", "transcript_summit", "junctions")
SPLICED_SITE_COLUMNS = (*SITE_COLUMNS, *ISOFORM_COLUMNS, *BLOCK_COLUMNS)
SPLICED_MOTIF_COLUMNS = (*MOTIF_COLUMNS, *BLOCK_COLUMNS)


@dataclass(frozen=True, slots=True)
class Layout:
    """The fields of a row in each of its files.

    Attributes
    ----------
    schema : Schema
        Columns of the bigBed; the BED has those that are plain BED.
    columns : tuple of str
        Names of the columns of the table.
    indices : tuple of int
        Index of the field of each of these columns in a row.
    order : tuple of int or None
        Index of the field of each column of the bigBed in a row; None if they are in the order of the row.
    """

    schema: Schema
    columns: tuple[str, ...]
    indices: tuple[int, ...]
    order: tuple[int, ...] | None = None


def lay_out_sites(precision_meaning: str | None, is_spliced: bool) -> Layout:
    """Lay out the files of sites.

    Parameters
    ----------
    precision_meaning : str or None
        Description of the column of expected precisions, as for `make_sites_schema`.
    is_spliced : bool
        True for sites of spliced transcripts.

    Returns
    -------
    Layout
        The columns.
    """
    schema = make_sites_schema(precision_meaning, is_spliced)
    if not is_spliced:
        return Layout(schema, SITE_COLUMNS, SITE_INDICES)
    isoform = 9 + len(SITES.extra)
    blocks = isoform + len(ISOFORM_COLUMNS)
    indices = (*SITE_INDICES, *range(isoform, blocks), blocks + 1, blocks + 2)
    order = (*range(9), *range(blocks, blocks + 3), *range(9, blocks))
    return Layout(schema, SPLICED_SITE_COLUMNS, indices, order)


def lay_out_motifs(is_spliced: bool) -> Layout:
    """Lay out the files of motif hits, with blocks for those of spliced transcripts."""
    if not is_spliced:
        return Layout(MOTIFS, MOTIF_COLUMNS, MOTIF_INDICES)
    thick = 6 + len(MOTIFS.extra)
    order = (*range(6), *range(thick, thick + 6), *range(6, thick))
    return Layout(make_motifs_schema(True), SPLICED_MOTIF_COLUMNS, (*MOTIF_INDICES, thick + 4, thick + 5), order)


def format_blocks(blocks: Blocks) -> str:
    r"""Format the last three fields of BED12.

    Examples
    --------
    >>> format_blocks(((10, 14), (20, 25)))
    '2\t4,5,\t0,10,'
    """
    sizes = "".join(f"{end - start}," for start, end in blocks)
    starts = "".join(f"{start - blocks[0][0]}," for start, _ in blocks)
    return f"{len(blocks)}\t{sizes}\t{starts}"
