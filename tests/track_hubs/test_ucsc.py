"""Nesting of a hub's tracks, for one protein and many, one strand and two."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from track_hubs.check.nesting import check_nesting, find_parent, find_track_kind
from track_hubs.hub_names import make_plain_name
from track_hubs.manifest import Assembly, Manifest, Model, Track
from track_hubs.stanzas import Stanza, parse_stanzas
from track_hubs.ucsc import render_hub

SIDES = {"plus": "+", "minus": "-"}
HG38 = Assembly("hg38", "human genome hg38", None, {"chr1": 248956422})


def tracks_of(group: str, strands: str = "+-", run: str = "") -> list[Track]:
    results = [
        Track(f"{group}{strand}.bw", "bigWig", "score", group, group, group, (1, 2, 3), strand, run=run)
        for strand in strands
    ]
    extra = {"extra_fields": 2, "extra_names": ("rawScore", "geneName")}
    for role, fields in (("sites", 9), ("motifs", 6)):
        about = (f"{group}.{role}.bb", "bigBed", role, group, f"{group} {role}", group, (1, 2, 3), None, fields)
        results.append(Track(*about, **extra, run=run))
    return results


def hub_of(tracks: list[Track], models: dict[str, Model] | None = None) -> dict[str, Stanza]:
    text = render_hub(Manifest("A run", HG38, tuple(tracks), models=models or {}))
    hub, genome, *results = parse_stanzas(text)
    assert (hub.kind, genome.kind, genome.name) == ("hub", "genome", "hg38")
    assert list(map(str, check_nesting(results))) == []
    return {track.name: track for track in results}


def test_one_protein_stands_in_the_run() -> None:
    hub = hub_of(tracks_of("TIA1"))
    assert {name: (find_track_kind(track), find_parent(track)) for name, track in hub.items()} == {
        "run_A_run": ("superTrack", None),
        "TIA1_score": ("multiWig", "run_A_run"),
        "TIA1_plus": ("track", "TIA1_score"),
        "TIA1_minus": ("track", "TIA1_score"),
        "TIA1_sites": ("track", "run_A_run"),
        "TIA1_motifs": ("track", "run_A_run"),
    }
    assert hub["TIA1_sites"].settings["visibility"] == "pack"
    limits = {name: track.settings["viewLimits"] for name, track in hub.items() if "viewLimits" in track.settings}
    assert limits == {"TIA1_score": "-1:1", "TIA1_plus": "0:1", "TIA1_minus": "0:1"}  # igv.js negates no track


def test_scores_show_maxima_and_negate_the_minus_strand() -> None:
    hub = hub_of(tracks_of("TIA1") + tracks_of("QKI"))
    bigwigs = {name: track.settings for name, track in hub.items() if track.settings.get("type", "").startswith("bigW")}
    negated = {name for name, settings_of in bigwigs.items() if settings_of.get("negateValues") == "on"}
    assert negated == {name for name in bigwigs if name.endswith("_minus")}
    tops = [name for name in bigwigs if name.endswith(("_score", "_strands"))]
    assert len(tops) == 3
    assert all(bigwigs[name]["windowingFunction"] == "maximum" for name in tops)
    assert all("html" in track.settings for track in hub.values())


@pytest.mark.parametrize(("strand", "name", "limits"), [("+", "TIA1_plus", "0:1"), ("-", "TIA1_minus", "-1:1")])
def test_one_strand_is_a_plain_track(strand: str, name: str, limits: str) -> None:
    """UCSC's hubCheck takes an overlay of one track for an error."""
    hub = hub_of(tracks_of("TIA1", strand))
    assert find_parent(hub[name]) == "run_A_run"
    assert (hub[name].settings["viewLimits"], hub[name].settings["visibility"]) == (limits, "full")
    assert hub[name].settings["windowingFunction"] == "maximum"
    assert not any(find_track_kind(track) == "multiWig" for track in hub.values())


@pytest.mark.parametrize("strands", ["+", "-", "+-"])
def test_letters_have_a_row_per_strand_that_points_up(strands: str) -> None:
    """UCSC draws no letters in an overlay, and negated ones upside down."""
    tracks = tracks_of("TIA1", strands)
    scores = [track for track in tracks if track.role == "score"]
    letters = [
        replace(t, path=f"l{t.path}", role="further", series="logo", limits=(-1, 2), letters=True) for t in scores
    ]
    hub = hub_of([*tracks, *letters])
    rows = {name: track for name, track in hub.items() if "logo" in track.settings}
    assert list(rows) == [f"TIA1_further_logo_{side}" for side in ("plus", "minus") if SIDES[side] in strands]
    for row in rows.values():
        assert find_parent(row) == "run_A_run"
        assert (row.settings["type"], row.settings["logo"], row.settings["autoScale"]) == ("bigWig -1 2", "on", "on")
        assert row.settings["visibility"] == "hide"
        assert not {"negateValues", "altColor", "viewLimits"} & set(row.settings)


def test_many_proteins_are_switched_in_matrices() -> None:
    models = {f"P{n}": Model(f"P{n % 3}", "iCLIP" if n % 2 else "PAR-CLIP") for n in range(8)}
    hub = hub_of([track for group in models for track in tracks_of(group)], models)
    sites, strands = hub["run_A_run_sites"].settings, hub["run_A_run_strands"].settings
    assert sites["subGroup2"] == "protein Protein P0=P0 P1=P1 P2=P2"
    assert sites["subGroup3"] == "assay Assay PARCLIP=PAR-CLIP iCLIP=iCLIP"
    assert strands["subGroup2"] == "strand Strand plus=Plus minus=Minus"
    assert (strands["visibility"], strands["viewLimits"]) == ("hide", "-1:1")
    assert hub["P3_sites"].settings["subGroups"] == "view=sites protein=P0 assay=iCLIP"
    assert hub["P3_row_minus"].settings["subGroups"] == "strand=minus protein=P0 assay=iCLIP"
    shown = [hub[f"P{n}_score"].settings["visibility"] for n in range(8)]
    assert shown == ["full"] * 6 + ["hide"] * 2
    for n in range(8):
        parent = hub[f"P{n}_sites"].settings["parent"]
        assert parent == f"run_A_run_sites_sites {'on' if n < 6 else 'off'}"
    assert hub["P1_row_plus"].settings["bigDataUrl"] == hub["P1_plus"].settings["bigDataUrl"]


def test_each_run_has_a_super_track() -> None:
    hub = hub_of(tracks_of("A", run="first") + tracks_of("B", run="second <run>") + tracks_of("C", run="second <run>"))
    supers = {
        name: track.settings["shortLabel"] for name, track in hub.items() if find_track_kind(track) == "superTrack"
    }
    assert supers == {"run_first": "first", "run_second_run": "second (run)"}
    assert find_parent(hub["A_score"]) == "run_first"
    assert find_parent(hub["C_score"]) == "run_second_run"


def test_a_title_that_is_too_long_is_cut_at_its_colon() -> None:
    text = render_hub(Manifest("ideep-scan: ELAVL1, QKI, TIA1", HG38, tuple(tracks_of("A"))))
    hub, _, run, *_ = parse_stanzas(text)
    assert (hub.settings["shortLabel"], run.settings["shortLabel"]) == ("ideep-scan", "ideep-scan")
    assert hub.settings["longLabel"] == "ideep-scan: ELAVL1, QKI, TIA1"


NAMES = st.text(st.sampled_from("ab_-. <α1\"'="), min_size=1, max_size=6) | st.sampled_from(("A" * 70, "A" * 71))


@settings(max_examples=50, deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=5, unique=True), NAMES)
def test_any_names_make_a_hub_that_holds_together(groups: list[str], run: str) -> None:
    hub = hub_of([track for group in groups for track in tracks_of(group, run=run)])
    assert len({name.lower() for name in hub}) == len(hub)
    assert all(make_plain_name(name) == name for name in hub)


def variants(run: str = "") -> Track:
    about = ("variants.bb", "bigBed", "variants", "", "Variants", "Variants", (1, 2, 3), None, 9)
    names = ("model", "delta", "absDelta")
    ranges = {"delta": (-1.0, 1.0), "absDelta": (0.0, 1.0)}
    return Track(*about, extra_fields=3, extra_names=names, choices={"model": ("A", "B,2")}, ranges=ranges, run=run)


@pytest.mark.parametrize("groups", [("TIA1",), ("TIA1", "QKI"), ()])
def test_variants_of_all_proteins_are_one_track_with_filters(groups: tuple[str, ...]) -> None:
    hub = hub_of([track for group in groups for track in tracks_of(group)] + [variants()])
    track = hub["variants"].settings
    assert find_parent(hub["variants"]) == "run_A_run"
    assert (track["filterValues.model"], track["filter.absDelta"], track["filterLimits.absDelta"]) == (
        "A,B,,2",
        "0",
        "0:1",
    )
    assert (track["filter.delta"], track["filterByRange.delta"], track["filterLimits.delta"]) == ("-1:1", "on", "-1:1")
    assert (track["itemRgb"], track["html"]) == ("on", "descriptions/variants.html")
    assert "variants" not in " ".join(name for name in hub if name != "variants")


def test_variants_are_beside_the_tracks_of_their_run() -> None:
    hub = hub_of(
        [*tracks_of("TIA1", run="one"), variants("one"), *tracks_of("QKI", run="two"), variants("two"), variants()]
    )
    parents = {name: find_parent(track) for name, track in hub.items() if name.startswith("variants")}
    assert parents == {"variants": "run_one", "variants_2": "run_two", "variants_3": "run_A_run"}
