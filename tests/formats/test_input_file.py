"""A file is the one that was opened, or its change is an error; its digest is that of what was opened."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ideep_scan.errors import InputError
from ideep_scan.formats.input_file import InputFile

CONTENT = b"content"
DIGEST = "blake2b:" + hashlib.blake2b(CONTENT, digest_size=32).hexdigest()


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
    path.write_bytes(CONTENT)
    file = InputFile(path)
    file.check()
    change(path)
    for use in (file.check, file.digest):
        with pytest.raises(InputError, match=r"a\.txt: was replaced, overwritten or removed while") as caught:
            use()
        assert "\n" not in str(caught.value)


def test_the_receipt_names_the_file_and_what_it_held(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(CONTENT)
    assert InputFile(path).receipt() == {"name": "a.txt", "digest": DIGEST, "size": 7}


def test_the_location_is_that_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(CONTENT)
    status = path.stat()
    monkeypatch.chdir(tmp_path)
    assert InputFile("a.txt").location() == {
        "path": str(path),
        "device": status.st_dev,
        "inode": status.st_ino,
        "mtime_ns": status.st_mtime_ns,
    }


def test_a_digest_that_is_stopped_is_not_believed_later(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(CONTENT)
    file = InputFile(path)
    assert file.digest(lambda: True) == ""
    assert file.digest() == DIGEST


def test_the_digest_is_that_of_all_bytes(tmp_path: Path) -> None:
    content = os.urandom((1 << 22) + 17)
    path = tmp_path / "long"
    path.write_bytes(content)
    assert InputFile(path).digest() == "blake2b:" + hashlib.blake2b(content, digest_size=32).hexdigest()


@pytest.mark.parametrize(("name", "reason"), [("no", "no such file"), (".", "is a folder"), ("empty", "is empty")])
def test_what_is_not_a_file_is_refused(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "empty").touch()
    with pytest.raises(InputError, match=reason):
        InputFile(tmp_path / name)


def test_an_error_of_the_disk_is_one_line_with_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x").write_bytes(CONTENT)

    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("ideep_scan.formats.input_file.digest_stream", fail)
    with pytest.raises(InputError, match=r"x: cannot be read \(Input/output error\)"):
        InputFile(tmp_path / "x").digest()
