"""Reports of trainings: files, tables, remarks, and what is not measured."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from training_outcome import make_codes, make_outcome, make_summary, without_genome

from ideep_scan.errors import OutputError
from ideep_scan.jobs.train.calibration import MAIN, calibrate, find_best_thresholds
from ideep_scan.jobs.train.motifs import find_motifs
from ideep_scan.jobs.train.outcome import TrainingOutcome
from ideep_scan.jobs.train.report import advise_on_bases, describe_threshold, list_remarks, write_report
from ideep_scan.train.metrics import auc
from ideep_scan.train.own_measures import measure_own
from ideep_scan.train.training_data import TEST
from tests.jobs.train.test_calibration import make_scores

PLOTS = ("rank", "roc", "precision", "calibration", "epochs", "loss", "bases", "regions")


def list_all(outcome: TrainingOutcome) -> str:
    labels = outcome.data.label[outcome.data.part == TEST]
    measures = measure_own(labels, outcome.test_logits, outcome.ranks)
    return " ".join(list_remarks(outcome, measures, [], has_motifs=False))


def shift(offset: int, site: str = "centre") -> str:
    outcome, _ = make_outcome()
    return advise_on_bases(replace(make_summary(outcome.data, make_codes(outcome.data.label, offset)), site=site))


def read(path: Path) -> dict[str, dict[str, str]]:
    with path.open() as lines:
        return {next(iter(row.values())): row for row in csv.DictReader(lines, delimiter="\t")}


def test_all_files_of_a_report(tmp_path: Path) -> None:
    outcome, codes = make_outcome()
    write_report(outcome, find_motifs(outcome.model, outcome.data, codes), tmp_path / "report")
    names = {path.name for path in (tmp_path / "report").iterdir()}
    motifs = {name for name in names if name.startswith("motif_")}
    assert names - motifs == {"index.html", "metrics.tsv", "epochs.tsv", *(f"{plot}.svg" for plot in PLOTS)}
    assert motifs
    for path in (tmp_path / "report").glob("*.svg"):
        assert ElementTree.parse(path).getroot().tag == "{http://www.w3.org/2000/svg}svg"
    page = (tmp_path / "report" / "index.html").read_text()
    assert "own &lt;peaks&gt;.bed" in page
    assert "<peaks>" not in page
    assert "nan" not in page.replace("nan,", "")


def test_tables_hold_the_measures(tmp_path: Path) -> None:
    outcome, _ = make_outcome()
    write_report(outcome, None, tmp_path)
    labels = outcome.data.label[outcome.data.part == TEST]
    row = read(tmp_path / "metrics.tsv")["auc"]
    assert float(row["value"]) == pytest.approx(auc(labels, outcome.test_logits), abs=1e-5)
    assert float(row["low"]) < float(row["value"]) < float(row["high"])
    assert int(row["number"]) == len(labels)
    epochs = read(tmp_path / "epochs.tsv")
    assert [number for number, row in epochs.items() if row["kept"] == "yes"] == ["7"]


@pytest.mark.parametrize("offset", [0, 4])
def test_bases_in_place_give_no_advice(offset: int) -> None:
    assert "as they should be" in shift(offset)


def test_bases_elsewhere_give_advice() -> None:
    assert "upstream of the sites" in shift(-16)
    assert "Try --site start." in shift(-16)
    assert "Try --site end." in shift(16)
    assert "extended or shifted" in shift(16, site="end")


def test_flat_bases_give_advice() -> None:
    outcome, _ = make_outcome()
    codes = np.random.default_rng(0).integers(0, 4, (len(outcome.data), 101)).astype(np.int8)
    assert advise_on_bases(make_summary(outcome.data, codes)).startswith("No base is clearly preferred")
    assert outcome.summary is not None
    assert advise_on_bases(replace(outcome.summary, kept=0)) == "There is no site."


def test_a_good_training_has_no_remarks() -> None:
    assert list_all(make_outcome()[0]) == ""


def test_remarks_warn() -> None:
    outcome, _ = make_outcome()
    assert outcome.summary is not None
    swapped = replace(outcome, summary=replace(outcome.summary, own_strand=0.1, other_strand=0.8))
    assert "the strands may be swapped" in list_all(swapped)
    blind = replace(outcome, test_logits=np.random.default_rng(1).normal(size=len(outcome.test_logits)))
    assert "does not tell sites from other windows" in list_all(blind)
    learned = replace(outcome, epochs=tuple(replace(epoch, validation_auc=0.7) for epoch in outcome.epochs))
    assert "by heart" in list_all(learned)


def test_a_perfect_figure_of_few_sites_is_doubted() -> None:
    outcome, _ = make_outcome(sites=60)
    labels = outcome.data.label[outcome.data.part == TEST]
    perfect = replace(outcome, test_logits=(20 * labels - 10).astype(np.float32))
    assert labels.sum() == 12
    assert "from 12 test sites does not prove a perfect model" in list_all(perfect)
    assert "up to 22\N{NO-BREAK SPACE}% of further sites" in list_all(perfect)  # 0.78 ** 12 = 0.05
    many, _ = make_outcome(sites=600)
    labels = many.data.label[many.data.part == TEST]
    assert "perfect" not in list_all(replace(many, test_logits=(20 * labels - 10).astype(np.float32)))


def test_the_threshold_has_a_row_with_the_precision_that_test_sites_measured(tmp_path: Path) -> None:
    outcome, _ = make_outcome()
    assert describe_threshold(outcome.model)[1:] == (
        "a score of 0.5",
        "best F1 on validation windows; too little is held out for p-values",
    )
    scores = make_scores(10)
    best = find_best_thresholds({MAIN: scores}, "sites")
    for thresholds, value in (({}, "p = 0.001"), (best, "1.000 (0.839–1.000)")):
        table = calibrate({MAIN: scores}, thresholds, "sites", "chrX", limits="all", place="in chrY").table
        model = replace(outcome.model, calibration=table)
        assert describe_threshold(model)[1] == value
        write_report(replace(outcome, model=model), None, tmp_path)
        assert value in (tmp_path / "index.html").read_text()
    row = read(tmp_path / "metrics.tsv")["precision_at_threshold"]
    assert (float(row["value"]), int(row["number"])) == (1.0, 20)


def test_few_sites_are_not_measured(tmp_path: Path) -> None:
    outcome, codes = make_outcome(sites=15)
    write_report(outcome, find_motifs(outcome.model, outcome.data, codes), tmp_path)
    page = (tmp_path / "index.html").read_text()
    assert "too few sites" in page
    assert "give a rough model" in page
    assert read(tmp_path / "metrics.tsv")["auc"]["value"] == "NA"
    assert not (tmp_path / "roc.svg").exists()


def test_windows_without_a_genome(tmp_path: Path) -> None:
    outcome = without_genome(make_outcome()[0])
    write_report(replace(outcome, epochs=()), None, tmp_path)
    assert {path.stem for path in tmp_path.glob("*.svg")} == {"roc", "precision", "calibration"}


def test_an_earlier_report_leaves_no_plot(tmp_path: Path) -> None:
    outcome, codes = make_outcome()
    write_report(outcome, find_motifs(outcome.model, outcome.data, codes), tmp_path)
    (tmp_path / "mine.svg").touch()
    write_report(replace(without_genome(outcome), epochs=()), None, tmp_path)
    assert {path.stem for path in tmp_path.glob("*.svg")} == {"roc", "precision", "calibration", "mine"}


def test_the_same_training_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("first", "second"):
        outcome, codes = make_outcome(sites=60)
        write_report(outcome, find_motifs(outcome.model, outcome.data, codes), tmp_path / name)
    for path in (tmp_path / "first").iterdir():
        assert path.read_bytes() == (tmp_path / "second" / path.name).read_bytes()


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "report").touch()
    with pytest.raises(OutputError):
        write_report(make_outcome(sites=15)[0], None, tmp_path / "report")
