"""The folder of a run: what it refuses, what it leaves, and what a run that ends early says."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from toy_runs import NEW, OLD, read_files, write_run

from ideep_scan.errors import InputError, OutputError, Stopped
from ideep_scan.jobs.output_folder import run_folder
from ideep_scan.jobs.output_folder.publication import PART, PUBLISH
from ideep_scan.jobs.output_folder.run_folder import RunFolder
from ideep_scan.jobs.output_folder.run_log import RUN_LOG
from track_hubs.manifest import MANIFEST, Assembly, HubError, Manifest
from track_hubs.manifest_file import read_manifest


def put(out: Path, overwrite: bool = True) -> None:
    """Put a run in its place."""
    with RunFolder(out, overwrite) as run:
        write_run(run.part, NEW)
        run.place()


def test_a_run_appears_when_it_is_placed_and_its_folder_is_made(tmp_path: Path) -> None:
    out = tmp_path / "new" / "out"
    with RunFolder(out, overwrite=False) as run:
        write_run(run.part, NEW)
        assert not (out / MANIFEST).exists()
        run.place()
    assert set(read_files(out)) == {*NEW, MANIFEST}


def test_a_block_that_places_nothing_leaves_the_earlier_run(tmp_path: Path) -> None:
    write_run(tmp_path, OLD)
    before = read_files(tmp_path)
    with RunFolder(tmp_path, overwrite=True) as run:
        write_run(run.part, NEW)
    assert read_files(tmp_path) == before


def test_another_run_is_replaced_on_request_only(tmp_path: Path) -> None:
    write_run(tmp_path, OLD)
    before = read_files(tmp_path)
    with pytest.raises(OutputError, match=r"holds another run: .* or pass --overwrite"):
        put(tmp_path, overwrite=False)
    assert read_files(tmp_path) == before
    put(tmp_path)
    assert set(read_files(tmp_path)) == {*NEW, MANIFEST}


@pytest.mark.parametrize("overwrite", [False, True])
def test_files_that_are_not_of_a_run_are_never_touched(tmp_path: Path, overwrite: bool) -> None:
    (tmp_path / "thesis.docx").write_bytes(b"precious")
    with pytest.raises(OutputError, match="holds files that are no run of ideep-scan"):
        put(tmp_path, overwrite)
    assert read_files(tmp_path) == {"thesis.docx": b"precious"}


def test_an_empty_folder_is_not_a_file(tmp_path: Path) -> None:
    (tmp_path / "old results").mkdir()
    put(tmp_path, overwrite=False)
    assert set(read_files(tmp_path)) == {*NEW, MANIFEST, "old results"}


def test_what_a_stopped_run_left_is_removed_with_a_note(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write_run(tmp_path / PART, OLD)
    put(tmp_path, overwrite=False)
    assert set(read_files(tmp_path)) == {*NEW, MANIFEST}
    (record,) = caplog.records
    assert "a run was stopped here before it was complete" in record.getMessage()


def test_a_file_in_place_of_the_folder_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("precious")
    with pytest.raises(OutputError, match=f"{tmp_path / 'out'}") as caught:
        put(tmp_path / "out")
    assert "\n" not in str(caught.value)
    assert (tmp_path / "out").read_text() == "precious"


def run_until_stopped(out: Path, place: bool) -> None:
    with RunFolder(out, overwrite=True) as run:
        write_run(run.part, NEW)
        if place:
            run.place()
        raise Stopped(15)


def stop(out: Path, place: bool) -> Stopped:
    """Stop a run by a signal after or before it is placed."""
    with pytest.raises(Stopped) as caught:
        run_until_stopped(out, place)
    return caught.value


def test_a_signal_says_whether_the_run_is_complete(tmp_path: Path) -> None:
    assert stop(tmp_path, place=False).state == "nothing half-finished is left"
    assert read_files(tmp_path) == {}
    assert stop(tmp_path, place=True).state == f"the run in {tmp_path} is complete"
    assert set(read_files(tmp_path)) == {*NEW, MANIFEST}


def test_a_signal_names_what_could_not_be_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_folder.shutil, "rmtree", lambda path, ignore_errors: None)
    assert stop(tmp_path, place=False).state == (
        f"{tmp_path / PART} could not be removed; the next run there removes it"
    )


def test_a_disk_that_fails_before_the_switch_keeps_the_earlier_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path) -> None:
        raise OSError(28, "No space left on device")

    write_run(tmp_path, OLD)
    before = read_files(tmp_path)
    monkeypatch.setattr(run_folder, "switch", fail)
    with pytest.raises(OutputError, match=r"cannot be written \(No space left on device\)"):
        put(tmp_path)
    assert read_files(tmp_path) == before


def test_a_disk_that_fails_after_the_switch_says_how_to_finish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(run_folder, "lay_out", fail)
    with pytest.raises(OutputError, match=f"the run is complete, .*ideep-scan hub --check {tmp_path}"):
        put(tmp_path)
    monkeypatch.undo()
    assert (tmp_path / PUBLISH).is_dir()
    with RunFolder(tmp_path, overwrite=True):
        assert set(read_files(tmp_path)) >= {*NEW, MANIFEST}


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (HubError("manifest.json: has no tracks"), "has no tracks"),
        (OSError(28, "No space left on device"), r"cannot be written \(No space left on device\): check the disk"),
    ],
)
def test_pages_that_cannot_be_written_keep_the_run_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str
) -> None:
    def fail(folder: Path, manifest: Manifest) -> None:
        raise error

    monkeypatch.setattr(run_folder, "render_manifest", fail)
    manifest = Manifest("run", Assembly("hg19", "hg19", None, {"chr1": 9}), ())
    with RunFolder(tmp_path, overwrite=False) as run, pytest.raises(OutputError, match=reason):
        run.publish(manifest, {})
    assert read_files(tmp_path) == {}


def test_a_manifest_that_cannot_be_read_keeps_the_run_back(tmp_path: Path) -> None:
    with RunFolder(tmp_path, overwrite=True) as run:
        (run.part / MANIFEST).write_text("{")
        with pytest.raises(OutputError, match=r"manifest\.json"):
            run.place()
    assert read_files(tmp_path) == {}


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("hits/C.bed.gz", lambda path: path.write_bytes(b"mine")),
        ("hits/C.bed.gz", Path.mkdir),
        ("motifs", lambda path: path.write_bytes(b"mine")),
        ("motifs", lambda path: path.symlink_to(path.parent.parent)),
        ("motifs/C.bb", lambda path: (path.parent.mkdir(), path.symlink_to("/nowhere"))),
    ],
)
def test_what_is_in_the_way_is_named_and_kept(name: str, make: Callable[[Path], Any], tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_run(out, OLD)
    make(out / name)
    before = read_files(out)
    with pytest.raises(OutputError, match="move it away"), RunFolder(out, overwrite=True) as run:
        run.expect(NEW)
    with RunFolder(out, overwrite=True) as run:
        write_run(run.part, NEW)
        with pytest.raises(OutputError, match="move it away"):
            run.place()
    assert read_files(out) == before


def test_a_damaged_manifest_is_not_replaced_blindly(tmp_path: Path) -> None:
    write_run(tmp_path / "out", OLD)
    (tmp_path / "out" / MANIFEST).write_text("{")
    before = read_files(tmp_path / "out")
    with pytest.raises(OutputError, match="what the earlier run wrote is not known"):
        RunFolder(tmp_path / "out", overwrite=True).__enter__()
    assert read_files(tmp_path / "out") == before


def test_a_part_that_is_a_link_is_named(tmp_path: Path) -> None:
    write_run(tmp_path / "elsewhere", OLD)
    files = read_files(tmp_path / "elsewhere")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / PART).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputError, match=r"\.part is not a folder of its own"):
        RunFolder(tmp_path / "out", overwrite=False).__enter__()
    assert read_files(tmp_path / "elsewhere") == files


def test_a_manifest_that_is_no_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    os.mkfifo(tmp_path / "out" / MANIFEST)
    with pytest.raises(OutputError, match="is not a file"):
        RunFolder(tmp_path / "out", overwrite=True).__enter__()


@pytest.mark.parametrize("with_hub", [True, False])
def test_log_and_date_are_written_with_the_manifest(
    with_hub: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def publish() -> dict[str, Any]:
        with RunFolder(tmp_path, overwrite=True) as run:
            write_run(run.part, NEW)
            manifest = read_manifest(run.part)
            if with_hub:
                run.publish(replace(manifest, tracks=()), {})
            else:
                run.publish_files(manifest)
        return read_manifest(tmp_path).receipts

    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert "made" not in publish()
    assert RUN_LOG not in read_manifest(tmp_path).files
    (tmp_path / RUN_LOG).write_bytes(b"of the earlier run")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert publish()["made"] == "2023-11-14T22:13:20+00:00"
    assert b"started" in (tmp_path / RUN_LOG).read_bytes()


def test_a_hub_that_is_built_again_keeps_the_log(tmp_path: Path) -> None:
    write_run(tmp_path, OLD)
    (tmp_path / RUN_LOG).write_bytes(b"log")
    put(tmp_path)
    assert read_files(tmp_path)[RUN_LOG] == b"log"


def test_a_wrong_date_ends_a_run_before_it_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "now")
    with pytest.raises(InputError, match="SOURCE_DATE_EPOCH is 'now'"):
        RunFolder(tmp_path / "out", overwrite=False)
    assert not (tmp_path / "out").exists()
