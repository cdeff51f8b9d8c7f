"""A copy of a FASTA with lines of one length holds the same bases."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.errors import InputError, OutputError
from ideep_scan.formats.fasta.even_copy import temporary_folder, write_even_copy

LINES = st.lists(st.text("ACGTN \t", max_size=150), max_size=6)


@given(st.lists(LINES, min_size=1, max_size=4), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_lines_are_even_and_records_with_bases_are_kept(tmp_path_factory, records, end, packed):
    folder = tmp_path_factory.getbasetemp()
    text = "".join(f">c{i} described{end}" + "".join(line + end for line in lines) for i, lines in enumerate(records))
    (folder / "x.fa").write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    expected = {f">c{i} described": "".join("".join(lines).split()) for i, lines in enumerate(records)}
    expected = {header: letters for header, letters in expected.items() if letters}
    if not expected:
        with pytest.raises(InputError, match="has no bases"):
            write_even_copy(folder / "x.fa", folder / "copy.fa")
        return
    write_even_copy(folder / "x.fa", folder / "copy.fa")
    copy: dict[str, list[str]] = {}
    for line in (folder / "copy.fa").read_text().splitlines():
        if line.startswith(">"):
            rows = copy.setdefault(line, [])
        else:
            rows.append(line)
    assert {header: "".join(rows) for header, rows in copy.items()} == expected
    for rows in copy.values():
        assert all(len(row) == 100 for row in rows[:-1])
        assert 1 <= len(rows[-1]) <= 100


def test_a_byte_order_mark_is_removed(tmp_path):
    (tmp_path / "x.fa").write_bytes("\ufeff>a\nAC\n".encode())
    write_even_copy(tmp_path / "x.fa", tmp_path / "copy.fa")
    assert (tmp_path / "copy.fa").read_bytes() == b">a\nAC\n"


def test_a_temporary_folder_vanishes_with_its_content(tmp_path):
    with temporary_folder(tmp_path / "x.fa") as folder:
        (folder / "copy.fa").write_text("x")
    assert not folder.exists()


def test_a_full_disk_names_the_fasta_and_what_to_do(tmp_path):
    with (
        pytest.raises(OutputError, match=r"x\.fa: a temporary file cannot be written \(No space left.*TMPDIR"),
        temporary_folder(tmp_path / "x.fa"),
    ):
        raise OSError(28, "No space left on device")


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "file"))
    with pytest.raises(OutputError, match="a temporary file cannot be written"), temporary_folder(tmp_path / "x.fa"):
        pytest.fail("the block was entered")
