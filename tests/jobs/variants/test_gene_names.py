"""Gene and region of an effect."""

from __future__ import annotations

import numpy as np
from toys import transcript

from ideep_scan.jobs.variants.gene_names import GeneNames
from ideep_scan.records.variant import Variant
from ideep_scan.variants.effect import Effects

TRANSCRIPTS = [
    transcript([(100, 200), (300, 400)], (150, 350), gene="PLUS", name="T1"),
    transcript([(100, 400)], None, "-", gene="MINUS", name="T2"),
]


def effects(*rows: tuple[int, int, int]) -> Effects:
    """Rows of allele, strand and position."""
    allele, strand, position = (np.array(column) for column in zip(*rows, strict=True))
    number = np.zeros(len(rows))
    return Effects(
        allele, np.zeros(len(rows), int), strand, number, number, number, position, number, np.zeros(len(rows), np.int8)
    )


def test_the_first_changed_base_comes_before_the_position() -> None:
    changes = [Variant("chr1", 250, "A", "G"), Variant("chr1", 90, "A", "G"), Variant("chr9", 5, "A", "")]
    rows = effects((0, 0, 310), (0, 1, 310), (1, 0, 160), (1, 0, -1), (2, 1, 7))
    assert GeneNames(TRANSCRIPTS).describe(rows, changes) == [
        ("PLUS", "intron"), ("MINUS", "exon"), ("PLUS", "CDS"), (None, "intergenic"), (None, "intergenic"),
    ]  # fmt: skip


def test_the_transcript_is_that_of_the_first_position_that_has_one() -> None:
    names = GeneNames(TRANSCRIPTS)
    assert names.find_transcript("chr1", "+", [90, 160]) is TRANSCRIPTS[0]
    assert names.find_transcript("chr1", "-", [310]) is TRANSCRIPTS[1]
    assert names.find_transcript("chr1", "+", [90, 95]) is None
    assert GeneNames(None).find_transcript("chr1", "+", [160]) is None


def test_without_an_annotation_nothing_is_named() -> None:
    assert GeneNames(None).describe(effects((0, 0, 5)), [Variant("chr1", 5, "A", "G")]) == [(None, None)]
