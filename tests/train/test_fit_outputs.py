"""Training with many outputs: it learns, and a training that stops continues exactly."""

from __future__ import annotations

import copy
import io
from dataclasses import replace

import numpy as np
import pytest
import torch

from ideep_scan.features.spec import FeatureSpec
from ideep_scan.models.bundle import create_network
from ideep_scan.models.network import IDeepNetwork
from ideep_scan.train.fit_outputs import OutputFit, OutputFitSettings
from ideep_scan.train.labels import IGNORED, NEGATIVE, POSITIVE, LabelTable
from ideep_scan.train.metrics import auc
from ideep_scan.train.packed_features import PackedFeatures, list_patterns
from ideep_scan.train.targets import Targets

SPEC, N = FeatureSpec((), ()), 400
SETTINGS = OutputFitSettings(steps=120, batch=64, learning_rate=1e-2, keep={"sequence": 0.9, "region": 0.6})
TRAIN = np.arange(300)


def create() -> IDeepNetwork:
    torch.manual_seed(1)
    shape = {"filters": 8, "filter_width": 9, "sequence_hidden": 8, "channels": 8, "shared": 16, "outputs": 4}
    return create_network(SPEC, {"region": 8}, dilations=(1,), dropout=0.1, **shape)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def task() -> tuple[PackedFeatures, Targets]:
    """Two experiments: one binds UGUAUAUA, the other exons; the second is published for half of the windows."""
    rng = np.random.default_rng(0)
    motif, exon = rng.random((2, N)) < 0.5
    codes = rng.integers(0, 4, (N, SPEC.window)).astype(np.uint8)
    codes[motif, 40:48] = [3, 2, 3, 0, 3, 0, 3, 0]
    region = np.where(exon, 16, 1).astype(np.uint8)[:, None] * np.ones(SPEC.window, np.uint8)
    landmarks = rng.random((N, 96)).astype(np.float16)
    patterns = {"sequence": list_patterns(None), "region": list_patterns(5)}
    features = PackedFeatures({"sequence": codes, "region": region}, patterns, {"region": landmarks})
    dense = np.stack([np.where(motif, POSITIVE, NEGATIVE), np.where(exon, POSITIVE, NEGATIVE)], 1)
    dense[N // 2 : 300, 1] = IGNORED
    table = LabelTable(2 * np.arange(N + 1), np.tile([0, 1], N).astype(np.int16), dense.astype(np.int8).ravel(), 2)
    bound = np.array([[True, True], [False, False]])
    targets = Targets(table, np.zeros(N, np.int64), bound, np.zeros((2, 2), bool), *np.ones((2, 2), np.float32))
    return features, targets


def start(task: tuple[PackedFeatures, Targets], settings: OutputFitSettings = SETTINGS) -> OutputFit:
    features, targets = task
    return OutputFit(create(), features, targets, train=TRAIN, settings=settings)


@pytest.fixture(scope="module")
def uninterrupted(task) -> OutputFit:
    fit = start(task)
    assert fit.advance(20) > 1.2 * fit.advance(1000)
    return fit


def test_every_output_learns(task, uninterrupted):
    features, targets = task
    rows = np.arange(300, N)
    windows, centres = features.batch(rows)
    present = {name: torch.ones(len(rows), dtype=torch.bool) for name in windows}
    logits = uninterrupted.averaged(windows, centres, present).detach().numpy()
    codes = targets.labels.dense(rows)
    for output in range(4):
        assert auc((codes[:, output % 2] == POSITIVE).astype(np.int8), logits[:, output]) > 0.9
    assert uninterrupted.is_done
    assert np.isnan(uninterrupted.advance(1))


@pytest.mark.parametrize("bf16", [False, True])
def test_a_training_that_stopped_continues_exactly(task, uninterrupted, bf16):
    settings = replace(SETTINGS, steps=9 if bf16 else SETTINGS.steps, bf16=bf16)
    complete = start(task, settings) if bf16 else uninterrupted
    complete.advance(settings.steps)
    first, file = start(task, settings), io.BytesIO()
    first.advance(6)  # in the second epoch, between two averages
    torch.save(first.state(), file)
    file.seek(0)
    torch.rand(7)  # random numbers of others
    second = start(task, settings)
    second.restore(torch.load(file, weights_only=True))
    assert second.step == 6
    second.advance(settings.steps)
    for name, state in complete.state().items():
        if name in ("network", "average"):
            for key, tensor in state.items():
                assert torch.equal(tensor, second.state()[name][key]), (name, key)


def test_the_average_differs_from_the_last_weights_and_counts_batches(task, uninterrupted):
    averaged, last = uninterrupted.averaged.state_dict(), uninterrupted.state()["network"]
    assert not torch.equal(averaged["output.weight"], last["output.weight"])
    counts = [key for key in last if key.endswith("num_batches_tracked")]
    assert counts
    assert all(averaged[key] == last[key] for key in counts)


def test_the_output_layer_is_trained_alone_on_a_frozen_trunk(task):
    network = create().requires_grad_(False)
    network.output.requires_grad_(True)
    before = copy.deepcopy(network.state_dict())
    OutputFit(network, *task, train=TRAIN, settings=replace(SETTINGS, steps=3)).advance(3)
    changed = {name for name, tensor in network.state_dict().items() if not torch.equal(before[name], tensor)}
    assert changed == {"output.weight", "output.bias"}  # no batch statistics either


@pytest.mark.parametrize("change", [{"steps": 121}, {"seed": 1}, {"keep": {"sequence": 0.9}}])
def test_a_training_with_other_settings_does_not_continue(task, change):
    fit = start(task)
    fit.advance(1)
    with pytest.raises(ValueError, match=f"other settings: {next(iter(change))}$"):
        start(task, replace(SETTINGS, **change)).restore(fit.state())
