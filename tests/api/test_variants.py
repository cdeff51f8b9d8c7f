"""Effects of variants through the Python API."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ideep_scan import find_example, score_variants
from ideep_scan.errors import ContigMismatch, InputError
from ideep_scan.formats.variants.variant_table import COLUMNS

EXAMPLE = find_example()


def scored(variants: object, **asked: object) -> pd.DataFrame:
    return score_variants(variants, "ELAVL1", EXAMPLE.fasta, model="ideep", **{"gtf": EXAMPLE.gtf, **asked})  # type: ignore[arg-type]


def test_each_variant_model_and_strand_has_a_row() -> None:
    variants = ["exA:56786 G>T", "exA:17707 T>TG", "exA:25634 AT>A"]
    effects = scored(variants)
    assert list(effects) == list(COLUMNS)
    assert list(dict.fromkeys(effects["id"])) == variants
    assert effects["pos"].iloc[0] == 56786
    assert effects[["delta", "log_odds", "offset"]].notna().all().all()
    assert ((effects["p"] > 0) & (effects["p"] <= 1)).all()
    assert (effects["alt_score"] - effects["ref_score"]).abs().max() > 0
    assert effects["delta"].dtype == np.float32
    assert (np.sign(effects["delta"]) == np.sign(effects["log_odds"])).all()


def test_a_larger_change_has_a_smaller_p_value() -> None:
    effects = scored([f"exA:17707 T>{alt}" for alt in "ACG"] + [f"exA:56786 G>{alt}" for alt in "ACT"])
    by_size = effects.sort_values("log_odds", key=abs)
    assert by_size["p"].is_monotonic_decreasing
    assert by_size["p"].nunique() > 4


def test_a_vcf_gives_the_rows_of_its_records(tmp_path: Path) -> None:
    path = tmp_path / "in.vcf"
    path.write_text("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\nexA\t17707\tNA\tT\tC,TG,*\t.\t.\t.\n")
    rows = scored(path)
    assert rows["id"].tolist()[:3] == ["NA"] * 3
    assert set(zip(rows["alt"], rows["status"], strict=True)) >= {("C", "scored"), ("TG", "scored"), ("*", "star")}
    texts = scored(["exA:17707 T>C", "exA:17707 T>TG"])
    same = rows[rows["status"] == "scored"].reset_index(drop=True)
    pd.testing.assert_frame_equal(same.drop(columns="id"), texts.drop(columns="id"), rtol=1e-4, atol=1e-6)
    pd.testing.assert_frame_equal(scored(str(path)), rows)


def test_empty_alleles_mean_what_padded_ones_mean() -> None:
    padded, empty = scored("exA:17707 T>TG"), scored("exA:17708 ->G")
    figures = ["model", "strand", "gene", "region", "ref_score", "alt_score", "delta", "offset", "site", "log_odds"]
    pd.testing.assert_frame_equal(padded[figures], empty[figures])
    start = scored(["exA:1 ->G", "exA:1 N>-"], gtf=None)
    assert start["status"].tolist() == ["unknown_bases"] * 2


def test_without_an_annotation_both_strands_are_scored() -> None:
    effects = scored("exA:56786 G>T", gtf=None)
    assert effects["strand"].tolist() == ["+", "-"]
    assert effects["gene"].tolist() == [".", "."]


def test_the_threshold_decides_about_sites() -> None:
    assert scored("exA:17707 T>TG", threshold=1e-9)["site"].tolist() == ["kept", "kept"]
    assert scored("exA:17707 T>TG", threshold=1.0)["site"].tolist() == ["none", "none"]


def test_variants_that_cannot_be_read_are_refused() -> None:
    with pytest.raises(InputError, match="the FASTA has G, not A"):
        scored("exA:56786 A>T", gtf=None)
    with pytest.raises(ContigMismatch):
        scored("chr20:56786 A>T", gtf=None)
    with pytest.raises(InputError, match="is not a variant"):
        scored("exA 5")
    with pytest.raises(InputError, match=r"gone.vcf: no such file"):
        scored("gone.vcf")
