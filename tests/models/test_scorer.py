"""A bundle at work: what it reads, on which device, at which precision."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from toys import bundle, network, world

from ideep_scan.errors import InputError
from ideep_scan.features.featurizer import Tile
from ideep_scan.features.spec import MODALITIES
from ideep_scan.models.scorer import Scorer, evaluation_device, use_threads
from ideep_scan.records.walk import Walk

CPU = torch.device("cpu")
BUNDLE = bundle(net=network())
TILE = world().featurizer().tile(Walk("chr1", "+", ((0, 260),)), np.arange(50, 210))


def test_probabilities_one_for_each_scored_position():
    scores = Scorer(BUNDLE, MODALITIES, CPU).score(TILE)
    assert (scores.dtype, scores.shape) == (np.float32, (160,))
    assert 0 <= scores.min() < scores.max() <= 1


@pytest.mark.parametrize("name", MODALITIES)
def test_what_is_not_asked_is_not_read(name):
    used = set(MODALITIES) - {name}
    window = {other: track for other, track in TILE.window.items() if other != name}
    centre = {other: values for other, values in TILE.centre.items() if other != name}
    without = Tile(window, centre, TILE.scored)
    spoiled = Tile(
        {**TILE.window, **({name: np.full_like(TILE.window[name], np.nan)} if name in TILE.window else {})},
        {**TILE.centre, **({name: np.full_like(TILE.centre[name], np.nan)} if name in TILE.centre else {})},
        TILE.scored,
    )
    expected = Scorer(BUNDLE, used, CPU).score(TILE)
    assert np.isfinite(expected).all()
    assert Scorer(BUNDLE, used, CPU).score(spoiled).tobytes() == expected.tobytes()
    assert Scorer(BUNDLE, MODALITIES, CPU).score(without).tobytes() == expected.tobytes()
    assert not np.array_equal(Scorer(BUNDLE, MODALITIES, CPU).score(TILE), expected)


def test_bfloat16_is_close_to_float32():
    exact = Scorer(BUNDLE, MODALITIES, CPU, "fp32").score(TILE)
    rough = Scorer(BUNDLE, MODALITIES, CPU, "bf16").score(TILE)
    assert rough.dtype == np.float32
    assert 0 < np.abs(rough - exact).max() < 0.1
    assert np.corrcoef(rough, exact)[0, 1] > 0.99
    assert Scorer(BUNDLE, MODALITIES, CPU, "auto").score(TILE).tobytes() == exact.tobytes()


def test_absent_evidence_in_bfloat16():
    exact, rough = (Scorer(BUNDLE, ("sequence",), CPU, precision).score(TILE) for precision in ("fp32", "bf16"))
    assert np.abs(rough - exact).max() < 0.1


def test_scoring_twice_gives_the_same_bytes_and_leaves_the_tile_as_it_was():
    before = {name: track.copy() for name, track in TILE.window.items()}
    scorer = Scorer(BUNDLE, MODALITIES, CPU)
    assert scorer.score(TILE).tobytes() == scorer.score(TILE).tobytes()
    for name, track in TILE.window.items():
        np.testing.assert_array_equal(track, before[name])


def test_a_network_in_training_mode_is_set_to_evaluation():
    made = bundle(net=network())
    made.network.train()
    np.testing.assert_array_equal(
        Scorer(made, MODALITIES, CPU).score(TILE), Scorer(BUNDLE, MODALITIES, CPU).score(TILE)
    )


@pytest.mark.parametrize("precision", ["fp16", "", "FP32", "double"])
def test_an_unknown_precision_is_refused(precision):
    with pytest.raises(InputError, match="--precision"):
        Scorer(BUNDLE, MODALITIES, CPU, precision)


def test_known_devices(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert evaluation_device("cpu") == evaluation_device("auto") == CPU
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert evaluation_device("auto").type == "cuda"
    assert evaluation_device("cuda:1") == torch.device("cuda:1")


@pytest.mark.parametrize("name", ["banana", "", "cuda:x", "cpu:cuda", "meta", "mps", "cuda:-1"])
def test_an_unknown_device_is_refused(name):
    with pytest.raises(InputError, match="--device"):
        evaluation_device(name)


@pytest.mark.parametrize("name", ["cuda", "cuda:0"])
def test_a_device_that_this_machine_lacks_is_refused(name, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(InputError, match="use --device cpu"):
        evaluation_device(name)


def test_a_graphics_card_past_the_last_is_refused(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    with pytest.raises(InputError, match="cuda:7"):
        evaluation_device("cuda:7")


def test_threads():
    before = torch.get_num_threads()
    try:
        assert use_threads(1) == torch.get_num_threads() == 1
        assert use_threads(0) >= 1
    finally:
        torch.set_num_threads(before)
