"""Measured precision of calls against counting, and its properties."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.models.measured_precision import MeasuredPrecision
from ideep_scan.train.measured_precision import LEAST_CALLS, JudgedCalls, measure_precision


def draw(seed: int, calls: int = 400, genes: int = 12, peaks: int = 60) -> JudgedCalls:
    """Draw calls whose chance of a hit rises with their score; a third of the peaks is found by no call."""
    rng = np.random.default_rng(seed)
    logits = np.round(rng.normal(-2, 1.5, calls), 2)  # with ties
    peak_logits = np.where(rng.random(peaks) < 1 / 3, -np.inf, rng.choice(logits, peaks))
    return JudgedCalls(
        logits,
        rng.random(calls) < 1 / (1 + np.exp(-logits)),
        rng.integers(0, genes, calls) * 7,
        peak_logits=peak_logits,
        peak_genes=rng.integers(0, genes, peaks) * 7,
    )


def measure(calls: JudgedCalls, **options: Any) -> dict[str, Any]:
    return measure_precision(calls, 0.01, truth="a toy", independent=True, samples=50, **options)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(LEAST_CALLS, 300), st.integers(1, 20))
def test_counts_are_those_of_a_slow_twin(seed, size, genes):
    calls = draw(seed, size, genes)
    table = measure(calls)
    for row, knot in enumerate(table["logits"]):
        above = [i for i in range(size) if calls.logits[i] >= knot]
        assert table["calls"][row] == len(above)
        assert table["hits"][row] == sum(bool(calls.hits[i]) for i in above)
        assert table["recall"][row] == pytest.approx(np.mean(calls.peak_logits >= knot))
    assert table["calls"][0] == size
    assert table["calls"][-1] >= LEAST_CALLS
    assert table["genes"] == len({*calls.genes.tolist(), *calls.peak_genes.tolist()})
    assert table["peaks"] == len(calls.peak_genes)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(LEAST_CALLS, 300))
def test_a_table_can_be_read_and_is_sound(seed, size):
    MeasuredPrecision.from_fields(measure(draw(seed, size)))  # refuses counts that contradict each other


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_the_order_of_calls_and_numbers_of_genes_do_not_matter(seed, random):
    calls = draw(seed)
    order = np.array(random.sample(range(len(calls.logits)), len(calls.logits)))
    shuffled = JudgedCalls(
        calls.logits[order],
        calls.hits[order],
        calls.genes[order] + 3,
        peak_logits=calls.peak_logits,
        peak_genes=calls.peak_genes + 3,
    )
    assert measure(shuffled) == measure(calls)


def test_the_threshold_is_the_knot_with_the_best_f1():
    calls = draw(1)
    table = measure(calls)

    def f1(knot: float) -> float:
        above = calls.logits >= knot
        precision, found = calls.hits[above].mean(), (calls.peak_logits >= knot).mean()
        return 2 * precision * found / (precision + found)

    assert table["threshold"] == max(table["logits"], key=f1)


def test_without_a_hit_there_is_no_threshold():
    calls = draw(2)
    missed = JudgedCalls(
        calls.logits,
        np.zeros(len(calls.hits), bool),
        calls.genes,
        peak_logits=np.full(len(calls.peak_genes), -np.inf),
        peak_genes=calls.peak_genes,
    )
    assert measure(missed)["threshold"] is None


def test_the_interval_is_wider_if_genes_differ():
    """Hits spread over all genes, and the same number of hits in half of the genes."""
    genes = np.repeat(np.arange(20), 50)
    logits = np.zeros(1000)
    spread = np.arange(1000) % 2 == 0
    rest: dict[str, Any] = {"peak_logits": np.zeros(5), "peak_genes": np.zeros(5, int)}
    even, uneven = (measure(JudgedCalls(logits, hits, genes, **rest)) for hits in (spread, genes < 10))
    assert (even["low"][0], even["high"][0]) == pytest.approx((0.469, 0.531), abs=1e-3)  # of 500 in 1,000
    assert uneven["low"][0] < 0.4
    assert uneven["high"][0] > 0.6


def test_a_single_gene_has_an_interval_of_its_calls():
    calls = JudgedCalls(np.zeros(20), np.arange(20) < 5, np.zeros(20), peak_logits=np.zeros(5), peak_genes=np.zeros(5))
    table = measure(calls)
    assert (table["low"][0], table["high"][0]) == pytest.approx((0.112, 0.469), abs=1e-3)  # Wilson's, of 5 in 20


def test_the_precision_of_sites_follows_the_chance_of_a_hit():
    """Calls whose chance is known: the local precision is close to it, and never 0 or 1."""
    calls = draw(3, 50_000)
    table = measure(calls)
    knots, precision = np.array(table["logits"]), np.array(table["site_precision"])
    numbers = np.searchsorted(knots, calls.logits, "right") - 1
    assert np.average(precision[numbers]) == pytest.approx(calls.hits.mean(), abs=1e-3)
    chance = 1 / (1 + np.exp(-calls.logits))
    assert np.abs(precision[numbers] - chance).mean() < 0.02
    assert (precision > 0).all()
    assert (precision < 1).all()


def test_too_few_calls_or_no_peaks_are_refused():
    with pytest.raises(ValueError, match="9 calls and 60 peaks"):
        measure(draw(0, 9))
    with pytest.raises(ValueError, match="400 calls and 0 peaks"):
        measure(draw(0, peaks=0))
    with pytest.raises(ValueError, match="prevalence"):
        measure_precision(draw(0), 1.0, truth="", independent=False)
