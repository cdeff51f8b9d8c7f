"""Transcripts from GFF3 as Ensembl, GENCODE and RefSeq write it. It reads no GTF.

A transcript is what exons (or, for want of exons, CDS) name as their Parent; its gene is the last of its parents.
The CDS of GFF3 includes the stop codon.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from ideep_scan.errors import InputError
from ideep_scan.formats.gtf import CODING, coordinates, split_columns
from ideep_scan.formats.text import read_lines
from ideep_scan.formats.transcript_parts import Parts, transcripts
from ideep_scan.records.transcript import Transcript

_PARENT = re.compile(r"(?:^|;)\s*Parent=([^;]+)")
_ID = re.compile(r"(?:^|;)\s*ID=([^;]+)")
# Kinds of which each must have exons; of others (gene, region, match) only those that exons name are transcripts.
_WITH_EXONS = frozenset(("mRNA", "transcript"))
# Ensembl writes ID=transcript:ENST..., RefSeq ID=rna-NM_...
_PREFIX = re.compile(r"^(?:transcript|gene|rna|mRNA|id)[:-]")


@dataclass(slots=True)
class _Feature:
    """A line that others may name as their parent; its attributes are parsed when they are asked for."""

    attributes: str
    kind: str
    strand: str
    line: int


def read_gff3(path: Path) -> tuple[list[Transcript], int]:
    """All transcripts of a GFF3, in the order of their first exons.

    Returns
    -------
    transcripts, and the number of those skipped because they have no strand.

    Raises
    ------
    InputError : with the line: columns or coordinates that are wrong, exons without a Parent, or an mRNA without exons.
    """
    features: dict[tuple[str, str], _Feature] = {}
    gathered: dict[tuple[str, str, str], Parts] = {}
    for number, line in read_lines(path):
        if line.startswith("##FASTA") or line.startswith(">"):
            break
        if not line or line[0] == "#":
            continue
        columns = split_columns(line, path, number)
        chrom, feature, strand, attributes = columns[0], columns[2], columns[6], columns[8]
        if feature == "exon" or feature in CODING:
            block = coordinates(columns, path, number)
            match = _PARENT.search(attributes)
            if match is None:
                raise InputError(f"a line of kind {feature} without a Parent", path, number)
            for parent in map(unquote, match[1].strip().split(",")):
                parts = gathered.get((chrom, strand, parent))
                if parts is None:
                    parts = gathered[chrom, strand, parent] = Parts(parent, "", "", chrom, strand, number)
                (parts.exons if feature == "exon" else parts.coding).append(block)
        elif (match := _ID.search(attributes)) is not None:
            features.setdefault((chrom, unquote(match[1].strip())), _Feature(attributes, feature, strand, number))
    _refuse_bare(features, {(chrom, parent) for chrom, _, parent in gathered}, path)
    for parts in gathered.values():
        _name(parts, features, path)
    return transcripts(gathered.values(), path)


def _refuse_bare(features: dict[tuple[str, str], _Feature], with_exons: set[tuple[str, str]], path: Path) -> None:
    for key, feature in features.items():
        if feature.kind in _WITH_EXONS and key not in with_exons:
            raise InputError(f"{feature.kind} {key[1]} has no exons; is the file complete?", path, feature.line)


def _name(parts: Parts, features: dict[tuple[str, str], _Feature], path: Path) -> None:
    """Replace the parent's ID by the transcript's accession, and find its gene."""
    own_id = root_id = parts.id
    own = root = _attributes(features.get((parts.chrom, own_id)))
    seen = {own_id}
    while "Parent" in root:
        root_id = root["Parent"].split(",")[0]
        if root_id in seen:
            raise InputError(f"{own_id} is among its own parents", path, parts.line)
        seen.add(root_id)
        above = _attributes(features.get((parts.chrom, root_id)))
        if not above:
            break
        root = above
    parts.id = own.get("transcript_id") or _PREFIX.sub("", own_id)
    parts.gene_id = root.get("gene_id") or own.get("gene_id") or _PREFIX.sub("", root_id)
    named = (owner.get(key) for key in ("gene_name", "gene") for owner in (root, own))
    parts.gene_name = next(filter(None, named), None) or root.get("Name") or parts.gene_id


def _attributes(feature: _Feature | None) -> dict[str, str]:
    if feature is None:
        return {}
    pairs = (item.split("=", 1) for item in feature.attributes.split(";") if "=" in item)
    return {key.strip(): unquote(value.strip()) for key, value in pairs}
