"""What --threshold, --fdr and --prevalence came to, as a scan says it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import runs
from runs import Command, Said


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return runs.recalibrated(tmp_path_factory.mktemp("models"), "toy", runs.toy_calibration())


def scanned(command: Command, example: Path, out: Path, *arguments: str) -> Said:
    fasta, genes = example / "example.fa.gz", example / "genes.gtf"
    given = ("--modalities", "sequence,region", "--regions", "exA:88,001-92,000", "-o", out)
    return command("genome", fasta, "--gtf", genes, *given, *arguments)


def line_of(said: Said) -> str:
    assert said.code == 0, said
    (line,) = [line for line in said.out.splitlines() if line.startswith("ELAVL1: ")]
    return line


def test_the_expected_false_share_and_its_prior_are_said(
    model: str, command: Command, example: Path, tmp_path: Path
) -> None:
    line = line_of(scanned(command, example, tmp_path / "a", "--rbp", model, "--fdr", "0.4"))
    assert "expected false share 0.40 (model-based, at a prior of 0.02)" in line
    assert "sites with a score of 0.5 or more" not in line
    assert "per scored kb" in line
    line = line_of(scanned(command, example, tmp_path / "b", "--rbp", model, "--prevalence", "0.2"))
    assert " or more (p <= 0.001), " in line
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
    assert line.endswith("give --threshold")
    assert not (tmp_path / "out").exists()


def test_a_run_of_doubtful_sites_says_what_to_do_next(model: str, command: Command, example: Path, tmp_path: Path):
    """The command and the threshold that it names give what it says."""
    said = scanned(command, example, tmp_path / "a", "--rbp", model, "--threshold", "0.1")
    advice, ranking = said.out.splitlines()[2:4]
    found = re.fullmatch(
        r"  lowest expected false share (\S+), by --fdr (\S+) or --threshold (\S+): (\d+) sites",
        advice,
    )
    assert found is not None
    assert found[1] == found[2]
    assert ranking.startswith("Most sites are expected to be false: use their rank, not their count.")
    shell = ranking.partition("Strongest first: ")[2]
    best = subprocess.run(shell, shell=True, capture_output=True, text=True, check=True).stdout.splitlines()
    scores = [int(line.split("\t")[4]) for line in best]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == min(20, len(runs.table(tmp_path / "a")))
    for number, option in enumerate((("--fdr", found[2]), ("--threshold", found[3]))):
        line = line_of(scanned(command, example, tmp_path / str(number), "--rbp", model, *option))
        assert line.startswith(f"ELAVL1: {found[4]} sites with a score of {found[3][:4]}")


def test_a_threshold_above_all_scores_names_the_highest(
    model: str, command: Command, example: Path, tmp_path: Path
) -> None:
    line = line_of(scanned(command, example, tmp_path / "a", "--rbp", model, "--threshold", "1"))
    assert re.search(
        r"ELAVL1: 0 sites with a score of 1 or more, 0\.00 per scored kb; the highest score is 0\.\d+", line
    )
