"""Calibration of a bundle: its combinations of modalities, optional parts and damage."""

from __future__ import annotations

import copy
import json
from typing import Any

import numpy as np
import pytest
from toy_scale import KIND, SCALE, USED, draws, made, sigmoid

from ideep_scan.errors import InputError
from ideep_scan.models.calibration import Calibration, name_kind
from ideep_scan.models.store import list_entries
from ideep_scan.models.store_names import IDEEP
from ideep_scan.train.calibrate import fit_calibration
from ideep_scan.train.measured_precision import JudgedCalls, measure_precision
from ideep_scan.train.variant_background import fit_backgrounds


def test_kinds_are_named_in_one_order_whatever_order_is_given():
    assert name_kind(("cobinding", "sequence", "region")) == "sequence+region+cobinding"
    known = Calibration.from_dict(made())
    assert known.scale(["sequence", "region"]) is known.scale(("region", "sequence")) is not None
    assert (known.prevalence, known.prevalence_source, known.limits) == (0.01, "counted by hand", "a toy")


def test_another_combination_has_no_p():
    known = Calibration.from_dict(made())
    assert known.scale(["sequence"]) is None
    assert known.p_values(np.array([0.5]), ["sequence", "region", "motifs"]) is None
    results = known.p_values(np.array([0.5]), USED)
    assert results is not None
    assert results.tobytes() == SCALE.p_values(np.array([0.5])).tobytes()


def test_a_model_without_calibration_knows_nothing():
    none = Calibration.from_dict({})
    assert (dict(none.scales), none.prevalence) == ({}, None)
    assert none.p_values(np.array([0.5]), USED) is None


DAMAGED = {
    "another format": (("format",), 3),
    "no format": (("format",), None),
    "no prevalence": (("prevalence",), None),
    "kinds that are none": (("kinds",), [1]),
    "words for numbers": (("kinds", KIND, "logits"), "none"),
    "knots that fall": (("kinds", KIND, "logits"), [2.0, 1.0]),
    "counts that rise": (("kinds", KIND, "positions above"), [20_000, 5, 6]),
    "counts that begin below all": (("kinds", KIND, "positions above"), [19_999]),
    "no counts": (("kinds", KIND, "positions above"), []),
    "more counts than knots": (("kinds", KIND, "positions above"), [20_000] * 500),
    "a tail that does not fall": (("kinds", KIND, "tail rate"), 0.0),
    "more sites above than there are": (("kinds", KIND, "sites"), 3),
    "sites at other knots": (("kinds", KIND, "sites above"), [400]),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_calibration_is_refused(case):
    fields = copy.deepcopy(made())
    *path, last = DAMAGED[case][0]
    held: Any = fields
    for key in path:
        held = held[key]
    held[last] = DAMAGED[case][1]
    with pytest.raises(InputError, match=r"damaged|format"):
        Calibration.from_dict(fields)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("logits", None),
        ("logits", "123"),
        ("logits", [[1.0]]),
        ("logits", [1e9] * 3),
        ("positions", 1.5),
        ("positions", True),
        ("positions", -1),
        ("positions above", [1.5]),
        ("positions above", []),
        ("sites", "9"),
        ("sites above", [-1]),
        ("tail rate", 0),
        ("tail rate", 1e30),
        ("tail rate", None),
    ],
)
def test_a_table_of_wrong_types_or_values_is_refused(name, value):
    fields = json.loads(json.dumps(made()))
    fields["kinds"][KIND][name] = value
    with pytest.raises(InputError, match="calibration is damaged"):
        Calibration.from_dict(fields)


@pytest.mark.parametrize("fields", [None, [], "x", {"format": 1}, {"format": True}, {"format": "1"}])
def test_what_is_not_a_calibration(fields):
    with pytest.raises(InputError, match="calibration"):
        Calibration.from_dict(fields)


@pytest.mark.parametrize(
    "change", [{"kinds": {"region+sequence": {}}}, {"prevalence": {"value": 2.0, "source": "x"}}, {"limits": 5}]
)
def test_other_parts_of_a_calibration(change):
    with pytest.raises(InputError, match="calibration is damaged"):
        Calibration.from_dict({**made(), **change})


def with_variants(**tables: Any) -> dict[str, Any]:
    """A calibration with a background of variants, through JSON."""
    effects = {"snv": np.random.default_rng(0).exponential(0.5, 400)}
    variants = fit_backgrounds({KIND: effects}, "a toy")
    variants["kinds"] |= tables
    return json.loads(json.dumps({**made(), "variants": variants}))


def test_a_background_of_variants_is_an_optional_part():
    assert Calibration.from_dict(made()).variant_backgrounds(USED) == {}
    calibration = Calibration.from_dict(with_variants())
    background = calibration.variant_backgrounds(USED)["snv"]
    assert background.effects == 400
    assert 1 / 401 <= background.p_values(np.array(2.0)) < 0.1
    assert calibration.variant_backgrounds(["sequence"]) == {}
    np.testing.assert_array_equal(calibration.scales[KIND].logits, SCALE.logits)


def test_bundled_models_have_background_variants_for_each_combination():
    for entry in list_entries(IDEEP):
        calibration = Calibration.from_dict(entry.calibration)
        assert calibration.variants.keys() > calibration.scales.keys()
        for backgrounds in calibration.variants.values():
            assert backgrounds["snv"].effects > 2000
            assert 200 <= backgrounds["other"].effects < backgrounds["snv"].effects
            assert all(background.p_values(np.zeros(1))[0] == 1 for background in backgrounds.values())


@pytest.mark.parametrize(
    "tables",
    [
        {"region+sequence": {}},
        {"colour": {}},
        {KIND: None},
        {KIND: {"snv": {}}},
        {KIND: {"snv": {"effects": 2, "log odds": [1], "effects above": [1]}}},
        {KIND: {"snv": {"effects": 1.5, "log odds": [1], "effects above": [1]}}},
        {KIND: {"snv": {"effects": 1, "log odds": ["1"], "effects above": [1]}}},
        {KIND: {"snv": {"effects": 1, "log odds": [-1], "effects above": [1]}}},
    ],
)
def test_a_damaged_background_of_variants_is_refused(tables):
    with pytest.raises(InputError, match="calibration is damaged"):
        Calibration.from_dict(with_variants(**tables))
    with pytest.raises(InputError, match="calibration is damaged"):
        Calibration.from_dict({**made(), "variants": {"kinds": {}}})


def test_smoothed_scores_have_a_scale_of_their_own_and_measured_precision_is_read():
    background, sites = draws()
    table = measure_precision(
        JudgedCalls(
            background[:100],
            np.arange(100) % 3 == 0,
            np.arange(100) % 5,
            peak_logits=background[:9],
            peak_genes=np.arange(9) % 5,
        ),
        0.01,
        truth="a toy",
        independent=True,
        samples=20,
    )
    fields = fit_calibration(
        {KIND: background},
        {KIND: sites},
        0.01,
        "counted by hand",
        "a toy",
        smoothing=120,
        smoothed_background={KIND: background / 2},
        measured={KIND: table},
    )
    calibration = Calibration.from_dict(json.loads(json.dumps(fields)))
    assert calibration.smoothing == 120
    scale, site_scale = calibration.scale(USED), calibration.site_scale(USED)
    assert scale is not None
    assert site_scale is not None
    high = sigmoid(1)
    assert site_scale.p_values(high) < scale.p_values(high)
    measured = calibration.measured_precision(USED)
    assert measured is not None
    assert measured.truth == "a toy"
    assert calibration.measured_precision(("sequence",)) is None


def test_a_calibration_of_format_1_has_no_smoothing():
    calibration = Calibration.from_dict({**made(), "format": 1})
    assert calibration.smoothing == 0
    assert calibration.site_scale(USED) is calibration.scale(USED)
    assert calibration.measured_precision(USED) is None


@pytest.mark.parametrize(
    "damage", [{"smoothing": -1}, {"smoothing": 10**6}, {"measured": {"nonsense": {}}}, {"smoothed kinds": {KIND: {}}}]
)
def test_damaged_parts_of_format_2_are_refused(damage):
    with pytest.raises(InputError, match="is damaged"):
        Calibration.from_dict({**made(), **damage})
