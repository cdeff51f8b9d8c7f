"""Measures of rows: known answers, slow twins and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from ideep_scan.benchmark.within.measures import (
    TILE,
    choose_calls,
    compute_average_precision,
    compute_tile_precision,
    count_pairs,
    smooth,
    sort_rows,
)
from ideep_scan.scan.call_settings import REACH

FAR = 10**6


scored = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5), st.booleans()), min_size=1, max_size=60)


@given(scored)
def test_average_precision_and_areas_are_those_of_scikit_learn(rows: list[tuple[int, int, bool]]) -> None:
    genes, scores, labels = (np.array(column) for column in zip(*sorted(rows), strict=True))
    labels = labels.astype(bool)
    precision = compute_average_precision(labels, scores.astype(float))
    if labels.any():
        assert precision == pytest.approx(average_precision_score(labels, scores))
    else:
        assert np.isnan(precision)
    scores = scores.astype(float)
    concordant, pairs = count_pairs(labels, scores, genes, sort_rows(scores), count=4)
    for gene in range(4):
        rows_of_gene = genes == gene
        positives, negatives = scores[rows_of_gene & labels], scores[rows_of_gene & ~labels]
        assert pairs[gene] == positives.size * negatives.size
        if pairs[gene]:
            area = roc_auc_score(labels[rows_of_gene], scores[rows_of_gene])
            assert concordant[gene] / pairs[gene] == pytest.approx(area)


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60, unique=True), st.integers(0, 2**32 - 1))
def test_calls_are_those_of_a_slow_search(places: list[int], seed: int) -> None:
    keys = np.array(sorted(places))
    order = np.random.default_rng(seed).permutation(keys.size)
    chosen: list[int] = []
    for row in order:
        if all(abs(keys[row] - keys[other]) > REACH for other in chosen):
            chosen.append(int(row))
    assert choose_calls(order, keys).tolist() == chosen


@given(st.lists(st.tuples(st.integers(0, 200), st.floats(-10, 10)), min_size=1, max_size=40), st.integers(0, 60))
def test_smoothing_is_a_slow_mean(rows: list[tuple[int, float]], width: int) -> None:
    keys, values = (np.array(column) for column in zip(*sorted(dict(rows).items()), strict=True))
    expected = [values[np.abs(keys - key) <= width // 2].mean() for key in keys]
    assert smooth(values, keys, width) == pytest.approx(np.array(expected), abs=1e-9)


def test_rows_of_one_score_are_in_a_repeatable_order() -> None:
    scores = np.array([1.0, 2.0, 1.0, 2.0, 1.0])
    order = sort_rows(scores)
    assert scores[order].tolist() == [2, 2, 1, 1, 1]
    assert np.array_equal(order, sort_rows(scores))


def test_tiles_with_a_peak_are_ranked_inside() -> None:
    keys = np.concatenate([np.arange(3 * TILE), FAR * TILE + np.arange(TILE - 1)])
    genes = np.repeat([0, 1], [3 * TILE, TILE - 1])
    points = np.array([700, FAR * TILE + 5])
    scores = -np.abs(keys - 700).astype(float)
    precisions, tile_genes = compute_tile_precision(keys, points, scores, genes)
    assert (precisions.tolist(), tile_genes.tolist()) == ([1.0], [0])  # the other tile is not complete
    chance, _ = compute_tile_precision(keys, points, np.zeros(keys.size), genes)
    assert chance.tolist() == pytest.approx([11 / TILE])
