"""A model that was trained on the planted sites of one protein of the embedded example."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from ideep_scan.api.example import find_example
from ideep_scan.jobs.train.run import TrainSummary, run
from ideep_scan.jobs.train.settings import TrainSettings
from ideep_scan.train.own_fit import Epoch


class Recorder:
    """Record the calls of a monitor."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.stages: list[str] = []
        self.epochs: list[Epoch] = []

    def begins(self, windows: int, notes: Sequence[str]) -> None:
        self.notes += notes

    def starts(self, stage: str, total: int | None) -> None:
        self.stages.append(stage)

    def advance(self, steps: int) -> None:
        pass

    def learned(self, epoch: Epoch) -> None:
        self.epochs.append(epoch)


def write_planted_sites(path: Path, protein: str = "ELAVL1") -> Path:
    lines = find_example().sites.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if line.split("\t")[3] == protein))
    return path


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[TrainSettings, TrainSummary, Recorder]:
    """Settings, result and record of a training."""
    folder = tmp_path_factory.mktemp("train")
    example = find_example()
    settings = TrainSettings(
        (write_planted_sites(folder / "peaks.bed"),),
        name="MYRBP",
        fasta=example.fasta,
        gtf=example.gtf,
        out=folder / "myrbp.safetensors",
        epochs=1,
        device="cpu",
        threads=1,
    )
    monitor = Recorder()
    return settings, run(settings, monitor), monitor
