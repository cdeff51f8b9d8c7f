"""Models to judge: the bundled ones, and where each is scored."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import numpy as np
import toy_within
from toy_within import ToyWithin
from toys import network as make_network

from ideep_scan.benchmark.within.models import open_models, plan_scoring, score_groups
from ideep_scan.models.bundle import ModelBundle, save_bundle


def test_the_recommended_models_are_judged() -> None:
    models = open_models(["ideep"])
    names = [model.bundle.name for model in models]
    assert {(model.label, model.smoothing) for model in models} == {("ideep", 0)}
    assert all(model.threshold is not None for model in models)
    assert len(names) == len(set(names)) > 10
    assert "TARDBP" in names


def test_a_model_is_scored_on_the_genes_that_judge_it(toy: ToyWithin, tmp_path: Path) -> None:
    models = toy_within.make_models()
    is_judged = np.array([[True, False], [True, True], [False, False]])
    groups = plan_scoring(models, toy.ground, is_judged)
    assert [group.numbers for group in groups] == [(0,), (1,)]
    assert groups[0].positions == 8_500
    done: list[int] = []
    with ExitStack() as stack:
        genome = toy.open(stack)
        stored = score_groups(groups, genome, tmp_path, done.append)
        again = score_groups(groups, genome, tmp_path)
    scores = {number: part.read(len(toy.ground)) for number, part in stored.items()}
    assert sum(done) == sum(group.positions for group in groups)
    assert list(scores) == [0, 1]
    assert np.array_equal(np.isfinite(scores[0]), toy.ground.genes == 0)
    assert np.isfinite(scores[1]).all()
    assert again[1].path == stored[1].path
    assert len(list((tmp_path / "scores" / "ideep").iterdir())) == 2


def test_models_of_one_network_are_scored_in_one_pass(toy: ToyWithin, tmp_path: Path) -> None:
    network = make_network(toy_within.SPEC, {"region": 7}, outputs=4)
    models = [
        ModelBundle(name, name, toy_within.SPEC, network, row=row, within_row=row + 2)
        for row, name in enumerate(("TARDBP", "QKI"))
    ]
    save_bundle(tmp_path / "shared.safetensors", models)
    judged = open_models([str(tmp_path / "shared.safetensors")])
    assert [(model.label, model.bundle.row) for model in judged] == [
        ("shared", 0),
        ("shared within", 2),
        ("shared", 1),
        ("shared within", 3),
    ]
    groups = plan_scoring(judged, toy.ground, np.array([[True, False]] * 2 + [[False, True]] * 2))
    assert [(group.numbers, len(group.ground)) for group in groups] == [((0, 1, 2, 3), len(toy.ground))]
    with ExitStack() as stack:
        stored = score_groups(groups, toy.open(stack), tmp_path)
    columns = [stored[number].read(len(toy.ground)) for number in range(4)]
    assert all(np.isfinite(column).all() for column in columns)
    assert not any(np.array_equal(columns[0], other) for other in columns[1:])
