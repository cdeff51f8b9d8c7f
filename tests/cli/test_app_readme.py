"""Commands of the README run as they are written, one after the other, on stand-ins for their files."""

from __future__ import annotations

import gzip
import re
import shlex
import shutil
from pathlib import Path

import pysam
import pytest
import runs
from runs import Command

README = Path(__file__).resolve().parents[2] / "README.md"
# Names and places of the README, and what the example has in their place.
EXAMPLE = {"PSMF1": "EXA4", "chr20:1,000,001-1,200,000": "exA:16,001-18,000"}
SITES = "exA\t17000\t17001\tsite\t0\t+\n"
WINDOWS = ">window\nACGUUUAUUUUAACG\n"


def commands() -> list[list[str]]:
    """Read the arguments of each command in the block of `Use`."""
    block = re.search(r"\n## Use\n+```\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert block is not None
    return [shlex.split(line, comments=True) for line in block[1].splitlines() if line.strip()]


@pytest.fixture
def inputs(tmp_path: Path, example: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    with pysam.FastaFile(str(example / "example.fa.gz")) as fasta:
        text = "".join(f">{name}\n{fasta.fetch(name)}\n" for name in fasta.references)
    for name in ("hg19.fa", "my.fa"):
        (tmp_path / name).write_text(text)
    shutil.copyfile(example / "genes.gtf", tmp_path / "genes.gtf")
    (tmp_path / "in.vcf.gz").write_bytes(gzip.compress((example / "variants.vcf").read_bytes()))
    (tmp_path / "sites.bed").write_text(SITES)
    planted = (example / "planted_sites.bed").read_text().splitlines(keepends=True)
    (tmp_path / "peaks.bed").write_text("".join(row for row in planted if "ELAVL1" in row))
    (tmp_path / "windows.fa").write_text(WINDOWS)
    (tmp_path / "transcripts.fa.gz").write_bytes(gzip.compress(WINDOWS.encode()))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_commands_run_one_after_the_other(inputs: Path, command: Command) -> None:
    names = set()
    for program, *arguments in commands():
        assert program == "ideep-scan"
        names.add(arguments[0])
        said = command(*(EXAMPLE.get(argument, argument) for argument in arguments))
        assert said.code == 0, (arguments, said)
        if "-o" in arguments:
            out = inputs / arguments[arguments.index("-o") + 1]
            assert out.is_file() or (out / "ELAVL1.meme").is_file() or len(runs.table(out)) >= 0
    known = {
        "check",
        "genome",
        "intersect",
        "models",
        "motifs",
        "predict",
        "train",
        "transcripts",
        "variants",
        "verify",
    }
    assert names == known
