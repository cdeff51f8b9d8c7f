"""The variants of the 1000 Genomes project on hg19: all come out, and no spelling of them changes a figure."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pysam
import pytest
import runs

from ideep_scan.jobs.variants.run import VariantSummary, run
from ideep_scan.jobs.variants.settings import VariantSettings
from ideep_scan.records.variant_effect import Status

KEYS = {"RBP", "RBP_MAX", "RBP_DELTA", "RBP_STATUS"}
FIGURES = ["ref_score", "alt_score", "delta"]
Score = Callable[..., VariantSummary]


@pytest.fixture(scope="module")
def variants(data: Path) -> Path:
    return data / "variants" / "1000G_phase3.chr20_1M_2M.hg19.sites.vcf.gz"


@pytest.fixture(scope="module")
def some(variants: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The records around PSMF1, and all with several alleles."""
    path = tmp_path_factory.mktemp("some") / "some.vcf"
    with gzip.open(variants, "rt") as lines:
        kept = [
            line
            for line in lines
            if line.startswith("#") or 1_145_000 < int(line.split("\t")[1]) < 1_150_000 or "," in line.split("\t")[4]
        ]
    path.write_text("".join(kept))
    return path


@pytest.fixture(scope="module")
def score(sparse_hg19: Path, refseq_chr20: Path) -> Score:
    def score_file(path: Path, out: Path, **settings: object) -> VariantSummary:
        chosen = VariantSettings(("ELAVL1",), path, sparse_hg19, gtf=refseq_chr20, out=out, min_delta=0, **settings)
        return run(chosen, runs.RowWatcher(), None)

    return score_file


def rows(path: Path) -> list[list[str]]:
    with gzip.open(path, "rt") as lines:
        return [line.rstrip("\n").split("\t") for line in lines if not line.startswith("#")]


def test_records_come_out_in_order_with_their_columns(some: Path, score: Score, tmp_path: Path) -> None:
    summary = score(some, tmp_path / "o.vcf.gz")
    before = [line.split("\t") for line in some.read_text().splitlines() if not line.startswith("#")]
    after = rows(tmp_path / "o.vcf.gz")
    assert summary.records == len(before) == len(after) > 250
    for old, new in zip(before, after, strict=True):
        assert new[:7] == old[:7]
        assert new[7].startswith(old[7])
        assert {part.partition("=")[0] for part in new[7][len(old[7]) + 1 :].split(";")} <= KEYS
    assert summary.statuses[Status.SCORED] > 100
    with pysam.VariantFile(str(tmp_path / "o.vcf.gz")) as reader:
        assert Counter(row.info["RBP_STATUS"][0] for row in reader.fetch("chr20", 1_145_000, 1_150_000))["scored"] > 100


@pytest.mark.skipif(shutil.which("bcftools") is None, reason="bcftools is not installed")
def test_split_and_joined_records_have_the_same_figures(some: Path, score: Score, tmp_path: Path) -> None:
    split, joined = tmp_path / "split.vcf", tmp_path / "joined.vcf"
    for option, given, made in (("-m-", some, split), ("-m+", split, joined)):
        subprocess.run(["bcftools", "norm", option, given, "-o", made], check=True, capture_output=True)
    tables = []
    for path in (some, split, joined):
        score(path, tmp_path / "o.vcf", table=tmp_path / "t.tsv")
        tables.append(by_change(pd.read_csv(tmp_path / "t.tsv", sep="\t")))
    assert len(rows_of(split)) > len(rows_of(some)) + 100
    for table in tables[1:]:
        assert table.index.equals(tables[0].index)
        assert (table["site"] == tables[0]["site"]).all()
        np.testing.assert_allclose(table[FIGURES], tables[0][FIGURES], rtol=0, atol=1e-6)


def rows_of(path: Path) -> list[str]:
    return [line for line in path.read_text().splitlines() if not line.startswith("#")]


def by_change(table: pd.DataFrame) -> pd.DataFrame:
    """Index the scored rows by their trimmed change and strand, and the place of the effect."""
    table = table[table["status"] == "scored"]
    table = table.assign(
        change=[trimmed(row.pos, row.ref, row.alt) for row in table.itertuples()], place=table["pos"] + table["offset"]
    )
    return table.drop_duplicates(["change", "strand"]).set_index(["change", "strand", "place"]).sort_index()


def trimmed(position: int, ref: str, alt: str) -> str:
    while len(ref) > 1 < len(alt) and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while len(ref) > 1 < len(alt) and ref[0] == alt[0]:
        position, ref, alt = position + 1, ref[1:], alt[1:]
    return f"{position}{ref}>{alt}"


def test_p_values_of_background_variants_are_uniform(variants: Path, score: Score, tmp_path: Path) -> None:
    path, table = tmp_path / "common.vcf", tmp_path / "t.tsv"
    with gzip.open(variants, "rt") as lines:
        records = [(line, line.split("\t")) for line in lines]
    common = [line for line, row in records if row[0] == "chr20" and is_common_snv(row)]
    header = [line for line, row in records if row[0].startswith("#")]
    path.write_text("".join([*header, *common[::4]]))
    score(path, tmp_path / "o.vcf", table=table)
    p_values = np.sort(pd.read_csv(table, sep="\t")["p"].dropna())
    even = np.arange(1, p_values.size + 1) / p_values.size
    assert p_values.size > 500
    assert np.abs(p_values - even).max() < 1.63 / np.sqrt(p_values.size)  # alpha 0.01
    assert p_values[0] >= 2 / 2493


def is_common_snv(row: list[str]) -> bool:
    """Tell whether a record has one alternate base with a minor allele frequency of 1 % or more."""
    frequency = dict(field.partition("=")[::2] for field in row[7].split(";"))["AF"]
    return len(row[3]) == len(row[4]) == 1 and 0.01 <= float(frequency) <= 0.99
