"""Replaced bases of a variant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.records.variant import Variant


@pytest.mark.parametrize(("ref", "alt", "end"), [("A", "G", 6), ("", "GG", 5), ("ACG", "", 8), ("AC", "T", 7)])
def test_the_end_follows_the_last_replaced_base(ref, alt, end):
    assert Variant("chr1", 5, ref, alt).end == end


@given(st.text("ACGT", min_size=1, max_size=30), st.text("ACGT", max_size=4), st.data())
def test_a_variant_and_its_reverse_restore_the_sequence(letters, alt, data):
    start = data.draw(st.integers(0, len(letters)))
    end = data.draw(st.integers(start, len(letters)))
    variant = Variant("chr1", start, letters[start:end], alt)
    changed = letters[: variant.start] + variant.alt + letters[variant.end :]
    reverse = Variant("chr1", start, alt, variant.ref)
    assert changed[: reverse.start] + reverse.alt + changed[reverse.end :] == letters
