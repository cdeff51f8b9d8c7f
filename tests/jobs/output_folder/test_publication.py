"""Publication of a run: stopped at any call to the system, it leaves the earlier run or the new one, whole."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import runs
from toy_runs import NEW, OLD, Files, read_files, write_run

from ideep_scan.errors import OutputError, Stopped
from ideep_scan.jobs.output_folder import publication as publishing
from ideep_scan.jobs.output_folder.publication import PART, PUBLISH, settle, undisturbed
from ideep_scan.jobs.output_folder.run_folder import RunFolder
from ideep_scan.jobs.output_folder.run_log import RUN_LOG
from track_hubs.manifest import MANIFEST, Assembly, Manifest, Track, to_json

CALLS = ("rename", "replace", "unlink", "rmdir", "mkdir", "fsync")
FOREIGN: Files = {"tracks/mine.bw": b"mine", "thesis.docx": b"precious"}


def prepared(folder: Path, earlier: bool = True) -> tuple[Files, Files]:
    """Write a run, files of somebody else beside it, and a new run in `.part`; files before and after."""
    folder.mkdir()
    if earlier:
        write_run(folder, OLD)
        for name, data in (FOREIGN | {RUN_LOG: b"log 1"}).items():
            (folder / name).write_bytes(data)
    before = read_files(folder)
    write_run(folder / PART, NEW)
    (folder / PART / RUN_LOG).write_bytes(b"log 2")  # no manifest lists it
    after = {name: data for name, data in before.items() if name in FOREIGN}
    return before, after | NEW | {RUN_LOG: b"log 2", MANIFEST: (folder / PART / MANIFEST).read_bytes()}


def publish(folder: Path) -> None:
    publishing.switch(folder)
    publishing.lay_out(folder)


def put(out: Path, part: Path) -> None:
    """Put a copy of a prepared run in its place, as a run does."""
    with RunFolder(out, overwrite=True) as run:
        shutil.copytree(part, run.part, dirs_exist_ok=True)
        run.place()


class Died(BaseException):
    """The process ends here."""


@pytest.fixture
def dying(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, BaseException], list[str]]:
    """Makes the Nth call to the system raise, and all after it; gives the calls that were made."""

    def arm(last: int, error: BaseException) -> list[str]:
        made: list[str] = []

        def counted(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
            def called(*arguments: Any, **named: Any) -> Any:
                if len(made) >= last:
                    raise error
                made.append(name)
                return call(*arguments, **named)

            return called

        for name in CALLS:
            monkeypatch.setattr(os, name, counted(name, getattr(os, name)))
        return made

    return arm


@pytest.mark.parametrize("earlier", [True, False])
def test_killed_at_any_call_leaves_the_earlier_run_or_the_new_one(
    earlier: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dying: Callable[[int, BaseException], list[str]]
) -> None:
    outcomes = []
    for last in range(1000):
        folder = tmp_path / str(last)
        before, after = prepared(folder, earlier)
        made = dying(last, Died())
        try:
            publish(folder)
            ended = True
        except Died:
            ended = False
        monkeypatch.undo()
        if ended:
            assert read_files(folder) == after
            break
        decided = (folder / PUBLISH).exists() or read_files(folder).get(MANIFEST) == after[MANIFEST]
        with RunFolder(folder, overwrite=True):  # the next start repairs, and removes what is left of the dead run
            pass
        expected = after if decided else before
        assert read_files(folder) == expected, (last, made)
        outcomes.append(decided)
    assert len(outcomes) > 15
    assert sorted(outcomes) == outcomes, "once decided, it stays decided"
    assert set(outcomes) == {True, False}


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
def test_a_full_disk_at_any_call_keeps_the_earlier_run_or_says_how_to_finish(
    error: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dying: Callable[[int, BaseException], list[str]]
) -> None:
    for last in range(1000):
        folder = tmp_path / str(last)
        before, after = prepared(folder)
        shutil.move(folder / PART, tmp_path / "part")
        output = ""
        with RunFolder(folder, overwrite=True) as run:
            shutil.copytree(tmp_path / "part", run.part, dirs_exist_ok=True)
            dying(last, OSError(error, os.strerror(error)))
            try:
                run.place()
            except OutputError as full:
                output = str(full)
            monkeypatch.undo()
        shutil.rmtree(tmp_path / "part")
        if not output:
            assert read_files(folder) == after
            break
        if (folder / PUBLISH).exists():
            assert f"ideep-scan hub --check {folder}" in output
            settle(folder)
            assert read_files(folder) == after
        else:
            assert read_files(folder) in (before, after)
    assert last > 15


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize("call", ["rename", "unlink", "mkdir", "rmdir", "fsync", "unlinkat"])
def test_killed_by_the_system_at_any_call(call: str, tmp_path: Path) -> None:
    code = "import sys, pathlib; from ideep_scan.jobs.output_folder import publication as p; "
    code += "f = pathlib.Path(sys.argv[1]); p.switch(f); p.lay_out(f)"
    for nth in range(1, 100):
        folder = tmp_path / str(nth)
        before, after = prepared(folder)
        inject = ["-f", "-qq", "-e", f"trace={call}", "-e", f"inject={call}:signal=SIGKILL:when={nth}"]
        command = ["strace", *inject, "-o", tmp_path / "log", sys.executable, "-c", code, folder]
        ended = subprocess.run(command, capture_output=True, check=False)
        decided = (folder / PUBLISH).exists() or read_files(folder).get(MANIFEST) == after[MANIFEST]
        with RunFolder(folder, overwrite=True):
            pass
        assert read_files(folder) == (after if decided else before), nth
        if ended.returncode == 0:
            return
    raise AssertionError("it never ended by itself")


def test_without_an_earlier_run_nothing_is_seen_before_the_manifest(tmp_path: Path) -> None:
    _, after = prepared(tmp_path / "out", earlier=False)
    publish(tmp_path / "out")
    assert read_files(tmp_path / "out") == after
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"tracks", "hits", "motifs", "index.html", MANIFEST, RUN_LOG}


def test_a_file_system_without_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As far as one that has it can show: two names of one file. The new file must not be removed as a stale one."""
    out = tmp_path / "out"
    write_run(out, {"tracks/a.bw": b"1"})
    write_run(out / PART, {"tracks/A.bw": b"2"})
    publishing.switch(out)
    monkeypatch.setattr(publishing, "_same", lambda one, other: True)
    publishing.lay_out(out)
    assert (out / "tracks" / "A.bw").read_bytes() == b"2"
    assert (out / "tracks" / "a.bw").exists()
    assert publishing.find_obstacle(out, {"tracks/A.bw"}, {"tracks/a.bw"}) is None


def test_manifests_that_list_no_files_name_what_they_imply(tmp_path: Path) -> None:
    """A run of an earlier version is replaced whole, with its indexes and pages."""
    out = tmp_path / "out"
    track = Track("hits/A.bed.gz", "bed", "sites", "A b", "l", "ll", (1, 2, 3))
    earlier = Manifest("old", Assembly("x", "x", "genome/x.fa", {"chr1": 9}, "genome/genes.bed.gz"), (track,))
    implied = ["hits/A.bed.gz", "hits/A.bed.gz.tbi", "genome/x.fa.fai", "genome/genes.bed.gz.tbi", "hub.txt"]
    implied += ["igv_session_web.xml", "descriptions/A_b.html", "descriptions/run.html"]
    write_run(out, dict.fromkeys(implied, b"old"))
    data = {**json.loads(to_json(earlier)), "version": 2}
    del data["files"]
    (out / MANIFEST).write_text(json.dumps(data))
    write_run(out / PART, NEW)
    publish(out)
    assert set(read_files(out)) == {*NEW, MANIFEST}


def test_foreign_files_in_the_folder_of_a_publication_are_kept(tmp_path: Path) -> None:
    (tmp_path / "out" / PUBLISH).mkdir(parents=True)
    (tmp_path / "out" / PUBLISH / "thesis.docx").write_text("precious")
    with pytest.raises(OutputError, match=r"cannot be finished \(Directory not empty\)"):
        settle(tmp_path / "out")
    assert (tmp_path / "out" / PUBLISH / "thesis.docx").read_text() == "precious"


def test_everything_is_flushed_before_the_switch(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: set[int] = set()
    missing: list[str] = []
    fsync, rename = os.fsync, os.rename

    def noted(number: int) -> None:
        flushed.add(os.fstat(number).st_ino)
        fsync(number)

    def switched(source: Any, target: Any) -> None:
        if Path(target).name == PUBLISH:
            missing.extend(str(path) for path in Path(source).rglob("*") if path.stat().st_ino not in flushed)
        rename(source, target)

    monkeypatch.setattr(os, "fsync", noted)
    monkeypatch.setattr(os, "rename", switched)
    runs.scan(example, tmp_path / "out", regions="exA:17,001-17,500", gtf=None)
    assert flushed
    assert missing == []


def test_a_signal_waits_for_the_end_of_a_publication(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(number: int, _frame: object) -> None:
        raise Stopped(number)

    out = tmp_path / "out"
    _, after = prepared(out)
    shutil.move(out / PART, tmp_path / "part")
    lay_out = publishing.lay_out

    def disturbed(folder: Path) -> None:
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGHUP)
        lay_out(folder)

    monkeypatch.setattr("ideep_scan.jobs.output_folder.run_folder.lay_out", disturbed)
    handlers = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        with pytest.raises(Stopped) as stopped:
            put(out, tmp_path / "part")
        assert signal.getsignal(signal.SIGTERM) is stop
        assert stopped.value.number == signal.SIGTERM
        assert stopped.value.state == f"the run in {out} is complete"
        assert read_files(out) == after
        with pytest.raises(Stopped) as stopped, RunFolder(tmp_path / "other", overwrite=False):
            signal.raise_signal(signal.SIGTERM)
        assert stopped.value.state == "nothing half-finished is left"
        assert not (tmp_path / "other").exists()
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with undisturbed():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
            signal.raise_signal(signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_mixture_of_old_and_new_is_not_taken_for_a_run(tmp_path: Path) -> None:
    """While files move, no manifest stands beside them."""
    out = tmp_path / "out"
    prepared(out)
    publishing.switch(out)
    seen: list[bool] = []
    move = publishing._move

    def watched(source: Path, folder: Path, names: set[str]) -> None:
        seen.append((folder / MANIFEST).exists())
        move(source, folder, names)
        seen.append((folder / MANIFEST).exists())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publishing, "_move", watched)
        publishing.lay_out(out)
    assert seen == [False, False]


@pytest.mark.parametrize("linked", ["tracks", "motifs", PUBLISH])
def test_a_publication_never_leads_out_of_its_folder(linked: str, tmp_path: Path) -> None:
    """A folder from elsewhere may hold a publication to finish, and links where its files would go."""
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    prepared(out)
    publishing.switch(out)
    if (out / linked).exists():
        shutil.move(out / linked, elsewhere)
    else:
        write_run(elsewhere, {"C.bb": b"precious"})
    (out / linked).symlink_to(elsewhere)
    before, kept = read_files(out), read_files(elsewhere)
    with pytest.raises(OutputError, match="move it away"):
        settle(out)
    assert read_files(elsewhere) == kept
    assert read_files(out) == before


@pytest.mark.parametrize("name", [".lock", "./.lock", f"{PUBLISH}/manifest.json", f"{PART}/tracks/A.bw"])
def test_no_manifest_names_what_a_run_needs_itself(name: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    prepared(out)
    data = json.loads((out / MANIFEST).read_text())
    data["files"][name] = {"size": 1, "digest": "blake2b:"}
    (out / MANIFEST).write_text(json.dumps(data))
    publishing.switch(out)
    before = read_files(out)
    with pytest.raises(OutputError, match="which is no result of a run"):
        settle(out)
    assert read_files(out) == before
