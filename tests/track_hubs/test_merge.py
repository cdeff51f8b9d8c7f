"""Manifests of several runs in one: names, paths, models and assemblies."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from track_hubs.manifest import Assembly, HubError, Manifest, Model, Track
from track_hubs.merge import map_paths, merge_runs

HG19 = Assembly("hg19", "human genome", None, {"chr1": 249_250_621}, genes="genes.bed")
OWN = Assembly("mini", "a mini-genome", "mini.fa", {"c1": 500}, two_bit="genome/mini.2bit")


def manifest_of(*groups: str, assembly: Assembly = HG19, **fields: object) -> Manifest:
    tracks = [
        Track(f"hits/{group}.bb", "bigBed", "sites", group, group, f"sites of {group}", (1, 2, 3)) for group in groups
    ]
    models = {group: Model(group, "iCLIP") for group in groups}
    return Manifest("A run", assembly, tuple(tracks), models=models, **fields)


def test_one_run_changes_only_its_paths() -> None:
    manifest = manifest_of("A", contact="me@a.org")
    merged = merge_runs([(Path("/runs/one"), manifest)], Path("/runs/hub"))
    assert [track.path for track in merged.tracks] == ["../one/hits/A.bb"]
    assert merged.assembly.genes == "../one/genes.bed"
    assert map_paths(merged, lambda path: path.removeprefix("../one/")) == manifest


def test_only_a_group_of_several_runs_is_renamed() -> None:
    merged = merge_runs(
        [(Path("/runs/one"), manifest_of("A", "B")), (Path("/runs/two"), manifest_of("A", "C"))], Path("/runs/hub")
    )
    assert merged.groups == ["A (one)", "B", "A (two)", "C"] or tuple(merged.groups) == ("A (one)", "B", "A (two)", "C")
    assert [track.long_label for track in merged.tracks] == [
        "sites of A, one",
        "sites of B",
        "sites of A, two",
        "sites of C",
    ]
    assert [track.run for track in merged.tracks] == ["one", "one", "two", "two"]
    assert {name: model.protein for name, model in merged.models.items()} == {
        "A (one)": "A", "B": "B", "A (two)": "A", "C": "C",
    }  # fmt: skip
    assert merged.title == "2 runs: one, two"


def test_runs_in_folders_of_one_name_are_numbered() -> None:
    folders = [Path("/a/out"), Path("/b/out"), Path("/b/last")]
    merged = merge_runs([(folder, manifest_of(folder.parent.name + folder.name)) for folder in folders], Path("/hub"))
    assert [track.run for track in merged.tracks] == ["out_1", "out_2", "last"]
    assert list(merged.receipts) == ["out_1", "out_2", "last"]


def test_contact_and_notes_of_all_runs() -> None:
    runs = [
        manifest_of("A", assembly=replace(HG19, note=note), contact=contact)
        for note, contact in ((None, ""), ("Simulated.", "me@a.org"), ("Simulated.", "you@a.org"), ("A draft.", ""))
    ]
    merged = merge_runs([(Path(f"/runs/{number}"), manifest) for number, manifest in enumerate(runs)], Path("/hub"))
    assert merged.contact == "me@a.org"
    assert merged.assembly.note == "Simulated. A draft."


def test_models_of_groups_without_tracks_are_left_out() -> None:
    manifest = replace(manifest_of("A"), models={"A": Model("A", "iCLIP"), "no tracks": Model("B", "iCLIP")})
    merged = merge_runs([(Path("/runs/one"), manifest), (Path("/runs/two"), manifest_of("C"))], Path("/hub"))
    assert list(merged.models) == ["A", "C"]


@pytest.mark.parametrize(
    ("one", "two", "says"),
    [
        (HG19, replace(HG19, id="hg38"), "/runs/one is on hg19, but /runs/two on hg38"),
        (HG19, replace(HG19, sizes={"chr1": 5}), "chr1 is 249,250,621 nt long in /runs/one, but 5 nt in /runs/two"),
        (OWN, replace(OWN, sizes={"c2": 500}), "have no contig in common, and UCSC does not host mini"),
    ],
)
def test_genomes_that_differ_are_refused(one: Assembly, two: Assembly, says: str) -> None:
    runs = [(Path("/runs/one"), manifest_of("A", assembly=one)), (Path("/runs/two"), manifest_of("A", assembly=two))]
    with pytest.raises(HubError, match=says) as caught:
        merge_runs(runs, Path("/hub"))
    assert "give runs of one genome" in str(caught.value)


def test_contigs_of_a_hosted_genome_may_differ() -> None:
    other = replace(HG19, sizes={"chr2": 243_199_373})
    merged = merge_runs(
        [(Path("/runs/one"), manifest_of("A")), (Path("/runs/two"), manifest_of("B", assembly=other))], Path("/hub")
    )
    assert tuple(merged.groups) == ("A", "B")


def test_all_paths_are_mapped_and_missing_ones_stay_missing() -> None:
    manifest = manifest_of("A", assembly=OWN)
    tracks = (replace(manifest.tracks[0], description="about.html"), *manifest.tracks)
    mapped = map_paths(replace(manifest, tracks=tracks), str.upper)
    assert [(track.path, track.description) for track in mapped.tracks] == [
        ("HITS/A.BB", "ABOUT.HTML"), ("HITS/A.BB", None),
    ]  # fmt: skip
    assert (mapped.assembly.fasta, mapped.assembly.two_bit, mapped.assembly.genes) == (
        "MINI.FA",
        "GENOME/MINI.2BIT",
        None,
    )
