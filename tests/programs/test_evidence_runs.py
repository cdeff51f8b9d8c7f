"""Runs with `--evidence`: read, absent, and given to models that were trained without it."""

from __future__ import annotations

import json

import numpy as np
import pyBigWig
import pytest
import toys
from runs import Watcher, copy_example, scan

from ideep_scan.errors import InputError
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.jobs.live.server import command_of
from ideep_scan.jobs.live.settings import LiveSettings

REGION = "exA:2001-3000"


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    return copy_example(tmp_path_factory.mktemp("evidence"))


@pytest.fixture(scope="module")
def wave(example):
    path = example / "wave.bw"
    starts = np.arange(0, 120_000, 50)
    with pyBigWig.open(str(path), "w") as file:
        file.addHeader([("exA", 120_000)])
        values = np.sin(starts / 300).tolist()
        file.addEntries(["exA"] * len(starts), starts.tolist(), ends=(starts + 50).tolist(), values=values)
    return path


@pytest.fixture(scope="module")
def model(example):
    spec = FeatureSpec((), (), evidence=("wave",))
    path = example / "WAVE.safetensors"
    network = toys.network(spec, {"evidence": 6})
    toys.bundle("WAVE", network, spec, modalities=("sequence", "evidence")).save(path)
    return str(path)


def run(example, out, **options):
    watcher = Watcher()
    scan(example, out, watcher, gtf=None, regions=REGION, **options)
    manifest = json.loads((out / "manifest.json").read_text())
    return (
        watcher.notes,
        manifest["receipts"],
        (out / "tracks" / f"{next(iter(manifest['models']))}.plus.bw").read_bytes(),
    )


def test_a_model_reads_its_track_or_scores_without_it(example, wave, model, tmp_path):
    given = f"wave={wave}"
    notes, receipts, scores = run(example, tmp_path / "with", rbp=(model,), evidence=(given,))
    assert receipts["modalities"] == {"WAVE": ["sequence", "evidence"]}
    assert receipts["inputs"]["evidence wave"]["name"] == "wave.bw"
    assert not [note for note in notes if "evidence" in note]
    notes, receipts, other = run(example, tmp_path / "without", rbp=(model,))
    assert [
        note
        for note in notes
        if note == "evidence is not used: no track of the training was given (--evidence wave=FILE)"
    ]
    assert receipts["modalities"] == {"WAVE": ["sequence"]}
    assert scores != other


def test_a_track_with_contigs_of_another_length_is_noted(example, model, tmp_path):
    path = tmp_path / "other.bw"
    with pyBigWig.open(str(path), "w") as file:
        file.addHeader([("exA", 119_000)])
        file.addEntries(["exA"], [0], ends=[119_000], values=[0.5])
    notes, _, _ = run(example, tmp_path / "out", rbp=(model,), evidence=(f"wave={path}",))
    assert any(note.startswith("other.bw: 1 of 1 contigs have another length than in the FASTA") for note in notes)


def test_a_track_that_no_model_reads_is_noted(example, wave, tmp_path):
    notes, receipts, scores = run(example, tmp_path / "given", evidence=(f"wave={wave}",))
    assert "--evidence wave is not used: no model of this run was trained with it" in notes
    assert scores == run(example, tmp_path / "plain")[2]
    assert "evidence wave" not in receipts["inputs"]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (("wave",), "NAME=FILE"),
        (("a b=x.bw",), "NAME=FILE"),
        (("a=x.bw", "a=y.bw"), "twice"),
        (("a=x.bw",), "no such file"),
    ],
)
def test_what_cannot_be_read_is_refused(example, tmp_path, values, message):
    with pytest.raises(InputError, match=message):
        run(example, tmp_path / "refused", evidence=values)


def test_the_command_of_a_live_view_names_the_track(example, wave):
    settings = LiveSettings(("ELAVL1",), fasta=example / "example.fa.gz", evidence=(f"wave={wave}",))
    assert f"--evidence wave={wave}" in command_of(settings)
