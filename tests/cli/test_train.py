"""Test the command `train`: options become settings, and one line tells what is wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ideep_scan.cli.commands import app
from ideep_scan.jobs.train import run as job
from ideep_scan.jobs.train.settings import TrainSettings
from tests.toy_training import CONTIGS, list_sites, write_genome

STOP_AT = """
import os, signal, sys
from ideep_scan.cli.app import main
from ideep_scan.cli.train_screen import TrainScreen
stage, number, stages = sys.argv.pop(1), getattr(signal, sys.argv.pop(1)), []

def watch(name, call):
    def step(self, *arguments):
        call(self, *arguments)
        if name == "starts":
            stages.append(arguments[0])
        elif stages[-1:] == [stage]:
            os.kill(os.getpid(), number)
    return step

for name in ("starts", "advance", "learned"):
    setattr(TrainScreen, name, watch(name, getattr(TrainScreen, name)))
main()
"""


class Caught(Exception):
    """Refuse options before a file is read."""


def test_options_become_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    caught: list[TrainSettings] = []

    def catch(settings: TrainSettings, monitor: object) -> None:
        caught.append(settings)
        raise Caught

    monkeypatch.setattr(job, "run", catch)
    words = (
        "train a.bed b.bed --name MYRBP --fasta g.fa --gtf g.gtf --from scratch --epochs 3 --seed 2 -o m.safetensors"
    )
    with pytest.raises(Caught):
        app(words.split(), standalone_mode=False)
    with pytest.raises(Caught):
        app(["train", "--name", "W", "--windows", "bound.fa", "rest.fa"], standalone_mode=False)
    assert caught == [
        TrainSettings(
            (Path("a.bed"), Path("b.bed")),
            name="MYRBP",
            fasta=Path("g.fa"),
            gtf=Path("g.gtf"),
            start="scratch",
            epochs=3,
            seed=2,
            out=Path("m.safetensors"),
        ),
        TrainSettings(name="W", windows=(Path("bound.fa"), Path("rest.fa"))),
    ]


@pytest.mark.parametrize(
    ("stage", "number", "code", "out"),
    [
        ("features", "SIGINT", 130, "new/t.safetensors"),
        ("training", "SIGTERM", 143, "old.safetensors"),
        ("held-out transcripts", "SIGINT", 130, "old.safetensors"),
    ],
)
def test_a_stopped_training_leaves_what_was_there(stage: str, number: str, code: int, out: str, tmp_path: Path) -> None:
    write_genome(tmp_path)
    (tmp_path / "peaks.bed").write_text("".join(list_sites(CONTIGS)))
    (tmp_path / "old.safetensors").write_text("an earlier bundle")
    earlier = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    words = "train peaks.bed --name T --fasta g.fa --gtf g.bed --from scratch --epochs 1 --threads 1 --device cpu"
    process = subprocess.run(
        [sys.executable, "-c", STOP_AT, stage, number, *words.split(), "--overwrite", "-o", out],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert process.returncode == code, process.stderr
    assert process.stdout == ""
    assert process.stderr.splitlines()[-1].startswith("ideep-scan: stopped")
    assert "Traceback" not in process.stderr
    (tmp_path / "g.fa.fai").unlink()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == earlier
