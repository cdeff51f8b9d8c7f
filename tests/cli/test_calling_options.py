"""What --threshold, --fdr and --prevalence came to, as a scan says it."""

from __future__ import annotations

from pathlib import Path

import pytest
import runs
from runs import Command, Said


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return runs.recalibrated(tmp_path_factory.mktemp("models"), "toy", runs.toy_calibration())


def scanned(command: Command, example: Path, out: Path, *asked: str) -> Said:
    fasta, genes = example / "example.fa.gz", example / "genes.gtf"
    given = ("--modalities", "sequence,region", "--regions", "exA:88,001-92,000", "-o", out)
    return command("genome", fasta, "--gtf", genes, *given, *asked)


def line_of(said: Said) -> str:
    assert said.code == 0, said
    (line,) = [line for line in said.out.splitlines() if line.startswith("ELAVL1: ")]
    return line


def test_the_expected_false_share_and_its_prior_are_said(
    model: str, command: Command, example: Path, tmp_path: Path
) -> None:
    line = line_of(scanned(command, example, tmp_path / "a", "--rbp", model, "--fdr", "0.4"))
    assert "expected false share 0.4 (model-based, at a prior of 0.02)" in line
    assert "sites with a score of 0.5 or more" not in line
    assert "per scored kb" in line
    line = line_of(scanned(command, example, tmp_path / "b", "--rbp", model, "--prevalence", "0.2"))
    assert "sites with a score of 0.5 or more" in line
    assert "at a prior of 0.2)" in line


def test_a_model_without_calibration_promises_nothing(command: Command, example: Path, tmp_path: Path) -> None:
    bare = runs.recalibrated(tmp_path, "bare", {})
    said = scanned(command, example, tmp_path / "out", "--rbp", bare)
    assert line_of(said).endswith("per scored kb")
    assert "note: ELAVL1: not calibrated, so that scores have no p-value" in said.err


def test_a_rate_asked_of_a_model_without_calibration_is_one_line(
    command: Command, example: Path, tmp_path: Path
) -> None:
    bare = runs.recalibrated(tmp_path, "bare", {})
    said = scanned(command, example, tmp_path / "out", "--rbp", bare, "--fdr", "0.1")
    assert (said.code, said.out) == (2, "")
    (line,) = said.err.splitlines()
    assert line.startswith("ideep-scan: --fdr 0.1: ELAVL1: not calibrated")
    assert line.endswith("give --threshold instead")
    assert not (tmp_path / "out").exists()
