"""How the program ends when all goes well, when the disk is full, and when it is stopped."""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import runs
from runs import Command

PROGRAM = Path(sys.executable).with_name("ideep-scan")
OPTIONS = ("--model", "ideep", "--rbp", "HuR")


def test_a_run_says_what_it_will_do_and_what_came_of_it(example: Path, command: Command, tmp_path: Path) -> None:
    fasta, gtf, out = example / "example.fa.gz", example / "genes.gtf", tmp_path / "out"
    said = command("genome", *OPTIONS, fasta, "--gtf", gtf, "--regions", "exA:16001-18000", "-o", out)
    assert said.code == 0
    assert (out / "manifest.json").is_file()
    first, *notes = said.err.splitlines()
    assert re.match(r"ELAVL1 on region, sequence: about [\d,]+ positions .* of memory, \d+ MB of disk$", first)
    assert all(note.startswith("note: ") for note in notes)
    assert "\x1b" not in said.err + said.out
    assert "\r" not in said.err + said.out
    counted, sites, *_, where = said.out.splitlines()
    assert re.match(r"[\d,]+ positions scored in \d+ s \([\d,]+ positions/s\)$", counted)
    assert re.match(rf"ELAVL1: {len(runs.table(out)):,} sites? with a score of 0\.\d+ or more \(p <= 0.001\)", sites)
    assert where.startswith(f"{out}: tracks/, hits/, motifs/")
    assert command("genome", "--rbp", "HuR", fasta, "--gtf", gtf, "--gene", "EXA4", "-o", out).code == 2
    assert command("genome", "--rbp", "HuR", fasta, "--gtf", gtf, "--gene", "EXA4", "-o", out, "--overwrite").code == 0


def test_demo(command: Command, tmp_path: Path) -> None:
    for _ in range(2):
        said = command("demo", "-o", tmp_path / "demo", "--threads", "1")
        assert said.code == 0, said
        assert str(tmp_path / "demo") in said.out
        assert "Simulated" in (tmp_path / "demo" / "index.html").read_text()


@pytest.mark.parametrize("most", [3_000, 60_000])
def test_full_disk(most: int, example: Path, command: Command, tmp_path: Path) -> None:
    """As if the disk were full: no file may grow beyond `most` bytes."""
    given = ["--rbp", "ELAVL1", example / "example.fa.gz", "--gtf", example / "genes.gtf", "--threads", "1"]
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        said = command("genome", *given, "--regions", "exA:88,001-101,000", "-o", tmp_path / "out" / "deep")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert said.code == 2, said
    assert said.out == ""
    *before, line = said.err.splitlines()
    assert all(output.startswith(("ELAVL1 on ", "note: ")) for output in before), said.err
    assert line.startswith("ideep-scan: ")
    assert str(tmp_path / "out" / "deep") in line
    assert re.search("free space|disk full", line)
    left = {path.parent.name for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert left <= {".shards"}  # of finished shards, to go on with when there is room
    if left:
        assert "shards are finished: give the command with --resume to go on" in said.err
    again = command("genome", *given, "--regions", "exA:88,001-101,000", "-o", tmp_path / "out" / "deep", "--resume")
    assert again.code == 0, again  # there is room now
    assert (tmp_path / "out" / "deep" / "manifest.json").exists()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_that_is_stopped_leaves_nothing(number: int, code: int, tmp_path: Path, example: Path) -> None:
    """In its middle, the signal going to all its processes as a terminal's Ctrl-C does."""
    out = tmp_path / "new" / "out"
    modalities = ["--modalities", "all", "--batch", "2048"] if number == signal.SIGINT else []
    arguments = ["genome", "--rbp", "ELAVL1", str(example / "example.fa.gz"), "--threads", "1", *modalities]
    process = subprocess.Popen(
        [PROGRAM, *arguments, "-o", str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")},
    )
    try:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("ELAVL1 on ")  # it is about to scan
        time.sleep(0.3)
        assert (out / ".part").is_dir()
        os.killpg(process.pid, number)
        output, errors = process.communicate(timeout=30)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == code
    assert output == ""
    *notes, line = errors.splitlines()
    assert all(note.startswith("note: ") for note in notes), errors
    assert line.startswith("ideep-scan: stopped")
    assert not (tmp_path / "new").exists()
