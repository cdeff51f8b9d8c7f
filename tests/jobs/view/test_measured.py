"""Measured files beside a run: what the routes answer, and which files are refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyBigWig
import pytest
import runs

from ideep_scan.errors import InputError
from ideep_scan.jobs.view.measured import MAX_INTERVALS, Measured, SitesInView, name_files, open_measured_files
from ideep_scan.jobs.view.serve_run import open_shown_files
from ideep_scan.jobs.view.sites import Sites, SiteTable

CONTIGS = {"chr1": 100_000, "chr2": 500}


def write_bigwig(path: Path, contigs: dict[str, int]) -> Path:
    with pyBigWig.open(str(path), "w") as file:
        file.addHeader(list(contigs.items()))
        file.addEntries([next(iter(contigs))], [10], ends=[20], values=[1.5])
    return path


def ask(measured: Measured | SitesInView, **query: object) -> Any:
    reply = measured.answer({name: str(value) for name, value in query.items()})
    return json.loads(reply.body)


@pytest.fixture
def peaks(tmp_path: Path) -> Path:
    path = tmp_path / "peaks.bed"
    path.write_text("chr1\t10\t20\tx\t5\t+\nchr1\t40\t60\tx\t5\t-\nchr2\t3\t5\tx\t5\t.\n")
    return path


def test_files_are_listed_with_their_kind(peaks: Path, tmp_path: Path) -> None:
    signal = write_bigwig(tmp_path / "signal", CONTIGS)
    measured = Measured(open_measured_files(name_files(tmp_path, [peaks, signal, peaks]), CONTIGS))
    assert ask(measured)["files"] == [
        {"name": "peaks.bed", "count": 3, "url": None},
        {"name": "signal", "count": None, "url": "run/measured/1.bw"},
        {"name": "peaks.bed (2)", "count": 3, "url": None},
    ]
    assert measured.signals == {"run/measured/1.bw": signal}


def test_intervals_of_a_stretch_are_columns(peaks: Path) -> None:
    measured = Measured(open_measured_files({"peaks": peaks}, CONTIGS))
    assert ask(measured, file=0, chrom="chr1", start=15, end=41) == {
        "count": 2, "starts": [10, 40], "ends": [20, 60], "points": [15, 50], "strands": [1, -1], "names": [],
    }  # fmt: skip
    assert ask(measured, file=0, chrom="chr1", start=20, end=40)["count"] == 0
    assert ask(measured, file=0, chrom="chr3", start=0, end=9)["starts"] == []


def test_too_many_intervals_are_counted_only(tmp_path: Path) -> None:
    path = tmp_path / "many.bed"
    path.write_text("".join(f"chr1\t{start}\t{start + 1}\n" for start in range(MAX_INTERVALS + 1)))
    measured = Measured(open_measured_files({"many": path}, CONTIGS))
    assert ask(measured, file=0, chrom="chr1", start=0, end=99_000) == {"count": MAX_INTERVALS + 1}
    assert len(ask(measured, file=0, chrom="chr1", start=0, end=MAX_INTERVALS)["starts"]) == MAX_INTERVALS


@pytest.mark.parametrize("query", [{"file": 9, "chrom": "chr1", "start": 0, "end": 9}, {"file": 0}, {"file": "x"}])
def test_a_query_that_no_page_sends(peaks: Path, query: dict[str, object]) -> None:
    measured = Measured(open_measured_files({"peaks": peaks}, CONTIGS))
    reply = measured.answer({name: str(value) for name, value in query.items()})
    assert reply.status == 400
    assert "error" in json.loads(reply.body)


@pytest.mark.parametrize(
    ("contigs", "reason"), [({"chr1": 99_000}, "another length"), ({"chrX": 900}, "no contig of the bigWig")]
)
def test_a_bigwig_of_another_genome_is_refused(tmp_path: Path, contigs: dict[str, int], reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        open_measured_files({"x": write_bigwig(tmp_path / "x.bw", contigs)}, CONTIGS)


def test_summits_in_view_are_those_of_the_tables(complete_run: Path) -> None:
    tables = [SiteTable(path.name.split(".")[0], path) for path in sorted((complete_run / "hits").glob("*.tsv.gz"))]
    sites = Sites(tables, ["exA", "exB"])
    sites.load(None)
    frame = pd.concat([pd.read_csv(table.path, sep="\t").assign(model=i) for i, table in enumerate(tables)])
    inside = frame[(frame["chrom"] == "exA") & (frame["summit"] >= 17_000) & (frame["summit"] < 18_000)]
    answer = ask(SitesInView(sites), chrom="exA", start=17_000, end=18_000)
    assert answer["count"] == len(inside) > 0
    found = sorted(zip(answer["models"], answer["summits"], answer["strands"], strict=True))
    signs = np.where(inside["strand"] == "-", -1, 1)
    assert found == sorted(zip(inside["model"], inside["summit"], signs, strict=True))
    assert ask(SitesInView(sites), chrom="nowhere", start=0, end=9)["count"] == 0


def test_cobinding_means_the_sites_that_the_run_read(example: Path, tmp_path: Path) -> None:
    (tmp_path / "sites.bed").write_text("exA\t17000\t17040\tx\t5\t+\n")
    (tmp_path / "table.tsv").write_text("26_PARCLIP_TAF15_hg19\tsites.bed\n")
    runs.scan(example, tmp_path / "run", regions="exA:17001-17100", cobinding=tmp_path / "table.tsv", modalities="all")
    (file,) = open_shown_files(tmp_path / "run", [Path("cobinding")])
    assert (file.name, file.path.name) == ("26_PARCLIP_TAF15_hg19", "sites.bed")
    assert file.sites is not None
    assert len(file.sites) == 1


def test_cobinding_of_a_run_without_a_table(complete_run: Path) -> None:
    with pytest.raises(InputError, match="read no co-binding table"):
        open_shown_files(complete_run, [Path("cobinding")])
