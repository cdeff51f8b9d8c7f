"""Bases of isoforms against letters that are joined by hand."""

from __future__ import annotations

import numpy as np
import pytest

from ideep_scan.features.spliced_sequence import SplicedSequence
from ideep_scan.records.in_memory_genome import InMemoryGenome
from ideep_scan.records.isoforms import Isoforms
from ideep_scan.records.span import STRANDS
from ideep_scan.records.transcript import Transcript

EXONS = np.array([(3, 9), (15, 16), (30, 38)])
CODES = np.random.default_rng(3).integers(0, 5, 45).astype(np.int8)


@pytest.mark.parametrize("strand", STRANDS)
@pytest.mark.parametrize(("start", "end"), [(0, 15), (-5, 20), (4, 9), (6, 7), (-4, -1), (16, 19), (3, 3)])
def test_bases_are_joined_and_complemented(strand, start, end):
    isoforms = Isoforms([Transcript("t", "g", "G", "c", strand, EXONS)], {"c": CODES.size})
    source = SplicedSequence(InMemoryGenome({"c": CODES}), isoforms)
    positions = np.concatenate([np.arange(-9, 3), *(np.arange(*exon) for exon in EXONS), np.arange(38, 60)])
    before = 12
    if strand == "-":
        positions, before = positions[::-1], 22
    inside = (positions >= 0) & (positions < CODES.size)
    codes = np.where(inside, CODES[np.clip(positions, 0, CODES.size - 1)], 4)
    if strand == "-":
        codes = np.where(codes < 4, 3 - codes, 4)
    assert source.codes("t", start, end).tolist() == codes[before + start : before + end].tolist()
    assert source.contigs == {"t": 15}
