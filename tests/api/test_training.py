"""Test training from Python: arguments become the settings of the command."""

from __future__ import annotations

import inspect
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from ideep_scan import IdeepScanError, train_model
from ideep_scan.api import training
from ideep_scan.cli.train import OPTIONS
from ideep_scan.jobs.train.settings import TrainSettings

FILES = {"fasta": Path("g.fa"), "gtf": Path("g.gtf"), "out": Path("x.safetensors")}


class Caught(Exception):
    """Refuse arguments before a file is read."""


@pytest.fixture
def caught(monkeypatch: pytest.MonkeyPatch) -> list[TrainSettings]:
    """Settings of trainings, none of which runs."""
    settings: list[TrainSettings] = []

    def catch(given: TrainSettings, monitor: object) -> None:
        settings.append(given)
        raise Caught

    monkeypatch.setattr(training, "run", catch)
    return settings


def test_arguments_become_settings(caught: list[TrainSettings]) -> None:
    with pytest.raises(Caught):
        train_model("a.bed", "X", fasta="g.fa", gtf="g.gtf", out="x.safetensors", start="scratch", seed=4)
    assert caught == [TrainSettings((Path("a.bed"),), name="X", start="scratch", seed=4, **FILES)]


def test_windows_need_neither_sites_nor_a_genome(caught: list[TrainSettings]) -> None:
    with pytest.raises(Caught):
        train_model(None, "W", windows=("bound.fa", "rest.fa"))
    assert caught == [TrainSettings(name="W", windows=(Path("bound.fa"), Path("rest.fa")))]


def test_one_value_and_several_become_tuples(caught: list[TrainSettings]) -> None:
    with pytest.raises(Caught):
        train_model(["a.bed", Path("b.bed")], "X", negatives=["both", Path("n.bed")], test_contigs="chr1", **FILES)
    assert caught[0].sites == (Path("a.bed"), Path("b.bed"))
    assert (caught[0].negatives, caught[0].test_contigs) == (("both", "n.bed"), ("chr1",))


def test_function_and_command_take_the_same_settings() -> None:
    arguments = inspect.signature(train_model).parameters
    assert set(arguments) == {"sites", *OPTIONS} == {field.name for field in fields(TrainSettings)}


def test_every_argument_reaches_the_settings(caught: list[TrainSettings]) -> None:
    given = {
        **FILES,
        "cobinding": Path("table.tsv"),
        "windows": (Path("bound.fa"), Path("rest.fa")),
        "site": "start",
        "min_replicates": 2,
        "negatives": ("unbound-genes",),
        "negatives_per_site": 7,
        "test_contigs": ("chr1", "chr2"),
        "start": "scratch",
        "report": Path("report"),
        "epochs": 9,
        "seed": 5,
        "device": "cpu",
        "threads": 3,
        "strict": True,
        "overwrite": True,
    }
    defaults = {field.name: field.default for field in fields(TrainSettings)}
    assert set(given) == set(OPTIONS) - {"name"}
    assert not [name for name, value in given.items() if value == defaults[name]]
    with pytest.raises(Caught):
        train_model("a.bed", "X", **given)  # type: ignore[arg-type]
    assert caught == [TrainSettings((Path("a.bed"),), name="X", **given)]  # type: ignore[arg-type]


def test_the_defaults_are_those_of_the_command() -> None:
    arguments = inspect.signature(train_model).parameters
    for field in fields(TrainSettings):
        if field.name != "sites" and field.default is not MISSING:
            assert arguments[field.name].default == field.default


def test_a_value_out_of_range_is_an_error_of_the_package() -> None:
    with pytest.raises(IdeepScanError, match="--negatives-per-site"):
        train_model("a.bed", "X", fasta="g.fa", gtf="g.gtf", negatives_per_site=0)
