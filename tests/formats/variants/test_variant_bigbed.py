"""Effects of variants as bigBed, read back by pybigtools."""

from __future__ import annotations

from math import nan
from pathlib import Path
from typing import Any

import pybigtools
import pytest

from ideep_scan.errors import OutputError
from ideep_scan.formats.variants.variant_bigbed import VARIANTS, VariantBigbed
from ideep_scan.formats.variants.vcf import VcfRecord
from ideep_scan.records.variant_effect import VariantEffect
from ideep_scan.variants.effect import SiteChange
from track_hubs.color import CHANGE_COLORS, format_rgb

CONTIGS = {"chr2": 500, "chr1": 1000}


def record(start: int, ref: bytes = b"A", alt: bytes = b"G", name: bytes = b".") -> VcfRecord:
    columns = (b"1", str(start + 1).encode(), name, ref, alt, b".", b".", b".")
    return VcfRecord(1, "1", start, columns, b"", b"\n")


def effect(**changes: Any) -> VariantEffect:
    values = {
        "allele": "G", "model": "ELAVL1", "strand": "-", "gene": "TNF", "region": "3'UTR", "reference": 0.9,
        "alternate": 0.1, "delta": -0.8, "position": 97, "log_odds": nan, "site": "lost",
    }  # fmt: skip
    return VariantEffect(**{**values, **changes})


def rows_of(path: Path, chrom: str) -> list[dict[str, str]]:
    names = ("start", "end", "name", "score", "strand", "thickStart", "thickEnd", "itemRgb")
    with pybigtools.open(str(path)) as bigbed:
        columns = (*names, *(name for _, name, _ in VARIANTS.extra))
        return [dict(zip(columns, map(str, row), strict=True)) for row in bigbed.records(chrom)]


def test_the_columns_of_a_row(tmp_path: Path) -> None:
    with VariantBigbed(tmp_path / "v.bb", CONTIGS) as bigbed:
        bigbed.add("chr1", record(99, b"AC", b"A", b"rs1"), [effect(allele="A", p_value=0.0012, gene="a\tb c")])
        written = bigbed.write()
    assert (written.count, written.models, written.sites, written.without_delta) == (1, ("ELAVL1",), {"lost": 1}, 0)
    (row,) = rows_of(tmp_path / "v.bb", "chr1")
    assert row == {
        "start": "99", "end": "101", "name": "rs1:ELAVL1", "score": "800", "strand": "-", "thickStart": "99",
        "thickEnd": "101", "itemRgb": format_rgb(CHANGE_COLORS["lost"]), "model": "ELAVL1", "site": "lost",
        "delta": "-0.8", "absDelta": "0.8", "refScore": "0.9", "altScore": "0.1", "pValue": "0.0012", "id": "rs1",
        "ref": "AC", "alt": "A", "geneName": "a_b_c", "region": "3'UTR",
    }  # fmt: skip
    with pybigtools.open(str(tmp_path / "v.bb")) as file:
        assert "table variantEffects" in file.sql()
    assert [path.name for path in tmp_path.iterdir()] == ["v.bb"]


def test_rows_in_any_order_come_out_in_genome_order(tmp_path: Path) -> None:
    with VariantBigbed(tmp_path / "v.bb", CONTIGS) as bigbed:
        for contig, start in (("chr1", 900), ("chr2", 5), ("chr1", 3), ("chr2", 400), ("chr1", 3)):
            bigbed.add(contig, record(start), [effect(), effect(model="QKI", delta=0.1, site="gained")])
        assert bigbed.write().count == 10
    assert [row["start"] for row in rows_of(tmp_path / "v.bb", "chr1")] == ["3"] * 4 + ["900"] * 2
    assert [row["model"] for row in rows_of(tmp_path / "v.bb", "chr2")] == ["ELAVL1", "QKI"] * 2


def test_what_is_unknown_is_a_point_and_without_a_delta_there_is_no_row(tmp_path: Path) -> None:
    with VariantBigbed(tmp_path / "v.bb", CONTIGS) as bigbed:
        bigbed.add("chr1", record(3), [effect(reference=nan, gene=None, region=None), effect(delta=nan)])
        assert bigbed.write().without_delta == 1
    (row,) = rows_of(tmp_path / "v.bb", "chr1")
    assert [row[name] for name in ("refScore", "pValue", "id", "geneName", "region")] == ["."] * 5


def test_long_alleles_are_shortened(tmp_path: Path) -> None:
    with VariantBigbed(tmp_path / "v.bb", CONTIGS) as bigbed:
        bigbed.add("chr1", record(3), [effect(allele="A" * 5000)])
        bigbed.write()
    (row,) = rows_of(tmp_path / "v.bb", "chr1")
    assert row["name"] == f"A>{'A' * 20}...(5000_letters):ELAVL1"
    assert len(row["alt"]) < 600


def test_nothing_is_written_without_rows(tmp_path: Path) -> None:
    with VariantBigbed(tmp_path / "v.bb", CONTIGS) as bigbed:
        assert bigbed.write().count == 0
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_gone_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"), VariantBigbed(tmp_path / "no" / "v.bb", CONTIGS):
        pass


def test_every_fate_of_a_site_has_a_colour() -> None:
    assert set(CHANGE_COLORS) == {change.name.lower() for change in SiteChange}
