"""All rows of a network in one pass: the same bits for each, whichever others are asked for."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from toys import MODALITIES, network, world

from ideep_scan.errors import IdeepScanError
from ideep_scan.models.device_network import DeviceNetwork, exact_arithmetic
from ideep_scan.records.walk import Walk

CPU = torch.device("cpu")
OUTPUTS = 70  # more than two blocks of rows
NETWORK = network(outputs=OUTPUTS)
LONG = world(length=900).featurizer().tile(Walk("chr1", "+", ((0, 761),)), np.arange(50, 711))
TILE = world().featurizer().tile(Walk("chr1", "+", ((0, 260),)), np.arange(50, 210))


@settings(max_examples=30, deadline=None)
@given(
    rows=st.lists(st.integers(0, OUTPUTS - 1), min_size=1, max_size=9),
    lowest=st.floats(0, 1),
    used=st.sampled_from([MODALITIES, ("sequence", "region"), ("sequence",)]),
)
def test_a_row_has_the_same_bits_alone_and_in_company(rows, lowest, used):
    device = DeviceNetwork(NETWORK, used, CPU)
    thresholds = [lowest, *[0.3] * (len(rows) - 1)]
    scores, drivers = device.score_rows_and_drivers(LONG, rows, thresholds)
    np.testing.assert_array_equal(device.score_rows(LONG, rows), scores)
    for row, threshold, row_scores, row_drivers in zip(rows, thresholds, scores, drivers, strict=True):
        alone, driver = device.score_rows_and_drivers(LONG, [row], [threshold])
        np.testing.assert_array_equal(alone[0], row_scores)
        np.testing.assert_array_equal(driver[0], row_drivers)
        assert (row_drivers[row_scores < np.float32(threshold)] == -1).all()


def test_each_row_is_the_network_that_has_that_row_alone():
    alone = network()
    state = NETWORK.state_dict()
    for row in (0, 1, 31, 32, OUTPUTS - 1):
        part = {name: tensor[row : row + 1] if name.startswith("output") else tensor for name, tensor in state.items()}
        alone.load_state_dict(part)
        expected = DeviceNetwork(alone, MODALITIES, CPU).score_rows_and_drivers(LONG, [0], [0.1])
        scores, drivers = DeviceNetwork(NETWORK, MODALITIES, CPU).score_rows_and_drivers(LONG, [row], [0.1])
        np.testing.assert_allclose(scores, expected[0], rtol=0, atol=1e-6)
        assert (drivers == expected[1]).mean() > 0.99


def test_a_mean_of_rows_is_a_row():
    mean = network(outputs=OUTPUTS)
    mean.load_state_dict(NETWORK.state_dict())
    with torch.no_grad():
        for tensor in (mean.output.weight, mean.output.bias):
            tensor *= 0.1  # far from 0 and 1, where scores say what the log odds are
            tensor[0] = tensor[1:4].mean(0)
    device = DeviceNetwork(mean, MODALITIES, CPU)
    scores = device.score_rows(LONG, range(OUTPUTS)).astype(float)
    odds = np.log(scores) - np.log1p(-scores)
    np.testing.assert_allclose(odds[0], odds[1:4].mean(0), rtol=0, atol=1e-4)


def test_drivers_do_not_depend_on_how_positions_are_grouped(monkeypatch):
    device = DeviceNetwork(NETWORK, MODALITIES, CPU)
    _, drivers = device.score_rows_and_drivers(LONG, range(OUTPUTS), [0.0] * OUTPUTS)
    for selected in (1, 100):
        monkeypatch.setattr("ideep_scan.models.device_network.SELECTED", selected)
        np.testing.assert_array_equal(device.score_rows_and_drivers(LONG, range(OUTPUTS), [0.0] * OUTPUTS)[1], drivers)


def test_a_gpu_does_not_round_convolutions_to_tf32(monkeypatch):
    device = DeviceNetwork(NETWORK, MODALITIES, CPU)
    allowed = []
    parts = device._network.parts
    monkeypatch.setattr(
        device._network, "parts", lambda *tensors: allowed.append(torch.backends.cudnn.allow_tf32) or parts(*tensors)
    )
    for name in ("cuda", "cpu"):
        monkeypatch.setattr(device, "_exact", exact_arithmetic(torch.device(name)))
        before = torch.backends.cudnn.allow_tf32
        device.score_rows(TILE, [0])
        assert torch.backends.cudnn.allow_tf32 == before is True  # torch's default
    assert allowed == [False, True]


class Small:
    """A network on a device with memory for so many positions."""

    def __init__(self, network, most):
        self.network, self.most, self.asked = network, most, []

    def __getattr__(self, name):
        return getattr(self.network, name)

    def parts(self, windows, centres, scored):
        self.asked.append(len(scored))
        if len(scored) > self.most:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return self.network.parts(windows, centres, scored)


@pytest.mark.parametrize("used", [MODALITIES, ("sequence", "cobinding")])
def test_too_little_memory_halves_the_batch(used, monkeypatch):
    scorer = DeviceNetwork(NETWORK, used, CPU)
    rows, thresholds = [2, 0], [0.2, 0.5]
    scores = scorer.score_rows(TILE, rows)
    again, drivers = scorer.score_rows_and_drivers(TILE, rows, thresholds)
    monkeypatch.setattr("ideep_scan.models.device_network.FEWEST", 4)
    small = scorer._network = Small(scorer._network, 25)
    np.testing.assert_allclose(scorer.score_rows(TILE, rows), scores, rtol=0, atol=1e-5)
    assert small.asked == [160, 80, 40, 20, *[20] * 7]
    results = scorer.score_rows_and_drivers(TILE, rows, thresholds)
    np.testing.assert_allclose(results[0], again, rtol=0, atol=1e-5)
    np.testing.assert_array_equal(results[1], drivers)
    assert small.asked[-8:] == [20] * 8


def test_too_little_memory_for_anything(monkeypatch):
    monkeypatch.setattr("ideep_scan.models.device_network.FEWEST", 50)
    scorer = DeviceNetwork(NETWORK, MODALITIES, CPU)
    scorer._network = Small(scorer._network, 0)
    with pytest.raises(IdeepScanError, match=r"too little memory for 40 positions.*--device cpu"):
        scorer.score_rows(TILE, [0])
