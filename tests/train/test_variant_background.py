"""Backgrounds of variants: counts of invented effects, and uniform p-values of the effects themselves."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.models.variant_background import OTHER, SNV, VariantBackground, build_backgrounds
from ideep_scan.train.variant_background import LEAST_EFFECTS, fit_backgrounds

KIND = "sequence+region"


def draws(seed: int, count: int) -> np.ndarray:
    """Invented changes of log odds, with both signs and a heavy tail."""
    return np.clip(np.random.default_rng(seed).standard_t(3, count) * 0.5, -30, 30).astype(np.float32)


def background(log_odds: np.ndarray) -> VariantBackground:
    fields = json.loads(json.dumps(fit_backgrounds({KIND: {SNV: log_odds}}, "invented")))
    return build_backgrounds(fields["kinds"])[KIND][SNV]


def test_a_background_with_known_answers() -> None:
    invented = background(np.arange(1, 1001) / 100 * np.where(np.arange(1000) % 2, 1, -1))
    assert invented.effects == 1000
    figures = invented.p_values(np.array([0, 0.005, 5.005, -9.505, 9.995, 10.005]))
    np.testing.assert_allclose(figures * 1001, [1001, 1001, 501, 51, 2, 1], atol=1)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1000), st.integers(LEAST_EFFECTS, 5000))
def test_p_values_of_the_background_itself_are_its_ranks(seed: int, count: int) -> None:
    log_odds = draws(seed, count)
    invented = background(log_odds)
    sizes = np.sort(np.abs(log_odds))
    ranks = count - np.searchsorted(sizes, sizes)
    p_values = invented.p_values(sizes)
    uniform = (ranks + 1) / (count + 1)
    assert np.abs(p_values - uniform).max() < 0.02
    np.testing.assert_allclose(p_values, uniform, rtol=0.3)
    np.testing.assert_allclose(p_values[-10:], uniform[-10:], rtol=1e-12)
    assert invented.effects_above.tolist() == [(sizes >= knot).sum() for knot in invented.log_odds]


def test_p_values_of_other_draws_are_uniform() -> None:
    p_values = np.sort(background(draws(1, 5000)).p_values(draws(2, 5000)))
    even = np.arange(1, p_values.size + 1) / p_values.size
    assert np.abs(p_values - even).max() < 1.95 * np.sqrt(2 / p_values.size)  # both samples vary: alpha 0.001


def test_equal_effects_are_one_knot() -> None:
    invented = background(np.full(300, 0.5))
    assert (invented.log_odds.tolist(), invented.effects_above.tolist()) == ([0.5], [300])
    assert invented.p_values(np.array([0.5, 0.4999, 0.5001])).tolist() == [1, 1, pytest.approx(1 / 301)]


def test_a_table_is_compact() -> None:
    fields = fit_backgrounds({KIND: {SNV: draws(0, 10_000), OTHER: draws(1, 300)}}, "invented")
    assert len(json.dumps(fields)) < 5000
    assert 60 < len(fields["kinds"][KIND][SNV]["log odds"]) < 120


def test_few_effects_make_no_background() -> None:
    unscored = np.full(50, np.nan)
    effects = {SNV: draws(0, LEAST_EFFECTS), OTHER: np.concatenate([draws(1, LEAST_EFFECTS - 1), unscored])}
    fields = fit_backgrounds({KIND: effects}, "invented")
    assert fields["kinds"][KIND].keys() == {SNV}
    assert fields["kinds"][KIND][SNV]["effects"] == LEAST_EFFECTS


@pytest.mark.parametrize("effects", [{"region+sequence": {SNV: np.ones(300)}}, {KIND: {"deletion": np.ones(300)}}])
def test_unknown_kinds_are_refused(effects: dict[str, dict[str, np.ndarray]]) -> None:
    with pytest.raises(ValueError, match="not modalities with kinds of change"):
        fit_backgrounds(effects, "invented")
