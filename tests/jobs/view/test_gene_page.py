"""One gene with the sites of all models, and each reason that there is none."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyBigWig
import pytest
import toy_sites

from ideep_scan.formats.annotation.bed12 import write_bed12
from ideep_scan.jobs.view import gene_page as room
from ideep_scan.jobs.view import sites as site_room
from ideep_scan.jobs.view.gene_models import GeneModels
from ideep_scan.jobs.view.gene_page import GenePage
from ideep_scan.jobs.view.sites import Sites, SiteTable
from ideep_scan.records.transcript import Transcript

GENES = [
    Transcript("t1", "G1", "TNF", "chr2", "+", np.array([(0, 30), (60, 90)]), (5, 70)),
    Transcript("t1b", "G1", "TNF", "chr2", "+", np.array([(0, 100)])),
    Transcript("t2", "G2", "IL6", "chr2", "-", np.array([(20, 30), (50, 60)])),
    Transcript("t3", "G3", "far", "chr10", "+", np.array([(300, 400)])),
]


@pytest.fixture
def models(tmp_path: Path) -> GeneModels:
    write_bed12(tmp_path / "genes.bed.gz", GENES, list(toy_sites.CONTIGS))
    return GeneModels(tmp_path / "genes.bed.gz", {})


@pytest.fixture
def page(tmp_path: Path, models: GeneModels, monkeypatch: pytest.MonkeyPatch) -> GenePage:
    for each in (room, site_room):
        monkeypatch.setattr(each, "_PATIENCE", 60)
    path = tmp_path / "A.plus.bw"
    file = pyBigWig.open(str(path), "w")
    file.addHeader(list(toy_sites.CONTIGS.items()))
    file.addEntries("chr2", 0, values=[0.5] * 100, span=1, step=1)
    file.close()
    sites = Sites(toy_sites.write_tables(tmp_path / "hits"), list(toy_sites.CONTIGS))
    return GenePage(models, sites, {"A": {"+": path}})


def ask(page: GenePage, **query: str) -> dict:
    reply = page.answer(query)
    assert reply.status == 200
    content: dict = json.loads(reply.body)
    return content


def test_a_gene_has_its_regions_models_and_sites(page):
    content = ask(page, gene="g1")
    assert (content["gene"], content["chrom"], content["strand"], content["start"], content["end"]) == (
        "TNF", "chr2", "+", 0, 100,
    )  # fmt: skip
    lengths = {region["name"]: region["length"] for region in content["regions"]}
    assert lengths == {"5'UTR": 5, "CDS": 35, "3'UTR": 20, "intron": 0, "exon": 40}
    assert [row["name"] for row in content["models"]] == ["A", "none", "B"]
    cds, utr = content["models"][0]["regions"][1:3]
    assert (cds["count"], cds["highest"], round(cds["density"], 2)) == (1, 0.5, 28.57)
    assert utr["count"] == 1
    assert [site["name"] for site in content["sites"]] == ["TNF:2", "TNF:1", "TNF:1"]
    assert content["total"] == 3
    assert [item["id"] for item in content["transcripts"]] == ["t1", "t1b"]


def test_a_gene_that_was_not_scanned_has_no_scanned_bases(page):
    content = ask(page, gene="IL6")
    assert {region["length"] for region in content["regions"]} == {0}
    assert {region["name"]: region["whole"] for region in content["regions"]}["intron"] == 20
    assert {region["genes"] for region in content["regions"]} == {0, 1}
    assert content["models"][0]["regions"][3]["share"] is None


def test_runs_that_scanned_different_parts_are_told_apart(page):
    assert ask(page, gene="IL6")["differ"] is False
    table = page._sites.tables[2]
    folder = table.path.parents[1] / "other"
    folder.mkdir()
    tables = [*page._sites.tables[:2], SiteTable("B", table.path.rename(folder / table.path.name))]
    hub = GenePage(page._genes, Sites(tables, list(toy_sites.CONTIGS)), page._scores)
    assert ask(hub, gene="IL6")["differ"] is True


def test_without_a_name_it_is_the_gene_with_the_most_sites(page):
    assert ask(page)["gene"] == "TNF"


def test_names_are_completed(page):
    assert ask(page, complete="t")["genes"] == ["TNF"]


def test_an_unknown_gene_is_refused_with_similar_ones(page):
    assert ask(page, gene="TNFF")["error"].startswith("TNFF is not in the gene models of this run; similar names: TNF")
    assert "at most 200 characters" in ask(page, gene="x" * 201)["error"]


def test_a_run_without_gene_models_is_refused(page):
    page._genes = GeneModels(None, {"t1": 40})
    assert "scan with an annotation" in ask(page)["error"]


def test_progress_is_told_while_tables_are_read(page, monkeypatch):
    monkeypatch.setattr(page, "_load", lambda: None)
    content = ask(page)
    assert set(content) == {"done", "tables"}
    assert content["tables"] == 3
