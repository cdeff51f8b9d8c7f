"""Ranked genes: toy cases with known answers, and draws against genes that are there as often."""

from __future__ import annotations

import numpy as np
import pytest

from ideep_scan.benchmark.within.measures import compute_average_precision
from ideep_scan.benchmark.within.ranking import MEASURES, Truth, compute_measures, draw_genes, rank
from ideep_scan.kernels.points import measure_distance, thin
from ideep_scan.scan.call_settings import REACH
from ideep_scan.train.measured_precision import NEAR

FAR = 10**6


def make_truth(lengths: list[int], places: list[tuple[int, int]]) -> Truth:
    """Make genes of some lengths, with peaks at (gene, offset); the core is 15 nt on both sides."""
    keys = np.concatenate([gene * FAR + np.arange(length) for gene, length in enumerate(lengths)])
    genes = np.repeat(np.arange(len(lengths)), lengths)
    points = np.array(sorted(gene * FAR + offset for gene, offset in places), np.int64)
    distance = measure_distance(keys, points)
    peaks = thin(points, REACH)
    return Truth(keys, genes, len(lengths), distance <= 15, distance <= NEAR, peaks, peaks // FAR)


def test_a_perfect_score_reaches_every_limit() -> None:
    truth = make_truth([3000, 4000], [(0, 500), (0, 2000), (1, 1500)])
    distance = measure_distance(truth.keys, truth.peaks)
    ranking = rank(truth, -distance.astype(float))
    values = {name: value[0] for name, value in compute_measures(ranking, np.ones((1, 2)), -0.5).items()}
    assert tuple(values) == MEASURES
    assert ranking.precision == 1
    assert values["auPRC"] == pytest.approx(1)
    assert values["prevalence"] == pytest.approx(3 * 31 / 7000)
    assert values["auPRC_ratio"] == pytest.approx(7000 / 93)
    for name in ("AUC_genes", "AUC_pooled", "R_precision", "recall_1_per_kb", "called_precision", "called_recall"):
        assert values[name] == 1, name
    assert values["called_per_kb"] == pytest.approx(3 / 7)


def test_a_constant_score_is_chance() -> None:
    truth = make_truth([30_000], [(0, place) for place in range(500, 30_000, 1000)])
    values = compute_measures(rank(truth, np.zeros(30_000)), np.ones((1, 1)))
    assert values["auPRC"][0] == pytest.approx(values["prevalence"][0])
    assert values["AUC_genes"][0] == values["AUC_pooled"][0] == 0.5
    assert values["R_precision"][0] == pytest.approx(0.1, abs=0.15)  # 101 of 1,000 positions are near a peak
    assert np.isnan(values["called_precision"][0])


def test_calls_find_peaks_in_the_order_of_their_scores() -> None:
    truth = make_truth([2000], [(0, 300), (0, 1000)])
    scores = np.zeros(2000)
    scores[[350, 700, 951]] = 3, 2, 1  # 50 nt from the first peak, far from any, 49 nt from the second
    values = compute_measures(rank(truth, scores), np.ones((1, 1)), 1.0)
    assert values["R_precision"][0] == 0.5
    assert values["recall_1_per_kb"][0] == 0.5
    assert values["recall_2_per_kb"][0] == 1
    assert values["called_precision"][0] == pytest.approx(2 / 3)
    assert values["called_recall"][0] == 1


def test_a_draw_counts_each_gene_as_often_as_it_holds_it() -> None:
    rng = np.random.default_rng(1)
    truth = make_truth([900, 1200, 700], [(0, 300), (0, 420), (1, 500), (2, 100), (2, 600)])
    scores = rng.normal(size=truth.keys.size) + 2 * truth.labels
    weights = np.array([[1.0, 0.0, 2.0]])
    doubled = make_truth([900, 700, 700], [(0, 300), (0, 420), (1, 100), (1, 600), (2, 100), (2, 600)])
    rows = [scores[truth.genes == gene] for gene in (0, 2, 2)]
    drawn = compute_measures(rank(truth, scores), weights, 1.0)
    expected = compute_measures(rank(doubled, np.concatenate(rows)), np.ones((1, 3)), 1.0)
    for name in MEASURES:
        assert drawn[name][0] == pytest.approx(expected[name][0], rel=0.02), name


def test_bins_keep_the_average_precision() -> None:
    rng = np.random.default_rng(2)
    truth = make_truth([60_000], [(0, int(place)) for place in rng.choice(60_000, 60, replace=False)])
    scores = (rng.normal(size=60_000) + 1.5 * truth.labels).astype(np.float16)
    ranking = rank(truth, scores)
    assert ranking.precision == pytest.approx(compute_average_precision(truth.labels, scores))
    assert compute_measures(ranking, np.ones((1, 1)))["auPRC"][0] == pytest.approx(ranking.precision, rel=0.01)


def test_draws_hold_as_many_genes_as_there_are() -> None:
    weights = draw_genes(7, 50, seed=3)
    assert weights.shape == (50, 7)
    assert (weights.sum(axis=1) == 7).all()
    assert np.array_equal(weights, draw_genes(7, 50, seed=3))
