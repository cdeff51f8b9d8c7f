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

from ideep_scan.errors import OutputError, Stopped
from ideep_scan.jobs.output_folder import publication as publishing
from ideep_scan.jobs.output_folder.publication import PART, PUBLISH, settle, undisturbed
from ideep_scan.jobs.output_folder.run_folder import RunFolder
from track_hubs.file_records import file_record
from track_hubs.manifest import MANIFEST, Assembly, Manifest, Track, to_json

CALLS = ("rename", "replace", "unlink", "rmdir", "mkdir", "fsync")
Files = dict[str, bytes]
OLD: Files = {"tracks/A.bw": b"a1", "tracks/B.bw": b"b1", "hits/A.bed.gz": b"h1", "index.html": b"p1"}
NEW: Files = {"tracks/A.bw": b"a2", "hits/C.bed.gz": b"h2", "motifs/C.bb": b"m2", "index.html": b"p2"}
FOREIGN: Files = {"tracks/mine.bw": b"mine", "thesis.docx": b"precious"}


def manifest(files: dict[str, Any]) -> str:
    tracks = tuple(
        Track(name, "bigWig", "score", "g", "l", "ll", (1, 2, 3)) for name in sorted(files) if name.startswith("tracks")
    )
    return to_json(Manifest("run", Assembly("hg19", "hg19", None, {"chr1": 9}), tracks, files=files))


def write(folder: Path, files: Files) -> None:
    """Write files and the manifest that lists them."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    (folder / MANIFEST).write_text(manifest({name: file_record(folder / name) for name in files}))


def content(folder: Path) -> Files:
    """Return all files below a folder but its lock file, and its empty folders."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    found.pop(".lock", None)
    return {
        name: b"link" if path.is_symlink() else path.read_bytes() if path.is_file() else b"folder"
        for name, path in found.items()
        if path.is_symlink() or path.is_file() or not any(path.iterdir())
    }


def prepared(folder: Path, earlier: bool = True) -> tuple[Files, Files]:
    """Write a run, files of somebody else beside it, and a new run in `.part`; files before and after."""
    folder.mkdir()
    if earlier:
        write(folder, OLD)
        for name, data in FOREIGN.items():
            (folder / name).write_bytes(data)
    before = content(folder)
    write(folder / PART, NEW)
    after = {name: data for name, data in before.items() if name in FOREIGN}
    return before, after | NEW | {MANIFEST: (folder / PART / MANIFEST).read_bytes()}


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
            assert content(folder) == after
            break
        decided = (folder / PUBLISH).exists() or content(folder).get(MANIFEST) == after[MANIFEST]
        with RunFolder(folder, overwrite=True):  # the next start repairs, and removes what is left of the dead run
            pass
        expected = after if decided else before
        assert content(folder) == expected, (last, made)
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
        told = ""
        with RunFolder(folder, overwrite=True) as run:
            shutil.copytree(tmp_path / "part", run.part, dirs_exist_ok=True)
            dying(last, OSError(error, os.strerror(error)))
            try:
                run.place()
            except OutputError as full:
                told = str(full)
            monkeypatch.undo()
        shutil.rmtree(tmp_path / "part")
        if not told:
            assert content(folder) == after
            break
        if (folder / PUBLISH).exists():
            assert f"ideep-scan hub --check {folder}" in told
            settle(folder)
            assert content(folder) == after
        else:
            assert content(folder) in (before, after)
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
        decided = (folder / PUBLISH).exists() or content(folder).get(MANIFEST) == after[MANIFEST]
        with RunFolder(folder, overwrite=True):
            pass
        assert content(folder) == (after if decided else before), nth
        if ended.returncode == 0:
            return
    raise AssertionError("it never ended by itself")


def test_without_an_earlier_run_nothing_is_seen_before_the_manifest(tmp_path: Path) -> None:
    _, after = prepared(tmp_path / "out", earlier=False)
    publish(tmp_path / "out")
    assert content(tmp_path / "out") == after
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"tracks", "hits", "motifs", "index.html", MANIFEST}


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
    prepared(out)
    shutil.rmtree(out / PART)
    make(out / name)
    before = content(out)
    with pytest.raises(OutputError, match="move it away"), RunFolder(out, overwrite=True) as run:
        run.expect(NEW)
    with RunFolder(out, overwrite=True) as run:
        write(run.part, NEW)
        with pytest.raises(OutputError, match="move it away"):
            run.place()
    assert content(out) == before


def test_a_file_system_without_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As far as one that has it can show: two names of one file. The new file must not be removed as a stale one."""
    out = tmp_path / "out"
    write(out, {"tracks/a.bw": b"1"})
    write(out / PART, {"tracks/A.bw": b"2"})
    publishing.switch(out)
    monkeypatch.setattr(publishing, "_same", lambda one, other: True)
    publishing.lay_out(out)
    assert (out / "tracks" / "A.bw").read_bytes() == b"2"
    assert (out / "tracks" / "a.bw").exists()
    assert publishing.obstacle(out, {"tracks/A.bw"}, {"tracks/a.bw"}) is None


def test_manifests_that_list_no_files_name_what_they_imply(tmp_path: Path) -> None:
    """A run of an earlier version is replaced whole, with its indexes and pages."""
    out = tmp_path / "out"
    track = Track("hits/A.bed.gz", "bed", "sites", "A b", "l", "ll", (1, 2, 3))
    earlier = Manifest("old", Assembly("x", "x", "genome/x.fa", {"chr1": 9}, "genome/genes.bed.gz"), (track,))
    implied = ["hits/A.bed.gz", "hits/A.bed.gz.tbi", "genome/x.fa.fai", "genome/genes.bed.gz.tbi", "hub.txt"]
    implied += ["igv_session_web.xml", "descriptions/A_b.html", "descriptions/run.html"]
    write(out, dict.fromkeys(implied, b"old"))
    data = {**json.loads(to_json(earlier)), "version": 2}
    del data["files"]
    (out / MANIFEST).write_text(json.dumps(data))
    write(out / PART, NEW)
    publish(out)
    assert set(content(out)) == {*NEW, MANIFEST}


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
        assert content(out) == after
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


def test_a_damaged_manifest_is_not_replaced_blindly(tmp_path: Path) -> None:
    write(tmp_path / "out", OLD)
    (tmp_path / "out" / MANIFEST).write_text("{")
    before = content(tmp_path / "out")
    with pytest.raises(OutputError, match="what the earlier run wrote is not known"):
        RunFolder(tmp_path / "out", overwrite=True).__enter__()
    assert content(tmp_path / "out") == before


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
        write(elsewhere, {"C.bb": b"precious"})
    (out / linked).symlink_to(elsewhere)
    before, kept = content(out), content(elsewhere)
    with pytest.raises(OutputError, match="move it away"):
        settle(out)
    assert content(elsewhere) == kept
    assert content(out) == before


def test_a_part_that_is_a_link_is_named(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere", OLD)
    kept = content(tmp_path / "elsewhere")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / PART).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputError, match=r"\.part is not a folder of its own"):
        RunFolder(tmp_path / "out", overwrite=False).__enter__()
    assert content(tmp_path / "elsewhere") == kept


@pytest.mark.parametrize("name", [".lock", "./.lock", f"{PUBLISH}/manifest.json", f"{PART}/tracks/A.bw"])
def test_no_manifest_names_what_a_run_needs_itself(name: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    prepared(out)
    data = json.loads((out / MANIFEST).read_text())
    data["files"][name] = {"size": 1, "digest": "blake2b:"}
    (out / MANIFEST).write_text(json.dumps(data))
    publishing.switch(out)
    before = content(out)
    with pytest.raises(OutputError, match="which is no result of a run"):
        settle(out)
    assert content(out) == before


def test_a_manifest_that_is_no_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    os.mkfifo(tmp_path / "out" / MANIFEST)
    with pytest.raises(OutputError, match="is not a file"):
        RunFolder(tmp_path / "out", overwrite=True).__enter__()
