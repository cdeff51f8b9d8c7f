"""P-values of changes of log odds against counts by hand, and tables that are refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.models.variant_background import OTHER, SNV, VariantBackground, build_backgrounds, name_change
from ideep_scan.records.variant import Variant

TABLE: dict[str, Any] = {"effects": 9, "log odds": [0.5, 1.0, 3.0], "effects above": [9, 5, 1]}
BACKGROUND = VariantBackground.from_table(TABLE)


@pytest.mark.parametrize(
    ("log_odds", "p_value"), [(0, 1), (0.5, 1), (1, 0.6), (2, 0.4), (3, 0.2), (3.001, 0.1), (33, 0.1)]
)
def test_shares_are_counted_at_the_knots_and_linear_between_them(log_odds: float, p_value: float) -> None:
    assert BACKGROUND.p_values(np.array(log_odds)) == pytest.approx(p_value)
    assert BACKGROUND.p_values(np.array(-log_odds)) == pytest.approx(p_value)


changes = st.lists(st.floats(-40, 40, width=32), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(changes)
def test_a_larger_change_never_has_a_larger_p_value(log_odds: list[float]) -> None:
    p_values = BACKGROUND.p_values(np.array(sorted(log_odds, key=abs)))
    assert (np.diff(p_values) <= 0).all()
    assert ((p_values >= 1 / 10) & (p_values <= 1)).all()


def test_what_is_not_scored_stays_so() -> None:
    p_values = BACKGROUND.p_values(np.array([[np.nan, 1]], np.float32))
    assert p_values.shape == (1, 2)
    assert np.isnan(p_values[0, 0])
    assert p_values[0, 1] == pytest.approx(0.6)


@pytest.mark.parametrize(
    "fields",
    [
        {"effects": 0},
        {"effects": -1},
        {"effects": 10**400},
        {"effects": 10},
        {"effects above": [9, 5]},
        {"effects above": [9, 5, 0]},
        {"effects above": [9, 5, -1]},
        {"effects above": [9, 10, 1]},
        {"effects above": [9, 5, 10**400]},
        {"log odds": [], "effects above": []},
        {"log odds": [0.5, 0.5, 3]},
        {"log odds": [-0.5, 1, 3]},
        {"log odds": [0.5, 1, float("inf")]},
        {"log odds": [0.5, 1, float("nan")]},
        {"log odds": [0.5, 1, 41]},
        {"log odds": [0.5, 1, 1e300]},
        {"effects": 2000, "log odds": [i / 100 for i in range(2000)], "effects above": list(range(2000, 0, -1))},
    ],
)
def test_impossible_counts_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="background of variants"):
        build_backgrounds({"sequence": {SNV: {**TABLE, **fields}}})  # type: ignore[typeddict-item]


def test_a_kind_of_change_may_lack() -> None:
    assert build_backgrounds({"sequence": {}}) == {"sequence": {}}
    assert build_backgrounds({"sequence": {OTHER: TABLE}})["sequence"].keys() == {OTHER}  # type: ignore[typeddict-item]


@pytest.mark.parametrize(
    ("alleles", "name"),
    [
        ([("A", "G")], SNV),
        ([("A", "")], OTHER),
        ([("", "A")], OTHER),
        ([("AC", "GT")], OTHER),
        ([("A", "GT")], OTHER),
        ([("A", "G"), ("C", "T")], OTHER),
    ],
)
def test_one_replaced_base_is_a_kind_of_its_own(alleles: list[tuple[str, str]], name: str) -> None:
    assert name_change([Variant("chr1", 10 * i, ref, alt) for i, (ref, alt) in enumerate(alleles)]) == name
