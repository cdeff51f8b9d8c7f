"""Rows of bigBeds and BEDs by the names of their columns."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from ideep_scan.errors import InputError
from ideep_scan.formats.bigbed import Schema, write_bigbed
from ideep_scan.formats.bigbed_rows import list_blocks, read_named_rows, read_score

ROWS = [("chr1", 5, 9, "a\t10\t+\t6\t7\t0\tx"), ("chr1", 7, 8, "b\t20\t-\t7\t8\t0\ty")]
SCHEMA = Schema("sites", "Sites", 9, (("string", "note", "A note"),))


@pytest.mark.parametrize("suffix", [".bb", ".bed"])
def test_rows_of_an_interval_have_the_names_of_their_columns(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    if suffix == ".bb":
        write_bigbed(path, {"chr1": 100}, iter(ROWS), SCHEMA)
    else:
        path.write_text("#note\n" + "".join(f"{chrom}\t{start}\t{end}\t{rest}\n" for chrom, start, end, rest in ROWS))
    assert [row["name"] for row in read_named_rows(path, "chr1", 0, 100)] == ["a", "b"]
    assert list(read_named_rows(path, "chr1", 9, 100)) == list(read_named_rows(path, "chr2", 0, 100)) == []
    (row,) = read_named_rows(path, "chr1", 8, 100)
    assert (row["chromStart"], row["chromEnd"], row["score"], row["strand"], row["thickStart"]) == (
        "5", "9", "10", "+", "6",
    )  # fmt: skip


def test_a_damaged_bigbed_is_an_error_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.bb").write_bytes(b"text")
    with pytest.raises(InputError, match="run the scan again"):
        list(read_named_rows(tmp_path / "a.bb", "chr1", 0, 1))


@pytest.mark.parametrize("name", ["a.bed", "a.bed.gz"])
def test_the_bed_of_a_model_without_sites_has_no_rows(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(gzip.compress(b"") if name.endswith("gz") else b"")
    assert list(read_named_rows(tmp_path / name, "chr1", 0, 100)) == []


def test_the_score_of_a_bed_is_in_thousandths() -> None:
    assert read_score({"score": "512"}) == 0.512
    assert read_score({"score": "512", "rawScore": "0.51234"}) == 0.51234


def test_blocks_lie_on_the_genome() -> None:
    row = {"chromStart": "10", "chromEnd": "50", "blockCount": "2", "blockSizes": "5,8,", "chromStarts": "0,32"}
    assert list_blocks(row) == [(10, 15), (42, 50)]
    assert list_blocks({"chromStart": "10", "chromEnd": "50"}) == [(10, 50)]
