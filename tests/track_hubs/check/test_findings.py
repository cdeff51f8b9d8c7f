"""Findings as text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from track_hubs.check.findings import Finding, locate
from track_hubs.stanzas import parse_stanzas


@given(st.text(), st.text(), st.text())
def test_a_finding_is_one_line_whatever_is_in_it(where: str, what: str, remedy: str) -> None:
    text = str(Finding(where, what, remedy))
    assert len(text.splitlines()) == 1
    assert text.split() == f"{where}: {what}; {remedy}".split()


def test_a_place_names_line_kind_and_name_of_a_stanza() -> None:
    _, track = parse_stanzas("hub a\n\n\n# about the track\ntrack b_plus\ntype bigWig\n")
    assert locate(track) == "hub.txt, line 5, track b_plus"
