"""Fisher's test and q-values against scipy, hits of windows against a slow twin, and properties."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.formats.pwm_table import read_pwms
from ideep_scan.kernels.onehot import encode
from ideep_scan.motifs import enrichment
from ideep_scan.motifs.enrichment import adjust_p_values, compute_enrichment, compute_fisher
from ideep_scan.motifs.hits import MotifScanner
from ideep_scan.records.pwm import Pwm

PWMS = read_pwms()[::9]


def draw_windows(seed: int, windows: int, width: int = 101) -> np.ndarray:
    random = np.random.default_rng(seed)
    codes = random.choice(4, (windows, width), p=[0.3, 0.15, 0.15, 0.4]).astype(np.int8)
    codes[random.random(codes.shape) < 0.01] = 4
    return codes


@st.composite
def tables(draw: st.DrawFn) -> tuple[int, int, int, int]:
    bound, unbound = draw(st.integers(1, 60)), draw(st.integers(1, 60))
    return draw(st.integers(0, bound)), bound, draw(st.integers(0, unbound)), unbound


@given(table=tables())
def test_fisher_equals_scipy(table):
    stats = pytest.importorskip("scipy.stats")
    bound_hits, bound, unbound_hits, unbound = table
    test = compute_fisher(*table)
    expected = stats.hypergeom.sf(bound_hits - 1, bound + unbound, bound, bound_hits + unbound_hits)
    assert test.p_value == pytest.approx(expected, rel=1e-9)
    odds = stats.fisher_exact([[bound_hits, bound - bound_hits], [unbound_hits, unbound - unbound_hits]]).statistic
    assert test.odds_ratio == pytest.approx(odds, nan_ok=True)


def test_very_small_p_values_of_large_tables():
    stats = pytest.importorskip("scipy.stats")
    test = compute_fisher(8_500, 20_000, 30_000, 100_000)
    assert math.log(test.p_value) == pytest.approx(stats.hypergeom.logsf(8_499, 120_000, 20_000, 38_500), rel=1e-9)
    assert 0 < compute_fisher(20_000, 20_000, 0, 100_000).p_value < 1e-300


@given(table=tables(), more=st.integers(1, 20))
def test_bound_windows_without_the_motif_never_raise_the_odds_ratio(table, more):
    bound_hits, bound, unbound_hits, unbound = table
    before, after = compute_fisher(*table), compute_fisher(bound_hits, bound + more, unbound_hits, unbound)
    assert not after.odds_ratio > before.odds_ratio
    assert after.p_value >= before.p_value * (1 - 1e-9)


@given(p_values=st.lists(st.floats(1e-12, 1), min_size=1, max_size=30))
def test_q_values_equal_scipy(p_values):
    stats = pytest.importorskip("scipy.stats")
    np.testing.assert_allclose(adjust_p_values(np.array(p_values)), stats.false_discovery_control(p_values))


def test_counts_are_those_of_one_window_at_a_time(monkeypatch):
    monkeypatch.setattr(enrichment, "BLOCK", 7)
    codes, bound = draw_windows(2, 40), np.arange(40) % 3 == 0
    scanner = MotifScanner(PWMS, enrichment.P_VALUE, best_matches=True)
    for number, occurrence in enumerate(compute_enrichment(PWMS, codes, bound)):
        hits, distances = {True: 0, False: 0}, np.zeros(101, np.int64)
        for window, label in zip(codes, bound.tolist(), strict=True):
            matches = [match for match in scanner.scan(window) if match.pwm is PWMS[number]]
            best = [match for match in matches if match.score == max(match.score for match in matches)]
            if best:
                hits[label] += 1
                chosen = best[int(window.sum()) % len(best)]
                distances[chosen.offset + len(chosen.pwm) // 2] += label
        test = occurrence.enrichment
        assert test is not None
        assert (test.bound_hits, test.bound, test.unbound_hits, test.unbound) == (hits[True], 14, hits[False], 26)
        np.testing.assert_array_equal(occurrence.distances, distances)


@settings(max_examples=10)
@given(seed=st.integers(0, 99))
def test_the_order_of_windows_changes_nothing(seed):
    codes, bound = draw_windows(seed, 60), np.random.default_rng(seed).random(60) < 0.4
    order = np.random.default_rng(seed + 1).permutation(60)
    one, other = compute_enrichment(PWMS, codes, bound), compute_enrichment(PWMS, codes[order], bound[order])
    for left, right in zip(one, other, strict=True):
        np.testing.assert_equal(left.enrichment, right.enrichment)  # NaN equals NaN
        np.testing.assert_array_equal(left.distances, right.distances)


def test_a_planted_motif_is_enriched_at_its_place():
    codes, bound = draw_windows(5, 200), np.arange(200) < 100
    word = encode(b"UGUAUAUA")
    codes[:80, 46:54] = word
    pwm = Pwm("m", "m", "m", 50 * np.eye(4)[word])
    (occurrence,) = compute_enrichment([pwm], codes, bound)
    assert occurrence.enrichment is not None
    assert occurrence.enrichment.bound_hits >= 80
    assert occurrence.enrichment.p_value < 1e-20
    assert occurrence.distances.argmax() == 50
    assert occurrence.distances.sum() == occurrence.enrichment.bound_hits


def test_ties_prefer_no_side():
    u = Pwm("u", "u", "u", 50 * np.eye(4)[[3, 3, 3, 3, 3]])
    codes = np.random.default_rng(1).integers(0, 3, (3000, 101)).astype(np.int8)
    codes[:, 10:15] = codes[:, 86:91] = 3
    (occurrence,) = compute_enrichment([u], codes, np.ones(3000, bool))
    assert occurrence.enrichment is None  # without unbound windows
    assert occurrence.distances[[12, 88]].sum() == 3000
    assert abs(occurrence.distances[12] - 1500) < 150


def test_a_motif_too_short_for_the_p_value_matches_with_its_best_sequence():
    aug = Pwm("aug", "AUG", "x", np.array([[9.0, 0, 0, 0], [0, 0, 0, 9], [0, 0, 9, 0]]))
    codes = np.tile(encode(b"CCAUGCC"), (2, 1))
    codes[1, 2] = 1
    (occurrence,) = compute_enrichment([aug], codes, np.array([True, False]))
    assert occurrence.enrichment is not None
    assert (occurrence.enrichment.bound_hits, occurrence.enrichment.unbound_hits) == (1, 0)
    assert occurrence.enrichment.odds_ratio == float("inf")
