"""Test the training of a user's model: planted composition is learned, shuffled labels are not, a seed repeats it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ideep_scan.features.window_features import Features, encode_windows
from ideep_scan.models.bundle import create_network
from ideep_scan.models.network import IDeepNetwork
from ideep_scan.records.places import Places
from ideep_scan.train.fit import predict
from ideep_scan.train.metrics import auc
from ideep_scan.train.own_fit import EPOCHS_FROM_SHARED, Epoch, OwnFit, count_scratch_epochs
from ideep_scan.train.own_network import begin_from_shared
from ideep_scan.train.training_data import TEST, TRAIN, VALIDATION, TrainingData
from tests.toys import SPEC

SHAPE = {"filters": 16, "filter_width": 9, "sequence_hidden": 16, "channels": 8, "dilations": (1,), "shared": 16}
COUNT, EPOCHS = 1200, 8


def make_windows(shuffled: bool) -> tuple[Features, TrainingData]:
    rng = np.random.default_rng(5)
    codes = rng.integers(0, 4, (COUNT, SPEC.window)).astype(np.int8)
    label = (np.arange(COUNT) % 3 == 0).astype(np.int8)
    for row in np.flatnonzero(label):
        codes[row, 30:71] = rng.choice(4, 41, p=(0.1, 0.1, 0.1, 0.7))
    if shuffled:
        label = rng.permutation(label)
    part = np.repeat(np.array([TRAIN, VALIDATION, TEST], np.int8), (COUNT // 2, COUNT // 4, COUNT // 4))
    places = Places(np.full(COUNT, "c", object), np.full(COUNT, "+", object), np.arange(COUNT))
    zeros = np.zeros(COUNT, np.int8)
    return encode_windows(codes), TrainingData(places, label, part, zeros, zeros.astype(np.float32), np.arange(COUNT))


def make_network() -> IDeepNetwork:
    torch.manual_seed(0)
    return begin_from_shared(create_network(SPEC, {"region": 4}, outputs=3, **SHAPE).eval(), SPEC)


def train(shuffled: bool, start: str = "from_shared") -> tuple[float, tuple[Epoch, ...], int, np.ndarray]:
    features, data = make_windows(shuffled)
    network, said = make_network(), []
    training = OwnFit(network, features, data, ("sequence",), 1, said.append)
    epochs, best = getattr(training, start)(EPOCHS)
    assert said == list(epochs)
    rows = np.flatnonzero(data.part == TEST)
    logits = predict(network, features, rows, ("sequence",))
    return auc(data.label[rows], logits), epochs, best, logits


@pytest.mark.parametrize("start", ["from_shared", "from_scratch"])
def test_planted_composition_is_learned(start: str) -> None:
    value, epochs, best, _ = train(False, start)
    assert value > 0.7
    assert [epoch.number for epoch in epochs] == list(range(0 if start == "from_shared" else 1, EPOCHS + 1))
    chosen = next(epoch for epoch in epochs if epoch.number == best)
    assert chosen.validation_auc == max(epoch.validation_auc for epoch in epochs)


def test_shuffled_labels_are_not_learned() -> None:
    assert abs(train(True)[0] - 0.5) < 0.15


def test_a_seed_repeats_a_training() -> None:
    first, second = train(False), train(False)
    assert first[1] == second[1]
    assert np.array_equal(first[3], second[3])


def test_a_branch_that_the_shared_network_lacks_is_learned() -> None:
    features, data = make_windows(True)
    sites = np.zeros((COUNT, len(SPEC.experiments), SPEC.window), np.uint8)
    sites[data.label == 1, 1, 40:61] = 1
    windows, centres = {**features.windows, "cobinding": sites}, {"cobinding": np.zeros(sites.shape[:2], np.float32)}
    network = begin_from_shared(create_network(SPEC, {"region": 4}, outputs=3, **SHAPE).eval(), SPEC, ("cobinding",))
    modalities = ("sequence", "cobinding")
    training = OwnFit(network, Features(windows, centres), data, modalities, 1, lambda epoch: None)
    epochs, _ = training.from_shared()
    assert len(epochs) > 1 + EPOCHS_FROM_SHARED
    rows = np.flatnonzero(data.part == TEST)
    values = [
        auc(data.label[rows], predict(network, training.features, rows, names)) for names in (modalities, ("sequence",))
    ]
    assert values[0] > 0.95
    assert abs(values[1] - 0.5) < 0.15


@pytest.mark.parametrize(
    ("windows", "epochs"), [(1, 300), (128, 300), (129, 150), (1000, 38), (2560, 15), (100_000, 15)]
)
def test_few_windows_are_passed_more_often_from_scratch(windows: int, epochs: int) -> None:
    assert count_scratch_epochs(windows) == epochs
