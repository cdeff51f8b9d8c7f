"""Judgements with intervals, and their means over proteins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from toy_within import ECLIP, PARCLIP, ToyWithin

from ideep_scan.benchmark.within.evaluation import COLUMNS, TILE_PRECISION, Judgement, Predictor, average, judge
from ideep_scan.benchmark.within.truths import lay_list
from ideep_scan.kernels.points import measure_distance
from ideep_scan.records.estimate import Estimate


def test_a_perfect_predictor_and_chance(toy: ToyWithin) -> None:
    judged = lay_list(toy.lists[ECLIP], toy.ground)
    assert judged is not None
    perfect = -measure_distance(toy.ground.keys, judged.points).astype(np.float64).clip(max=1000)
    predictors = [
        Predictor("perfect", perfect, "ideep", "TARDBP", "other", threshold=-5.0),
        Predictor("chance", np.zeros(len(toy.ground))),
    ]
    best, chance = judge(judged, "all", predictors)
    assert (best.experiment, best.protein, best.model, best.relation) == (ECLIP, "TARDBP", "TARDBP", "other")
    assert set(best.estimates) == set(COLUMNS)
    for name in ("auPRC", "AUC_genes", "R_precision", TILE_PRECISION, "called_precision"):
        assert best.estimates[name].value == pytest.approx(1), name
        assert best.estimates[name].low <= 1 <= best.estimates[name].high + 1e-9
    assert chance.estimates["auPRC_ratio"].value == pytest.approx(1)
    assert np.isnan(chance.estimates["called_precision"].value)
    assert chance.curve.shape[0] == 2
    parclip = lay_list(toy.lists[PARCLIP], toy.ground)
    assert parclip is not None
    assert np.isnan(judge(parclip, "all", predictors)[0].estimates[TILE_PRECISION].value)


def make_judgement(protein: str, value: float) -> Judgement:
    estimates = dict.fromkeys(COLUMNS, Estimate(value, value - 1, value + 1, 0.5))
    draws = dict.fromkeys(COLUMNS, np.array([value - 1, value + 1]))
    return Judgement(
        "L", protein, "all", "p", "", "", "", genes=1, peaks=1, positions=1, estimates=estimates, draws=draws
    )


def test_lists_of_a_protein_are_averaged_first() -> None:
    rows = [make_judgement("A", 1.0), make_judgement("A", 3.0), make_judgement("B", 6.0)]
    mean = average(rows, "auPRC")
    assert mean.value == 4
    assert 3 <= mean.low <= 4 <= mean.high <= 5
    missing = replace(rows[2], estimates=dict.fromkeys(COLUMNS, Estimate(*[float("nan")] * 4)))
    assert average([*rows[:2], missing], "auPRC").value == 2
    assert np.isnan(average([missing], "auPRC").value)
