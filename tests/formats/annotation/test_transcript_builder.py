"""Transcripts from the parts of an annotation: exons, coding part, and what is left out or said."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideep_scan.formats.annotation.transcript_builder import build_transcripts
from ideep_scan.formats.annotation.transcript_parts import Parts
from ideep_scan.records.exclusions import Exclusions


def build(*records, strict=False):
    exclusions = Exclusions(Path("a.gtf"), "transcript", strict)
    return build_transcripts(records, exclusions), exclusions


def parts(name="T", strand="+", **fields):
    return Parts(name, "G", "ABC", "1", strand, 3, **fields)


def test_exons_are_the_union_of_all_pieces():
    record = parts(exons=[(30, 40, None), (0, 10, None)], coding=[(5, 12, None)], untranslated=[(12, 14, None)])
    (transcript,), exclusions = build(record)
    assert (transcript.exons.tolist(), transcript.cds) == ([[0, 14], [30, 40]], (5, 12))
    assert "with coding parts or UTRs beyond the exon lines" in exclusions.notes()[0]


def test_the_coding_part_reaches_from_its_first_to_its_last_base():
    record = parts(exons=[(0, 10, 1), (20, 30, 2)], coding=[(20, 24, 2), (4, 10, 1)])
    (transcript,), exclusions = build(record)
    assert transcript.cds == (4, 24)
    assert exclusions.notes() == ()


def test_exons_that_touch_become_one():
    (transcript,), _ = build(parts(exons=[(0, 10, 1), (10, 20, 2), (30, 40, 3)]))
    assert transcript.exons.tolist() == [[0, 20], [30, 40]]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (parts("B", strand=".", exons=[(0, 9, None)]), "without a strand"),
        (parts("B", strand="?", exons=[(0, 9, None)]), "without a strand"),
        (parts("B", places=[(0, 9)]), "without exons"),
        (parts("B", exons=[(50, 60, None)], places=[(0, 9), (20, 30)]), "with exons outside of their own extents"),
    ],
)
def test_a_record_that_is_not_a_transcript_is_counted(record, reason):
    transcripts, exclusions = build(parts(exons=[(0, 9, None)]), record)
    assert [transcript.id for transcript in transcripts] == ["T"]
    assert exclusions.notes() == (f"a.gtf: 1 transcript {reason} is left out, the first is B (line 3)",)


def test_copies_of_one_id_are_transcripts_each():
    record = parts(exons=[(0, 9, 1), (20, 29, 2), (5000, 5009, 1), (5020, 5029, 2)])
    transcripts, exclusions = build(record)
    assert [transcript.exons.tolist() for transcript in transcripts] == [
        [[0, 9], [20, 29]],
        [[5000, 5009], [5020, 5029]],
    ]
    assert "whose exon numbers start over" in exclusions.notes()[0]


LONG = {"exons": [(0, 9, None), (1_000_010, 1_000_020, None)]}


@pytest.mark.parametrize(
    ("fields", "is_remarked"),
    [
        (LONG, True),
        ({"exons": [(0, 9, None), (1_000_009, 1_000_020, None)]}, False),
        ({"exons": [(0, 9, 1), (1_000_010, 1_000_020, 2)]}, False),
        ({**LONG, "places": [(0, 1_000_020)]}, False),
        ({**LONG, "located": True}, False),
    ],
)
def test_an_intron_of_over_a_million_bases_is_said_if_the_id_is_its_only_evidence(fields, is_remarked):
    transcripts, exclusions = build(parts(**fields))
    assert len(transcripts) == 1
    assert any("over 1 Mb" in note for note in exclusions.notes()) == is_remarked
