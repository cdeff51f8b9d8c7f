"""Remarks on inputs and models: which input causes which line."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest
import runs
import torch

from ideep_scan.jobs.genome import open_genome
from ideep_scan.jobs.input_notes import list_input_notes
from ideep_scan.jobs.inputs import gather_evidence, open_bundles
from ideep_scan.models.scorer import Scorer
from ideep_scan.models.store_names import IDEEP

ELAVL1 = "10_PARCLIP_ELAVL1A_hg19"


def notes(
    example: Path,
    *,
    fasta: Path | None = None,
    gtf: bool | Path = True,
    table: Path | None = None,
    evidence: str = "",
    choice: str = "auto",
) -> str:
    with ExitStack() as stack:
        annotation = (example / "genes.gtf" if gtf else None) if isinstance(gtf, bool) else gtf
        genome = open_genome(fasta or example / "example.fa.gz", annotation, stack)
        bundles = open_bundles(["ELAVL1", "PUM2"], IDEEP)
        tracks = {evidence: example / "none.bw"} if evidence else {}
        results = gather_evidence(genome, bundles, choice, table, runs.no_folding, evidence=tracks, stack=stack)
        scorers = [Scorer(bundle, results.modalities[bundle.name], torch.device("cpu")) for bundle in bundles]
        return "\n".join(list_input_notes(genome, results, scorers))


def test_another_annotation_than_that_of_the_training(example: Path) -> None:
    assert "ELAVL1, PUM2: trained with another annotation than genes.gtf" in notes(example)
    assert "another annotation" not in notes(example, gtf=False)


@pytest.mark.parametrize(("contig", "remark"), [("chrI", True), ("chr21", False)])
def test_a_genome_of_another_species(contig: str, remark: bool, example: Path, tmp_path: Path) -> None:
    path = tmp_path / "genome.fa"
    path.write_text(f">{contig}\n{'A' * 230_218}\n")  # the length of chrI in sacCer3
    assert ("trained on hg19, scored on sacCer3" in notes(example, gtf=False, fasta=path)) == remark


def test_unused_modalities_and_tracks(example: Path) -> None:
    assert "region is not used: " in notes(example, gtf=False)
    assert "region is not used" not in notes(example)
    assert "--evidence wave is not used: no model of this run was trained with it" in notes(example, evidence="wave")


@pytest.mark.parametrize(("chrom", "remark"), [("exA", False), ("chr7", True)])
def test_experiments_of_the_own_protein_and_sites_elsewhere(
    chrom: str, remark: bool, example: Path, tmp_path: Path
) -> None:
    (tmp_path / "sites.bed").write_text(f"exA\t100\t120\tsite\t0\t+\n{chrom}\t200\t220\tsite\t0\t+\n")
    (tmp_path / "table.tsv").write_text(f"{ELAVL1}\tsites.bed\n")
    results = notes(example, table=tmp_path / "table.tsv")
    assert f"ELAVL1: a model never reads experiments of its own protein ({ELAVL1})" in results
    assert ("chr7" in results) == remark


@pytest.mark.parametrize(("strand", "swapped"), [("+", False), ("-", True), (".", False)])
def test_experiments_on_the_wrong_strand(strand: str, swapped: bool, example: Path, tmp_path: Path) -> None:
    rows = (f"exA\t{start}\t{start + 9}\tsite\t0\t{strand}\n" for start in range(5000, 17000, 1000))
    (tmp_path / "sites.bed").write_text("".join(rows))
    (tmp_path / "table.tsv").write_text(f"{ELAVL1}\tsites.bed\n")
    results = notes(example, table=tmp_path / "table.tsv", choice="sequence,cobinding")
    assert (
        f"sites of {ELAVL1}: 0% of the sites lie in a transcript of their strand, 100% in one" in results
    ) == swapped
    assert "of their strand" not in notes(example, table=tmp_path / "table.tsv", choice="sequence")


def test_an_annotation_without_coding_parts(example: Path, tmp_path: Path) -> None:
    lines = (example / "genes.gtf").read_text().splitlines(keepends=True)
    path = tmp_path / "noncoding.gtf"
    path.write_text("".join(line for line in lines if "\texon\t" in line))
    assert "noncoding.gtf: no transcript has a coding part; " in notes(example, gtf=path)
    assert "coding part" not in notes(example, gtf=path, choice="sequence")
    assert "coding part" not in notes(example)
