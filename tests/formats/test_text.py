"""Lines of files, and every way of not being a text file."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from ideep_scan.errors import InputError
from ideep_scan.formats.text import read_lines


@pytest.mark.parametrize("content", [b"a\nb\n\nc", b"a\r\nb\r\n\r\nc\r\n", b"a\nb\n\nc\n"])
@pytest.mark.parametrize("packed", [False, True])
def test_lines_are_numbered_from_one_whatever_their_ends(tmp_path: Path, content: bytes, packed: bool) -> None:
    path = tmp_path / "x.any"
    path.write_bytes(gzip.compress(content) if packed else content)
    assert list(read_lines(path)) == [(1, "a"), (2, "b"), (3, ""), (4, "c")]


def test_several_gzip_members_are_one_file(tmp_path: Path) -> None:
    path = tmp_path / "x.gz"
    path.write_bytes(gzip.compress(b"a\n") + gzip.compress(b"b\n"))
    assert [line for _, line in read_lines(path)] == ["a", "b"]


def test_other_encodings_do_not_stop_the_reading(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes("é\n".encode("latin-1"))
    assert list(read_lines(path)) == [(1, "\ufffd")]


def test_a_missing_file_a_folder_and_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "empty.gz").write_bytes(gzip.compress(b""))
    for name, reason in [
        ("no", "no such file"),
        (".", "is a folder"),
        ("empty", "is empty"),
        ("empty.gz", "holds nothing"),
    ]:
        with pytest.raises(InputError, match=reason) as caught:
            list(read_lines(tmp_path / name))
        assert str(caught.value).startswith(f"{tmp_path / name}: ")
    with pytest.raises(InputError, match="no such file"):
        list(read_lines(tmp_path / "empty" / "below"))


@pytest.mark.parametrize("address", ["https://example.org/a.bed", "s3://bucket/a.bed"])
def test_an_address_is_refused_as_such(address: str) -> None:
    for path in (address, Path(address)):
        with pytest.raises(InputError, match="is an address; download the file first"):
            list(read_lines(path))


def test_a_pipe_is_refused_rather_than_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="not a regular file"):
        list(read_lines(tmp_path / "pipe"))


@pytest.mark.parametrize("packed", [False, True])
def test_a_binary_file(tmp_path: Path, packed: bool) -> None:
    content = b"BAM\1\0\0\0" * 10
    (tmp_path / "x").write_bytes(gzip.compress(content) if packed else content)
    with pytest.raises(InputError, match="binary"):
        list(read_lines(tmp_path / "x"))


def test_a_truncated_gzip_names_the_last_line_that_came_out(tmp_path: Path) -> None:
    whole = gzip.compress(os.urandom(60_000).hex().encode() * 2 + b"\n" + b"x\n" * 50_000)
    (tmp_path / "x.gz").write_bytes(whole[:-30])
    with pytest.raises(InputError, match="truncated") as caught:
        list(read_lines(tmp_path / "x.gz"))
    assert caught.value.line is not None
    (tmp_path / "y.gz").write_bytes(whole[:15])
    with pytest.raises(InputError, match="truncated"):
        list(read_lines(tmp_path / "y.gz"))


def test_a_damaged_gzip(tmp_path: Path) -> None:
    whole = bytearray(gzip.compress(b"some text\n" * 1000))
    for place, name in ((30, "body"), (len(whole) - 6, "checksum")):
        broken = bytearray(whole)
        broken[place] ^= 0xFF
        (tmp_path / name).write_bytes(broken)
        with pytest.raises(InputError, match=r"damaged|truncated"):
            list(read_lines(tmp_path / name))
