"""Targets and weights, read one window and output at a time, and the masked loss."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from ideep_scan.train.labels import BACKGROUND, IGNORED, NEGATIVE, POSITIVE, PROBABLE, LabelTable
from ideep_scan.train.targets import PROBABILITY, Targets, compute_loss, initialise_output, weigh_experiments

N, EXPERIMENTS, LOCI = 40, 3, 4


@pytest.fixture(scope="module")
def targets() -> Targets:
    rng = np.random.default_rng(0)
    dense = rng.integers(0, 5, (N, EXPERIMENTS)).astype(np.int8)
    at, number = dense.nonzero()
    starts = np.append(0, np.cumsum((dense > 0).sum(1)))
    table = LabelTable(starts, number.astype(np.int16), dense[at, number], columns=EXPERIMENTS)
    bound, held_out = rng.random((2, LOCI + 1, EXPERIMENTS)) < 0.5
    bound[-1] = held_out[-1] = False
    background = np.array([0.15, 1, 1], np.float32)
    importance = np.array([0.5, 1.5, 1], np.float32)
    return Targets(table, rng.integers(-1, LOCI, N), bound, held_out, background, importance)


def test_each_window_and_output(targets):
    rows = np.arange(N)[::-1].copy()
    target, weight = (tensor.numpy() for tensor in targets.batch(rows))
    codes = targets.labels.dense(rows)
    assert target.shape == weight.shape == (N, 2 * EXPERIMENTS)
    assert {*np.unique(codes)} == {BACKGROUND, POSITIVE, NEGATIVE, PROBABLE, IGNORED}
    for i, row in enumerate(rows):
        locus = targets.loci[row]
        for e in range(EXPERIMENTS):
            silent = codes[i, e] == IGNORED or (locus >= 0 and targets.held_out[locus, e])
            within = 0 if silent else targets.importance[e]
            score = within * (targets.background[e] if codes[i, e] == BACKGROUND else 1)
            bound = locus >= 0 and targets.bound[locus, e]
            assert weight[i, e] == pytest.approx(score)
            assert weight[i, EXPERIMENTS + e] == pytest.approx(within if bound else 0)
            expected = {POSITIVE: 1, PROBABLE: PROBABILITY}.get(codes[i, e], 0)
            assert target[i, e] == target[i, EXPERIMENTS + e] == np.float32(expected)


def test_windows_without_weight_teach_nothing():
    logits = torch.tensor([[0.5, -3.0], [2.0, 40.0]], requires_grad=True)
    target, weight = torch.tensor([[1.0, 0.0], [0.0, 0.0]]), torch.tensor([[1.0, 2.0], [0.5, 0.0]])
    loss = compute_loss(logits, target, weight)
    loss.backward()
    single = [np.log1p(np.exp(-0.5)), 2 * np.log1p(np.exp(-3.0)), 0.5 * np.log1p(np.exp(2.0))]
    assert loss.item() == pytest.approx(sum(single) / 2, rel=1e-6)
    assert logits.grad is not None
    assert logits.grad[1, 1] == 0
    assert (logits.grad.flatten()[:3] != 0).all()


def test_rare_experiments_weigh_more_but_not_without_limit():
    positives = np.array([100, 300, 3000])
    weights = weigh_experiments(positives, np.zeros(3, bool))
    assert weights[0] == weights[1] > weights[2]
    assert weights.mean() == pytest.approx(1)
    np.testing.assert_allclose(weigh_experiments(positives, np.array([False, True, False])), weights * [1, 3, 1])


def test_outputs_begin_at_the_share_of_positives():
    output = nn.Linear(4, 4)
    before = output.weight.detach().clone()
    initialise_output(output, np.array([5000, 20]), 10_000, published=np.array([True, False]))
    shares = torch.sigmoid(output.bias).tolist()
    assert shares == pytest.approx([0.1, 0.002, 0.3, 0.016])
    assert (output.weight.abs() < before.abs()).all()
