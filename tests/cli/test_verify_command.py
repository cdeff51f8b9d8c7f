"""Command `verify`: its lines and exit codes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import runs
from runs import Command


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
        r"\d+ sites? have their scores; \d+ files have their digests\n"
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
