"""One cell after the other: data are read once, folds are parts of the training, and every window needs a score."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ideep_scan.benchmark import workbench as room
from ideep_scan.benchmark.records import PUBLISHED, Cell
from ideep_scan.benchmark.settings import BenchmarkSettings
from ideep_scan.benchmark.split import Split
from ideep_scan.benchmark.workbench import Workbench
from ideep_scan.errors import IdeepScanError
from ideep_scan.features.window_features import Features

LABELS = np.tile(np.array([0, 1, 0, 0], np.int8), 10)
SPLIT = Split(
    np.zeros((40, 101), np.int8), Features({}, {}), LABELS, np.arange(24), np.arange(24, 32), np.arange(32, 40)
)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Experiments that were read; methods answer with labels, seeds or something else."""
    read: list[str] = []

    def read_split(data: Path, experiment: str) -> Split:
        read.append(experiment)
        return SPLIT

    methods = {
        "labels": lambda split, seed: split.labels[split.test],
        "seed": lambda split, seed: np.arange(split.test.size) * float(seed),
        "short": lambda split, seed: np.zeros(split.test.size - 1),
        "nan": lambda split, seed: np.where(split.labels[split.test], np.nan, 0.5),
    }
    monkeypatch.setattr(room, "read_published_split", read_split)
    monkeypatch.setattr(room, "list_methods", lambda protocol, seeds, larger: methods)
    return read


@pytest.fixture
def bench(calls: list[str], tmp_path: Path):
    with Workbench(BenchmarkSettings(tmp_path, seed=3), ("1_A", "2_B")) as opened:
        yield opened


def test_a_result_has_labels_scores_and_accuracy_of_the_test_windows(bench):
    result = bench.result(Cell(PUBLISHED, "labels", "1_A"))
    assert result.labels.tolist() == LABELS[32:].tolist() == result.scores.tolist()
    assert result.scores.dtype == np.float32
    assert (result.auc.value, result.auprc.value) == (1.0, 1.0)
    assert result.seconds >= 0


def test_the_seed_of_the_settings_reaches_the_method(bench):
    assert bench.result(Cell(PUBLISHED, "seed", "1_A")).scores.tolist() == [3.0 * place for place in range(8)]


def test_an_experiment_is_read_once_for_methods_that_follow(bench, calls):
    for experiment, method in [("1_A", "labels"), ("1_A", "seed"), ("2_B", "labels"), ("2_B", "seed"), ("1_A", "seed")]:
        bench.result(Cell(PUBLISHED, method, experiment))
    assert calls == ["1_A", "2_B", "1_A"]


def test_folds_together_are_the_training_windows(bench):
    labels = [bench.result(Cell(PUBLISHED, "labels", "1_A", fold, 4)).labels for fold in (1, 2, 3, 4)]
    assert sum(map(len, labels)) == 32
    assert sum(part.sum() for part in labels) == LABELS[:32].sum()


@pytest.mark.parametrize("method", ["short", "nan"])
def test_a_method_that_leaves_windows_without_a_score_is_named(bench, method):
    with pytest.raises(IdeepScanError, match=f"{method} gave no score for some windows of 1_A: leave it out"):
        bench.result(Cell(PUBLISHED, method, "1_A"))
