"""Rows of a .fai against the lines of a FASTA: letters by position, and each way that the two can disagree."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.errors import InputError
from ideep_scan.formats.fasta import layout
from ideep_scan.formats.fasta.layout import (
    LayoutError,
    check_headers,
    check_lines,
    find_non_nucleotide,
    parse_fai,
    read_letters,
)

PATH = Path("genome.fa")


class Bytes:
    """Bytes in memory as `FastaBytes`."""

    def __init__(self, content: bytes):
        self._stream = io.BytesIO(content)

    def read(self, offset: int, count: int) -> bytes:
        self._stream.seek(offset)
        return self._stream.read(count)

    def close(self) -> None:
        """Keep the bytes."""


def even(records: dict[str, str], width: int, end: str = "\n") -> tuple[bytes, bytes]:
    """Write a FASTA with lines of one width, and its .fai by counting."""
    text, rows = "", ""
    for name, letters in records.items():
        text += f">{name} described{end}"
        rows += f"{name}\t{len(letters)}\t{len(text)}\t{width}\t{width + len(end)}\n"
        text += "".join(letters[i : i + width] + end for i in range(0, len(letters), width))
    return text.encode(), rows.encode()


LETTERS = st.text("ACGTNacgtnRY", min_size=1, max_size=40)


@given(st.lists(LETTERS, min_size=1, max_size=3), st.integers(1, 9), st.sampled_from(["\n", "\r\n"]), st.data())
def test_any_interval_has_the_letters_of_its_contig(records, width, end, data):
    named = {f"c{number}": letters for number, letters in enumerate(records)}
    content, fai = even(named, width, end)
    index, source = parse_fai(fai), Bytes(content)
    check_headers(index, source)
    check_lines(index, source, PATH)
    row = data.draw(st.integers(0, len(records) - 1))
    start = data.draw(st.integers(0, len(records[row])))
    stop = data.draw(st.integers(start, len(records[row])))
    assert read_letters(index, source, row, start, stop).tobytes().decode() == records[row][start:stop]


@pytest.mark.parametrize(("row", "end"), [("6\t3\t4\t5", 10), ("8\t3\t4\t5", 12), ("0\t3\t0\t0", 3), ("3\t3\t3\t3", 6)])
def test_a_contig_ends_after_its_last_base(row, end):
    assert parse_fai(f"a\t{row}\n".encode()).ends().tolist() == [end]


@pytest.mark.parametrize(
    "fai",
    [
        b"", b"\n", b"a\t6\t3\t4\n", b"a\t6\t3\t4\t5\t6\n", b"a 6 3 4 5\n", b"a\tx\t3\t4\t5\n", b"a\t6.0\t3\t4\t5\n",
        b"a\t-6\t3\t4\t5\n", b"a\t6\t0\t4\t5\n", b"a\t6\t3\t0\t5\n", b"a\t6\t3\t5\t4\n", b"a\t6\t3\t4\t4\n",
        b"a\t6\t3\t4\t5\na\t6\t30\t4\t5\n", b"\xff\t6\t3\t4\t5\n", b"a\t99999999999999999999\t3\t4\t5\n",
        b"a\t6\t9999999999999999\t4\t5\n",
    ],
)  # fmt: skip
def test_a_damaged_index_is_refused(fai):
    with pytest.raises(LayoutError, match="it is damaged"):
        parse_fai(fai)


@given(st.binary(max_size=60) | st.text("a0123456789\t\n.-", max_size=60).map(str.encode))
def test_any_bytes_are_an_index_or_damaged(content):
    try:
        index = parse_fai(content)
    except LayoutError:
        return
    assert len(index.names) == len(index.lengths) >= 1


TWO = {"a": "ACGTACGTAC", "b": "GGCC"}
CONTENT, FAI = even(TWO, 4)


@pytest.mark.parametrize(
    ("content", "fai", "reason"),
    [
        (CONTENT.replace(b">b", b">c"), FAI, "b does not follow a line '>b'"),
        (CONTENT.replace(b">b", b"b>"), FAI, "b does not follow"),
        (CONTENT.replace(b"AC\n>b", b"ACG\n>b")[:-1], FAI, "b does not follow"),
        (CONTENT, FAI.replace(b"b\t4", b"b\t1"), "continues after its last contig"),
        (CONTENT + b">d\nACGT\n", FAI, "continues after its last contig"),
        (CONTENT[:-3], FAI, "b reaches past the end of the file"),
        (CONTENT.replace(b"ACGT\nACGT", b"ACGTACGT\n"), FAI, "a does not end|a line of a"),
        (CONTENT, FAI.replace(b"b\t4\t", b"b\t400\t"), "reaches past the end"),
    ],
)  # fmt: skip
def test_an_index_of_another_file_is_refused(content, fai, reason):
    with pytest.raises(LayoutError, match=reason):
        check_headers(parse_fai(fai), Bytes(content))


def test_a_record_without_bases_may_lie_before_a_contig():
    content = CONTENT.replace(b">b", b">empty\n>b")
    fai = FAI.replace(b"b\t4\t39", b"b\t4\t46")
    assert fai != FAI
    check_headers(parse_fai(fai), Bytes(content))


def test_a_line_in_the_middle_that_is_shorter_is_found_by_reading_all():
    content, fai = even({"a": "ACGT" * 9}, 4)
    content = content[:30] + b"\n" + content[31:]
    index, source = parse_fai(fai), Bytes(content)
    check_headers(index, source)
    with pytest.raises(LayoutError, match="a line of a near base 1 holds a blank or is not as long"):
        check_lines(index, source, PATH)


def test_a_letter_that_is_not_a_nucleotide_is_named_with_its_base(monkeypatch):
    monkeypatch.setattr(layout, "_BLOCK", 8)
    content, fai = even({"a": "ACGTACGTAC*T"}, 4)
    with pytest.raises(InputError, match=r"genome\.fa: contig a holds '\*' at base 11, which is not a nucleotide"):
        check_lines(parse_fai(fai), Bytes(content), PATH)


def test_the_nucleotides_are_the_letters_of_iupac():
    letters = [chr(code) for code in range(256) if find_non_nucleotide(np.array([code], np.uint8)) is None]
    assert set(letters) == set("ABCDGHKMNRSTUVWXY") | set("abcdghkmnrstuvwxy")
