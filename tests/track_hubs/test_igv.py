"""Text of IGV sessions. `test_igv_desktop.py` opens them in IGV."""

from __future__ import annotations

import xml.etree.ElementTree as xml
from dataclasses import replace
from pathlib import Path

import pytest

from track_hubs.color import choose_color, format_rgb
from track_hubs.igv import has_unique_names, render_session
from track_hubs.manifest_file import read_manifest
from track_hubs.render import render


@pytest.mark.parametrize(("fixture", "genome"), [("run", "hg19"), ("own_genome_run", "mini.fa")])
def test_the_session_names_files_that_are_there(fixture: str, genome: str, request: pytest.FixtureRequest) -> None:
    folder: Path = request.getfixturevalue(fixture)
    render(folder)
    session = xml.parse(folder / "igv_session.xml").getroot()
    assert session.get("genome") == genome
    assert session.get("locus") == "chrA:4351-5850"
    paths = [resource.get("path") or "" for resource in session.iter("Resource")]
    assert len(paths) == 9
    assert all((folder / path).is_file() and not path.startswith("/") for path in paths)
    merged = [track for track in session.iter("Track") if (track.get("clazz") or "").endswith("MergedTracks")]
    assert [[member.get("id") for member in track.findall("Track")] for track in merged] == [
        [f"tracks/{name}.plus.bw", f"tracks/{name}.minus.bw"] for name in ("ELAVL1", "hnRNP C")
    ]
    for track in session.iter("Track"):
        if (track.get("clazz") or "").endswith("FeatureTrack"):
            assert track.get("id") in paths


def test_sites_keep_the_colours_of_their_items(run: Path) -> None:
    """`color` on the track would override itemRgb; motif hits have none of their own."""
    tracks = {t.get("id"): t for t in xml.fromstring(render_session(read_manifest(run)).encode()).iter("Track")}
    assert tracks["hits/ELAVL1.bed.gz"].get("color") is None
    assert tracks["motifs/ELAVL1.bb"].get("color") == format_rgb(choose_color("ELAVL1"))


def test_files_of_one_name_are_not_told_apart(run: Path) -> None:
    manifest = read_manifest(run)
    assert has_unique_names(manifest)
    (site,) = manifest.of("ELAVL1", "sites", "bed")
    assert not has_unique_names(replace(manifest, tracks=(*manifest.tracks, replace(site, path="b/ELAVL1.bed.gz"))))


def test_names_of_a_group_with_blocks_say_spliced(run: Path) -> None:
    manifest = read_manifest(run)
    blocks = tuple(
        replace(track, bed_fields=12) if (track.group, track.role) == ("ELAVL1", "sites") else track
        for track in manifest.tracks
    )
    session = xml.fromstring(render_session(replace(manifest, tracks=blocks)).encode())
    (panel,) = session.findall("Panel[@name='DataPanel']")
    kinds = ("score (- paler)", "sites", "motifs")
    assert [track.get("name") for track in panel] == [
        f"{name} {kind}" for name in ("ELAVL1 spliced", manifest.groups[1]) for kind in kinds
    ]


def test_one_strand_says_nothing_of_the_other(run: Path) -> None:
    manifest = read_manifest(run)
    plus = replace(manifest, tracks=tuple(track for track in manifest.tracks if track.strand == "+"))
    names = [track.get("name") for track in xml.fromstring(render_session(plus).encode()).iter("Track")]
    assert names[0] == "ELAVL1 score"
    assert "ELAVL1 score (- paler)" in render_session(manifest)


def test_letters_are_bars_that_scale_themselves(run: Path) -> None:
    manifest = read_manifest(run)
    scores = manifest.of("ELAVL1", "score", "bigWig")
    letters = [
        replace(t, path=f"l{t.path}", role="further", series="logo", limits=(-1.0, 2.0), letters=True) for t in scores
    ]
    session = xml.fromstring(render_session(replace(manifest, tracks=(*manifest.tracks, *letters))).encode())
    rows = [track for track in session.iter("Track") if (track.get("id") or "").startswith("ltracks/")]
    assert [row.get("autoScale") for row in rows] == ["true", "true"]
    assert {row.find("DataRange").get("baseline") for row in rows} == {"0.0"}
    assert all(row in session.find("Panel") for row in rows)  # no overlay
