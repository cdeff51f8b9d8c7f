"""Training on a task that can be learned at a glance: does the window hold the motif, does a neighbour bind."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from toys import SPEC

from ideep_scan.features.window_features import Features
from ideep_scan.models.bundle import create_network
from ideep_scan.models.network import IDeepNetwork
from ideep_scan.models.scorer import scoring_pool
from ideep_scan.train.fit import FitSettings, fit, predict, predict_outputs
from ideep_scan.train.metrics import auc

N = 900
KINDS = {"FASTA": ("sequence",), "FASTA + co-binding": ("sequence", "cobinding")}
SETTINGS = FitSettings(epochs=6, batch=50, learning_rate=3e-3, seed=3)
TRAIN, VALIDATION = np.arange(600), np.arange(600, N)


def fresh(seed: int = 0) -> IDeepNetwork:
    torch.manual_seed(seed)
    return create_network(SPEC, {"cobinding": 8}, filters=8, sequence_hidden=16, shared=16, dropout=0.1)


@pytest.fixture(scope="module")
def task() -> tuple[Features, np.ndarray]:
    """Windows of which the positives hold UGUAUAUA; a site of expA covers most of the positives' centres."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, N).astype(np.int8)
    codes = rng.integers(0, 4, (N, SPEC.window))
    for row in np.flatnonzero(labels):
        at = rng.integers(20, 70)
        codes[row, at : at + 8] = [3, 2, 3, 0, 3, 0, 3, 0]
    sequence = (codes[:, None] == np.arange(4)[:, None]).astype(np.float16)
    sites = np.zeros((N, 3, SPEC.window), np.uint8)
    sites[rng.random(N) < np.where(labels, 0.9, 0.1), 0, 40:60] = 1
    absent = np.zeros((N, 3), np.float32)
    return Features({"sequence": sequence, "cobinding": sites}, {"cobinding": absent}), labels


@pytest.fixture(scope="module")
def fitted(task) -> tuple[IDeepNetwork, dict[str, float], list[tuple[int, float, dict[str, float]]]]:
    net, output = fresh(), []
    best = fit(
        net,
        *task,
        train=TRAIN,
        validation=VALIDATION,
        kinds=KINDS,
        settings=SETTINGS,
        on_epoch=lambda *epoch: output.append(epoch),
    )
    return net, best, output


def test_it_learns_both_kinds_of_evidence(fitted):
    _, best, output = fitted
    assert set(best) == set(KINDS)
    assert min(best.values()) > 0.95
    assert [epoch for epoch, _, _ in output] == list(range(len(output)))
    assert output[-1][1] < output[0][1] / 1.5
    assert all(np.isfinite(loss) for _, loss, _ in output)


def test_the_weights_of_the_best_epoch_stay(task, fitted):
    net, best, output = fitted
    features, labels = task
    assert np.mean(list(best.values())) == max(np.mean(list(aucs.values())) for _, _, aucs in output)
    assert not net.training
    for name, used in KINDS.items():
        assert auc(labels[VALIDATION], predict(net, features, VALIDATION, used)) == best[name]


def test_the_same_seed_gives_the_same_weights(task, fitted):
    again = fresh()
    fit(again, *task, train=TRAIN, validation=VALIDATION, kinds=KINDS, settings=SETTINGS)
    for name, tensor in fitted[0].state_dict().items():
        assert torch.equal(tensor, again.state_dict()[name]), name


def test_another_seed_gives_other_weights(task):
    nets = [fresh(), fresh()]
    for net, seed in zip(nets, (1, 2), strict=True):
        fit(
            net, *task, train=TRAIN[:200], validation=VALIDATION, kinds=KINDS, settings=FitSettings(epochs=1, seed=seed)
        )
    assert not torch.equal(nets[0].output.weight, nets[1].output.weight)


def test_training_leaves_features_and_labels_as_they_were(task):
    features, labels = task
    before = {k: v.copy() for k, v in features.windows.items()}, features.centres["cobinding"].copy(), labels.copy()
    fit(
        fresh(),
        features,
        labels,
        train=TRAIN[:100],
        validation=VALIDATION,
        kinds=KINDS,
        settings=FitSettings(epochs=1),
    )
    for name, array in before[0].items():
        np.testing.assert_array_equal(features.windows[name], array)
    np.testing.assert_array_equal(features.centres["cobinding"], before[1])
    np.testing.assert_array_equal(labels, before[2])


def test_it_stops_when_nothing_gets_better_and_goes_back_to_the_best(task, monkeypatch):
    net, output, states = fresh(), [], []

    def hear(epoch: int, loss: float, aucs: dict[str, float]) -> None:
        output.append(aucs["FASTA"])
        states.append(net.output.weight.detach().clone())

    course = iter([0.5, 0.7, 0.6, 0.65, 0.9])
    monkeypatch.setattr("ideep_scan.train.fit.auc", lambda labels, scores: next(course))
    settings = FitSettings(epochs=5, patience=2)
    best = fit(
        net,
        *task,
        train=TRAIN[:100],
        validation=VALIDATION[:50],
        kinds={"FASTA": ("sequence",)},
        settings=settings,
        on_epoch=hear,
    )
    assert output == [0.5, 0.7, 0.6, 0.65]
    assert best == {"FASTA": 0.7}
    assert torch.equal(net.output.weight, states[1])
    assert not torch.equal(states[1], states[3])


def test_validation_rows_are_not_learned_from(task):
    """Whatever stands in the rows outside of `train`, the weights after one epoch are the same."""
    features, labels = task
    spoiled = Features(
        {name: np.concatenate([array[:600], array[600:][::-1]]) for name, array in features.windows.items()},
        features.centres,
    )
    nets = [fresh(), fresh()]
    for net, given in zip(nets, (features, spoiled), strict=True):
        fit(net, given, labels, train=TRAIN, validation=VALIDATION, kinds=KINDS, settings=FitSettings(epochs=1))
    for name, tensor in nets[0].state_dict().items():
        assert torch.equal(tensor, nets[1].state_dict()[name]), name


def test_predict_reads_what_it_is_told(task, fitted):
    features, _ = task
    net = fitted[0]
    rows = np.array([5, 700, 3, 3])
    whole = predict(net, features, np.arange(N), ("sequence",), batch=64)
    np.testing.assert_allclose(predict(net, features, rows, ("sequence",)), whole[rows], atol=1e-5)
    assert np.abs(predict(net, features, rows, ("sequence", "cobinding")) - whole[rows]).max() > 1e-3
    assert predict(net, features, np.zeros(0, np.int64), ("sequence",)).shape == (0,)


@pytest.mark.parametrize("threads", [1, 3])
def test_threads_change_no_bit_of_a_prediction(threads, task, fitted):
    features, _ = task
    rows = np.arange(len(features.windows["sequence"]))
    alone = predict_outputs(fitted[0], features, rows, ["sequence"], 50)
    assert alone.shape == (len(rows), 1)
    with scoring_pool(torch.device("cpu"), threads) as pool:
        assert predict_outputs(fitted[0], features, rows, ["sequence"], 50, pool=pool).tobytes() == alone.tobytes()
        assert predict_outputs(fitted[0], features, rows[:0], ["sequence"], 50, pool=pool).shape == (0, 1)


def test_one_cycle_learns_and_keeps_the_last_epoch(task):
    features, labels = task
    settings = FitSettings(epochs=6, batch=50, learning_rate=6e-3, schedule="one-cycle", keep={"cobinding": 0.5})
    heard = []
    nets = [fresh(0), fresh(0)]
    for net in nets:
        best = fit(
            net,
            features,
            labels,
            train=TRAIN,
            validation=VALIDATION,
            kinds=KINDS,
            settings=settings,
            on_epoch=lambda *said: heard.append(said),
        )
    assert len(heard) == 12
    assert best == heard[-1][2] == heard[5][2], "the last epoch's, and the same for the same seed"
    assert min(best.values()) > 0.8


def test_a_last_batch_of_one_row_is_passed_over(task):
    settings = FitSettings(epochs=2, batch=50, seed=3)
    net = fresh()
    fit(net, *task, train=TRAIN[:101], validation=VALIDATION, kinds=KINDS, settings=settings)
    assert all(torch.isfinite(weight).all() for weight in net.state_dict().values())
