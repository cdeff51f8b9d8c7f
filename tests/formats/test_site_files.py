"""The files of sites and motif hits, against each other and against what went in."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyBigWig
import pysam
import pytest

from ideep_scan.formats.site_columns import MOTIF_COLUMNS, SITE_COLUMNS
from ideep_scan.formats.site_files import MotifWriter, SiteWriter, WrittenHits
from ideep_scan.records.scores import Hit, MotifHit, MotifLabel, SiteReport

Color = tuple[int, int, int]
CONTIGS = {"chr2": 1000, "chr1": 900}
SEQUENCE = "ACGUN" * 20 + "A"
MOTIF = MotifLabel("M001", "HuR_UUU", "HuR", "known")
REPORTS = [
    SiteReport(Hit("chr2", 10, 31, "+", 20, float(np.float32(0.9))), SEQUENCE),
    SiteReport(Hit("chr2", 50, 52, "-", 51, 0.5, "structure"), SEQUENCE, "3'UTR", 'T"N<F', "ENSG1", MOTIF, 1.23456e-7),
    SiteReport(Hit("chr1", 3, 4, "-", 3, 1.0), SEQUENCE, "intron", 'T"N<F', "ENSG1"),
]
MOTIF_HITS = [
    MotifHit("chr2", 12, 19, "+", MotifLabel("M102", "TIA1_UUUUU", "TIA1", "known"), 9.25, 3e-5),
    MotifHit("chr1", 3, 9, "-", MotifLabel("p2", "N", "", "learned"), 1, 0.5),
]


def write_sites(
    folder: Path,
    reports: Iterable[SiteReport],
    rbp: str = "A",
    color: Color = (1, 2, 3),
    meaning: str | None = None,
) -> WrittenHits:
    with SiteWriter(folder, rbp, CONTIGS, rbp=rbp, color=color, precision_meaning=meaning) as writer:
        for report in reports:
            writer.add(report)
    assert writer.written is not None
    return writer.written


def table(path: Path) -> list[list[str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
        return list(csv.reader(text, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_sites_in_three_files(tmp_path: Path) -> None:
    written = write_sites(tmp_path / "hits", REPORTS, "ELAVL1", (0, 114, 178))
    assert written.count == 3
    with pysam.TabixFile(str(written.bed)) as bed:
        lines = [line.split("\t") for chrom in CONTIGS for line in bed.fetch(chrom)]
    assert lines[0] == ["chr2", "10", "31", "ELAVL1:1", "900", "+", "20", "21", "0,114,178"]
    assert [line[3] for line in lines] == ["ELAVL1:1", 'T"N<F:1', 'T"N<F:2']
    with pyBigWig.open(str(written.bigbed)) as file:
        rows = [(chrom, *row) for chrom in CONTIGS for row in file.entries(chrom, 0, CONTIGS[chrom])]
    assert [[row[0], str(row[1]), str(row[2]), *row[3].split("\t")[:6]] for row in rows] == lines
    extra = rows[1][3].split("\t")[6:]
    assert extra == [
        "0.5", "1.23e-07", "", "2", "3", "structure", *MOTIF, 'T"N<F', "ENSG1", "3'UTR", SEQUENCE
    ]  # fmt: skip
    head, *body = table(written.table)
    assert tuple(head) == SITE_COLUMNS
    assert body[0][:11] == ["chr2", "10", "31", "ELAVL1:1", "+", "20", "0.9", "", "", "", "2"]
    assert [np.float32(row[6]) for row in body] == [np.float32(report.hit.score) for report in REPORTS]
    assert body[1][7:] == extra[1:]
    assert [(row[9], row[10]) for row in body] == [("", "2"), ("2", "3"), ("1", "1")]


def test_motifs_in_three_files(tmp_path: Path) -> None:
    with MotifWriter(tmp_path, "ELAVL1", CONTIGS) as writer:
        for hit in MOTIF_HITS:
            writer.add(hit)
    written = writer.written
    assert written is not None
    with pysam.TabixFile(str(written.bed)) as bed:
        assert list(bed.fetch("chr2")) == ["chr2\t12\t19\tTIA1_UUUUU\t452\t+"]
    with pyBigWig.open(str(written.bigbed)) as file:
        assert file.entries("chr1", 0, 900) == [(3, 9, "N\t30\t-\tp2\t.\tlearned\t1\t0.5")]
    assert table(written.table)[:2] == [
        list(MOTIF_COLUMNS),
        ["chr2", "12", "19", "TIA1_UUUUU", "+", "M102", "TIA1", "known", "9.25", "3e-05"],
    ]


def test_motif_p_values_have_three_digits(tmp_path: Path) -> None:
    with MotifWriter(tmp_path, "ELAVL1", CONTIGS) as writer:
        writer.add(replace(MOTIF_HITS[0], p_value=0.000123456))
    assert writer.written is not None
    assert table(writer.written.table)[1][-1] == "0.000123"


def test_a_gene_called_na_survives_where_the_columns_of_numbers_are_named(tmp_path: Path) -> None:
    """As docs/output.md says."""
    written = write_sites(tmp_path, [replace(REPORTS[0], gene_name="NA")])
    numbers = ("score", "p_value", "precision")
    rows = pd.read_csv(written.table, sep="\t", keep_default_na=False, na_values={name: [""] for name in numbers})
    assert rows["gene_name"].tolist() == ["NA"]
    assert rows["p_value"].dtype == np.float64
    assert rows["p_value"].isna().all()


def test_nothing_found_is_a_result(tmp_path: Path) -> None:
    written = write_sites(tmp_path, [])
    assert written.bigbed is None
    assert table(written.table) == [list(SITE_COLUMNS)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["A.bed.gz", "A.bed.gz.tbi", "A.tsv.gz"]


def test_equal_sites_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_sites(tmp_path / name, REPORTS)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_a_crash_on_the_way_leaves_nothing(tmp_path: Path) -> None:
    def crash() -> Iterator[SiteReport]:
        yield REPORTS[0]
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_sites(tmp_path, crash())
    assert list(tmp_path.iterdir()) == []


def test_text_cannot_break_a_row(tmp_path: Path) -> None:
    report = SiteReport(Hit("chr2", 1, 2, "+", 1, 0.5), "A", gene_name="a\tb\nc", gene_id="µ")
    written = write_sites(tmp_path, [report])
    row = table(written.table)[1]
    assert len(row) == len(SITE_COLUMNS)
    assert (row[3], row[16], row[17]) == ("a b c:1", "a b c", "µ")


def test_numbers_that_are_unknown_are_empty_fields_that_pandas_reads_as_nan(tmp_path: Path) -> None:
    rows = pd.read_csv(write_sites(tmp_path, REPORTS).table, sep="\t")
    assert rows["p_value"].isna().tolist() == [True, False, True]
    assert rows["precision"].isna().all()
    assert rows["precision"].dtype == rows["p_value"].dtype == np.float64


def test_expected_precisions_stand_in_a_column_of_numbers_that_names_their_prior(tmp_path: Path) -> None:
    shares = [0.01954, 0.99987, 0.5]
    reports = [replace(report, precision=share) for report, share in zip(REPORTS, shares, strict=True)]
    written = write_sites(tmp_path, reports, meaning="Expected share of true sites, at a prior of 0.000864")
    assert [row[8] for row in table(written.table)[1:]] == ["0.0195", "0.999870", "0.500"]
    with pyBigWig.open(str(written.bigbed)) as file:
        rows = [row[2].split("\t") for chrom in CONTIGS for row in file.entries(chrom, 0, CONTIGS[chrom])]
        declared = file.SQL().decode()
    assert [row[8] for row in rows] == ["0.0195", "0.999870", "0.500"]
    assert 'double precision; "Expected share of true sites' in declared
    assert "at a prior of 0.000864" in declared


def test_without_a_prior_the_column_is_declared_as_text(tmp_path: Path) -> None:
    with pyBigWig.open(str(write_sites(tmp_path, REPORTS).bigbed)) as file:
        assert 'string precision; "Empty: ' in file.SQL().decode()


@pytest.mark.parametrize(("meaning", "share"), [("a share", None), (None, 0.1)])
def test_a_precision_without_its_meaning_leaves_nothing(
    meaning: str | None, share: float | None, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="expected precision"):
        write_sites(tmp_path, [replace(REPORTS[0], precision=share)], meaning=meaning)
    assert list(tmp_path.iterdir()) == []
