"""Test the command `train`: options become settings, and one line tells what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideep_scan.cli.commands import app
from ideep_scan.jobs.train import run as job
from ideep_scan.jobs.train.settings import TrainSettings


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
