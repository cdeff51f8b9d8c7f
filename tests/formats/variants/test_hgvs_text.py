"""Variants that name a transcript: their place and letters on the genome, and all that is refused in one line."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.errors import InputError
from ideep_scan.formats.variants.hgvs_text import names_transcript, read_hgvs
from ideep_scan.records.transcript import Transcript
from ideep_scan.records.variant import Variant

GENOME = "ACGTTGCAAC" * 10
EXONS = np.array([(10, 20), (40, 60)])
FORWARD = Transcript("NM_1", "F", "F", "chr1", "+", EXONS, (12, 50))
REVERSE = Transcript("NM_2", "R", "R", "chr1", "-", EXONS, (12, 50))


def read(text: str) -> Variant:
    named = {"NM_1": [FORWARD], "NM_2": [REVERSE], "NM_3": [FORWARD, REVERSE]}
    return read_hgvs(text, lambda name: named.get(name.partition(".")[0], []), lambda _, start, end: GENOME[start:end])


@pytest.mark.parametrize(
    ("text", "variant"),
    [
        ("NM_1:c.1G>A", (12, "G", "A")),
        ("NM_1.4(F):c.-2A>u", (10, "A", "T")),
        (" NM_1 : c.*1A>G ", (50, "A", "G")),
        ("NM_1:c.8+1A>G", (20, "A", "G")),
        ("NM_1:c.9-1C>T", (39, "C", "T")),
        ("NM_1:c.1del", (12, "G", "")),
        ("NM_1:c.1_2delGT", (12, "GT", "")),
        ("NM_1:c.1_2insAC", (13, "", "AC")),
        ("NM_1:c.1_2dup", (14, "", "GT")),
        ("NM_1:c.1_2delinsA", (12, "GT", "A")),
        ("NM_2:n.1G>A", (59, "C", "T")),
        ("NM_2:c.1G>C", (49, "C", "G")),
        ("NM_2:n.1_2delGT", (58, "AC", "")),
        ("NM_2:n.1_2insA", (59, "", "T")),
        ("NM_2:n.1dup", (59, "", "C")),
    ],
)
def test_place_and_letters_are_those_of_the_plus_strand(text: str, variant: tuple[int, str, str]) -> None:
    place, ref, alt = variant
    assert read(text) == Variant("chr1", place, ref, alt)
    assert names_transcript(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("NM_1:c.1A>G", "NM_1 has G there in this genome, not A"),
        ("NM_2:n.1C>G", "NM_2 has G there in this genome, not C"),
        ("NM_1:c.1_3insA", "between two neighbouring bases"),
        ("NM_1:c.2_1del", "before the first one"),
        ("NM_1:c.1_2G>A", "write delins"),
        ("NM_1:c.1delinsG", "changes nothing"),
        ("NM_1:c.4+1A>G", "not the last one of an exon"),
        ("NM_1:c.1+A>G", "is not a position"),
        ("NM_1:p.Val1Met", "is not a variant of a transcript"),
        ("NM_9:c.1A>G", "NM_9 is not among the transcripts"),
        ("NM_3:c.1A>G", "NM_3 has 2 places"),
        ("NM_1:c.1_500del", "there is|has|coding part"),
        ("NM_1:n.5_6ins" + "A" * 300, "too long"),
    ],
)
def test_refused_in_one_line(text: str, says: str) -> None:
    with pytest.raises(InputError, match=says) as told:
        read(text)
    assert len(str(told.value).splitlines()) == 1


@given(st.text(alphabet="NM_12:cn.+-*>ACGTdelinsup 0", max_size=40))
def test_any_text_is_a_variant_of_the_genome_or_one_line(text: str) -> None:
    variant, told = None, ""
    try:
        variant = read(text)
    except InputError as error:
        told = str(error)
    assert len(told.splitlines()) == (variant is None)
    assert variant is None or GENOME[variant.start : variant.end] == variant.ref
