"""Files that have their final name only when they are complete."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from track_hubs.atomic_file import atomic_file, replace, sync, temporary_name


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_the_file_appears_at_the_end_of_the_block(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "a.txt"
    with atomic_file(path) as temporary:
        temporary.write_text("complete")
        assert not path.exists()
        assert temporary.parent == path.parent
    assert path.read_text() == "complete"
    assert names(path.parent) == {"a.txt"}


def stop_halfway(path: Path, error: type[BaseException]) -> None:
    with atomic_file(path) as temporary:
        temporary.write_text("half")
        raise error


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_block_that_raises_leaves_the_earlier_file(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "a.txt"
    path.write_text("earlier")
    with pytest.raises(error):
        stop_halfway(path, error)
    assert path.read_text() == "earlier"
    assert names(tmp_path) == {"a.txt"}


def test_a_block_that_writes_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), atomic_file(tmp_path / "a.txt"):
        pass
    assert names(tmp_path) == set()


def test_a_name_that_a_folder_has_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(IsADirectoryError), atomic_file(tmp_path / "a") as temporary:
        temporary.write_text("complete")
    assert names(tmp_path) == {"a"}


def test_temporary_names_are_hidden_distinct_and_in_the_same_folder(tmp_path: Path) -> None:
    path = tmp_path / "a.bw"
    temporaries = {temporary_name(path, ".tmp") for _ in range(50)}
    assert len(temporaries) == 50
    assert {temporary.parent for temporary in temporaries} == {tmp_path}
    assert all(temporary.name.startswith(".") and temporary.name.endswith(".a.bw.tmp") for temporary in temporaries)


def test_file_and_folder_are_flushed_around_the_rename(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary, path = tmp_path / "a.part", tmp_path / "a"
    temporary.write_text("complete")
    states = []

    def record(number: int) -> None:
        states.append((Path(os.readlink(f"/proc/self/fd/{number}")), path.exists()))

    monkeypatch.setattr(os, "fsync", record)
    replace(temporary, path)
    assert states == [(temporary, False), (tmp_path, True)]


@pytest.mark.parametrize(
    ("number", "passes"), [(errno.EINVAL, True), (errno.ENOTSUP, True), (errno.ENOSPC, False), (errno.EIO, False)]
)
def test_only_a_file_system_without_fsync_is_forgiven(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, passes: bool
) -> None:
    def fail(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    open_files = len(os.listdir("/proc/self/fd"))
    if passes:
        sync(tmp_path)
    else:
        with pytest.raises(OSError, match=os.strerror(number)):
            sync(tmp_path)
    assert len(os.listdir("/proc/self/fd")) == open_files
