"""Regions of genes, beside the region map of each gene alone."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.features.gene_regions import REGIONS, lay_regions
from ideep_scan.features.transcript_regions import RegionMap, region_name
from ideep_scan.records.exon_table import ExonTable
from ideep_scan.records.transcript import Transcript


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    edges = np.cumsum([draw(st.integers(0, 20)), *draw(st.lists(st.integers(1, 8), min_size=1, max_size=7))])
    exons = np.array([edges[i : i + 2] for i in range(0, len(edges) - 1, 2)], np.int64)
    cds = None
    if draw(st.booleans()):
        bases = np.concatenate([np.arange(*exon) for exon in exons])
        first, last = sorted(draw(st.tuples(*[st.integers(0, len(bases) - 1)] * 2)))
        cds = int(bases[first]), int(bases[last]) + 1
    gene = draw(st.sampled_from("AB"))
    return Transcript("t", gene, gene, draw(st.sampled_from(["c1", "c2"])), draw(st.sampled_from("+-")), exons, cds)


def make_table(items: list[Transcript]) -> ExonTable:
    genes, contigs = sorted({item.gene_name for item in items}), sorted({item.chrom for item in items})
    return ExonTable(
        genes,
        contigs,
        np.array([genes.index(item.gene_name) for item in items]),
        np.array([contigs.index(item.chrom) for item in items]),
        minus=np.array([item.strand == "-" for item in items]),
        coding=np.array([item.cds or (item.end, item.end) for item in items]),
        transcript=np.repeat(np.arange(len(items)), [len(item.exons) for item in items]),
        exons=np.concatenate([item.exons for item in items]),
    )


def test_no_transcript_has_no_piece():
    none = np.zeros(0, np.int64)
    pairs = none.reshape(0, 2)
    table = ExonTable([], [], none, none, minus=none.astype(bool), coding=pairs, transcript=none, exons=pairs)
    assert lay_regions(table).starts.size == 0


@given(st.lists(transcripts(), min_size=1, max_size=6))
def test_each_base_of_a_gene_has_the_region_that_its_transcripts_give(items):
    table = make_table(items)
    pieces = lay_regions(table)
    counted: Counter[tuple[object, ...]] = Counter()
    columns = (pieces.gene, pieces.contig, pieces.minus, pieces.region, pieces.starts, pieces.ends)
    for gene, contig, minus, region, start, end in zip(*(column.tolist() for column in columns), strict=True):
        place = table.genes[gene], table.contigs[contig], "-" if minus else "+"
        counted.update((*place, position, REGIONS[region]) for position in range(start, end))
    expected: Counter[tuple[object, ...]] = Counter()
    for gene, contig, strand in {(item.gene_name, item.chrom, item.strand) for item in items}:
        group = [item for item in items if (item.gene_name, item.chrom, item.strand) == (gene, contig, strand)]
        positions = np.arange(min(item.start for item in group), max(item.end for item in group))
        for position, mask in zip(
            positions.tolist(), RegionMap(group).find_types(contig, strand, positions), strict=True
        ):
            if mask:
                expected[gene, contig, strand, position, region_name(int(mask))] = 1
    assert counted == expected
