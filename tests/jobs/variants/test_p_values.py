"""P-values of effects by model and kind of change, with invented backgrounds."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from runs import toy_calibration

from ideep_scan.errors import InputError
from ideep_scan.jobs.variants.p_values import compute_p_values, find_backgrounds, missing_background_notes
from ideep_scan.models.variant_background import OTHER, SNV, VariantBackground
from ideep_scan.variants.effect import Effects

TABLES = {
    SNV: {"effects": 4, "log odds": [0.1, 1.0], "effects above": [4, 2]},
    OTHER: {"effects": 9, "log odds": [0.1, 1.0], "effects above": [9, 5]},
}


def effects(*rows: tuple[int, int, float]) -> Effects:
    """Effects with the allele, the model and the change of log odds of each row."""
    allele, model, log_odds = (np.array(column) for column in zip(*rows, strict=True))
    none = np.zeros(len(rows))
    return Effects(allele, model, none, none, none, none, none, log_odds.astype(np.float32), none)


def scorer(name: str, calibration: dict[str, Any]) -> Any:
    bundle = SimpleNamespace(name=name, calibration=calibration)
    return SimpleNamespace(bundle=bundle, modalities=frozenset({"region", "sequence"}))


def calibrated(kind: str = "sequence+region") -> dict[str, Any]:
    return {**toy_calibration(), "variants": {"limits": "invented", "kinds": {kind: TABLES}}}


def test_model_and_kind_of_change_choose_the_background() -> None:
    background = {change: VariantBackground.from_table(table) for change, table in TABLES.items()}  # type: ignore[arg-type]
    table = effects((0, 0, 1), (0, 1, 1), (1, 0, -1), (1, 1, 1), (1, 0, 2), (0, 0, np.nan), (0, 2, 1))
    p_values = compute_p_values(table, [SNV, OTHER], [background, {SNV: background[OTHER]}, {}])
    np.testing.assert_allclose(p_values, [3 / 5, 6 / 10, 6 / 10, np.nan, 1 / 10, np.nan, np.nan])


def test_without_effects_or_backgrounds_there_is_no_p_value() -> None:
    table = effects((0, 0, 1))
    assert np.isnan(compute_p_values(table, [SNV], ())).all()
    assert compute_p_values(table[np.zeros(1, np.bool_)], [], ()).shape == (0,)


def test_the_background_is_that_of_the_modalities() -> None:
    found, lacking, none = find_backgrounds(
        [scorer("A", calibrated()), scorer("B", calibrated("sequence")), scorer("C", {})]
    )
    assert found.keys() == {SNV, OTHER}
    assert lacking == none == {}
    with pytest.raises(InputError, match="D: "):
        find_backgrounds([scorer("D", {"format": 9})])


def test_models_without_a_background_are_named() -> None:
    scorers = [scorer("A", calibrated()), scorer("B", calibrated("sequence")), scorer("C", {})]
    assert missing_background_notes(scorers) == (
        "B, C: no background of variants for sequence+region, so effects have no P",
    )
