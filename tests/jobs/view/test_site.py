"""A site explained from files: its columns, neighbours and other sites there are those of the tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import runs

from ideep_scan.jobs.view.gene_models import GeneModels
from ideep_scan.jobs.view.site import ModelFiles, SiteExplanation, find_matrix

GENES = "chr1\t100\t900\tNM_1|G\t0\t-\t200\t800\t0\t2\t300,200\t0,600\n"
OTHER = "chr1\t310\t320\tH:1\t700\t-\t312\t313\t0,0,0\nchr1\t310\t320\tH:2\t900\t+\t312\t313\t0,0,0\n"


@pytest.fixture(scope="module")
def table(complete_run: Path) -> pd.DataFrame:
    return runs.table(complete_run)


@pytest.fixture(scope="module")
def explanation(complete_run: Path) -> SiteExplanation:
    files = ModelFiles("ELAVL1", complete_run / "hits" / "ELAVL1.bb", complete_run / "motifs" / "ELAVL1.bb")
    (genes,) = (complete_run / "genome").glob("genes.bed.gz")
    return SiteExplanation([files], GeneModels(genes, {}), runs.LENGTHS, complete_run)


def ask(explanation: SiteExplanation, status: int = 200, **query: str) -> dict[str, Any]:
    reply = explanation.answer(query)
    assert reply.status == status
    answer: dict[str, Any] = json.loads(reply.body)
    return answer


def test_a_site_has_the_columns_and_ranks_of_the_table(explanation: SiteExplanation, table: pd.DataFrame) -> None:
    for row in table.iloc[[0, len(table) // 2, -1]].itertuples():
        answer = ask(explanation, model="ELAVL1", site=row.name)
        site, gene = answer["site"], answer["gene"]
        assert (site["chrom"], site["start"], site["end"], site["summit"]) == (
            row.chrom,
            row.start,
            row.end,
            row.summit,
        )
        assert site["score"] == pytest.approx(row.score, abs=1e-6)
        assert (site["driver"], site["sequence"]) == (row.driver, row.sequence)
        assert (site["rankInGene"], site["rankInRun"]) == (int(row.rank_in_gene), int(row.rank_in_run))
        assert gene["sites"] == (table.gene_name == row.gene_name).sum()
        assert answer["model"]["sites"] == len(table)
        assert answer["model"]["reads"] == ["sequence", "region"]
        assert ask(explanation, model="ELAVL1", site=row.name, at=f"{row.chrom}:{row.summit + 1}") == answer
        assert ask(explanation, model="ELAVL1", site=row.name, at=f"{row.chrom}:1") == answer


def test_next_and_previous_walk_over_all_sites_of_a_contig(explanation: SiteExplanation, table: pd.DataFrame) -> None:
    expected = table[table.chrom == "exA"].sort_values(["start", "end", "name"]).name.tolist()
    names = [expected[0]]
    answer = ask(explanation, model="ELAVL1", site=names[0])
    assert answer["previous"] is None
    while answer["next"] is not None:
        following = ask(explanation, model="ELAVL1", **answer["next"])
        assert following["previous"]["site"] == names[-1]
        names.append(following["site"]["name"])
        answer = following
    assert names == expected


def test_the_summit_is_at_its_place_in_the_transcript(explanation: SiteExplanation, table: pd.DataFrame) -> None:
    for row in table[table.gene_name != "."].head(10).itertuples():
        gene = ask(explanation, model="ELAVL1", site=row.name)["gene"]
        start, end = gene["place"]
        assert start <= gene["summit"] < end
        in_exon = [exon for exon in gene["exons"] if exon[0] <= gene["summit"] < exon[1]]
        assert bool(in_exon) == (gene["position"] is not None) == (row.region != "intron")
        if in_exon:
            assert gene["position"] == gene["summit"] - in_exon[0][0] + in_exon[0][2]


def test_the_motif_of_the_table_comes_first_with_its_matrix(explanation: SiteExplanation, table: pd.DataFrame) -> None:
    row = next(table[table.motif != "."].itertuples())
    best = ask(explanation, model="ELAVL1", site=row.name)["motifs"][0]
    assert best["isBest"]
    assert best["motif"] == row.motif
    assert len(best["matrix"]) == best["end"] - best["start"]
    assert find_matrix("no such motif", "ELAVL1") is None


def toy(folder: Path, sites: str) -> SiteExplanation:
    (folder / "genes.bed").write_text(GENES)
    for name, rows in (("a", sites), ("b", OTHER), ("c", "")):
        (folder / f"{name}.bed").write_text(rows)
    models = [ModelFiles(name, folder / f"{name}.bed", None) for name in "abc"]
    return SiteExplanation(
        [*models, ModelFiles("d", None, None)], GeneModels(folder / "genes.bed", {}), {"chr1": 1000}, folder
    )


def test_other_sites_share_a_base_and_the_strand(tmp_path: Path) -> None:
    answer = ask(toy(tmp_path, "chr1\t300\t311\tG:1\t500\t-\t305\t306\t0,0,0\n"), model="a", site="G:1")
    assert [(other["model"], other["name"], other["score"]) for other in answer["others"]] == [("b", "H:1", 0.7)]
    assert (answer["gene"], answer["motifs"]) == (None, [])


def test_sites_in_the_intron_of_a_spliced_site_are_elsewhere(tmp_path: Path) -> None:
    blocks = "chr1\t300\t420\tG:1\t500\t-\t305\t306\t0,0,0\t2\t5,10\t0,110\n"
    answer = ask(toy(tmp_path, blocks), model="a", site="G:1")
    assert answer["others"] == []
    assert answer["site"]["blocks"] == [[300, 305], [410, 420]]


def test_unknown_names_are_one_line_and_malformed_queries_are_refused(tmp_path: Path) -> None:
    toys = toy(tmp_path, "")
    assert "which has a, b, c, d" in ask(toys, model="x", site="G:1")["error"]
    assert ask(toys, model="c", site="G:1")["error"] == "c has no site G:1 in this run"
    assert "no table of sites" in ask(toys, model="d", site="G:1")["error"]
    for query in ({"model": "a"}, {"model": "a", "site": "x" * 201}, {"model": "a", "site": "G:1", "at": "chr2:5"}):
        assert "give" in ask(toys, 400, **query)["error"]
