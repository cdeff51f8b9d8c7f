"""Lines of a BED: intervals, headers, and lines that cannot be used."""

from __future__ import annotations

import gzip
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.errors import InputError
from ideep_scan.formats.bed_intervals import BedInterval, UnusableLine, read_bed_intervals, read_bed_lines
from ideep_scan.records.exclusions import Exclusions

NAME = st.text(string.ascii_letters + string.digits + "_.|-", min_size=1, max_size=8)


ROW = st.tuples(NAME, st.integers(0, 10**9), st.integers(1, 500), st.sampled_from("+-."), NAME)


@given(st.lists(ROW, min_size=1, max_size=5), st.booleans())
def test_intervals_are_read_as_they_were_written(tmp_path_factory, rows, is_gzip):
    path = tmp_path_factory.getbasetemp() / "any.bed"
    text = "".join(f"{chrom}\t{a}\t{a + n}\t{name}\t0\t{strand}\n" for chrom, a, n, strand, name in rows)
    path.write_bytes(gzip.compress(text.encode()) if is_gzip else text.encode())
    assert list(read_bed_intervals(path)) == [
        BedInterval(number, chrom, a, a + n, None if strand == "." else strand, name)
        for number, (chrom, a, n, strand, name) in enumerate(rows, 1)
    ]


def read_text(tmp_path, text):
    (tmp_path / "a.bed").write_text(text)
    return list(read_bed_lines(tmp_path / "a.bed"))


@pytest.mark.parametrize("header", ["#chrom start end", "track name=x", "browser position chr1:1-9", "track", "", "  "])
def test_headers_and_blank_lines_are_not_records(tmp_path, header):
    assert read_text(tmp_path, f"{header}\nchr1\t1\t5\n") == [BedInterval(2, "chr1", 1, 5, None, None)]


def test_a_contig_may_be_called_like_a_header(tmp_path):
    assert [record.chrom for record in read_text(tmp_path, "track1\t1\t5\nbrowser_2\t1\t5\n")] == [
        "track1",
        "browser_2",
    ]


def test_blanks_separate_columns_where_no_tab_does(tmp_path):
    records = read_text(tmp_path, "chr1  1 5 a 0 -\nchr1\t 1\t5 \ta name\t0\t - \n")
    assert records == [BedInterval(1, "chr1", 1, 5, "-", "a"), BedInterval(2, "chr1", 1, 5, "-", "a name")]


UNUSABLE = [
    ("chr1\t5", "with fewer than 3 columns", "2 columns"),
    ("chr1\tx\t9", "whose start or end is not a whole number", "start 'x'"),
    ("chr1\t1.5\t9", "whose start or end is not a whole number", "start '1.5'"),
    ("chr1\t1\t1e3", "whose start or end is not a whole number", "end '1e3'"),
    ("chr1\t1_0\t90", "whose start or end is not a whole number", "start '1_0'"),
    ("chr1\t²\t9", "whose start or end is not a whole number", "start '²'"),
    (f"chr1\t1\t{'9' * 19}", "whose start or end is not a whole number", "9"),
    ("chr1\t5\t5", "whose start and end are not in the order 0 <= start < end", "start 5 and end 5"),
    ("chr1\t-1\t5", "whose start and end are not in the order 0 <= start < end", "start -1"),
    ("chr1\t1\t5\tn\t0\t1", "with a strand other than + and - and '.'", "strand '1'"),
]


@pytest.mark.parametrize(("line", "reason", "detail"), UNUSABLE)
def test_an_unusable_line_has_a_reason(tmp_path, line, reason, detail):
    (record,) = read_text(tmp_path, line)
    assert isinstance(record, UnusableLine)
    assert (record.line, record.columns, record.reason) == (1, tuple(line.split("\t")), reason)
    assert detail in record.detail


@pytest.mark.parametrize(("line", "reason", "detail"), UNUSABLE)
def test_an_unusable_line_is_counted_or_an_error(tmp_path, line, reason, detail):
    path = tmp_path / "a.bed"
    path.write_text(f"chr1\t1\t5\n{line}\n")
    exclusions = Exclusions(path, "site")
    assert [record.line for record in read_bed_intervals(path, exclusions)] == [1]
    assert f"1 site {reason} is left out" in exclusions.notes()[0]
    with pytest.raises(InputError, match=r"a\.bed, line 2: ") as caught:
        list(read_bed_intervals(path))
    assert detail in str(caught.value)
