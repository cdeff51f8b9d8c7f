"""Configurations of JBrowse 2: what they name exists, and the view opens what the run has."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from track_hubs.jbrowse import render_configuration
from track_hubs.manifest import Assembly, HubError, Manifest
from track_hubs.manifest_file import read_manifest

EXAMPLE = Path(__file__).parents[2] / "track_hubs" / "example"


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    return read_manifest(EXAMPLE)


def define(manifest: Manifest, locus: str | None = None) -> dict[str, Any]:
    configuration: dict[str, Any] = json.loads(render_configuration(manifest, locus))
    return configuration


def list_addresses(part: object) -> list[str]:
    """All values of `uri`, at any depth."""
    if isinstance(part, dict):
        own = [part["uri"]] if "uri" in part else []
        return own + [address for value in part.values() for address in list_addresses(value)]
    return [address for value in part for address in list_addresses(value)] if isinstance(part, list) else []


def test_every_track_names_a_file_of_the_run(manifest: Manifest) -> None:
    addresses = [unquote(address) for address in list_addresses(define(manifest)["tracks"])]
    known = {track.path for track in manifest.tracks if track.kind in ("bigWig", "bigBed")}
    genes = {manifest.assembly.genes, f"{manifest.assembly.genes}.tbi"}
    assert set(addresses) - genes == known
    assert len(addresses) == len(set(addresses))


def test_the_first_view_opens_tracks_of_the_configuration_at_the_place(manifest: Manifest) -> None:
    configuration = define(manifest, "chr1:101-200")
    (view,) = configuration["defaultSession"]["views"]
    identifiers = [track["trackId"] for track in configuration["tracks"]]
    assert len(identifiers) == len(set(identifiers))
    assert set(view["init"]["tracks"]) <= set(identifiers)
    assert view["init"]["loc"] == "chr1:101-200"
    assert view["init"]["assembly"] == configuration["assemblies"][0]["name"] == manifest.assembly.id
    assert all(track["assemblyNames"] == [manifest.assembly.id] for track in configuration["tracks"])


def test_both_strands_of_a_score_are_parts_of_one_row(manifest: Manifest) -> None:
    group = manifest.groups[0]
    (row,) = [track for track in define(manifest)["tracks"] if track["name"] == f"{group} score"]
    parts = row["adapter"]["subadapters"]
    scores = manifest.of(group, "score", "bigWig")
    assert [unquote(part["bigWigLocation"]["uri"]) for part in parts] == [track.path for track in scores]
    assert len({part["source"] for part in parts}) == len(parts)


@pytest.mark.parametrize(
    ("fasta", "kind", "files"),
    [
        ("genome/x.fa", "IndexedFastaAdapter", ["genome/x.fa", "genome/x.fa.fai"]),
        ("a b/x.fa.gz", "BgzipFastaAdapter", ["a b/x.fa.gz", "a b/x.fa.gz.fai", "a b/x.fa.gz.gzi"]),
    ],
)
def test_the_sequence_is_the_copy_of_the_run(manifest: Manifest, fasta: str, kind: str, files: list[str]) -> None:
    own = replace(manifest, assembly=Assembly("mine", "mine", fasta, {"c": 900}))
    (assembly,) = define(own)["assemblies"]
    adapter = assembly["sequence"]["adapter"]
    assert adapter["type"] == kind
    assert sorted(unquote(address) for address in list_addresses(adapter)) == files
    assert define(own)["defaultSession"]["views"][0]["init"]["loc"] == "c:1-900"


def test_the_sequence_of_a_hosted_genome_is_that_of_ucsc(manifest: Manifest) -> None:
    hosted = replace(manifest, assembly=Assembly("hg38", "hg38", "genome/x.fa", {"chr1": 9}))
    addresses = list_addresses(define(hosted)["assemblies"])
    assert addresses == [
        f"https://hgdownload.soe.ucsc.edu/goldenPath/hg38/bigZips/hg38.{suffix}" for suffix in ("2bit", "chrom.sizes")
    ]


def test_a_genome_without_sequence_is_refused(manifest: Manifest) -> None:
    with pytest.raises(HubError, match="neither UCSC nor the folder has"):
        define(replace(manifest, assembly=Assembly("mine", "mine", None, {"c": 9})))


def test_paths_are_those_of_the_caller(manifest: Manifest) -> None:
    text = render_configuration(manifest, find_path=lambda path: f"../my run/{path}")
    addresses = list_addresses(json.loads(text)["tracks"])
    assert addresses
    assert all(address.startswith("../my%20run/") for address in addresses)
