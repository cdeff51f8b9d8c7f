"""Test complete trainings: the bundle reads back, scores planted sites highest, and bad input leaves nothing behind."""

from __future__ import annotations

import json
import signal
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from ideep_scan.api.example import find_example
from ideep_scan.api.sites import score_sites
from ideep_scan.errors import InputError, OutputError
from ideep_scan.jobs.output_folder.run_folder import RunFolder
from ideep_scan.jobs.own_models import add_model, remove_model
from ideep_scan.jobs.train.run import TrainSummary, _publish, run
from ideep_scan.jobs.train.settings import SCRATCH, TrainSettings
from ideep_scan.models.bundle import load_bundle
from ideep_scan.models.calibration import Calibration
from ideep_scan.train.metrics import auc
from ideep_scan.train.training_data import TEST
from tests.jobs.train.conftest import Recorder, write_planted_sites
from tests.training_outcome import make_model
from track_hubs.manifest import Assembly, Manifest

Trained = tuple[TrainSettings, TrainSummary, Recorder]


def test_the_bundle_is_the_model_of_the_outcome(trained: Trained) -> None:
    _, summary, monitor = trained
    model = load_bundle(summary.out)
    assert model.digest == summary.outcome.model.digest
    assert (model.name, model.protein, model.modalities) == ("MYRBP", "MYRBP", ("sequence", "region"))
    assert Calibration.from_dict(model.calibration).scale(model.modalities) is not None
    assert model.card["experiments"] == ["peaks.bed"]
    assert "few" in " ".join(monitor.notes)
    assert monitor.stages == ["features", "training", "held-out transcripts", "report"]
    assert list(summary.outcome.epochs) == monitor.epochs
    assert {path.name for path in summary.report.iterdir()} >= {
        "index.html",
        "epochs.tsv",
        "metrics.tsv",
        "manifest.json",
    }


def test_the_command_of_predictions_repeats_the_logits_of_the_test_windows(trained: Trained, tmp_path: Path) -> None:
    _, summary, _ = trained
    outcome, example = summary.outcome, find_example()
    places = outcome.data.places[outcome.data.part == TEST]
    rows = zip(places.chrom, places.centre, places.strand, strict=True)
    bed = tmp_path / "test.bed"
    bed.write_text("".join(f"{chrom}\t{centre}\t{centre + 1}\tx\t0\t{strand}\n" for chrom, centre, strand in rows))
    table = score_sites(bed, summary.out, example.fasta, gtf=example.gtf, threads=1)
    expected = 1 / (1 + np.exp(-outcome.test_logits.astype(np.float64)))
    scores = table["score"]
    np.testing.assert_allclose(scores.to_numpy(np.float64), expected, atol=1e-4)
    labels = outcome.data.label[outcome.data.part == TEST]
    assert auc(labels, outcome.test_logits) > 0.9


def test_the_model_joins_the_users_own_models(trained: Trained, tmp_path: Path) -> None:
    assert add_model(trained[1].out, tmp_path).name == "MYRBP"
    remove_model("MYRBP", tmp_path)


def test_a_training_repeats_byte_by_byte(trained: Trained, tmp_path: Path) -> None:
    settings, summary, _ = trained
    again = run(replace(settings, out=tmp_path / "again.safetensors"), Recorder())
    assert again.out.read_bytes() == summary.out.read_bytes()


def test_windows_without_a_place_give_a_model_of_the_sequence(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    letters = ["".join(rng.choice(list("ACGU"), int(rng.integers(60, 140)))) for _ in range(160)]
    bound = [f"{text[:20]}UGCAUGUUGCAUGU{text[20:40]}" for text in letters[:60]]
    paths = tmp_path / "bound.fa", tmp_path / "rest.fa"
    for path, texts in zip(paths, (bound, letters[60:]), strict=True):
        path.write_text("".join(f">w{number}\n{text}\n" for number, text in enumerate(texts)))
    settings = TrainSettings(
        name="W", windows=paths, out=tmp_path / "w.safetensors", start=SCRATCH, epochs=1, device="cpu", threads=1
    )
    summary = run(settings, Recorder())
    assert load_bundle(summary.out).modalities == ("sequence",)
    assert not summary.outcome.model.calibration
    assert summary.notes


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("exA\t100\t101\tx\t0\t.", "strand"),
        ("chr1\t100\t101\tx\t0\t+", "no contig"),
        ("exA\t10\t11\tx\t0\t+", "on a transcript"),
        ("exA\t10000", "peaks.bed"),
    ],
)
def test_unusable_sites_leave_nothing_behind(line: str, words: str, tmp_path: Path) -> None:
    example = find_example()
    peaks = tmp_path / "peaks.bed"
    peaks.write_text(f"{line}\n")
    settings = TrainSettings((peaks,), name="X", fasta=example.fasta, gtf=example.gtf, out=tmp_path / "x.safetensors")
    with pytest.raises(InputError, match=words):
        run(settings, Recorder())
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["peaks.bed"]
    assert not list(tmp_path.glob("x.report/*"))


def test_swapped_strands_are_named(tmp_path: Path) -> None:
    example = find_example()
    peaks = write_planted_sites(tmp_path / "peaks.bed")
    flip = {"+": "-", "-": "+"}
    rows = [line.split("\t") for line in peaks.read_text().splitlines() if line.startswith("exB")]
    peaks.write_text("".join("\t".join([*row[:5], flip[row[5]]]) + "\n" for row in rows))
    settings = TrainSettings((peaks,), name="X", fasta=example.fasta, gtf=example.gtf, out=tmp_path / "x.safetensors")
    with pytest.raises(InputError, match="swapped"):
        run(settings, Recorder())


def test_a_name_that_cannot_name_files_is_refused(trained: Trained) -> None:
    with pytest.raises(InputError, match="--name"):
        run(replace(trained[0], name="../x", overwrite=True), Recorder())


def test_the_manifest_records_every_setting_that_changes_the_result(trained: Trained) -> None:
    settings, summary, _ = trained
    manifest = json.loads((summary.report / "manifest.json").read_text())
    recorded = manifest["receipts"]["settings"]
    free = {"out", "report", "threads", "overwrite"}
    assert set(recorded) == {field.name for field in fields(settings)} - free
    assert (recorded["sites"], recorded["negatives"], recorded["epochs"]) == (["peaks.bed"], ["both"], 1)
    assert manifest["receipts"]["device"] == "cpu"
    assert str(summary.out.parent) not in json.dumps(manifest)


def publish(out: Path, name: str) -> None:
    with RunFolder(out / "report", overwrite=True) as folder:
        (folder.part / "index.html").write_text(name)
        _publish(out / "m.safetensors", make_model(name), folder, Manifest(name, Assembly("", "", None, {}), (), {}))


def test_bundle_and_report_survive_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path, "FIRST")
    earlier = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    def fail(folder: RunFolder) -> None:
        raise OutputError("no room")

    with monkeypatch.context() as patch:
        patch.setattr(RunFolder, "place", fail)
        with pytest.raises(OutputError):
            publish(tmp_path, "SECOND")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == earlier
    publish(tmp_path, "THIRD")
    assert load_bundle(tmp_path / "m.safetensors").name == "THIRD"


def test_a_stop_between_report_and_bundle_waits_for_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path, "FIRST")
    place = RunFolder.place

    def stop(folder: RunFolder) -> None:
        place(folder)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(RunFolder, "place", stop)
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)  # libraries may have set another one
    try:
        with pytest.raises(KeyboardInterrupt):
            publish(tmp_path, "SECOND")
    finally:
        signal.signal(signal.SIGINT, handler)
    assert load_bundle(tmp_path / "m.safetensors").name == "SECOND"
    assert (tmp_path / "report" / "index.html").read_text() == "SECOND"


def test_a_place_that_takes_no_files_is_refused_before_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings = TrainSettings(
        (Path("missing.bed"),),
        name="X",
        fasta=Path("missing.fa"),
        gtf=Path("missing.gtf"),
        out=tmp_path / "file" / "x.safetensors",
        report=tmp_path / "report",
    )
    with pytest.raises(OutputError, match="give another -o"):
        run(settings, Recorder())
