"""Importance in silico: planted and removed motifs of models whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.kernels.onehot import encode
from ideep_scan.motifs import importance
from ideep_scan.motifs.importance import centre, measure_importance, plant
from ideep_scan.records.pwm import Pwm

SITE = encode(b"UGUACAUA")
WIDTH = 101


def motif(letters: np.ndarray, times: float = 40) -> Pwm:
    return Pwm("X.pattern01", "consensus", "X", times * np.eye(5)[letters][:, :4])


def windows(seed: int, count: int = 40) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 4, (count, WIDTH)).astype(np.int8)


def count_sites(codes: np.ndarray) -> np.ndarray:
    """Score of a model that adds 2 for each complete site."""
    views = np.lib.stride_tricks.sliding_window_view(codes, len(SITE), axis=1)
    return 2.0 * (views == SITE).all(2).sum(1) - 1


def test_a_site_that_a_model_counts_raises_the_score_and_its_removal_lowers_it():
    neutral, bound = windows(0), windows(1)
    bound[:30, 20:28] = SITE
    found = measure_importance(count_sites, motif(SITE), neutral, bound)
    assert found == pytest.approx((2, 2, 2, -2, -2, -2, found.windows), abs=0.3)
    assert found.planted == 2
    assert found.planted_low == found.planted_high == 2
    assert 30 <= found.windows <= 40
    assert found.removed_low <= found.removed <= found.removed_high <= 0


def test_no_bound_window_with_a_hit_leaves_removal_unknown():
    for bound in (np.zeros((5, WIDTH), np.int8), np.zeros((0, WIDTH), np.int8)):
        found = measure_importance(count_sites, motif(SITE), windows(0), bound)
        assert found[:3] == (2, 2, 2)
        assert np.isnan(found[3:6]).all()
        assert found.windows == 0


def test_a_model_that_ignores_the_sequence_gives_nothing():
    found = measure_importance(lambda codes: np.full(len(codes), 0.3), motif(SITE), windows(0), windows(1, 400))
    assert found.windows > 0
    assert found[:6] == pytest.approx((0,) * 6, abs=1e-12)


def test_a_motif_that_is_there_already_changes_nothing():
    neutral = plant(windows(0), motif(SITE), [centre(motif(SITE), windows(0))])
    assert measure_importance(count_sites, motif(SITE), neutral, windows(1)).planted == 0


@settings(max_examples=15)
@given(seed=st.integers(0, 99), weights=st.integers(0, 99))
def test_the_order_of_windows_changes_nothing(seed: int, weights: int):
    table = np.random.default_rng(weights).integers(-8, 8, (5, WIDTH)) / 8  # sums without rounding

    def score(codes: np.ndarray) -> np.ndarray:
        return table[codes, np.arange(WIDTH)].sum(1)

    random = np.random.default_rng(seed)
    pwm = Pwm("X", "X", "X", random.integers(0, 9, (5, 4)) + 0.25)
    neutral, bound = windows(seed, 30), windows(seed + 1, 60)
    first = measure_importance(score, pwm, neutral, bound)
    again = measure_importance(score, pwm, random.permutation(neutral), random.permutation(bound))
    np.testing.assert_array_equal(first, again)
    assert first.planted_low <= first.planted <= first.planted_high


def test_removal_scores_a_sample_of_many_windows(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(importance, "MOST_WINDOWS", 10)
    sizes = []

    def score(codes: np.ndarray) -> np.ndarray:
        sizes.append(len(codes))
        return count_sites(codes)

    bound = windows(1)
    bound[:, 50:58] = SITE
    assert measure_importance(score, motif(SITE), windows(0), bound).windows == 40
    assert sizes[2:] == [10] * (importance.REPLACEMENTS + 1)


def test_positions_without_a_clear_letter_keep_the_neutral_letters():
    counts = np.array([[9, 1, 0, 0], [3, 2, 2, 3], [0, 0, 1, 9]])
    neutral = windows(0)
    planted = plant(neutral, Pwm("X", "X", "X", counts), [10])
    assert (planted[:, 10] == 0).all()
    assert (planted[:, 12] == 3).all()
    kept = np.arange(WIDTH) != 10
    kept[12] = False
    assert np.array_equal(planted[:, kept], neutral[:, kept])
    vague = plant(neutral, Pwm("X", "X", "X", np.array([[4, 3, 2, 1], [1, 2, 3, 4]])), [10])
    assert vague[:, 10:12].tolist() == [[0, 3]] * len(neutral)
