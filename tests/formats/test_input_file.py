"""A file is the one that was opened, or its change is an error; its digest is that of what was opened."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ideep_scan.errors import InputError
from ideep_scan.formats.digest import digest
from ideep_scan.formats.input_file import InputFile


def replaced(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    os.replace(other, path)


def overwritten(path: Path) -> None:
    before = path.stat().st_mtime_ns
    with path.open("r+b") as handle:
        handle.write(b"x")
    os.utime(path, ns=(before, before + 1))


def lengthened(path: Path) -> None:
    with path.open("ab") as handle:
        handle.write(b"x")


@pytest.mark.parametrize("change", [replaced, overwritten, lengthened, Path.unlink])
def test_a_change_is_an_error_of_one_line(tmp_path: Path, change: Callable[[Path], None]) -> None:
    path = tmp_path / "a.txt"
    path.write_text("content")
    file = InputFile(path)
    file.check()
    change(path)
    for use in (file.check, file.digest):
        with pytest.raises(InputError, match=r"a\.txt: was replaced, overwritten or removed while") as caught:
            use()
        assert "\n" not in str(caught.value)


def test_the_receipt_names_the_file_and_what_it_held(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("content")
    status = path.stat()
    assert InputFile(path).receipt() == {
        "name": "a.txt",
        "digest": digest(path),
        "device": status.st_dev,
        "inode": status.st_ino,
        "size": 7,
        "mtime_ns": status.st_mtime_ns,
    }


def test_a_digest_that_is_stopped_is_not_believed_later(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("content")
    file = InputFile(path)
    assert file.digest(lambda: True) == ""
    assert file.digest() == digest(path)
