"""Runs of a model with an invented calibration: p, expected precision, thresholds of --fdr, and runs without them."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyBigWig
import pytest
import runs

from ideep_scan.errors import InputError
from ideep_scan.jobs import predict
from ideep_scan.jobs.predict_settings import PredictSettings
from ideep_scan.models.calibration import Calibration
from ideep_scan.models.scale import Scale

KIND, USED = "sequence+region", ("sequence", "region")
PRIOR = runs.PRIOR
REGION = "exA:88,001-101,000"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Paths of bundles by what their calibration is."""
    folder = tmp_path_factory.mktemp("models")
    calibrations = {
        "calibrated": runs.toy_calibration(),
        "none": {},
        "sequence alone": runs.toy_calibration(("sequence",)),
        "few sites": runs.toy_calibration(sites=5),
        "damaged": runs.toy_calibration(),
    }
    paths = {name: runs.recalibrated(folder, name.replace(" ", "_"), fields) for name, fields in calibrations.items()}
    damaged = Path(paths["damaged"])
    sound, wrong = b'\\"positions\\": 30000', b'\\"positions\\": 30001'
    assert sound in damaged.read_bytes()
    damaged.write_bytes(damaged.read_bytes().replace(sound, wrong))
    return paths


@pytest.fixture(scope="module")
def scale() -> Scale:
    results = Calibration.from_dict(runs.toy_calibration()).scale(USED)
    assert results is not None
    return results


def scanned(model: str, example: Path, out: Path, **options: Any) -> tuple[Any, runs.Watcher, dict[str, Any]]:
    """Summary, watcher and receipts of a run on sequence and region."""
    watcher = runs.Watcher()
    given = {"rbp": (model,), "modalities": ",".join(USED), "regions": REGION, **options}
    summary = runs.scan(example, out, watcher, **given)
    return summary, watcher, json.loads((out / "manifest.json").read_text())["receipts"]


@pytest.fixture(scope="module")
def run(
    models: dict[str, str], example: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Any, runs.Watcher, dict[str, Any]]:
    out = tmp_path_factory.mktemp("calibrated") / "out"
    return out, *scanned(models["calibrated"], example, out, threshold=0.1)


def test_p_and_expected_precision_are_those_of_the_summit(run: tuple[Any, ...], scale: Scale) -> None:
    rows = runs.table(run[0])
    assert len(rows) > 3
    score = rows["score"].to_numpy(np.float32)
    p, precision = (rows[column].astype(float).to_numpy() for column in ("p_value", "precision"))
    np.testing.assert_allclose(p, scale.p_values(score), rtol=6e-3)
    np.testing.assert_allclose(precision, scale.precision(score, PRIOR), rtol=6e-3)
    assert np.unique(precision).size > 1
    assert rows["p_value"].str.fullmatch(r"\d(\.\d\d?)?e-\d\d|0\.0*[1-9]\d{0,2}|1").all()


def test_no_site_contradicts_the_false_share_of_the_summary(run: tuple[Any, ...]) -> None:
    """The precision at the threshold is the lowest that a site can have; so is its mean at least that."""
    out, summary, _, receipts = run
    (model,) = summary.called
    precision = runs.table(out)["precision"].astype(float)
    expected, best = 1 - model.false_share, 1 - model.lowest.share
    assert precision.min() >= expected * 0.995
    assert precision.mean() >= expected
    assert precision.max() <= best * 1.005
    lowest = receipts["called"]["ELAVL1"]["lowest expected false share"]
    assert lowest == {
        "value": model.lowest.share,
        "threshold": float(model.lowest.threshold),
        "sites": model.strict_sites,
    }


@pytest.mark.parametrize("option", ["fdr", "threshold"])
def test_the_stricter_call_yields_the_sites_that_are_promised(
    option: str, run: tuple[Any, ...], models: dict[str, str], example: Path, tmp_path: Path
) -> None:
    (promised,) = run[1].called
    assert promised.stricter is not None
    summary, _, _ = scanned(
        models["calibrated"], example, tmp_path, **{option: float(getattr(promised.stricter, option))}
    )
    (model,) = summary.called
    assert model.sites == promised.strict_sites > 0
    assert model.false_share <= float(promised.stricter.fdr) + 1e-9
    assert model.stricter is None


def test_pages_and_hub_show_the_expected_precision_and_no_q(run: tuple[Any, ...]) -> None:
    out, summary, *_ = run
    words = summary.called[0].in_words()
    assert words.startswith("About ")
    assert "expected to be true, at a prior of 0.02 (1 site in 50 positions)." in words
    for page in ("index.html", "descriptions/ELAVL1.html", "descriptions/run.html"):
        assert words in (out / page).read_text(), page
    hub = (out / "hub.txt").read_text()
    assert "expected precision ${precision}" in hub
    assert "filter.precision 0\n" in hub
    assert "<th>Expected precision</th>" in (out / "index.html").read_text()
    for name in runs.files(out):
        if name.endswith((".txt", ".html", ".json", ".xml")):
            text = (out / name).read_text().lower()
            assert "qvalue" not in text, name
            assert "q-value" not in text, name


def test_bigbed_and_table_agree(run: tuple[Any, ...]) -> None:
    rows = runs.table(run[0])
    with pyBigWig.open(str(run[0] / "hits" / "ELAVL1.bb")) as file:
        held = [
            fields.split("\t") for chrom in file.chroms() for *_, fields in file.entries(chrom, 0, runs.LENGTHS[chrom])
        ]
    numbers = zip(rows["p_value"], rows["precision"], strict=True)
    assert [(row[7], row[8]) for row in held] == list(numbers)


def test_receipts_and_summary_say_what_the_threshold_came_to(run: tuple[Any, ...], scale: Scale) -> None:
    out, summary, watcher, receipts = run
    sites = len(runs.table(out))
    expected = 1 - float(scale.precision(np.array(0.1), PRIOR))
    (model,) = summary.called
    assert (model.name, model.threshold, model.sites, model.positions) == ("ELAVL1", 0.1, sites, summary.positions)
    assert model.false_share == pytest.approx(expected)
    assert model.per_kb == pytest.approx(1000 * sites / summary.positions)
    assert receipts["called"] == {
        "ELAVL1": {
            "threshold": 0.1,
            "threshold chosen by": "an option",
            "smoothing": 0,
            "sites": sites,
            "sites per kb": pytest.approx(model.per_kb, abs=1e-4),
            "expected false share": pytest.approx(expected),
            "prior": PRIOR,
            "prior source": "a guess",
            "lowest expected false share": model.lowest.receipts(model.strict_sites),
            "measured precision": None,
        }
    }
    assert not any("p-value" in note for note in watcher.notes)


def test_the_calibration_changes_no_score(run: tuple[Any, ...], models: dict[str, str], example: Path, tmp_path: Path):
    _, watcher, receipts = scanned(models["none"], example, tmp_path, threshold=0.1)
    with_p, without = runs.table(run[0]), runs.table(tmp_path)
    assert set(without["p_value"]) == set(without["precision"]) == {""}
    assert "xpected precision" not in (tmp_path / "hub.txt").read_text()
    unknown = ["p_value", "precision"]
    assert with_p.drop(columns=unknown).equals(without.drop(columns=unknown))
    for side in ("plus", "minus"):
        name = f"tracks/ELAVL1.{side}.bw"
        assert (run[0] / name).exists() == (tmp_path / name).exists()
        assert not (tmp_path / name).exists() or (run[0] / name).read_bytes() == (tmp_path / name).read_bytes()
    called = receipts["called"]["ELAVL1"]
    assert (called["threshold"], called["expected false share"], called["prior"]) == (0.1, None, None)
    assert [note for note in watcher.notes if "p-value" in note] == [
        "ELAVL1: not calibrated, so that scores have no p-value"
    ]


def test_a_false_share_sets_the_threshold(models: dict[str, str], example: Path, tmp_path: Path, scale: Scale) -> None:
    summary, _, receipts = scanned(models["calibrated"], example, tmp_path, fdr=0.4)
    (model,) = summary.called
    assert model.threshold == scale.threshold(0.4, PRIOR)
    assert model.false_share == pytest.approx(0.4)
    assert model.threshold != 0.5
    assert receipts["settings"]["fdr"] == 0.4
    assert receipts["called"]["ELAVL1"]["threshold"] == model.threshold
    scores = runs.table(tmp_path)["score"].to_numpy(np.float32)
    assert scores.size == model.sites
    assert (scores >= np.float32(model.threshold)).all()


def test_a_rarer_protein_needs_a_higher_score(models: dict[str, str], example: Path, tmp_path: Path) -> None:
    levels = []
    for prior in (0.1, 0.01):
        summary, _, receipts = scanned(
            models["calibrated"], example, tmp_path / str(prior), fdr=0.4, prevalence=prior, regions="exA:88001-90000"
        )
        called = receipts["called"]["ELAVL1"]
        assert (called["prior"], called["prior source"]) == (prior, "--prevalence")
        levels.append(summary.called[0].threshold)
    assert levels[0] < levels[1]
    summary, _, _ = scanned(
        models["calibrated"], example, tmp_path / "default", threshold=None, prevalence=0.1, regions="exA:88001-90000"
    )
    assert summary.called[0].chosen_by == "p <= 0.001"
    assert summary.called[0].prior == 0.1


def test_another_combination_has_no_p_and_says_which_have(
    models: dict[str, str], example: Path, tmp_path: Path
) -> None:
    summary, watcher, receipts = scanned(models["sequence alone"], example, tmp_path, threshold=0.1)
    assert set(runs.table(tmp_path)["p_value"]) == set(runs.table(tmp_path)["precision"]) == {""}
    (note,) = [note for note in watcher.notes if "p-value" in note]
    assert note.startswith("ELAVL1: scores of this combination of modalities (sequence+region) have no p-value")
    assert note.endswith("those of sequence have")
    assert note in receipts["notes"]
    assert summary.called[0].false_share is None


def test_too_few_sites_leave_p_but_no_expected_precision(models: dict[str, str], example: Path, tmp_path: Path) -> None:
    summary, watcher, _ = scanned(models["few sites"], example, tmp_path, threshold=0.1)
    assert (runs.table(tmp_path)["p_value"].astype(float) <= 1).all()
    assert set(runs.table(tmp_path)["precision"]) == {""}
    assert summary.called[0].false_share is None
    assert not any("p-value" in note for note in watcher.notes)


def test_a_run_that_calls_nothing_is_whole(models: dict[str, str], example: Path, tmp_path: Path) -> None:
    summary, _, _ = scanned(models["calibrated"], example, tmp_path, threshold=1.0, regions="exA:88001-88500")
    assert summary.sites == {"ELAVL1": 0}
    (strand,) = (strand for strand, side in runs.SIDES.items() if (tmp_path / f"tracks/ELAVL1.{side}.bw").exists())
    highest = np.nanmax(runs.track(tmp_path, strand)["exA"])
    assert summary.called[0].highest == pytest.approx(highest, abs=5e-4)
    assert len(runs.table(tmp_path)) == 0


REFUSED = {
    "an uncalibrated model": ("none", {"fdr": 0.1}, ("--fdr 0.1: ELAVL1: not calibrated", "give --threshold")),
    "another combination": (
        "sequence alone",
        {"fdr": 0.1},
        ("ELAVL1", "(sequence+region) have no p-value; those of sequence have", "--modalities", "--threshold"),
    ),
    "too few sites": ("few sites", {"fdr": 0.1}, ("ELAVL1: too few held-out sites", "give --threshold")),
    "a rate that nothing reaches": (
        "calibrated",
        {"fdr": 0.001, "prevalence": 1e-6},
        ("--fdr 0.001 cannot be had", "ELAVL1, prior 1e-06", "give --fdr 0.99", "--prevalence", "--threshold"),
    ),
    "a damaged calibration": (
        "damaged",
        {},
        ("damaged.safetensors: model ELAVL1: its calibration is damaged", "download the model"),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_before_anything_is_written(
    case: str, models: dict[str, str], example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, asked, words = REFUSED[case]
    monkeypatch.setattr("ideep_scan.jobs.scan.preparation.open_genome", None)  # no large file is read before
    with pytest.raises(InputError) as error:
        scanned(models[model], example, tmp_path / "out", **asked)
    line = str(error.value)
    assert "\n" not in line
    for word in words:
        assert word in line
    assert not (tmp_path / "out").exists()


class Rows:
    """A monitor of a prediction that remembers the notes."""

    notes: tuple[str, ...] = ()

    def begins(self, rows: int, notes: Sequence[str]) -> None:
        self.notes = tuple(notes)

    def advance(self, rows: int) -> None:
        pass


def predicted(model: str, example: Path, sites: Path, **options: Any) -> tuple[list[dict[str, str]], tuple[str, ...]]:
    stream, rows = io.StringIO(), Rows()
    given = {"fasta": example / "example.fa.gz", "gtf": example / "genes.gtf", **options}
    predict.run(PredictSettings((model,), sites, threads=1, device="cpu", **given), rows, stream)
    header, *lines = [line.split("\t") for line in stream.getvalue().splitlines()]
    return [dict(zip(header, line, strict=True)) for line in lines], rows.notes


@pytest.fixture
def sites(tmp_path: Path) -> Path:
    """Three sites, the second of which cannot be scored: the contig begins with unknown bases."""
    path = tmp_path / "sites.bed"
    path.write_text("".join(f"exA\t{start}\t{start + 1}\ts\t0\t+\n" for start in (104_500, 100, 110_000)))
    return path


def test_predict_gives_the_p_value_of_each_score(models: dict[str, str], example: Path, sites: Path, scale: Scale):
    rows, notes = predicted(models["calibrated"], example, sites, modalities=",".join(USED))
    assert [row["p"] == "" for row in rows] == [row["score"] == "" for row in rows] == [False, True, False]
    for row in (rows[0], rows[2]):
        assert float(row["p"]) == pytest.approx(float(scale.p_values(np.array(np.float32(row["score"])))), rel=5e-3)
    assert not any("p-value" in note for note in notes)


@pytest.mark.parametrize(("model", "word"), [("none", "not calibrated"), ("sequence alone", "those of sequence have")])
def test_predict_without_p_says_why(model: str, word: str, models: dict[str, str], example: Path, sites: Path) -> None:
    rows, notes = predicted(models[model], example, sites, modalities=",".join(USED))
    assert {row["p"] for row in rows} == {""}
    (note,) = [note for note in notes if "p-value" in note]
    assert word in note


def test_predict_of_windows_uses_the_scale_of_sequence_alone(models: dict[str, str], example: Path, tmp_path: Path):
    (tmp_path / "windows.fa").write_text(">w\n" + "ACGUUUUAUUUUGCA" * 7 + "\n")
    rows, _ = predicted(models["sequence alone"], example, tmp_path / "windows.fa", fasta=None, gtf=None)
    scale = Calibration.from_dict(runs.toy_calibration(("sequence",))).scale(["sequence"])
    assert scale is not None
    assert float(rows[0]["p"]) == pytest.approx(float(scale.p_values(np.array(np.float32(rows[0]["score"])))), rel=5e-3)
