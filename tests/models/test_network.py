"""The network: its dense twin, evidence that is absent, the model's own experiments."""

from __future__ import annotations

import copy
from itertools import combinations

import numpy as np
import pytest
import torch
import twin
from torch import Tensor
from toys import HIDDEN, MODALITIES, SPEC, network

from ideep_scan.features.modalities.registry import list_centre_sizes, list_window_shapes
from ideep_scan.kernels.windows import gather
from ideep_scan.models.bundle import create_network
from ideep_scan.models.dense import DenseNetwork

LENGTH = 160
WIDTHS = {name: width for name, (_, width) in list_window_shapes(SPEC).items()}
SCORED = np.arange(SPEC.half, LENGTH - SPEC.half)
SUBSETS = [
    MODALITIES,
    ("sequence",),
    ("region",),
    *(("sequence", *others) for others in combinations(MODALITIES[1:], 1)),
    ("sequence", "region", "cobinding"),
    (),
]
SHAPES = [{}, {"channels": 6, "dilations": (1, 3)}]
Tensors = dict[str, Tensor]


def tracks(seed: int = 0, n: int = SCORED.size) -> tuple[Tensors, Tensors]:
    """Random window tracks (channels, LENGTH) and centre values (values, n)."""
    generator = torch.Generator().manual_seed(seed)
    windows = {
        name: (torch.rand(channels, LENGTH, generator=generator) > 0.6).float()
        for name, (channels, _) in list_window_shapes(SPEC).items()
    }
    centres = {name: torch.rand(size, n, generator=generator) for name, size in list_centre_sizes(SPEC).items()}
    centres["cobinding"] = (centres["cobinding"] > 0.5).float()
    return windows, centres


def materialised(windows: Tensors, centres: Tensors) -> tuple[Tensors, Tensors]:
    cut = {name: torch.from_numpy(gather(track.numpy(), SCORED, WIDTHS[name])) for name, track in windows.items()}
    return cut, {name: values.T.contiguous() for name, values in centres.items()}


def everyone(names: tuple[str, ...], n: int = SCORED.size) -> Tensors:
    return {name: torch.ones(n, dtype=torch.bool) for name in names}


@pytest.mark.parametrize("shape", SHAPES, ids=["published", "residual"])
@pytest.mark.parametrize("own", [(), (0, 2)], ids=["foreign", "own experiments"])
@pytest.mark.parametrize("used", SUBSETS, ids="+".join)
@torch.inference_mode()
def test_dense_equals_windowed_at_every_position(used, own, shape):
    net = network(own=own, **shape)
    windows, centres = tracks()
    windowed = net(*materialised(windows, centres), everyone(used))
    dense = DenseNetwork(net).logits(
        {name: track for name, track in windows.items() if name in used},
        {name: values for name, values in centres.items() if name in used},
        torch.from_numpy(SCORED),
    )
    assert dense.shape == (SCORED.size, 1)
    torch.testing.assert_close(dense, windowed, rtol=1e-5, atol=1e-5)
    exact = copy.deepcopy(net).double()
    windows, centres = ({k: v.double() for k, v in tensors.items()} for tensors in (windows, centres))
    windowed = exact(
        {k: torch.from_numpy(gather(v.numpy(), SCORED, WIDTHS[k])) for k, v in windows.items()},
        {k: v.T for k, v in centres.items()},
        everyone(used),
    )
    dense = DenseNetwork(exact).logits(
        {k: v for k, v in windows.items() if k in used},
        {k: v for k, v in centres.items() if k in used},
        torch.from_numpy(SCORED),
    )
    torch.testing.assert_close(dense, windowed, rtol=0, atol=1e-11)


@pytest.mark.parametrize("hidden", [{}, {"region": 5}, {"structure": 3, "motifs": 4}], ids="+".join)
@torch.inference_mode()
def test_a_network_with_fewer_branches(hidden):
    net = network(hidden=hidden)
    windows, centres = tracks()
    used = ("sequence", *hidden)
    windowed = net(*materialised(windows, centres), everyone(used))
    dense = DenseNetwork(net).logits(windows, centres, torch.from_numpy(SCORED))
    torch.testing.assert_close(dense, windowed, rtol=1e-5, atol=1e-5)
    assert set(net.absent) == {"sequence", *hidden}


@torch.inference_mode()
def test_the_order_in_which_branches_are_named_does_not_matter():
    net = network()
    other = create_network(SPEC, dict(reversed(HIDDEN.items())), filters=9, sequence_hidden=8, shared=10).eval()
    other.load_state_dict(net.state_dict())
    inputs = (*materialised(*tracks()), everyone(MODALITIES))
    torch.testing.assert_close(other(*inputs), net(*inputs), rtol=0, atol=0)


@pytest.mark.parametrize("shape", SHAPES, ids=["published", "residual"])
@torch.inference_mode()
def test_convolved_equals_gathered(shape):
    net = network(hidden={}, **shape)
    length = 500
    track = (torch.rand(4, length, generator=torch.Generator().manual_seed(1)) > 0.6).float()
    everywhere = torch.arange(SPEC.half, length - SPEC.half)
    convolved = DenseNetwork(net).logits({"sequence": track}, {}, everywhere)
    gathered = torch.cat([DenseNetwork(net).logits({"sequence": track}, {}, some) for some in everywhere.split(50)])
    torch.testing.assert_close(convolved, gathered, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("shape", SHAPES, ids=["published", "residual"])
@torch.inference_mode()
def test_any_scored_positions(shape):
    net = network(**shape)
    windows, centres = tracks()
    whole = DenseNetwork(net).logits(windows, centres, torch.from_numpy(SCORED))
    some = torch.tensor([0, 3, 4, 40, 59])
    part = {name: values[:, some] for name, values in centres.items()}
    made = DenseNetwork(net).logits(windows, part, torch.from_numpy(SCORED)[some])
    torch.testing.assert_close(made, whole[some], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("shape", SHAPES, ids=["published", "residual"])
@torch.inference_mode()
def test_windowed_equals_the_slow_twin(shape):
    net = network(own=(1,), **shape)
    windows, centres = materialised(*tracks())
    made = net(windows, centres, everyone(MODALITIES))
    weights = {name: tensor.double().numpy() for name, tensor in net.state_dict().items()}
    for i in (0, 17, 59):
        slow = twin.logit(
            {k: v[i].numpy() for k, v in windows.items()},
            {k: v[i].numpy() for k, v in centres.items()},
            weights,
            net.config,
        )
        assert made[i].item() == pytest.approx(slow, rel=1e-5, abs=1e-4)


@torch.inference_mode()
def test_absent_evidence_is_not_read_row_by_row():
    """A row's logit is that of its own evidence, whatever the others have and whatever lies in its unread tensors."""
    net = network()
    windows, centres = materialised(*tracks())
    rng = np.random.default_rng(0)
    present = {name: torch.from_numpy(rng.random(SCORED.size) < 0.5) for name in MODALITIES}
    made = net(windows, centres, present)
    for i in range(0, SCORED.size, 11):
        alone = {k: v[i : i + 1] for k, v in windows.items()}, {k: v[i : i + 1] for k, v in centres.items()}
        has = tuple(name for name in MODALITIES if present[name][i])
        torch.testing.assert_close(net(*alone, everyone(has, 1))[0], made[i], rtol=1e-5, atol=1e-5)
    for tensors in (windows, centres):
        for name, tensor in tensors.items():
            tensor[~present[name]] = torch.nan
    torch.testing.assert_close(net(windows, centres, present), made, rtol=0, atol=0)


@pytest.mark.parametrize("name", MODALITIES)
@torch.inference_mode()
def test_the_absent_vector_is_used(name):
    net = network()
    windows, centres = materialised(*tracks())
    others = everyone(tuple(other for other in MODALITIES if other != name))
    whole, without = net(windows, centres, everyone(MODALITIES)), net(windows, centres, others)
    net.absent[name] += 1.0
    assert not torch.allclose(net(windows, centres, others), without)
    torch.testing.assert_close(net(windows, centres, everyone(MODALITIES)), whole, rtol=0, atol=0)


def test_the_absent_vector_learns():
    net = create_network(SPEC, HIDDEN, filters=4, sequence_hidden=4, shared=4).train()
    windows, centres = materialised(*tracks())
    present = {**everyone(MODALITIES), "region": torch.arange(SCORED.size) % 3 > 0}
    net(windows, centres, present).sum().backward()
    assert net.absent["region"].grad is not None
    assert net.absent["region"].grad.abs().sum() > 0
    assert net.absent["motifs"].grad is None or not net.absent["motifs"].grad.any()


@pytest.mark.parametrize("name", MODALITIES)
def test_absent_rows_take_no_part_in_batch_statistics(name):
    """Batch statistics after a step equal those of a step with the present rows alone."""
    windows, centres = materialised(*tracks())
    has = torch.arange(SCORED.size) % 3 > 0
    nets = [create_network(SPEC, HIDDEN, filters=4, sequence_hidden=4, shared=4, dropout=0.0).train() for _ in range(2)]
    nets[1].load_state_dict(nets[0].state_dict())
    nets[0](windows, centres, {**everyone(MODALITIES), name: has})
    alone = {k: v[has] for k, v in windows.items()}, {k: v[has] for k, v in centres.items()}
    nets[1](*alone, everyone(MODALITIES, int(has.sum())))
    states = [net.branches[name].state_dict() for net in nets]
    running = [key for key in states[0] if "running" in key]
    assert len(running) == (2 if name == "sequence" else 4)
    for key in running:
        torch.testing.assert_close(states[0][key], states[1][key], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("rows", [0, 1])
def test_a_batch_where_nobody_or_one_row_has_the_evidence_trains(rows):
    net = create_network(SPEC, HIDDEN, filters=4, sequence_hidden=4, shared=4).train()
    before = {key: value.clone() for key, value in net.branches["region"].state_dict().items()}
    windows, centres = materialised(*tracks())
    made = net(windows, centres, {**everyone(MODALITIES), "region": torch.arange(SCORED.size) < rows})
    assert torch.isfinite(made).all()
    for key, value in net.branches["region"].state_dict().items():
        torch.testing.assert_close(value, before[key], rtol=0, atol=0)


@torch.inference_mode()
def test_own_experiments_never_matter():
    net = network(own=(0, 2))
    windows, centres = materialised(*tracks())
    before = net(windows, centres, everyone(MODALITIES))
    for channel in (0, 2):
        windows["cobinding"][:, channel] = 1 - windows["cobinding"][:, channel]
        centres["cobinding"][:, channel] = 1 - centres["cobinding"][:, channel]
    torch.testing.assert_close(net(windows, centres, everyone(MODALITIES)), before, rtol=0, atol=0)
    windows["cobinding"][:, 1] = 1 - windows["cobinding"][:, 1]
    assert not torch.allclose(net(windows, centres, everyone(MODALITIES)), before)


def test_a_fresh_network_knows_no_absent_evidence_and_has_the_papers_shape():
    net = create_network(SPEC, {"region": 128})
    assert net.branches["sequence"].convolution.weight.shape == (102, 4, 10)
    assert net.branches["sequence"].linear.weight.shape == (102, 102, 30)
    assert all(not vector.any() for vector in net.absent.values())
    assert net.shared[0].weight.shape == (128, 102 + 128)
