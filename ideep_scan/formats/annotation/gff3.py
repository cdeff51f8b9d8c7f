"""Read transcripts from GFF3 as Ensembl, GENCODE, RefSeq and others write it.

A transcript is a feature that exons, CDS and UTRs name as their Parent.
Its gene is its topmost ancestor. The CDS of GFF3 includes the stop codon.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ideep_scan.formats.annotation.attributes import find_gff3_value, find_gff3_values, parse_gff3_attributes
from ideep_scan.formats.annotation.gff3_parents import join_parents
from ideep_scan.formats.annotation.gtf import MALFORMED, check_place, read_feature_lines
from ideep_scan.formats.annotation.transcript_builder import build_transcripts
from ideep_scan.formats.annotation.transcript_parts import Block, Parts, Role, find_role, parse_interval
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.transcript import Transcript

# Types that must have exons. Features of other types (gene, region, match) are transcripts only if exons name them.
_RNA = re.compile(r"(?:.*_)?(?:transcript|[a-z]*RNA)", re.IGNORECASE)
# Ensembl writes ID=transcript:ENST..., RefSeq ID=rna-NM_...
_PREFIX = re.compile(r"^(?:transcript|gene|rna|mRNA|id|cds)[:-]", re.IGNORECASE)
_Key = tuple[str, str, str]  # contig, strand, ID


@dataclass(slots=True)
class Feature:
    """A feature that others may name as their parent.

    Attributes
    ----------
    attributes : str
        The attribute column.
    kind : str
        Type of the feature (column 3).
    strand : str
        Strand column.
    line : int
        1-based number of its first line.
    places : list[Block]
        Intervals of its lines, 0-based half-open.
    """

    attributes: str
    kind: str
    strand: str
    line: int
    places: list[Block] = field(default_factory=list)


@dataclass(eq=False)
class _Lines:
    """Content of the lines of a file.

    Attributes
    ----------
    features : dict
        (contig, ID) to the feature.
    records : dict
        (contig, strand, ID) to the parts that name this ID as their Parent.
    orphans : dict
        CDS without a Parent, by their own ID.
    faults : dict
        (contig, ID) to the fault and the number of the first malformed line.
    circular : dict
        Length in nt of each contig that is declared circular.
    """

    features: dict[tuple[str, str], Feature] = field(default_factory=dict)
    records: dict[_Key, Parts] = field(default_factory=dict)
    orphans: dict[_Key, Parts] = field(default_factory=dict)
    faults: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    circular: dict[str, int] = field(default_factory=dict)


def read_gff3(path: Path, exclusions: Exclusions, circular: dict[str, int]) -> list[Transcript]:
    """Read all transcripts of a GFF3.

    Parameters
    ----------
    path : Path
        The GFF3, plain or gzipped.
    exclusions : Exclusions
        Counts the records that cannot be used.
    circular : dict[str, int]
        Filled with the length in nt of each contig that the file declares circular.

    Returns
    -------
    list[Transcript]
        In the order of their first exons.

    Raises
    ------
    InputError
        The file cannot be read or ends inside a line, or `exclusions` is strict and a record cannot be used.
    """
    lines = _read(path, exclusions)
    circular.update(lines.circular)
    _settle_orphans(lines, exclusions)
    for (_, name), (fault, number) in lines.faults.items():
        exclusions.add(MALFORMED, f"{name}: {fault}", number)
    valid = {key: parts for key, parts in lines.records.items() if (key[0], key[2]) not in lines.faults}
    for (chrom, _, name), parts in valid.items():
        feature = lines.features.get((chrom, name))
        parts.places = [] if feature is None else feature.places
        _unroll(parts, lines.circular.get(chrom))
    records = join_parents(valid, list_parents(lines.features))
    _settle_bare(lines, records, exclusions)
    return build_transcripts(list(_complete_names(records, lines.features, exclusions)), exclusions)


def _read(path: Path, exclusions: Exclusions) -> _Lines:
    lines = _Lines()
    for number, columns in read_feature_lines(path, exclusions):
        chrom, strand, text = columns[0], columns[6], columns[8]
        line_role = find_role(columns[2])
        if line_role in (Role.EXON, Role.CODING, Role.UTR):
            _add_part(lines, columns, line_role, number, exclusions)
            continue
        name = find_gff3_value(text, "ID")
        if "Is_circular" in text and find_gff3_value(text, "Is_circular").lower() == "true":
            with suppress(ValueError):
                lines.circular.setdefault(chrom, parse_interval(columns[3], columns[4])[1])
        if name:
            key = chrom, name
            feature = lines.features.setdefault(key, Feature(text, columns[2], strand, number))
            try:
                feature.places.append(parse_interval(columns[3], columns[4]))
            except ValueError as error:
                if _RNA.fullmatch(columns[2]):
                    lines.faults.setdefault(key, (str(error), number))
    return lines


def _add_part(lines: _Lines, columns: list[str], line_role: Role, number: int, exclusions: Exclusions) -> None:
    """Add a line to each transcript that it names."""
    chrom, strand, text = columns[0], columns[6], columns[8]
    records = lines.records
    names = parent_ids = find_gff3_values(text, "Parent")
    if not parent_ids:
        attributes = parse_gff3_attributes(text)
        names = [attributes["transcript_id"]] if attributes.get("transcript_id") else []
        if not names and line_role is Role.CODING and attributes.get("ID"):
            records, names = lines.orphans, [attributes["ID"]]
    if not names:
        exclusions.add(f"of kind {columns[2]} without a Parent", text, number, noun="line")
        return
    try:
        start, end = parse_interval(columns[3], columns[4])
        check_place(chrom, strand)
    except ValueError as error:
        for name in names:
            lines.faults.setdefault((chrom, name), (str(error), number))
        return
    for name in names:
        key = chrom, strand, name
        parts = records.get(key)
        if parts is None:
            parts = records[key] = Parts(name, "", "", chrom, strand, number, located=True)
            if not parent_ids:
                parts.attributes = text
        parts.add(line_role, start, end)


def _unroll(parts: Parts, length: int | None) -> None:
    """Move pieces after the origin of a circular contig past its end, if their feature continues there."""
    if length is None or len(set(parts.places)) != 1 or parts.places[0][1] <= length:
        return
    first, last = parts.places[0]
    for pieces in (parts.exons, parts.coding, parts.untranslated):
        for index, (start, end, number) in enumerate(pieces):
            if end <= first and end + length <= last:
                pieces[index] = start + length, end + length, number


def _settle_orphans(lines: _Lines, exclusions: Exclusions) -> None:
    """Read CDS without a Parent as transcripts if no part has one, as in files of Prokka; otherwise exclude them."""
    if not lines.records:
        lines.records = lines.orphans
        return
    for parts in lines.orphans.values():
        exclusions.add("of CDS without a Parent", parts.id, parts.line)


def list_parents(features: dict[tuple[str, str], Feature]) -> dict[tuple[str, str], list[str]]:
    """Return the IDs of the parents of each feature.

    Parameters
    ----------
    features : dict[tuple[str, str], Feature]
        Features by contig and ID.

    Returns
    -------
    dict[tuple[str, str], list[str]]
        Parents by contig and ID, for features that have any.
    """
    items = ((key, find_gff3_values(feature.attributes, "Parent")) for key, feature in features.items())
    return {key: above for key, above in items if above}


def _settle_bare(lines: _Lines, records: list[Parts], exclusions: Exclusions) -> None:
    """Give a gene's own exons to its only transcript without exons; exclude other transcripts without exons."""
    by_gene: dict[tuple[str, str], list[str]] = defaultdict(list)
    bare = _bare(lines)
    for chrom, name in bare:
        feature = lines.features[chrom, name]
        for gene in find_gff3_values(feature.attributes, "Parent")[:1]:
            by_gene[chrom, gene].append(name)
    settled = set()
    for parts in records:
        names = by_gene.get((parts.chrom, parts.id), [])
        if len(names) == 1:
            parts.id = names[0]
            settled.add((parts.chrom, parts.id))
    for chrom, name in bare:
        feature = lines.features[chrom, name]
        if (chrom, name) not in settled:
            is_unusable = feature.kind in ("mRNA", "transcript")
            exclusions.add(f"of kind {feature.kind} without exons", name, feature.line, unusable=is_unusable)


def _bare(lines: _Lines) -> list[tuple[str, str]]:
    """List the RNAs that have no parts, and no descendants with parts."""
    parents_of = list_parents(lines.features)
    ancestors = {(chrom, name) for chrom, _, name in lines.records}
    queue = list(ancestors)
    while queue:
        chrom, name = queue.pop()
        parents_of_name = {(chrom, parent) for parent in parents_of.get((chrom, name), [])} - ancestors
        ancestors |= parents_of_name
        queue += parents_of_name
    return [
        key
        for key, feature in lines.features.items()
        if key not in ancestors and key not in lines.faults and _RNA.fullmatch(feature.kind)
    ]


def _complete_names(
    records: list[Parts], features: dict[tuple[str, str], Feature], exclusions: Exclusions
) -> Iterator[Parts]:
    """Replace each parent's ID by the accession of the transcript, and find its gene."""
    for parts in records:
        own_id = root_id = parts.id
        feature = features.get((parts.chrom, own_id))
        attributes = root = parse_gff3_attributes(parts.attributes if feature is None else feature.attributes)
        lineage = {own_id}
        while feature is not None and (above := find_gff3_values(feature.attributes, "Parent")):
            root_id = above[0]
            if root_id in lineage:
                break
            lineage.add(root_id)
            feature = features.get((parts.chrom, root_id))
            root = root if feature is None else parse_gff3_attributes(feature.attributes)
        else:
            _name(parts, attributes, root, root_id)
            yield parts
            continue
        exclusions.add("among their own parents", own_id, parts.line)


def _name(parts: Parts, attributes: dict[str, str], root: dict[str, str], root_id: str) -> None:
    parts.id = attributes.get("transcript_id") or _PREFIX.sub("", parts.id)
    parts.gene_id = root.get("gene_id") or attributes.get("gene_id") or _PREFIX.sub("", root_id)
    names = (owner.get(key) for key in ("gene_name", "gene", "gene_symbol") for owner in (root, attributes))
    parts.gene_name = next(filter(None, names), None) or root.get("Name") or parts.gene_id
