"""Overlaps with a finished run as a pandas table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import ideep_scan


def test_runs_and_intervals_of_every_kind_give_the_same_table(run: ideep_scan.Run, tmp_path: Path) -> None:
    sites = run.sites("ELAVL1")
    intervals = sites[["chrom", "start", "end", "name", "strand"]]
    path = tmp_path / "a.bed"
    intervals.assign(zero=0)[["chrom", "start", "end", "name", "zero", "strand"]].to_csv(
        path, sep="\t", header=False, index=False
    )
    table = ideep_scan.intersect(run, path)
    assert table["site"].tolist() == table["name"].tolist() == sites["name"].tolist()
    assert (table["distance"] == 0).all()
    assert table["score"].tolist() == sites["score"].tolist()
    for runs in (run.folder, str(run.folder), [run.folder], [run]):
        pd.testing.assert_frame_equal(ideep_scan.intersect(runs, intervals), table)


def test_texts_that_look_like_missing_values_stay(run: ideep_scan.Run) -> None:
    site = run.sites("ELAVL1").iloc[0]
    row = {"chrom": site.chrom, "start": site.start, "end": site.end}
    table = ideep_scan.intersect(run, pd.DataFrame([{**row, "name": "NA"}, {**row, "name": "none"}]))
    assert table["name"].tolist() == ["NA", "none"]
    assert table["strand"].tolist() == [".", "."]


def test_no_overlap_gives_a_table_without_rows(run: ideep_scan.Run) -> None:
    table = ideep_scan.intersect(run, pd.DataFrame({"chrom": ["exA"], "start": [0], "end": [1]}))
    assert table.empty
    assert table["distance"].dtype == "int64"


def test_intervals_that_cannot_be_used(run: ideep_scan.Run, tmp_path: Path) -> None:
    with pytest.raises(ideep_scan.IdeepScanError, match="table of intervals lacks the columns end"):
        ideep_scan.intersect(run, pd.DataFrame({"chrom": ["exA"], "start": [0]}))
    with pytest.raises(ideep_scan.IdeepScanError, match=r"manifest\.json"):
        ideep_scan.intersect(tmp_path, pd.DataFrame({"chrom": ["exA"], "start": [0], "end": [1]}))


def test_variants_of_a_vcf(run: ideep_scan.Run, tmp_path: Path) -> None:
    site = run.sites("ELAVL1").iloc[0]
    path = tmp_path / "a.vcf"
    columns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
    path.write_text(f"{columns}\n{site.chrom}\t{site.summit + 1}\tNA\tA\tG,*\t.\t.\t.\n")
    table = ideep_scan.intersect(run, path)
    assert table[["chrom", "pos", "id", "ref", "alt"]].values.tolist() == [
        [site.chrom, site.summit + 1, "NA", "A", "G"]
    ]
    assert table[["site", "distance"]].values.tolist() == [[site["name"], 0]]
