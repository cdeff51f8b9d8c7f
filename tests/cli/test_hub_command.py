"""`ideep-scan hub` on a finished run of the example."""

from __future__ import annotations

import gzip
import json
import os
import shutil
from pathlib import Path
from threading import Thread

import pytest
import runs
from runs import Command

from ideep_scan.jobs.output_folder import run_folder
from track_hubs.check.findings import Finding
from track_hubs.check.hub_check import Report
from track_hubs.manifest import VERSION


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("finished")
    example = runs.copy_example(folder / "example")
    runs.scan(example, folder / "first")
    return folder / "first"


@pytest.fixture
def first(finished: Path, tmp_path: Path) -> Path:
    shutil.copytree(finished, tmp_path / "first")
    return tmp_path / "first"


def test_a_run_is_rebuilt_in_its_place(first: Path, command: Command) -> None:
    before = (first / "hub.txt").read_bytes()
    (first / "hub.txt").unlink()
    said = command("hub", first)
    assert said.code == 0
    assert "note: hub.txt, line 8, genome example: UCSC does not host the genome example; name it" in said.err
    assert "6 tracks checked, 0 findings" in said.out
    assert (first / "hub.txt").read_bytes() == before


def test_several_runs_with_their_genome(first: Path, tmp_path: Path, command: Command) -> None:
    shutil.copytree(first, tmp_path / "second")
    said = command(
        "hub", first, tmp_path / "second", "-o", tmp_path / "hub", "--assembly-hub", "--url-base", "https://a.org/b/",
        "--email", "me@a.org",
    )  # fmt: skip
    assert (said.code, said.err) == (0, "")
    assert "12 tracks checked, 0 findings" in said.out
    assert "hub, for any browser: https://a.org/b/hub.txt" in said.out
    assert "IGV desktop: https://a.org/b/igv_session_web.xml" in said.out
    assert 'path="https://a.org/second/hits/ELAVL1.bed.gz"' in (tmp_path / "hub" / "igv_session_web.xml").read_text()
    assert "hgTracks?genome=example&hubUrl=https%3A%2F%2Fa.org%2Fb%2Fhub.txt" in said.out
    assert "email me@a.org" in (tmp_path / "hub" / "hub.txt").read_text().splitlines()
    assert command("hub", "--check", tmp_path / "hub").code == 0


def test_lengths_from_a_pipe(first: Path, tmp_path: Path, command: Command) -> None:
    os.mkfifo(tmp_path / "sizes")
    text = "".join(f"{name}\t{length}\n" for name, length in runs.LENGTHS.items())
    sender = Thread(target=(tmp_path / "sizes").write_text, args=(text,))
    sender.start()
    said = command("hub", first, "--chrom-sizes", tmp_path / "sizes")
    sender.join()
    assert said.code == 0, said


def test_no_address_at_ucsc_for_a_genome_it_does_not_host(first: Path, command: Command) -> None:
    said = command("hub", first, "--url-base", "https://a.org/b/", "--email", "me@a.org")
    assert "UCSC: does not host example: say --assembly-hub to bring it along" in said.out
    assert "hgTracks" not in said.out


def test_a_finding_is_told_and_ends_in_1(first: Path, command: Command) -> None:
    (first / "hits" / "ELAVL1.bb").write_bytes(b"damaged")
    said = command("hub", "--check", first)
    assert said.code == 1
    assert "ELAVL1.bb is too short for a bigWig or bigBed; write the file again" in said.out
    assert "genome example: UCSC does not host the genome example; name it (ideep-scan hub OUT" in said.out
    assert "has no contact address" in said.err


def test_a_manifest_of_a_file_that_is_gone_and_of_a_newer_version(first: Path, command: Command) -> None:
    (first / "tracks" / "ELAVL1.plus.bw").unlink()
    gone = command("hub", first)
    manifest = json.loads((first / "manifest.json").read_text(encoding="utf-8"))
    (first / "manifest.json").write_text(json.dumps({**manifest, "version": VERSION + 1}), encoding="utf-8")
    newer = command("hub", first)
    for said, says in ((gone, "ELAVL1.plus.bw: is listed in manifest.json but missing"), (newer, "update the program")):
        assert said.code == 2
        assert says in said.err
        assert len(said.err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere"], "no manifest.json"),
        (["first", "--url-base", "a.org"], "--url-base must begin with http:// or https://"),
        (["first", "--fasta", "x.fa"], "pass --assembly-hub too"),
        (["first", "--check", "-o", "x"], "--check leaves hubs as they are"),
        (["first", "first", "-o", "x"], "named twice"),
        (["first", "--chrom-sizes", "none"], "pass a chrom.sizes table"),
        (["first", "--check", "nowhere"], "no such hub"),
    ],
)
def test_what_cannot_be_done(
    first: Path, command: Command, arguments: list[str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(first.parent)
    said = command("hub", *arguments)
    assert said.code == 2
    assert says in said.err
    assert len(said.err.strip().splitlines()) == 1


def test_a_scan_tells_what_the_check_of_its_hub_found(
    tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    example = runs.copy_example(tmp_path / "example")
    broken = Report((Finding("hub.txt, line 1", "is broken", "mend it"),), 6)
    monkeypatch.setattr(run_folder, "check", lambda *_, **__: broken)
    said = command(
        "genome", "--rbp", "ELAVL1", example / "example.fa.gz", "--regions", "exA:1-20000", "-o", tmp_path / "out"
    )
    assert said.code == 0
    assert f"{tmp_path / 'out'}/hub.txt, line 1: is broken; mend it" in said.out
    assert (tmp_path / "out" / "manifest.json").is_file()


def test_a_public_hub_needs_an_address_for_questions(first: Path, command: Command) -> None:
    before = {path: path.read_bytes() for path in first.rglob("*") if path.is_file()}
    said = command("hub", first, "--url-base", "https://a.org/b")
    assert said.code == 2
    assert "give an address for their questions (--email ADDRESS)" in said.err
    assert {path: path.read_bytes() for path in first.rglob("*") if path.is_file()} == before
    assert command("hub", first, "--url-base", "https://a.org/b", "--email", "me@a.org").code == 0
    again = command("hub", first, "--url-base", "https://a.org/b")
    assert again.code == 0
    assert "email me@a.org\n" in (first / "hub.txt").read_text()


def test_a_genome_is_named_and_ucsc_opened_at_the_strongest_site(first: Path, command: Command) -> None:
    said = command(
        "hub", first, "--assembly", "calJac4", "--url-base", "https://a.org/b", "--email", "me@a.org", "--check"
    )
    assert said.code == 2
    said = command("hub", first, "--assembly", "calJac4", "--url-base", "https://a.org/b", "--email", "me@a.org")
    assert said.code == 0
    assert "hgTracks?db=calJac4&position=ex" in said.out
    assert command("hub", "--check", first).code == 0


def test_a_web_session_that_is_removed_is_told(first: Path, command: Command) -> None:
    command("hub", first, "--url-base", "https://a.org/b", "--email", "me@a.org")
    said = command("hub", first)
    assert "igv_session_web.xml of an earlier hub is removed" in said.err


def test_absolute_paths_are_told(first: Path, tmp_path: Path, command: Command) -> None:
    shutil.copytree(first, tmp_path / "second")
    said = command("hub", first, tmp_path / "second", "-o", tmp_path / "hub")
    assert "igv_session.xml holds absolute paths of this machine" in said.err


def test_what_a_run_publishes_names_no_place(tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "patient_telltale"
    place.mkdir()
    runs.copy_example(place / "inputs")
    monkeypatch.chdir(place)
    fasta, gtf = place / "inputs" / "example.fa.gz", "inputs/genes.gtf"
    said = command("genome", "--rbp", "ELAVL1", fasta, "--gtf", gtf, "--regions", "exA:1-20000", "-o", place / "out")
    assert said.code == 0
    written = [path for path in (place / "out").rglob("*") if path.is_file() and path.name != "run_log.json"]
    assert written
    for path in written:
        data = path.read_bytes()
        data += gzip.decompress(data) if path.suffix == ".gz" else b""
        assert b"telltale" not in data, path
    receipts = json.loads((place / "out" / "manifest.json").read_text(encoding="utf-8"))["receipts"]
    assert receipts["settings"]["fasta"] == "example.fa.gz"
    assert receipts["settings"]["gtf"] == "genes.gtf"
