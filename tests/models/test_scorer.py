"""A bundle at work: what it reads, on which device, at which precision."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from threadpoolctl import threadpool_info, threadpool_limits
from toys import MODALITIES, bundle, network, world

from ideep_scan.errors import InputError
from ideep_scan.features.featurizer import Tile
from ideep_scan.models.scorer import Scorer, choose_batch, create_scorers, find_device, scoring_pool, use_threads
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


@pytest.mark.parametrize("supported", [True, False])
def test_bfloat16_that_the_cpu_lacks_is_told(monkeypatch, supported):
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: supported)
    assert Scorer(BUNDLE, MODALITIES, CPU, "bf16").emulates is not supported
    assert not Scorer(BUNDLE, MODALITIES, CPU, "auto").emulates


def test_absent_evidence_in_bfloat16():
    exact, rough = (Scorer(BUNDLE, ("sequence",), CPU, precision).score(TILE) for precision in ("fp32", "bf16"))
    assert np.abs(rough - exact).max() < 0.1


def falls(bundle, used):
    """How much the log odds fall without each modality, in the order of MODALITIES, by scoring without it: (5, n)."""
    with torch.no_grad():
        bundle.network.output.bias.fill_(0.0)  # far from 0 and 1, where scores say what the log odds are
    whole = log_odds(Scorer(bundle, used, CPU).score(TILE))
    return np.array(
        [whole - log_odds(Scorer(bundle, set(used) - {name}, CPU).score(TILE)) for name in MODALITIES if name in used]
    )


def log_odds(scores):
    return np.log(scores.astype(float)) - np.log1p(-scores.astype(float))


@pytest.mark.parametrize("used", [MODALITIES, ("sequence", "region"), ("sequence", "motifs", "cobinding")])
@pytest.mark.parametrize("bias", [-2.0, 30.0])
def test_the_driver_is_what_the_log_odds_fall_most_without_also_where_scores_are_1(used, bias):
    made = bundle(net=network(seed=3))
    by_hand = falls(made, used)
    with torch.no_grad():
        made.network.output.bias.fill_(bias)
    scorer = Scorer(made, used, CPU)
    scores, drivers = scorer.score_and_drivers(TILE, 0.0)
    np.testing.assert_allclose(scores, scorer.score(TILE), rtol=1e-6)
    most = by_hand.max(0)
    clear = np.abs(most - np.sort(by_hand, 0)[-2]) > 1e-3
    clear &= np.abs(most) > 1e-3
    names = [name for name in MODALITIES if name in used]
    expected = np.where(most > 0, [MODALITIES.index(names[best]) for best in by_hand.argmax(0)], -1)
    np.testing.assert_array_equal(drivers[clear], expected[clear])
    assert clear.mean() > 0.9
    assert len(np.unique(drivers)) > 1
    assert drivers.dtype == np.int8


def test_drivers_are_worked_out_from_the_threshold_on():
    scorer = Scorer(BUNDLE, MODALITIES, CPU)
    scores, everywhere = scorer.score_and_drivers(TILE, 0.0)
    middle = float(np.sort(scores)[80])
    _, drivers = scorer.score_and_drivers(TILE, middle)
    np.testing.assert_array_equal(drivers, np.where(scores >= np.float32(middle), everywhere, -1))
    assert scores[drivers >= 0].min() == np.float32(middle)
    np.testing.assert_array_equal(scorer.score_and_drivers(TILE, 1.5)[1], -1)


def test_a_single_modality_drives_nothing_and_neither_does_one_that_changes_nothing():
    np.testing.assert_array_equal(Scorer(BUNDLE, ("sequence",), CPU).score_and_drivers(TILE, 0.0)[1], -1)
    deaf = bundle(net=network())
    with torch.no_grad():
        deaf.network.output.weight.zero_()
    np.testing.assert_array_equal(Scorer(deaf, MODALITIES, CPU).score_and_drivers(TILE, 0.0)[1], -1)


def test_drivers_in_bfloat16_are_those_of_float32_almost_everywhere():
    exact, rough = (
        Scorer(BUNDLE, MODALITIES, CPU, precision).score_and_drivers(TILE, 0.0)[1] for precision in ("fp32", "bf16")
    )
    assert (exact == rough).mean() > 0.95


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
    assert find_device("cpu") == find_device("auto") == CPU
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert find_device("auto").type == "cuda"
    assert find_device("cuda:1") == torch.device("cuda:1")


@pytest.mark.parametrize("name", ["banana", "", "cuda:x", "cpu:cuda", "meta", "mps", "cuda:-1"])
def test_an_unknown_device_is_refused(name):
    with pytest.raises(InputError, match="--device"):
        find_device(name)


@pytest.mark.parametrize("name", ["cuda", "cuda:0"])
def test_a_device_that_this_machine_lacks_is_refused(name, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(InputError, match="use --device cpu"):
        find_device(name)


def test_a_graphics_card_past_the_last_is_refused(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    with pytest.raises(InputError, match="cuda:7"):
        find_device("cuda:7")


def test_threads():
    before = torch.get_num_threads()
    try:
        assert use_threads(1) == torch.get_num_threads() == 1
        assert use_threads(0) >= 1
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize(("free", "batch"), [(0, 16384), (2**31, 65536), (2**40, 262144)])
def test_a_batch_suits_the_memory_of_a_card(free, batch, monkeypatch):
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (free, 2**40))
    assert choose_batch(torch.device("cuda:0"), 16384, 262144) == batch
    assert choose_batch(CPU, 16384, 262144) == 16384


def test_each_thread_of_the_pool_scores_on_one_core():
    with threadpool_limits(2, "blas"), scoring_pool(CPU, 2) as pool:
        assert pool.submit(torch.get_num_threads).result() == 1
        assert {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"} == {1}


def test_models_of_one_network_share_it_if_they_read_the_same():
    shared, other = network(outputs=3), network(seed=1)
    bundles = [bundle(name, net, row=row) for name, net, row in (("A", shared, 2), ("B", other, 0), ("C", shared, 0))]
    used = {"A": MODALITIES, "B": MODALITIES, "C": tuple(reversed(MODALITIES))}
    first, second, third = create_scorers(bundles, used, CPU, "bf16")
    assert first.network is third.network is not second.network
    assert [(scorer.bundle.name, scorer.row) for scorer in (first, second, third)] == [("A", 2), ("B", 0), ("C", 0)]
    assert {scorer.precision for scorer in (first, second, third)} == {"bf16"}
    apart = create_scorers(bundles, {**used, "C": ("sequence",)}, CPU)
    assert apart[0].network is not apart[2].network
    assert apart[2].modalities == {"sequence"}


def test_a_scorer_reads_the_row_of_its_model():
    shared = network(outputs=2)
    one, two = (Scorer(bundle(net=shared, row=row), MODALITIES, CPU).score(TILE) for row in (0, 1))
    assert not np.array_equal(one, two)
