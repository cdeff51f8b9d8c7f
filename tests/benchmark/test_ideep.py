"""iDeep as a method: it learns what there is to learn, from training and validation rows alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ideep_scan.benchmark.ideep import ExtendedMethod, IDeep, select_features
from ideep_scan.benchmark.split import Split
from ideep_scan.features.window_features import Features
from ideep_scan.models.network import IDeepNetwork
from ideep_scan.train.fit import FitSettings
from ideep_scan.train.metrics import auc
from ideep_scan.train.pretrain import PretrainSettings

HIDDEN = {"region": 8, "motifs": 8, "structure": 4, "cobinding": 8}
QUICK = FitSettings(epochs=6, batch=25, learning_rate=5e-3)


@pytest.fixture(scope="module")
def split() -> Split:
    """400 windows of which each kind of evidence, but the sequence, tells something."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 400).astype(np.int8)

    def hint(*shape: int) -> np.ndarray:
        return (rng.random((400, *shape)) < np.where(labels, 0.6, 0.4).reshape(-1, *[1] * len(shape))).astype(np.uint8)

    codes = rng.integers(0, 4, (400, 101)).astype(np.int8)
    sequence = (codes[:, None] == np.arange(4)[:, None]).astype(np.float16)
    windows = {"sequence": sequence, "region": hint(5, 101), "structure": hint(1, 101), "cobinding": hint(3, 101)}
    features = Features(windows, {"motifs": hint(40).astype(np.float32) * 9})
    return Split(codes, features, labels, np.arange(200), np.arange(200, 280), np.arange(280, 400))


@pytest.mark.parametrize(
    "modalities",
    [("region",), ("motifs",), ("cobinding",), ("sequence", "region", "motifs", "structure", "cobinding")],
)
def test_it_learns_from_what_it_is_given(modalities, split):
    scores = IDeep(modalities, HIDDEN, settings=QUICK)(split, 0)
    assert scores.shape == split.test.shape
    assert auc(split.labels[split.test], scores) > 0.75


def test_the_same_seed_gives_the_same_scores_and_another_gives_others(split):
    method = IDeep(("sequence", "region"), HIDDEN, settings=QUICK)
    np.testing.assert_array_equal(method(split, 1), method(split, 1))
    assert np.abs(method(split, 1) - method(split, 2)).max() > 0.01


def test_several_networks_are_averaged(split):
    one = IDeep(("region",), HIDDEN, settings=QUICK)
    apart = [one(split, seed) for seed in (3, 4)]
    np.testing.assert_allclose(replace(one, networks=2)(split, 3), np.mean(apart, axis=0), rtol=1e-6)


def test_views_of_a_network_are_averaged(split):
    both, region = ("region", "cobinding"), ("region",)
    one = IDeep(both, HIDDEN, settings=replace(QUICK, keep={"cobinding": 0.5}), drop=True)
    apart = [replace(one, views=(view,))(split, 3) for view in (region, both)]
    assert np.abs(apart[0] - apart[1]).max() > 0.01
    np.testing.assert_allclose(replace(one, views=(region, both))(split, 3), np.mean(apart, axis=0), rtol=1e-6)


def test_boltzmann_machines_set_where_it_starts(split):
    plain = IDeep(("region", "motifs"), HIDDEN, settings=replace(QUICK, epochs=1))
    started = replace(plain, pretraining=PretrainSettings(epochs=1))
    assert np.abs(plain(split, 0) - started(split, 0)).max() > 0.01


def test_labels_of_the_test_rows_are_never_looked_at(split):
    labels = split.labels.copy()
    labels[split.test] = 1 - labels[split.test]
    method = IDeep(("region",), HIDDEN, settings=QUICK)
    np.testing.assert_array_equal(method(split, 0), method(replace(split, labels=labels), 0))


def test_no_evidence_is_dropped_in_training(split, monkeypatch):
    """Whatever its settings say: every window of the benchmark has all of it."""
    seen = []
    forward = IDeepNetwork.forward

    def watched(self, windows, centres, present):
        seen.append(all(bool(rows.all()) for rows in present.values()) and not centres["cobinding"].any())
        return forward(self, windows, centres, present)

    monkeypatch.setattr(IDeepNetwork, "forward", watched)
    IDeep(("region", "cobinding"), HIDDEN, settings=replace(QUICK, epochs=1, keep={"region": 0.1}))(split, 0)
    assert len(seen) > 5
    assert all(seen)


def test_centre_values_alone_are_windows_of_width_one(split):
    alone = select_features(split.features, ("motifs",))
    assert (alone.windows["motifs"].shape, dict(alone.centres)) == ((400, 40, 1), {})
    beside = select_features(split.features, ("motifs", "region"))
    assert (set(beside.windows), set(beside.centres)) == ({"region"}, {"motifs"})


def test_learning_more_learns_from_the_further_rows_too() -> None:
    seen: list[np.ndarray] = []

    class Spy(IDeep):
        def __call__(self, split: Split, seed: int) -> np.ndarray:
            seen.extend((split.train, split.validation, split.test, split.more))
            return np.zeros(split.test.size)

    features = Features({"sequence": np.zeros((8, 4, 101), np.float16)}, {})
    rows = [np.array(part) for part in ([0, 1], [2], [3, 4], [6, 7])]
    split = Split(np.zeros((8, 101), np.int8), features, np.zeros(8, np.int8), *rows)
    method = ExtendedMethod(Spy(("sequence",)))
    assert method.modalities == ("sequence",)
    assert method(split, 0).shape == (2,)
    assert [part.tolist() for part in seen] == [[0, 1, 6, 7], [2], [3, 4], []]
