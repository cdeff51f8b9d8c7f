"""Roles of lines, pieces of transcripts, coordinates and merged blocks."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.formats.annotation.transcript_parts import (
    Parts,
    Role,
    find_role,
    merge_blocks,
    parse_interval,
    parse_number,
)


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (("exon", "noncoding_exon", "five_prime_coding_exon", "Exon", "single-exon"), Role.EXON),
        (("CDS", "cds", "start_codon", "stop_codon"), Role.CODING),
        (("UTR", "five_prime_UTR", "3'UTR", "5UTR", "three_prime_utr", "five_prime_untranslated_region"), Role.UTR),
        (("transcript", "mRNA"), Role.TRANSCRIPT),
        (("gene", "Gene"), Role.GENE),
        (("intron", "exonic", "CDS_motif", "gene_segment", "", "start"), None),
    ],
)  # fmt: skip
def test_a_type_has_one_role_in_each_spelling(kinds, expected):
    assert {kind: find_role(kind) for kind in kinds} == dict.fromkeys(kinds, expected)


def parts(**fields):
    return Parts("T", "G", "ABC", "1", "+", 3, **fields)


def test_lines_go_where_their_role_says():
    record = parts()
    record.add(Role.UTR, 0, 4)
    record.add(Role.CODING, 4, 9, 1)
    record.add(Role.EXON, 0, 9, 1)
    record.add(Role.TRANSCRIPT, 0, 9)
    record.add(Role.GENE, 0, 20)
    assert record == parts(exons=[(0, 9, 1)], coding=[(4, 9, 1)], untranslated=[(0, 4, None)], places=[(0, 9), (0, 20)])
    assert list(record.pieces()) == [(0, 9, 1), (4, 9, 1), (0, 4, None)]


def test_the_pieces_of_another_record_are_added():
    record = parts(exons=[(0, 9, 1)], places=[(0, 9)])
    record.take(parts(exons=[(20, 29, 2)], coding=[(20, 25, 2)], places=[(20, 29)]))
    assert record == parts(exons=[(0, 9, 1), (20, 29, 2)], coding=[(20, 25, 2)], places=[(0, 9), (20, 29)])


def test_a_selection_leaves_the_record_as_it_was():
    record = parts(exons=[(0, 9, 1), (20, 29, 2)], coding=[(20, 25, 2)], places=[(0, 29)])
    copy = record.where(lambda piece: piece[0] < 10)
    assert copy == parts(exons=[(0, 9, 1)], places=[(0, 29)])
    assert record.where(lambda _: True, places=[]).places == []
    copy.add(Role.EXON, 1, 2)
    assert record.exons == [(0, 9, 1), (20, 29, 2)]


@given(st.integers(1, 2**32), st.integers(0, 2**32))
def test_one_is_subtracted_from_the_start(first, more):
    last = min(first + more, 2**32)
    assert parse_interval(str(first), str(last)) == (first - 1, last)


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [
        ("0", "5", "start 0 and end 5"),
        ("6", "5", "start 6 and end 5"),
        ("-1", "5", "'-1' is not a whole number"),
        ("1.0", "5", "'1.0' is not a whole number"),
        ("", "5", "'' is not a whole number"),
        ("1", str(2**32 + 1), "4294967297 exceeds the length of any contig"),
        ("²", "5", "'²' is not a whole number"),
        ("1", "٣", "'٣' is not a whole number"),
        ("1" * 5000, "5", f"{'1' * 40} exceeds the length of any contig"),
        ("1", "1" * 5000, f"{'1' * 40} exceeds the length of any contig"),
    ],
)
def test_columns_that_are_not_an_interval_are_refused(first, last, reason):
    with pytest.raises(ValueError, match="^" + reason):
        parse_interval(first, last)


@given(st.integers(0, 2**34), st.integers(0, 2))
def test_a_coordinate_is_read_up_to_the_length_of_the_longest_contig(number, zeros):
    text = "0" * zeros + str(number)
    if number <= 2**32 and len(text) <= 10:
        assert parse_number(text) == number
    else:
        with pytest.raises(ValueError, match="exceeds the length of any contig"):
            parse_number(text)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9)).map(lambda pair: (pair[0], sum(pair)))))
def test_merged_blocks_cover_the_same_positions_with_gaps_between_them(blocks):
    merged = merge_blocks(blocks)
    assert {p for start, end in merged for p in range(start, end)} == {p for s, e in blocks for p in range(s, e)}
    assert all(left[1] < right[0] for left, right in pairwise(merged))
