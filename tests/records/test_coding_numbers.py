"""Numbers of the bases of a transcript, against a slow walk along its bases."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.records.coding_numbers import CodingNumbers, TranscriptNumber
from ideep_scan.records.transcript import Transcript

EXONS = np.array([(10, 20), (25, 28), (40, 60)])


def make(strand: str, cds: tuple[int, int] | None = (15, 45)) -> Transcript:
    return Transcript("NM_1", "G", "G", "chr1", strand, EXONS, cds)


def walk(strand: str) -> list[int]:
    """Bases of the exons, 5'→3'."""
    places = [place for start, end in EXONS.tolist() for place in range(start, end)]
    return places if strand == "+" else places[::-1]


@given(st.sampled_from("+-"), st.integers(0, 32))
def test_each_base_has_its_number(strand: str, index: int) -> None:
    numbers, places = CodingNumbers(make(strand)), walk(strand)
    place = places[index]
    assert numbers.find(TranscriptNumber(index + 1), coding=False) == place
    coding = [at for at in places if 15 <= at < 45]
    start, stop = places.index(coding[0]), places.index(coding[-1])
    if index > stop:
        number = TranscriptNumber(index - stop, 0, True)
    else:
        number = TranscriptNumber(index - start + (index >= start))
    assert numbers.find(number, coding=True) == place


@pytest.mark.parametrize(
    ("strand", "number", "place"),
    [("+", TranscriptNumber(10, 1), 20), ("+", TranscriptNumber(11, -2), 23), ("-", TranscriptNumber(20, 3), 37)],
)
def test_offsets_go_into_introns(strand: str, number: TranscriptNumber, place: int) -> None:
    assert CodingNumbers(make(strand)).find(number, coding=False) == place


@pytest.mark.parametrize(
    ("number", "coding", "says"),
    [
        (TranscriptNumber(34), False, "has 33 nt"),
        (TranscriptNumber(0), False, "begin at 1"),
        (TranscriptNumber(0), True, "no base c.0"),
        (TranscriptNumber(-6), True, "has 33 nt"),
        (TranscriptNumber(14), True, r"13 nt; give c.\*1"),
        (TranscriptNumber(16, 0, True), True, "has 33 nt"),
        (TranscriptNumber(3, 1), True, "not the last one"),
        (TranscriptNumber(3, -1), True, "not the first one"),
        (TranscriptNumber(1, -1), False, "no intron"),
        (TranscriptNumber(33, 1), False, "no intron"),
    ],
)
def test_what_is_no_base_is_refused(number: TranscriptNumber, coding: bool, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        CodingNumbers(make("+")).find(number, coding=coding)


def test_a_transcript_without_coding_part_has_no_coding_numbers() -> None:
    with pytest.raises(ValueError, match="not coding"):
        CodingNumbers(make("+", None)).find(TranscriptNumber(1), coding=True)
