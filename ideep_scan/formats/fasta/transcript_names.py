"""Names in the header of a transcript's FASTA record, as Ensembl, GENCODE, RefSeq and gffread write them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ENSEMBL = re.compile(r"ENS[A-Z]*T\d+(\.\d+)?(_PAR_Y)?")
_NCBI = {"ref", "gb", "emb", "dbj", "tpg", "tpe", "tpd", "lcl"}  # databases of NCBI's old names, as in ref|NM_1.1|
_REFSEQ = re.compile(r"[NX][MR]_\d+(\.\d+)?")
_TAGS = re.compile(r"\b(gene|gene_id|gene_name|gene_symbol)[:=]([^\s;|\]]+)")
_CODING = re.compile(r"\bCDS[:=](\d+)-(\d+)")
_SYMBOL = re.compile(r"\(([^()\s]+)\),")  # Homo sapiens alpha-2-macroglobulin (A2M), mRNA
_NAME = re.compile(r"(?!mRNA|ncRNA)[A-Za-z][\w.-]{1,29}")
_GENE_ID = re.compile(r"\[GeneID=(\d+)\]")
_GENCODE_FIELDS = 6  # transcript, gene, two of Havana, transcript name, gene name


@dataclass(frozen=True, slots=True)
class TranscriptNames:
    """Name a transcript, its gene and its coding part, as the header of a record does.

    Attributes
    ----------
    id : str
        Name of the transcript.
    gene_id, gene_name : str
        Identifier and symbol of its gene; empty if the header names none. One stands for both if it is alone.
    cds : tuple[int, int] or None
        Start and end of the coding part, 0-based half-open; None if the header does not tell.
    """

    id: str
    gene_id: str = ""
    gene_name: str = ""
    cds: tuple[int, int] | None = None


def parse_header(header: str) -> TranscriptNames:
    """Parse the header of a transcript.

    Parameters
    ----------
    header : str
        The header without '>'.

    Returns
    -------
    TranscriptNames
        The names. The id is the first word, or the accession in it if GENCODE or NCBI joined several with pipes.

    Examples
    --------
    >>> parse_header("ENST00000456328.2|ENSG00000290825.1|-|-|DDX11L2-202|DDX11L2|1657|CDS:4-30|").id
    'ENST00000456328.2'
    >>> parse_header("NM_000014.6 Homo sapiens alpha-2-macroglobulin (A2M), transcript variant 1, mRNA").gene_name
    'A2M'
    """
    first, _, about = header.strip().partition(" ")
    first, *tabbed = first.split("\t")
    about = " ".join([*tabbed, about])
    fields = first.split("|")
    name, gene_id, gene_name = _accession(first, fields), "", ""
    if name == fields[0] != first and len(fields) >= _GENCODE_FIELDS:
        gene_id, gene_name = fields[1], fields[5]
    else:
        tags = dict(_TAGS.findall(about))
        gene_id = tags.get("gene_id") or tags.get("gene", "")
        gene_name = tags.get("gene_name") or tags.get("gene_symbol", "")
        if _REFSEQ.fullmatch(name) and not gene_id and not gene_name:
            gene_id, gene_name = _refseq_gene(about)
    coding = _CODING.search(header)
    cds = None if coding is None else (int(coding[1]) - 1, int(coding[2]))
    return TranscriptNames(name, gene_id or gene_name, gene_name or gene_id, cds)


def _accession(first: str, fields: list[str]) -> str:
    """Return the accession in the first word of a header."""
    if len(fields) > 1 and _ENSEMBL.fullmatch(fields[0]):
        return fields[0]
    if len(fields) > 3 and fields[0] == "gi" and fields[2] in _NCBI and fields[3]:
        return fields[3]
    if len(fields) > 1 and fields[0] in _NCBI and fields[1]:
        return fields[1]
    return first


def _refseq_gene(about: str) -> tuple[str, str]:
    """Find identifier and symbol of the gene in the description of a RefSeq record."""
    symbols = _SYMBOL.findall(about)
    number = _GENE_ID.search(about)
    words = about.split()
    if symbols:
        return "", symbols[-1]
    if number is not None and not words[0].startswith("["):
        return number[1], words[0]
    return "", words[0] if len(words) == 1 and _NAME.fullmatch(words[0]) else ""
