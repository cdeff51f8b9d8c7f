"""Command `verify`: its lines and exit codes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import runs
from runs import Command

from ideep_scan.cli.screen import CheckScreen
from ideep_scan.jobs.verify.run import VerifySummary


@pytest.fixture
def out(example: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    runs.scan(example, folder, gtf=None, regions="exA:108,001-108,050", threshold=0.001)
    return folder


def test_the_exit_code_tells_agreement_difference_and_bad_input(command: Command, out: Path, example: Path) -> None:
    options = ("--inputs", example, "--files", "--device", "cpu", "--threads", 1)
    said = command("verify", out, *options)
    assert (said.code, said.err) == (0, "")
    pattern = (
        r"100 positions of 1 model agree \(largest difference 0\.000\d\), \d+ positions without a score are empty, "
        r"\d+ sites? agrees?; \d+ files have their digests\n"
    )
    assert re.fullmatch(pattern, said.out)
    (out / "hub.txt").write_text("changed\n")
    said = command("verify", out, *options)
    assert (said.code, said.err) == (1, "")
    lines = said.out.splitlines()
    assert lines[0].startswith("hub.txt: has 8 bytes, but ")
    assert re.fullmatch(r"100 positions of 1 model and \d+ files checked: 1 difference", lines[1])
    said = command("verify", out, "--fasta", example / "genes.gtf")
    assert (said.code, said.out) == (2, "")
    assert "genes.gtf: is not the fasta of the run" in said.err
    assert said.err.count("\n") == 1


def test_one_of_everything_is_singular(command: Command, example: Path, tmp_path: Path) -> None:
    out = tmp_path / "one"
    runs.scan(example, out, gtf=None, regions="exA:108,001-108,001", strand="plus", threshold=0.001)
    said = command("verify", out, "-n", 1, "--inputs", example, "--device", "cpu", "--threads", 1)
    assert re.match(r"1 position of 1 model agrees \(largest difference 0\.000\d\), \d+ positions? without a", said.out)
    assert said.code == 0


def test_clauses_fit_their_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    screen = CheckScreen()
    facts = {"digests": True, "largest": 0.0, "count": 0, "differences": (), "notes": (), "seconds": 0.0}
    screen.summarise(VerifySummary(1, 1, 1, 1, 1, files=1, **facts))
    screen.summarise(VerifySummary(2_000, 2, 2, 2, 2, files=2, **facts))
    one, two = capsys.readouterr().out.splitlines()
    assert one == (
        "1 position of 1 model agrees (largest difference 0.0000), 1 position without a score is empty, "
        "contributions agree at 1 position, 1 site agrees; 1 file has its digest"
    )
    assert two == (
        "2,000 positions of 2 models agree (largest difference 0.0000), 2 positions without a score are empty, "
        "contributions agree at 2 positions, 2 sites agree; 2 files have their digests"
    )
