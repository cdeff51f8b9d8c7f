"""Files that are not text, by their first bytes."""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
from pathlib import Path

import pytest

from ideep_scan.errors import InputError
from ideep_scan.formats.fasta.source import FastaSource
from ideep_scan.formats.foreign_content import BIGBED, BIGWIG, find_foreign_content
from ideep_scan.formats.text import read_lines

ROWS = b"chr1\t100\t200\tname\t0\t+\n" * 5
TEXT = ROWS.decode()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (bz2.compress(ROWS), "other-compression"),
        (lzma.compress(ROWS), "other-compression"),
        (b"PK\3\4" + bytes(40), "other-compression"),
        (TEXT.encode("utf-16"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16"),
        (TEXT.encode("utf-16-be"), "utf-16"),
        (b"\xef\xbb\xbf\n<?xml version='1.0'?>", "web-page"),
        (b"\x43\x27\x41\x1a" + bytes(12), "foreign-format"),
        (b"BAM\1" + bytes(12), "foreign-format"),
        (b"X\n\0\0\0\3" + bytes(12), "foreign-format"),
        (b"\x89HDF\r\n\x1a\n" + bytes(12), "foreign-format"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "foreign-format"),
        (b'{\n "a": 1}\n', "foreign-format"),
        (b"[[1, 2]]\n", "foreign-format"),
        (b"404: Not Found", "web-page"),
        (b"Forbidden.\n", "web-page"),
        (bytes(257) + b"ustar\0" + bytes(99), "other-compression"),
    ],
)
def test_what_is_not_text_is_named(content: bytes, code: str, tmp_path: Path) -> None:
    found = find_foreign_content(content)
    assert found is not None
    assert found.code == code
    path = tmp_path / "file"
    for stored in (content, gzip.compress(content)):
        path.write_bytes(stored)
        with pytest.raises(InputError, match=re.escape(found.text)):
            list(read_lines(path))
    path.write_bytes(content)
    with pytest.raises(InputError, match=re.escape(found.text)):
        FastaSource(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0",
        ROWS,
        b"\xef\xbb\xbf" + ROWS,
        b">chr1\nACGT\n",
        bytes(64),
        b"<1>\t2\n",
        b"[\t1\t2\n",
        b"not found\t1\n",
    ],
)
def test_other_content_may_be_text(content: bytes) -> None:
    assert find_foreign_content(content) is None


def test_a_file_that_is_gzipped_twice_is_named(tmp_path: Path) -> None:
    path = tmp_path / "sites.bed.gz"
    path.write_bytes(gzip.compress(gzip.compress(ROWS)))
    with pytest.raises(InputError, match="gzipped twice; unpack it once"):
        list(read_lines(path))


@pytest.mark.parametrize(("magic", "name"), [(BIGWIG[0], "bigWig"), (BIGBED[1], "bigBed"), (b"BCF\2", "BCF")])
def test_binary_formats_that_some_commands_read_are_named(magic: bytes, name: str, tmp_path: Path) -> None:
    path = tmp_path / "sites.bed"
    path.write_bytes(magic + bytes(60))
    with pytest.raises(InputError, match=f"is (a )?{name}; give a text file"):
        list(read_lines(path))
