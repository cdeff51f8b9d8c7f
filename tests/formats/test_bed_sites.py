"""Sites to score, as a BED6 lists them."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from ideep_scan.errors import ContigMismatch, InputError
from ideep_scan.formats.bed_sites import BedSite, read_bed_sites
from ideep_scan.formats.contigs import ContigResolver
from ideep_scan.records.span import Span

RESOLVER = ContigResolver({"chr1": 1000, "chrM": 16})


@pytest.mark.parametrize("packed", [False, True])
def test_sites_as_spelled_with_the_contig_of_the_fasta(tmp_path: Path, packed: bool) -> None:
    text = b"track name=x\n1\t50\t60\ta b\t0\t+\textra\n\nchr1 10 11 n 0 -\r\nMT\t0\t16\t\t.\t+\nchr1 10 11 n 0 -\n"
    (tmp_path / "s").write_bytes(gzip.compress(text) if packed else text)
    assert list(read_bed_sites(tmp_path / "s", RESOLVER)) == [
        BedSite("a b", Span("1", 50, 60, "+"), "chr1"),
        BedSite("n", Span("chr1", 10, 11, "-"), "chr1"),
        BedSite(None, Span("MT", 0, 16, "+"), "chrM"),
        BedSite("n", Span("chr1", 10, 11, "-"), "chr1"),
    ]


@pytest.mark.parametrize(
    ("row", "error", "reason"),
    [
        ("chr1\t1\t2", InputError, "no strand"),
        ("chr1\t1\t2\tn\t0\t.", InputError, "no strand"),
        ("chr1\t1\t2\tn\t0\t*", InputError, "strand '\\*'"),
        ("chr1\t1\t1001\tn\t0\t+", InputError, "past the end of chr1, which has 1000"),
        ("chr9\t1\t2\tn\t0\t+", ContigMismatch, "no contig chr9 .* chr1, chrM"),
        ("chr1\t2\t2\tn\t0\t+", InputError, "start < end"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, row: str, error: type[InputError], reason: str) -> None:
    (tmp_path / "s").write_text(f"chr1\t1\t2\tn\t0\t+\n{row}\n")
    with pytest.raises(error, match=reason) as caught:
        list(read_bed_sites(tmp_path / "s", RESOLVER))
    assert (caught.value.path, caught.value.line) == (tmp_path / "s", 2)
