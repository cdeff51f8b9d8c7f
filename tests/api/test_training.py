"""Test training from Python: arguments become the settings of the command."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideep_scan import train_model
from ideep_scan.api import training
from ideep_scan.jobs.train.settings import TrainSettings


class Caught(Exception):
    """Refuse arguments before a file is read."""


def test_arguments_become_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    caught: list[TrainSettings] = []

    def catch(settings: TrainSettings, monitor: object) -> None:
        caught.append(settings)
        raise Caught

    monkeypatch.setattr(training, "run", catch)
    with pytest.raises(Caught):
        train_model("a.bed", "X", fasta="g.fa", gtf="g.gtf", out="x.safetensors", start="scratch", seed=4)
    files = {"fasta": Path("g.fa"), "gtf": Path("g.gtf"), "out": Path("x.safetensors")}
    assert caught == [TrainSettings((Path("a.bed"),), name="X", start="scratch", seed=4, **files)]
