"""The dense network's shortcuts against the plain sums: long layers, evidence in runs, sparse positions, bfloat16."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from toys import SPEC, network

from ideep_scan.features.modalities.registry import list_centre_sizes, list_window_shapes
from ideep_scan.kernels.windows import gather
from ideep_scan.models.dense import DenseNetwork

LENGTH, HALF = 1500, SPEC.half
WIDE = {"filters": 64, "channels": 32, "sequence_hidden": 24}  # long enough for the frequency domain
SHAPES = {"published": {"filters": 40}, "residual": WIDE}
EVERYWHERE = torch.arange(HALF, LENGTH - HALF)


def in_runs(seed: int, changes: int, length: int = LENGTH) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """Tracks that change at few columns, the sequence at all of them; centres for every position."""
    rng = np.random.default_rng(seed)
    windows = {"sequence": torch.from_numpy(np.eye(4, dtype=np.float32)[:, rng.integers(0, 4, length)])}
    for name, (channels, _) in list_window_shapes(SPEC).items():
        if name != "sequence":
            heights = np.zeros((channels, length), np.float32)
            heights[:, 0] = rng.integers(0, 2, channels)
            for at in rng.integers(1, length, changes):
                heights[rng.integers(channels), at] = rng.choice([-1.0, 1.0, 0.5])
            windows[name] = torch.from_numpy(heights.cumsum(1))
    centres = {
        name: torch.from_numpy(rng.random((size, length - 2 * HALF), np.float32))
        for name, size in list_centre_sizes(SPEC).items()
    }
    centres["cobinding"] = torch.from_numpy(np.repeat(rng.integers(0, 2, (3, 1)), length - 2 * HALF, 1)).float()
    return windows, centres


def windowed(net, windows: Mapping[str, Tensor], centres: Mapping[str, Tensor], scored: Tensor) -> Tensor:
    widths = {name: width for name, (_, width) in list_window_shapes(SPEC).items()}
    cut = {
        name: torch.from_numpy(gather(track.numpy(), scored.numpy(), widths[name])) for name, track in windows.items()
    }
    everyone = dict.fromkeys([*windows, *centres], torch.ones(len(scored), dtype=torch.bool))
    return net(cut, {name: values.T for name, values in centres.items()}, everyone)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@settings(max_examples=12, deadline=None)
@given(changes=st.integers(0, 60), seed=st.integers(0, 99), start=st.integers(0, 300), count=st.integers(1, 1400))
@torch.inference_mode()
def test_evidence_in_runs(shape, changes, seed, start, count):
    net = network(**shape).double()
    windows, centres = in_runs(seed, changes)
    some = EVERYWHERE[start : start + count]
    windows = {name: track.double() for name, track in windows.items()}
    centres = {name: values[:, start : start + count].double() for name, values in centres.items()}
    made = DenseNetwork(net).logits(windows, centres, some)
    torch.testing.assert_close(made, windowed(net, windows, centres, some), rtol=0, atol=1e-10)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("used", [("sequence",), ("cobinding",), ("sequence", "region", "cobinding"), ()])
@torch.inference_mode()
def test_plain_sums_give_the_same(shape, used):
    net = network(own=(1,), **shape)
    windows, centres = in_runs(1, 20)
    given_windows = {name: windows[name] for name in used}
    given_centres = {name: centres[name] for name in used if name in centres}
    fast, plain = (DenseNetwork(net, way).logits(given_windows, given_centres, EVERYWHERE) for way in (False, True))
    assert fast.shape == plain.shape == (*EVERYWHERE.shape, 1)
    torch.testing.assert_close(fast, plain, rtol=1e-4, atol=1e-4)


@torch.inference_mode()
def test_positions_with_gaps_between_them():
    net = network(**WIDE)
    windows, centres = in_runs(2, 30)
    for share in (0.9, 0.3, 0.01):
        chosen = torch.from_numpy(np.flatnonzero(np.random.default_rng(0).random(len(EVERYWHERE)) < share))
        some = {name: values[:, chosen] for name, values in centres.items()}
        made = DenseNetwork(net).logits(windows, some, EVERYWHERE[chosen])
        torch.testing.assert_close(made, windowed(net, windows, some, EVERYWHERE[chosen]), rtol=1e-4, atol=1e-4)


@torch.inference_mode()
def test_what_is_the_same_everywhere_is_worked_out_once():
    windows, centres = in_runs(3, 0)
    parts = DenseNetwork(network()).parts(
        {"cobinding": windows["cobinding"]}, {"cobinding": centres["cobinding"]}, EVERYWHERE
    )
    assert {len(part.rows) for part in parts.values()} == {1}


@torch.inference_mode()
def test_one_modality_taken_as_absent():
    net = DenseNetwork(network(**WIDE))
    windows, centres = in_runs(4, 20)
    parts = net.parts(windows, centres, EVERYWHERE)
    chosen = torch.tensor([0, 7, 700])
    for name in parts:
        left = {k: v for k, v in windows.items() if k != name}, {k: v for k, v in centres.items() if k != name}
        torch.testing.assert_close(
            net.read(net.activate(parts, chosen, without=(name,)), [0]).T, net.logits(*left, EVERYWHERE)[chosen]
        )
    torch.testing.assert_close(net.join(parts)[chosen], net.logits(windows, centres, EVERYWHERE)[chosen])


@torch.inference_mode()
def test_it_keeps_the_weights_it_was_made_from():
    net = network(**WIDE)
    dense, (windows, centres) = DenseNetwork(net), in_runs(5, 5)
    before = dense.logits(windows, centres, EVERYWHERE)
    for weight in net.parameters():
        weight.zero_()
    assert torch.equal(dense.logits(windows, centres, EVERYWHERE), before)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@torch.inference_mode()
def test_what_is_no_base_is_multiplied(shape):
    net, (windows, centres) = network(**shape), in_runs(6, 5)
    windows["sequence"] = torch.rand(windows["sequence"].shape)
    made = DenseNetwork(net).logits(windows, centres, EVERYWHERE)
    torch.testing.assert_close(made, windowed(net, windows, centres, EVERYWHERE), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("way", [None, True], ids=["tables", "plain"])
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("count", [1, 64, 130])
@torch.inference_mode()
def test_windows_end_to_end_score_as_single_windows(shape, count, way):
    net = network(**shape).double()
    windows, centres = in_runs(8, 5, count * SPEC.window)
    scored = torch.arange(count) * SPEC.window + HALF
    windows = {name: track.double() for name, track in windows.items()}
    centres = {name: values[:, :count].double() for name, values in centres.items()}
    made = DenseNetwork(net, way).logits(windows, centres, scored)
    torch.testing.assert_close(made, windowed(net, windows, centres, scored), rtol=0, atol=1e-10)


@pytest.mark.parametrize("half", [False, True])
@torch.inference_mode()
def test_a_window_scores_the_same_alone_and_in_its_track(half):
    net = DenseNetwork(network(**WIDE), half=half)
    windows, centres = in_runs(9, 20)
    everywhere = net.logits(windows, centres, EVERYWHERE)
    for chosen in (torch.tensor([700]), torch.tensor([0, 1, 2, 1399])):
        some = {name: values[:, chosen] for name, values in centres.items()}
        alone = net.logits(windows, some, EVERYWHERE[chosen])
        torch.testing.assert_close(alone, everywhere[chosen], rtol=0, atol=1e-2 if half else 1e-4)
