"""The lists with their predictors."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import numpy as np
import toy_within
from toy_within import ECLIP, PARCLIP, REPLICATE, ToyWithin

from ideep_scan.benchmark.within.models import StoredScores
from ideep_scan.benchmark.within.panel import CALLED_PART, Panel, find_subjects


def test_lists_find_their_models(toy: ToyWithin) -> None:
    subjects, is_judged = find_subjects(toy_within.make_models(), toy.lists, toy.ground)
    assert {subject.peaks.name: subject.models for subject in subjects} == {
        PARCLIP: ((1, "same"),),
        REPLICATE: ((0, "other"),),
        ECLIP: ((0, "other"),),
    }
    assert is_judged.tolist() == [[True, True], [True, False], [False, False]]


def test_a_list_judges_baselines_and_models(toy: ToyWithin, tmp_path: Path) -> None:
    models = toy_within.make_models()
    subjects, _ = find_subjects(models, toy.lists, toy.ground)
    rng = np.random.default_rng(0)
    scores = {}
    for number in (0, 1):
        path = tmp_path / f"{number}.npy"
        np.save(path, rng.normal(size=len(toy.ground)).astype(np.float16))
        scores[number] = StoredScores(path, np.arange(len(toy.ground)))
    with ExitStack() as stack:
        panel = Panel(toy.open(stack), toy.ground, toy.lists, models, scores)
        rows = {subject.peaks.name: panel.judge(subject, 0) for subject in subjects}
    names = {name: [row.predictor for row in judged if row.part == "all"] for name, judged in rows.items()}
    assert names[ECLIP][-2:] == ["ideep", "ideep, mean of 80 nt"]
    assert "other experiments" in names[ECLIP]
    assert "other experiments" not in names[PARCLIP]
    assert [row.predictor for row in rows[ECLIP] if row.part == CALLED_PART] == ["ideep"]
