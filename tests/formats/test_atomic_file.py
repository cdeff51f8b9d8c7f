"""Output files appear complete or not at all; every failure is an OutputError that names the file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ideep_scan.errors import InputError, OutputError
from ideep_scan.formats.atomic_file import AtomicFile


def test_a_file_appears_when_its_block_ends(tmp_path):
    path = tmp_path / "new" / "folder" / "a.txt"
    with AtomicFile(path) as part:
        part.write_text("content")
        assert part.parent == path.parent
        assert not path.exists()
    assert path.read_text() == "content"
    assert list(path.parent.iterdir()) == [path]


def test_an_earlier_file_is_replaced(tmp_path):
    (tmp_path / "a.txt").write_text("earlier")
    with AtomicFile(tmp_path / "a.txt") as part:
        part.write_text("later")
        assert (tmp_path / "a.txt").read_text() == "earlier"
    assert (tmp_path / "a.txt").read_text() == "later"


def write_and_raise(path: Path, error: BaseException) -> None:
    with AtomicFile(path, suffix=".tmp.bb") as part:
        assert part.name.endswith("a.txt.tmp.bb")
        part.write_text("half")
        raise error


@pytest.mark.parametrize("error", [InputError("other"), KeyboardInterrupt(), ValueError("x")])
def test_an_error_of_the_block_leaves_the_earlier_file(tmp_path, error):
    (tmp_path / "a.txt").write_text("earlier")
    with pytest.raises(type(error)) as caught:
        write_and_raise(tmp_path / "a.txt", error)
    assert caught.value is error
    assert [path.read_text() for path in tmp_path.iterdir()] == ["earlier"]


@pytest.mark.parametrize(
    ("error", "reason"), [(OSError(28, "No space left on device"), "No space left on device"), (OSError(), "unknown")]
)
def test_an_error_of_the_system_names_the_file_and_the_reason(tmp_path, error, reason):
    with pytest.raises(OutputError, match=rf"a\.txt: cannot be written \({reason}.*\); check free space"):
        write_and_raise(tmp_path / "a.txt", error)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_a_pipe_or_a_device_stays(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.txt"
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/null")
    with pytest.raises(OutputError, match=r"a\.txt: is a device or a pipe, not a file; name a file"):
        AtomicFile(path)
    assert list(tmp_path.iterdir()) == [path]
    assert not path.is_file()


def test_a_folder_that_cannot_be_made_is_an_error_before_anything_is_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        AtomicFile(tmp_path / "file" / "a.txt")


def test_a_folder_in_place_of_the_file_stays(tmp_path):
    (tmp_path / "a.txt").mkdir()
    file = AtomicFile(tmp_path / "a.txt")
    file.part.write_text("content")
    with pytest.raises(OutputError, match=r"Is a directory|cannot be written"):
        file.commit()
    assert list(tmp_path.iterdir()) == [tmp_path / "a.txt"]


def test_a_temporary_file_that_was_never_written_is_an_error(tmp_path):
    with pytest.raises(OutputError, match="No such file"), AtomicFile(tmp_path / "a.txt"):
        pass
