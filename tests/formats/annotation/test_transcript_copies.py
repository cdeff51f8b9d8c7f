"""Copies of a transcript that share an id are told apart by their numbering, whatever the order of the lines."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.formats.annotation.transcript_copies import split_copies
from ideep_scan.formats.annotation.transcript_parts import Parts, Piece


def split(exons: list[Piece], strand: str = "+", **parts: list[Piece]) -> list[list[tuple[int, int]]]:
    results = split_copies(Parts("T", "G", "G", "1", strand, 1, exons, **parts))
    return sorted(sorted(piece[:2] for piece in item.pieces()) for item in results)


@given(
    lengths=st.lists(st.integers(1, 5), min_size=1, max_size=4),
    strand=st.sampled_from("+-"),
    by_genome=st.booleans(),
    order=st.sampled_from(["copy", "sorted", "reversed"]),
)
def test_copies_one_behind_the_other(lengths: list[int], strand: str, by_genome: bool, order: str) -> None:
    wanted, pieces = [], []
    for number, length in enumerate(lengths):
        exons = [(1000 * number + 100 * i, 1000 * number + 100 * i + 50) for i in range(length)]
        wanted.append(exons)
        numbered = exons if strand == "+" or by_genome else exons[::-1]
        pieces += [(start, end, i + 1) for i, (start, end) in enumerate(numbered)]
    if order != "copy":
        pieces.sort(reverse=order == "reversed")
    assert split(pieces, strand) == wanted


def test_copies_that_overlap_in_a_sorted_file() -> None:
    pieces: list[Piece] = [(100, 110, 1), (300, 310, 1), (500, 510, 2), (700, 710, 2)]
    assert split(pieces) == [[(100, 110), (500, 510)], [(300, 310), (700, 710)]]


@pytest.mark.parametrize("strand", ["+", "-"])
def test_one_transcript_stays_one(strand: str) -> None:
    for pieces in (
        [(100, 110, 1), (9_000_000, 9_000_010, 2)],
        [(100, 110, 2), (300, 310, 1)],
        [(100, 110, None), (300, 310, None)],
        [(100, 110, 1), (100, 110, 1)],
        [(100, 110, 1), (110, 120, 1), (300, 310, 2)],
    ):
        assert len(split(pieces, strand)) == 1


def test_coding_parts_and_untranslated_regions_go_with_their_exons() -> None:
    coding: list[Piece] = [(105, 110, 1), (5005, 5010, 1)]
    results = split([(100, 110, 1), (5000, 5010, 1)], coding=coding, untranslated=[(100, 105, None)])
    assert results == [[(100, 105), (100, 110), (105, 110)], [(5000, 5010), (5005, 5010)]]


def test_extents_inside_others_are_no_copies() -> None:
    exons: list[Piece] = [(100, 110, 1), (300, 310, 2), (500, 510, 3)]
    for places in ([(100, 510), (100, 310)], [(300, 310), (100, 510), (100, 510)]):
        (results,) = split_copies(Parts("T", "G", "G", "1", "+", 1, exons, places=places))
        assert results.exons == exons


def test_many_copies_take_no_long_time() -> None:
    pieces: list[Piece] = [(100 * i, 100 * i + 10, 1) for i in range(3000)]
    assert np.shape(split(pieces)) == (3000, 1, 2)
