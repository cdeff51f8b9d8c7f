"""The lock on an output folder: one owner at a time, gone with its owner, no file left behind."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import runs

from ideep_scan.errors import OutputError
from ideep_scan.jobs.hub import run as build_hub
from ideep_scan.jobs.hub_settings import HubSettings
from ideep_scan.jobs.output_folder import lock as folder_lock
from ideep_scan.jobs.output_folder.lock import EXCLUSIVE, LOCK, FolderLock, locked_folder
from ideep_scan.jobs.output_folder.run_folder import RunFolder

OWNER = "import sys, time, pathlib\nfrom ideep_scan.jobs.output_folder.lock import FolderLock\n"
OWNER += "with FolderLock(pathlib.Path(sys.argv[1])):\n    print('locked', flush=True)\n    time.sleep(60)\n"


def other_process(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", OWNER, folder], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "locked\n"
    return process


@pytest.fixture
def no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system without locks."""

    def refused(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refused)


def test_a_second_owner_is_refused_until_the_first_is_killed(tmp_path: Path) -> None:
    process = other_process(tmp_path)
    try:
        with pytest.raises(OutputError, match=rf"another run is writing here \(process {process.pid} on .* since 20"):
            FolderLock(tmp_path).__enter__()
        for overwrite in (False, True):
            with pytest.raises(OutputError, match="another run is writing here"):
                RunFolder(tmp_path, overwrite).__enter__()
        assert (tmp_path / LOCK).exists()
    finally:
        process.kill()
        process.communicate()
    assert (tmp_path / LOCK).exists()
    with FolderLock(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_child_that_inherits_the_lock_keeps_it(tmp_path: Path) -> None:
    """A process that still writes into the folder of a killed run."""
    with FolderLock(tmp_path) as lock:
        assert lock.descriptor is not None
        child = subprocess.Popen(["sleep", "60"], pass_fds=[lock.descriptor])
        os.close(lock.descriptor)  # as when the owner is killed
        lock.descriptor = None
        try:
            with pytest.raises(OutputError, match="another run is writing here"):
                FolderLock(tmp_path).__enter__()
        finally:
            child.kill()
            child.wait()


def test_many_owners_one_after_the_other(tmp_path: Path) -> None:
    """Owners remove the file that others are about to lock."""
    inside: list[int] = []
    most: list[int] = []
    failures: list[BaseException] = []

    def own() -> None:
        done = 0
        while done < 30:
            try:
                with locked_folder(tmp_path / "new" / "out"):
                    inside.append(1)
                    most.append(len(inside))
                    inside.pop()
                    done += 1
            except OutputError as busy:
                if "another run" not in str(busy):
                    failures.append(busy)
                    return

    threads = [threading.Thread(target=own) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert set(most) == {1}
    assert runs.files(tmp_path) == set()


@pytest.mark.parametrize("error", [FileExistsError, FileNotFoundError])
def test_a_folder_that_is_removed_while_it_is_made_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[OSError]
) -> None:
    folder, make, calls = tmp_path / "out", Path.mkdir, []

    def vanish_once(path: Path, *arguments: object, **options: object) -> None:
        calls.append(path)
        if len(calls) == 1:
            raise error
        make(path, *arguments, **options)

    monkeypatch.setattr(Path, "mkdir", vanish_once)
    with locked_folder(folder):
        assert (folder / LOCK).exists()
    assert len(calls) == 2
    assert not folder.exists()


def test_a_folder_that_is_always_removed_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "mkdir", lambda *_, **__: None)
    with (
        pytest.raises(OutputError, match=r"cannot be written \(No such file or directory\)"),
        locked_folder(tmp_path / "out"),
    ):
        pass


@pytest.mark.parametrize("name", ["file", "link", "file/out", "link/out"])
def test_what_is_no_folder_stays(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to("nothing")
    with (
        pytest.raises(OutputError, match=r"a file or a link to nothing is in its place"),
        locked_folder(tmp_path / name),
    ):
        pass
    assert (tmp_path / "file").read_text() == "mine"
    assert (tmp_path / "link").is_symlink()


def test_a_file_system_without_locks(tmp_path: Path, no_locks: None, caplog: pytest.LogCaptureFixture) -> None:
    with FolderLock(tmp_path):
        assert {path.name for path in tmp_path.iterdir()} == {EXCLUSIVE}
        with pytest.raises(OutputError, match=rf"another run .* if it has ended, remove {tmp_path / EXCLUSIVE}"):
            FolderLock(tmp_path).__enter__()
    assert list(tmp_path.iterdir()) == []
    assert "this file system has no locks" in caplog.messages[0]


def test_without_locks_the_mark_of_a_dead_process_is_removed(tmp_path: Path, no_locks: None) -> None:
    dead = subprocess.Popen(["true"])
    dead.wait()
    here = folder_lock._owner()
    (tmp_path / EXCLUSIVE).write_text(here.replace(f"process {os.getpid()} ", f"process {dead.pid} "))
    with FolderLock(tmp_path):
        pass
    for text in (here, here.replace(" on ", " on another."), "", "process x on y since z"):
        (tmp_path / EXCLUSIVE).write_text(text)
        with pytest.raises(OutputError, match="another run is writing here"):
            FolderLock(tmp_path).__enter__()
        assert (tmp_path / EXCLUSIVE).read_text() == text


def test_a_lock_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / LOCK).symlink_to(tmp_path / "precious")
    with pytest.raises(OutputError, match="cannot be written"):
        RunFolder(tmp_path / "out", overwrite=True).__enter__()
    assert (tmp_path / "precious").read_text() == "precious"


def test_a_hub_is_not_built_while_a_run_writes(complete_run: Path, tmp_path: Path) -> None:
    run, hub = tmp_path / "run", tmp_path / "hub"
    shutil.copytree(complete_run, run)
    hub.mkdir()
    before = {name: (run / name).read_bytes() for name in runs.files(run)}
    with FolderLock(run), pytest.raises(OutputError, match="another run is writing here"):
        build_hub(HubSettings((run,)))
    with FolderLock(hub), pytest.raises(OutputError, match="another run is writing here"):
        build_hub(HubSettings((run,), out=hub))
    assert {name: (run / name).read_bytes() for name in runs.files(run)} == before
    assert runs.files(hub) == set()
    build_hub(HubSettings((run,), out=hub))
    assert LOCK not in runs.files(hub)
