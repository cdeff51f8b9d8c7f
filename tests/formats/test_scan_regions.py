"""Regions as text and as BED, and all that is none."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.errors import ContigMismatch, InputError
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.formats.scan_regions import check_regions, parse_region, read_regions

RESOLVER = ContigResolver({"chr2": 500, "chr1": 1000, "chrM": 16, "HLA-A*01:01:01:01": 50})


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("chr20:1,000,001-1200000", ("chr20", 1_000_000, 1_200_000)),
        ("chr20:1000001-1,200,000", ("chr20", 1_000_000, 1_200_000)),
        (" chr1:5-5 ", ("chr1", 4, 5)),
        ("chr1", ("chr1", 0, None)),
        ("chrUn_gl000211", ("chrUn_gl000211", 0, None)),
        ("HLA-A*01:01:01:01:3-9", ("HLA-A*01:01:01:01", 2, 9)),
    ],
)
def test_one_is_subtracted_from_the_start_alone(text: str, region: tuple[str, int, int | None]) -> None:
    assert parse_region(text) == region


@given(st.integers(1, 10**9), st.integers(0, 10**8))
def test_commas_do_not_matter_and_the_length_is_inclusive(first: int, more: int) -> None:
    last = first + more
    region = parse_region(f"c:{first:,}-{last:,}")
    assert region == parse_region(f"c:{first}-{last}") == ("c", first - 1, last)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "malformed"),
        ("chr1:", "malformed"),
        ("chr1:100", "malformed"),
        ("chr1:100-", "malformed"),
        ("chr1:-100", "malformed"),
        ("chr1:1-2-", "malformed"),
        ("chr1 1 100", "malformed"),
        ("chr1:0-100", "begins before base 1"),
        ("chr1:100-99", "ends before it begins"),
        ("chr1:1,00-200", "commas"),
        ("chr1:,-,", "commas"),
        ("0:5-" + "9" * 5000, "past the end of every contig"),
        ("chr1:1-99999999999999999999", "past the end of every contig"),
        ("chr1:١-٢", "malformed"),
    ],
)
def test_malformed_text(text: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as caught:
        parse_region(text)
    assert "chr20:1,000,001-1,200,000" in str(caught.value), "the message shows how to write it"
    assert "\n" not in str(caught.value)


def test_text_on_the_fasta() -> None:
    assert read_regions(["1:11-20"], RESOLVER)[0] == [("chr1", 10, 20, None)]
    assert read_regions(["chr1:1-1,000"], RESOLVER)[0] == [("chr1", 0, 1000, None)]
    assert read_regions(["MT"], RESOLVER)[0] == [("chrM", 0, 16, None)]
    assert read_regions(["HLA-A*01:01:01:01"], RESOLVER)[0] == [("HLA-A*01:01:01:01", 0, 50, None)]


def test_a_contig_comes_before_a_file_of_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "chr1").write_text("chr2\t5\t9\n")
    assert read_regions(["chr1"], RESOLVER)[0] == [("chr1", 0, 1000, None)]
    assert read_regions(["./chr1"], RESOLVER)[0] == [("chr2", 5, 9, None)]


@pytest.mark.parametrize("packed", [False, True])
def test_bed_is_sorted_and_merged_in_the_order_of_the_fasta(tmp_path: Path, packed: bool) -> None:
    text = b"track name=x\n1\t50\t60\tname\nchr1 10 20\nchr2\t5\t9\n\nchr1\t20\t30\nchr1\t55\t58\n#x\nMT\t0\t16\n"
    (tmp_path / "r").write_bytes(gzip.compress(text) if packed else text)
    assert read_regions([str(tmp_path / "r")], RESOLVER)[0] == [
        ("chr2", 5, 9, None),
        ("chr1", 10, 30, None),
        ("chr1", 50, 60, None),
        ("chrM", 0, 16, None),
    ]


@pytest.mark.parametrize(
    ("text", "error", "reason"),
    [
        ("chr9:1-5", ContigMismatch, r"no contig chr9 in the FASTA, whose contigs are chr2, chr1, chrM, \.\.\."),
        ("chr9", ContigMismatch, "no contig chr9"),
        ("chr1:5-1001", InputError, "reaches past the end of chr1, which has 1000 bases"),
        ("1:2000-3000", InputError, "which has 1000 bases"),
        ("no/such/file.bed", InputError, "no such file"),
        ("nosuchfile.bed", InputError, "no such file"),
        ("nosuchfile.bed.gz", InputError, "no such file"),
        ("chr1:7", InputError, "malformed"),
        ("9" * 5000, ContigMismatch, "no contig 9"),
        ("a\0b", ContigMismatch, "no contig a"),
        ("a\0b.bed", InputError, "no file can have this name"),
        ("", InputError, "malformed"),
    ],
)
def test_text_that_does_not_fit(text: str, error: type[InputError], reason: str) -> None:
    with pytest.raises(error, match=reason):
        read_regions([text], RESOLVER)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("chr1\t5", "with fewer than 3 columns is left out, the first is chr1 5"),
        ("chr1\t5\tx", "whose start or end is not a whole number"),
        ("chr1\t5.0\t8", "whose start or end is not a whole number"),
        ("chr1\t5\t1_0", "whose start or end is not a whole number"),
        ("chr1\t5\t" + "9" * 5000, "whose start or end is not a whole number"),
        ("chr1\t5\t5", "0 <= start < end"),
        ("chr1\t9\t5", "0 <= start < end"),
        ("chr1\t-1\t5", "0 <= start < end"),
        ("chr1\t5\t8\tn\t0\tx", "with a strand other than"),
        ("chr1\t5\t1001", "past the end of its contig is left out, the first is chr1:6-1001"),
        ("chr7\t5\t8", "on a contig that the FASTA lacks (it has chr2, chr1, chrM, ...)"),
    ],
)
def test_a_bed_line_that_cannot_be_used_is_left_out_and_named(tmp_path: Path, line: str, reason: str) -> None:
    (tmp_path / "r.bed").write_text(f"chr1\t1\t2\n{line}\n")
    regions, (note,) = read_regions([str(tmp_path / "r.bed")], RESOLVER)
    assert regions == [("chr1", 1, 2, None)]
    assert note.startswith("r.bed: 1 region ")
    assert reason in note
    assert note.endswith(" (line 2)")
    with pytest.raises(InputError, match="region") as caught:
        read_regions([str(tmp_path / "r.bed")], RESOLVER, strict=True)
    assert (caught.value.path, caught.value.line) == (tmp_path / "r.bed", 2)
    (tmp_path / "r.bed").write_text(f"{line}\n")
    with pytest.raises(InputError, match="no region can be used") as caught:
        read_regions([str(tmp_path / "r.bed")], RESOLVER)
    assert (caught.value.path, caught.value.line) == (tmp_path / "r.bed", 1)
    (tmp_path / "r.bed").write_text(f"chr1\t1\t2\n{line}\n" * 2)
    with pytest.raises(InputError, match="2 of 4 regions cannot be used, more than a tenth"):
        read_regions([str(tmp_path / "r.bed")], RESOLVER)


def test_a_contig_whose_name_begins_like_a_header_is_read(tmp_path: Path) -> None:
    (tmp_path / "r.bed").write_text("track name=x\nbrowser position chr1\ntrack1\t5\t9\nbrowser_2 1 2\n")
    resolver = ContigResolver({"track1": 10, "browser_2": 10})
    assert read_regions([str(tmp_path / "r.bed")], resolver)[0] == [("track1", 5, 9, None), ("browser_2", 1, 2, None)]


def test_regions_of_text_and_bed_are_put_together_strand_by_strand(tmp_path: Path) -> None:
    (tmp_path / "r.bed").write_text("chr1\t20\t40\ta\t0\t+\nchr1\t35\t50\tb\t0\t+\nchr1\t10\t60\tc\t0\t-\nchr2\t1\t2\n")
    assert read_regions(["chr1:45-70", str(tmp_path / "r.bed"), "1:60-80"], RESOLVER)[0] == [
        ("chr2", 1, 2, None),
        ("chr1", 10, 60, "-"),
        ("chr1", 20, 50, "+"),
        ("chr1", 44, 80, None),
    ]


def test_a_name_that_is_a_contig_and_a_part_of_another_is_refused() -> None:
    resolver = ContigResolver({"chr1": 100, "chr1:5-9": 4, "chr2:1-2": 2})
    with pytest.raises(InputError, match="ambiguous"):
        read_regions(["chr1:5-9"], resolver)
    assert read_regions(["chr2:1-2"], resolver)[0] == [("chr2:1-2", 0, 2, None)]
    assert read_regions(["chr1:5-9:2-3"], resolver)[0] == [("chr1:5-9", 1, 3, None)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [("chr1:9-5", "before it begins"), ("", "malformed"), ("gone.bed", "no such file"), ("a/b", "no such file")],
)
def test_what_needs_no_fasta_is_checked_without_one(text: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        check_regions(["chr1", "chr1:5-9", "HLA-A*01:01", text])


def test_a_bed_without_a_region_a_folder_and_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "r.bed").write_text("# nothing\n")
    (tmp_path / "empty.bed").touch()
    for name, reason in [("r.bed", "has no regions"), (".", "is a folder"), ("empty.bed", "is empty")]:
        with pytest.raises(InputError, match=reason):
            read_regions([str(tmp_path / name)], RESOLVER)
