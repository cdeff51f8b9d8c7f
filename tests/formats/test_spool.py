"""Temporary copies of pipes: content, names in errors, and what is left afterwards."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from ideep_scan.errors import IdeepScanError, InputError, OutputError
from ideep_scan.formats.spool import STANDARD_INPUT, Spool, is_pipe


def pipe(path: Path, content: bytes) -> Path:
    """Make a named pipe and a thread that fills it."""
    path.parent.mkdir(exist_ok=True)
    os.mkfifo(path)
    Thread(target=path.write_bytes, args=(content,), daemon=True).start()
    return path


def test_a_pipe_becomes_a_file_that_can_be_read_again_and_vanishes(tmp_path):
    content = os.urandom(200_000)
    with Spool() as spool:
        copy = spool.path(pipe(tmp_path / "a.bed", content))
        assert copy.read_bytes() == copy.read_bytes() == content
        assert stat.S_IMODE(copy.parent.stat().st_mode) == 0o700
    assert not copy.parent.exists()


def test_a_file_is_not_copied(tmp_path):
    (tmp_path / "a.bed").write_text("content")
    with Spool() as spool:
        assert spool.path(tmp_path / "a.bed") == tmp_path / "a.bed"
        assert spool.path(tmp_path / "no") == tmp_path / "no"


def test_pipes_of_one_name_have_copies_of_their_own(tmp_path):
    with Spool() as spool:
        copies = [spool.path(pipe(tmp_path / folder / "a.bed", folder.encode())) for folder in "abc"]
        assert [copy.read_text() for copy in copies] == ["a", "b", "c"]


def test_an_empty_pipe_and_one_that_is_given_twice_are_refused(tmp_path):
    with Spool() as spool:
        with pytest.raises(InputError, match=r"a\.bed is empty; pipe in some content"):
            spool.path(pipe(tmp_path / "a.bed", b""))
        spool.path(pipe(tmp_path / "b.bed", b"x"))
        with pytest.raises(InputError, match=r"b\.bed can be read only once, but is given twice"):
            spool.path(tmp_path / "b.bed")


def read_and_raise(argument: Path, kind: type[IdeepScanError]) -> None:
    with Spool() as spool:
        raise kind(f"{spool.path(argument)}, line 3: 2 columns")


@pytest.mark.parametrize("kind", [InputError, OutputError])
def test_an_error_names_the_pipe_instead_of_its_copy(tmp_path, kind):
    argument = pipe(tmp_path / "a.bed", b"x")
    with pytest.raises(kind) as caught:
        read_and_raise(argument, kind)
    assert str(caught.value) == f"{argument}, line 3: 2 columns"


@pytest.fixture
def standard_input(tmp_path: Path) -> Iterator[None]:
    """Replace the standard input of this process by a file."""
    (tmp_path / "input").write_text("content")
    saved, descriptor = os.dup(0), os.open(tmp_path / "input", os.O_RDONLY)
    os.dup2(descriptor, 0)
    yield
    os.dup2(saved, 0)
    os.close(saved)
    os.close(descriptor)


@pytest.mark.usefixtures("standard_input")
def test_standard_input_is_copied_once_and_stays_open():
    with Spool() as spool:
        assert spool.path(Path(STANDARD_INPUT)).read_text() == "content"
        with pytest.raises(InputError, match="standard input can be read only once"):
            spool.path(Path(STANDARD_INPUT))
    os.fstat(0)


@pytest.mark.usefixtures("standard_input")
def test_an_error_names_standard_input():
    with pytest.raises(InputError) as caught:
        read_and_raise(Path(STANDARD_INPUT), InputError)
    assert str(caught.value) == "standard input, line 3: 2 columns"


def test_a_full_disk_is_an_error_that_says_what_to_do(tmp_path, monkeypatch):
    def fail(reader, writer):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ideep_scan.formats.spool.shutil.copyfileobj", fail)
    with pytest.raises(OutputError, match=r"No space left on device\); set TMPDIR"), Spool() as spool:
        spool.path(pipe(tmp_path / "a.bed", b""))


def test_only_pipes_and_terminals_are_read_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    master, slave = os.openpty()
    names = {"pipe": True, "link": True, "file": False, ".": False, "no": False, "a\0b": False}
    try:
        assert {name: is_pipe(tmp_path / name) for name in names} == names
        assert is_pipe(Path(os.ttyname(slave)))
        assert not is_pipe(Path("/dev/null"))
    finally:
        os.close(master)
        os.close(slave)
