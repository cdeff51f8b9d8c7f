"""Nesting of tracks: the hub of the golden run is sound, and each wrong edit of its text is one finding or more."""

from __future__ import annotations

import pytest
from hubs import GOLDEN

from track_hubs.check.nesting import check_nesting, find_parent, find_track_kind
from track_hubs.stanzas import Stanza, parse_stanzas

TEXT = (GOLDEN / "hub.txt").read_text(encoding="utf-8")
BROKEN = {
    "no data": ("bigDataUrl hits/ELAVL1.bb\n", "", "track ELAVL1_sites: bigDataUrl is missing"),
    "no type": ("type bigBed 9 +\nshortLabel ELAVL1", "shortLabel ELAVL1", "track ELAVL1_sites: type is missing"),
    "an overlay without type": ("container multiWig\ntype bigWig -1 1\n", "container multiWig\n", "needs type bigWig"),
    "an overlay of sites": ("parent run_An_example_run_sites_sites on", "parent ELAVL1_score", "holds bigWigs only"),
    "an overlay in a composite": (
        "track hnRNP_C_co_score\nparent run_An_example_run",
        "track hnRNP_C_co_score\nparent ELAVL1_score",
        "UCSC does not allow a multiWig in a multiWig",
    ),
    "a container with data": ("superTrack on show", "superTrack on show\nbigDataUrl a.bw", "has no data of its own"),
    "a parent missing": ("parent ELAVL1_score\n", "parent ELAVL1_scores\n", "its parent ELAVL1_scores does not exist"),
    "a parent that holds nothing": ("parent ELAVL1_score\n", "parent hub\n", "its parent hub does not exist"),
    "hidden for lack of a word": ("visibility full\n", "", "without visibility stays hidden"),
    "a dimension of nothing": ("dimX=assay", "dimX=cell", "names the subgroup cell, which is not defined"),
    "an order of nothing": ("sortOrder protein=+", "sortOrder prot=+", "names the subgroup prot, which is not"),
    "a filter of no dimension": ("filterComposite dimA", "filterComposite dimB", "dimB, which is not a dimension"),
    "a member of nothing": (
        "subGroups view=sites protein=ELAVL1",
        "subGroups view=sites protein=X",
        "protein=X is not",
    ),
    "a member of too little": (" assay=PARCLIP\n", "\n", "it is in no assay, a subgroup of its composite"),
    "a view of nothing": ("\nview sites\n", "\nview hits\n", "the view hits is not in subGroup1"),
}


def tracks_in(text: str) -> list[Stanza]:
    return [stanza for stanza in parse_stanzas(text) if stanza.kind == "track"]


def findings_in(tracks: list[Stanza]) -> list[str]:
    return [str(finding) for finding in check_nesting(tracks)]


def test_a_sound_hub_has_no_findings() -> None:
    assert findings_in(tracks_in(TEXT)) == []


@pytest.mark.parametrize("what", BROKEN)
def test_each_wrong_edit_is_found(what: str) -> None:
    old, new, says = BROKEN[what]
    assert old in TEXT
    findings = findings_in(tracks_in(TEXT.replace(old, new, 1)))
    assert any(says in line for line in findings), findings


def test_a_parent_that_comes_later() -> None:
    tracks = tracks_in(TEXT)
    first, second, *others = tracks
    assert find_parent(second) == first.name
    assert any(f"its parent {first.name} comes later" in line for line in findings_in([second, first, *others]))


@pytest.mark.parametrize("side", ["plus", "minus"])
def test_an_overlay_needs_two_tracks(side: str) -> None:
    absent = {f"ELAVL1_{side}", f"ELAVL1_row_{side}"}
    (finding,) = findings_in([track for track in tracks_in(TEXT) if track.name not in absent])
    assert "a multiWig of one track" in finding


def test_an_empty_container() -> None:
    findings = findings_in([track for track in tracks_in(TEXT) if find_parent(track) != "ELAVL1_score"])
    assert any("track ELAVL1_score: a multiWig without tracks" in line for line in findings)


@pytest.mark.parametrize(
    ("settings", "kind", "parent"),
    [
        ({"track": "a"}, "track", None),
        ({"track": "a", "superTrack": "on show"}, "superTrack", None),
        ({"track": "a", "compositeTrack": "on", "parent": "b"}, "compositeTrack", "b"),
        ({"track": "a", "view": "sites", "parent": "b off"}, "view", "b"),
        ({"track": "a", "container": "multiWig", "parent": ""}, "multiWig", None),
    ],
)
def test_kind_and_parent_of_a_track(settings: dict[str, str], kind: str, parent: str | None) -> None:
    track = Stanza(1, settings)
    assert (find_track_kind(track), find_parent(track)) == (kind, parent)
