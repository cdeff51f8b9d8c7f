"""Plots of a training: their words, and what is drawn of degenerate data."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest
from training_outcome import make_outcome

from ideep_scan.jobs.train.figures import PLOTS, draw_epochs, draw_figures, draw_rank, draw_roc, write_estimate
from ideep_scan.jobs.train.outcome import Epoch
from ideep_scan.records.estimate import Estimate
from ideep_scan.train.own_measures import OwnMeasures, measure_own
from ideep_scan.train.training_data import TEST
from track_hubs.training_page.page import Figure


def draw_all(sites: int) -> list[Figure]:
    outcome, _ = make_outcome(sites=sites)
    labels = outcome.data.label[outcome.data.part == TEST]
    return draw_figures(outcome, measure_own(labels, outcome.test_logits, outcome.ranks), labels, "no advice")


def measure(labels: np.ndarray, logits: np.ndarray, ranks: np.ndarray) -> OwnMeasures:
    return measure_own(labels, logits.astype(np.float32), ranks.astype(np.float32))


def test_order_and_words() -> None:
    figures = draw_all(250)
    assert tuple(figure.name for figure in figures) == PLOTS
    for figure in figures:
        ElementTree.fromstring(figure.picture)
        assert "nan" not in figure.picture.replace("nance", "")
        assert figure.finding


def test_few_sites_give_no_curve() -> None:
    pictures = {figure.name: figure.picture for figure in draw_all(15)}
    assert not any(pictures[name] for name in ("rank", "roc", "precision", "calibration"))
    assert all(pictures[name] for name in ("epochs", "loss", "bases", "regions"))


def test_equal_scores_are_chance() -> None:
    labels = np.resize(np.array([1, 0], np.int8), 60)
    figure = draw_roc(labels, np.zeros(60), measure(labels, np.zeros(60), np.full(30, 0.5)))
    assert figure.finding.startswith("AUC 0.500")


def test_ranks_without_a_value_are_left_out() -> None:
    labels = np.resize(np.array([1, 0], np.int8), 60)
    ranks = np.concatenate([np.full(15, np.nan), np.zeros(15)])
    figure = draw_rank(ranks, measure(labels, labels * 2.0, ranks))
    assert "hold 100\N{NO-BREAK SPACE}% of its sites" in figure.finding


@pytest.mark.parametrize("count", [1, 2, 300])
def test_marks_of_epochs_are_few(count: int) -> None:
    epochs = tuple(Epoch(number, 0.5, 0.8, 0.8, 0.5) for number in range(count))
    for figure in draw_epochs(epochs, 0):
        ElementTree.fromstring(figure.picture)
        assert figure.picture.count(">0<") >= 1
        assert len(figure.picture) < 40_000
    assert draw_epochs((), 0) == []


def test_an_estimate_as_text() -> None:
    assert write_estimate(Estimate(0.91234, 0.9, 0.95, 0.01)) == "0.912 (0.900–0.950)"
    assert write_estimate(None) == "too few sites"
