"""Test settings of a training: each impossible combination gives one clear line before a file is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ideep_scan.errors import InputError
from ideep_scan.jobs.train.settings import TrainSettings

GENOME = {"sites": (Path("peaks.bed"),), "name": "MYRBP", "fasta": Path("g.fa"), "gtf": Path("g.gtf")}
WINDOWS = {"name": "MYRBP", "windows": (Path("bound.fa"), Path("rest.fa"))}


@pytest.mark.parametrize("options", [GENOME, WINDOWS])
def test_sites_of_a_genome_and_windows_are_enough(options: dict[str, Any]) -> None:
    settings = TrainSettings(**options)
    settings.check()
    assert (settings.bundle, settings.report_folder) == (Path("MYRBP.safetensors"), Path("MYRBP.report"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({**GENOME, "sites": ()}, "no sites"),
        ({**GENOME, "fasta": None}, "--fasta"),
        ({**GENOME, "gtf": None}, "--gtf"),
        ({**GENOME, **WINDOWS}, "--fasta"),
        ({**WINDOWS, "sites": GENOME["sites"]}, "both"),
        ({**WINDOWS, "cobinding": Path("table.tsv")}, "--cobinding"),
        ({**GENOME, "epochs": -1}, "--epochs"),
        ({**GENOME, "seed": -1}, "--seed"),
        ({**GENOME, "threads": -1}, "--threads"),
        ({**GENOME, "out": Path("model.pt")}, ".safetensors"),
        ({**GENOME, "report": Path("g.fa")}, "is an input"),
        ({**GENOME, "report": Path("MYRBP.safetensors")}, "is the bundle"),
    ],
)
def test_impossible_settings_are_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        TrainSettings(**options).check()


def test_an_earlier_bundle_is_replaced_only_if_asked(tmp_path: Path) -> None:
    out = tmp_path / "model.safetensors"
    out.touch()
    with pytest.raises(InputError, match="--overwrite"):
        TrainSettings(**GENOME, out=out).check()
    TrainSettings(**GENOME, out=out, overwrite=True).check()
