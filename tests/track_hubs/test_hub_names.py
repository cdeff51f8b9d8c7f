"""Names and labels that a hub, its pages and its files share."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from track_hubs.hub_names import (
    SHORT,
    UniqueNames,
    make_label,
    make_plain_name,
    make_strand_label,
    make_title_label,
    make_track_names,
    name_chrom_sizes,
    name_page,
)
from track_hubs.manifest import Assembly, Manifest, Track

GROUPS = st.lists(st.text("abAB_-. <α1", min_size=1, max_size=5), min_size=1, max_size=6, unique=True)


def manifest_of(groups: list[str]) -> Manifest:
    tracks = [Track(f"{n}.bb", "bigBed", "sites", group, group, group, (1, 2, 3)) for n, group in enumerate(groups)]
    return Manifest("A run", Assembly("hg38", "human genome", None, {"chr1": 248_956_422}), tuple(tracks))


@given(GROUPS)
def test_names_are_plain_and_differ_whatever_their_case(groups: list[str]) -> None:
    names = make_track_names(manifest_of(groups))
    assert list(names) == groups
    assert len({name.lower() for name in names.values()} | {"run"}) == len(groups) + 1
    assert all(re.fullmatch(r"[A-Za-z]\w*", name, re.ASCII) for name in names.values())


def test_the_name_of_the_runs_page_is_taken() -> None:
    assert list(make_track_names(manifest_of(["run", "a b", "A_B"])).values()) == ["run_2", "a_b", "A_B_2"]


@given(st.text(max_size=80))
def test_a_plain_name_stays_as_it_is(text: str) -> None:
    name = make_plain_name(text)
    assert make_plain_name(name) == name
    assert re.fullmatch(r"[A-Za-z]\w{0,59}", name, re.ASCII)


def test_a_number_that_is_taken_is_skipped() -> None:
    unique = UniqueNames()
    assert [unique(name) for name in ("a", "A_2", "a", "a")] == ["a", "A_2", "a_3", "a_4"]


@given(st.text(max_size=40), st.integers(3, 30))
def test_labels_fit_and_hold_nothing_that_breaks_a_page(text: str, limit: int) -> None:
    line = make_label(text, limit)
    assert 0 < len(line) <= limit
    assert len(line.splitlines()) == 1
    assert not set('<>"') & set(line)
    assert make_label(line, limit) == line


def test_labels_fit_on_their_line() -> None:
    assert make_label("one\ntwo\tthree\x07", 17) == "one two three"
    assert make_label("a" * 18, 17) == "a" * 15 + ".."
    assert make_label('a <b> "c"', 17) == "a (b) 'c'"
    assert make_label("  ", 17) == "-"


@given(st.text(max_size=40), st.sampled_from("+-"))
def test_a_label_that_is_shortened_ends_with_its_strand(text: str, strand: str) -> None:
    line = make_strand_label(text, strand)
    assert len(line) <= SHORT
    assert line == make_label(text, SHORT) or line.endswith(f" {strand}")
    assert make_strand_label(text, None) == make_label(text, SHORT)


def test_a_shortened_label_keeps_its_strand() -> None:
    assert make_strand_label("a very long name +", "+") == "a very long n.. +"
    assert make_strand_label("short +", "+") == "short +"


def test_a_long_title_is_cut_at_its_first_colon() -> None:
    assert make_title_label("ideep-scan: ELAVL1, QKI: all") == "ideep-scan"
    assert make_title_label("a: b") == "a: b"
    assert make_title_label("a title without a colon") == "a title without.."


def test_paths_beside_a_name() -> None:
    assert name_page("ELAVL1") == "descriptions/ELAVL1.html"
    assert name_chrom_sizes("genome/a.2bit.2bit") == "genome/a.2bit.chrom.sizes"
