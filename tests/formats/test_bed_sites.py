"""Sites to score, as a BED6 lists them."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from ideep_scan.errors import InputError
from ideep_scan.formats.bed_sites import BedSite, read_bed_sites
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.scores import UnplacedSite
from ideep_scan.records.span import Span

RESOLVER = ContigResolver({"chr1": 1000, "chrM": 16})


@pytest.mark.parametrize("packed", [False, True])
def test_sites_as_spelled_with_the_contig_of_the_fasta(tmp_path: Path, packed: bool) -> None:
    text = b"track name=x\n1\t50\t60\ta b\t0\t+\textra\n\nchr1 10 11 n 0 -\r\nMT\t0\t16\t\t.\t+\nchr1 10 11 n 0 -\n"
    (tmp_path / "s").write_bytes(gzip.compress(text) if packed else text)
    assert list(read_bed_sites(tmp_path / "s", RESOLVER, Exclusions(tmp_path / "s", "site"))) == [
        BedSite("a b", Span("1", 50, 60, "+"), "chr1"),
        BedSite("n", Span("chr1", 10, 11, "-"), "chr1"),
        BedSite(None, Span("MT", 0, 16, "+"), "chrM"),
        BedSite("n", Span("chr1", 10, 11, "-"), "chr1"),
    ]


@pytest.mark.parametrize(
    ("row", "site", "reason"),
    [
        ("chr1\t1\t2", BedSite(None, UnplacedSite("chr1", "1", "2", "."), None), "without a strand"),
        ("chr1\t1\t2\tn\t0\t.", BedSite("n", UnplacedSite("chr1", "1", "2", "."), None), "without a strand"),
        ("chr1\t1\t2\tn\t0\t*", BedSite("n", UnplacedSite("chr1", "1", "2", "."), None), "with a strand other"),
        ("chr1\t1\t1001\tn\t0\t+", BedSite("n", Span("chr1", 1, 1001, "+"), None), "past the end of its contig"),
        ("chr9\t1\t2\tn\t0\t-", BedSite("n", Span("chr9", 1, 2, "-"), None), "on a contig that the FASTA lacks"),
        ("chr1\t2\t2\tn\t0\t+", BedSite("n", UnplacedSite("chr1", "2", "2", "+"), None), "start < end"),
        ("chr1\tx\t2", BedSite(None, UnplacedSite("chr1", "", "2", "."), None), "not a whole number"),
        ("chr1", BedSite(None, UnplacedSite("chr1", "", "", "."), None), "fewer than 3 columns"),
    ],
)
def test_a_line_that_cannot_be_used_keeps_its_row(tmp_path: Path, row: str, site: BedSite, reason: str) -> None:
    (tmp_path / "s").write_text(f"chr1\t1\t2\tn\t0\t+\n{row}\n")
    exclusions = Exclusions(tmp_path / "s", "site")
    first, second = read_bed_sites(tmp_path / "s", RESOLVER, exclusions)
    assert first == BedSite("n", Span("chr1", 1, 2, "+"), "chr1")
    assert second == site
    (note,) = exclusions.notes()
    assert reason in note
    assert note.endswith("(line 2)")
    with pytest.raises(InputError, match=reason.split(" (")[0]) as caught:
        list(read_bed_sites(tmp_path / "s", RESOLVER, Exclusions(tmp_path / "s", "site", strict=True)))
    assert (caught.value.path, caught.value.line) == (tmp_path / "s", 2)


@pytest.mark.parametrize(("count", "is_noted"), [("1", False), ("2", True)])
def test_blocks_of_a_bed12_are_noted(tmp_path: Path, count: str, is_noted: bool) -> None:
    row = f"chr1\t10\t90\tn\t0\t+\t10\t90\t0\t{count}\t5,5,\t0,75,\n"
    (tmp_path / "s").write_text(row * 2)
    exclusions = Exclusions(tmp_path / "s", "site")
    assert list(read_bed_sites(tmp_path / "s", RESOLVER, exclusions)) == 2 * [
        BedSite("n", Span("chr1", 10, 90, "+"), "chr1")
    ]
    assert any("2 sites with several blocks (BED12)" in note for note in exclusions.notes()) == is_noted
