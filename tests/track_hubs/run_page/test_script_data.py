"""Data for the script of a page, parsed from the page as a browser does."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from track_hubs import igv_js
from track_hubs.manifest import Assembly, Manifest, from_json
from track_hubs.run_page.script_data import encode_page_data, read_page_files


@pytest.fixture
def manifest(run: Path) -> Manifest:
    return from_json((run / "manifest.json").read_text(encoding="utf-8"))


def told(manifest: Manifest, view: str | None = None) -> dict[str, Any]:
    results: dict[str, Any] = json.loads(encode_page_data(manifest, view))
    return results


def test_paths_are_addresses_of_files_that_are_there(manifest: Manifest, run: Path) -> None:
    groups = told(manifest)["groups"]
    assert [group["name"] for group in groups] == list(manifest.groups)
    for group in groups:
        paths = [*group["score"].values(), group["sites"], group["motifs"]]
        assert all((run / unquote(path)).is_file() for path in paths)
        assert not any(set(path) & set(' <>"&') for path in paths)
    assert groups[1]["score"] == {"+": "tracks/hnRNP%20C.plus.bw", "-": "tracks/hnRNP%20C.minus.bw"}
    assert groups[0]["sites"].endswith(".bb")


def test_motif_hits_are_labelled_by_name_or_in_earlier_runs_by_protein(manifest: Manifest) -> None:
    assert told(manifest)["groups"][0]["motif_label"] == "name"
    tracks = tuple(replace(track, extra_names=("match", "rawScore", "pValue")) for track in manifest.tracks)
    assert told(replace(manifest, tracks=tracks))["groups"][0]["motif_label"] == "match"


def test_a_run_without_bigbed_shows_its_bed(manifest: Manifest) -> None:
    plain = replace(manifest, tracks=tuple(track for track in manifest.tracks if track.kind != "bigBed"))
    assert told(plain)["groups"][0]["sites"] == "hits/ELAVL1.bed.gz"
    bare = replace(manifest, tracks=tuple(track for track in manifest.tracks if track.kind == "bigWig"))
    assert told(bare)["groups"][0]["sites"] is None


def test_further_tracks_keep_their_limits(manifest: Manifest) -> None:
    deep = replace(manifest.tracks[0], role="further", series="deep", limits=(0.0, 6.0))
    logo = replace(deep, series="logo", letters=True)
    results = told(replace(manifest, tracks=(*manifest.tracks, deep, logo)))["groups"][0]["further"]
    shared = {"paths": {"+": "tracks/ELAVL1.plus.bw"}, "limits": [0.0, 6.0]}
    assert results == [
        {"label": "ELAVL1 deep", **shared, "letters": False},
        {"label": "ELAVL1 logo", **shared, "letters": True},
    ]


def test_variants_are_beside_the_groups(manifest: Manifest) -> None:
    variants = replace(manifest.tracks[0], role="variants", group="", label="Variants", path="variants/a b.bb")
    results = told(replace(manifest, tracks=(*manifest.tracks, variants)))
    assert results["variants"] == [{"name": "Variants", "url": "variants/a%20b.bb"}]
    assert results["groups"] == told(manifest)["groups"]
    assert told(manifest)["variants"] == []


@pytest.mark.parametrize(("fasta", "blocks"), [("genome/my genome.fa", None), ("g.fa.gz", "g.fa.gz.gzi")])
def test_a_genome_of_ones_own(manifest: Manifest, fasta: str, blocks: str | None) -> None:
    genome = told(replace(manifest, assembly=Assembly("mini", "a mini-genome", fasta, {"chrA": 12_000})))["genome"]
    assert (unquote(genome["fasta"]), unquote(genome["index"])) == (fasta, f"{fasta}.fai")
    assert genome.get("blocks") == blocks
    assert "genes" not in genome


@pytest.mark.parametrize(
    ("sizes", "view"), [({"chrA": 12_000}, "chrA:1-1500"), ({"MT": 300, "1": 9000}, "MT:1-300"), ({}, "all")]
)
def test_where_it_begins_if_nothing_better_is_known(manifest: Manifest, sizes: dict[str, int], view: str) -> None:
    assembly = replace(manifest.assembly, sizes=sizes)
    assert told(replace(manifest, assembly=assembly))["view"] == view
    assert told(replace(manifest, assembly=assembly), "chrA:5-9")["view"] == "chrA:5-9"


def test_no_name_ends_the_script(manifest: Manifest) -> None:
    title = "</script><script>alert(1)</script><!-- \u2028 α"
    text = encode_page_data(replace(manifest, title=title), None)
    assert "<" not in text
    assert json.loads(text)["title"] == title


def test_igv_js_is_the_one_that_is_pinned(manifest: Manifest) -> None:
    assert told(manifest)["igv"] == {"file": igv_js.FILE, "url": igv_js.URL, "integrity": igv_js.INTEGRITY}


def test_paths_of_scores_are_read_from_the_page(manifest: Manifest) -> None:
    page = f'<script type="application/json" id="run">{encode_page_data(manifest, None)}</script>'
    scores = [group.scores for group in read_page_files(page).groups]
    assert len(scores) == len(manifest.groups)
    for group, paths in zip(manifest.groups, scores, strict=True):
        assert set(paths.values()) == {track.path for track in manifest.of(group, "score", "bigWig")}


@pytest.mark.parametrize(
    "data", ["", "{", "[]", '{"groups": [1]}', '{"groups": [{"score": {"+": 1}}]}', '{"groups": 3}']
)
def test_a_page_with_other_data_has_no_scores(data: str) -> None:
    assert read_page_files(f'<script type="application/json" id="run">{data}</script>').groups == []
    assert read_page_files("<p>page</p>").groups == []
