"""Gene models of a run: names in any case, accessions without version, places, and suggestions."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideep_scan.errors import InputError
from ideep_scan.jobs.view.gene_models import GeneModels, choose_isoform

LINES = """#gffTags
chr1\t100\t400\tName=ABC1;transcript_id=NM_1.2;id=NM_1\t0\t-\t150\t350\t0\t2\t100,100,\t0,200,
chr1\t100\t300\tName=ABC1;transcript_id=NR_2\t0\t-\t300\t300\t0\t1\t200\t0
chr1\t500\t900\tName=ABD;transcript_id=NM_3;gene_id=ENSG1\t0\t+\t500\t900\t0\t1\t400\t0
chr2\t500\t900\tName=ABD;transcript_id=NM_3;gene_id=ENSG1\t0\t+\t500\t900\t0\t1\t400\t0
"""


@pytest.fixture
def genes(tmp_path: Path) -> GeneModels:
    path = tmp_path / "genes.bed"
    path.write_text(LINES)
    return GeneModels(path, {})


@pytest.mark.parametrize("name", ["ABC1", "abc1", "NM_1.2", "nm_1", "NR_2"])
def test_a_gene_is_found_with_all_isoforms_by_each_of_its_names(genes: GeneModels, name: str) -> None:
    isoforms = genes.find(name)
    assert dict(isoforms.lengths) == {"NM_1.2": 200, "NR_2": 200}
    assert choose_isoform(isoforms) == "NM_1.2"


def test_an_accession_of_two_places_is_named_with_its_place(genes: GeneModels) -> None:
    assert list(genes.find("ENSG1").lengths) == ["NM_3 (chr1:501-900 +)", "NM_3 (chr2:501-900 +)"]


def test_similar_names_are_suggested(genes: GeneModels) -> None:
    with pytest.raises(InputError, match="ABC2 is not in the gene models of this run; similar names: ABC1"):
        genes.find("ABC2")
    assert genes.complete("ab") == ["ABC1", "ABD"]
    assert genes.complete("x") == []


def test_the_transcript_in_view_is_found(genes: GeneModels) -> None:
    found = genes.find_in_view("chr1", 120, 310)
    assert found is not None
    assert found.id == "NM_1.2"
    assert genes.find_in_view("chr1", 400, 500) is None


def test_records_are_transcripts_of_their_own(tmp_path: Path) -> None:
    genes = GeneModels(None, {"r1": 30, "r2": 40})
    transcript = genes.find("R2").get_transcript("r2")
    assert (transcript.chrom, transcript.strand, transcript.exons.tolist()) == ("r2", "+", [[0, 40]])


def test_a_run_without_gene_models_has_no_gene() -> None:
    genes = GeneModels(None, {})
    with pytest.raises(InputError, match="not in the gene models"):
        genes.find("ABC1")
    assert genes.find_in_view("chr1", 1, 2) is None
