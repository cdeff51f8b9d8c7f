"""Boltzmann machines small enough to be summed over, and branches that start from them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from toys import SPEC, network

from ideep_scan.features.modalities.registry import list_centre_sizes, list_window_shapes
from ideep_scan.features.window_features import Features
from ideep_scan.train.pretrain import BoltzmannMachine, PretrainSettings, pretrain


def machine(visible: int, hidden: int, gaussian: bool = False, seed: int = 0) -> BoltzmannMachine:
    return BoltzmannMachine(visible, hidden, gaussian, torch.Generator().manual_seed(seed))


def every_state(units: int) -> torch.Tensor:
    return torch.tensor(list(itertools.product((0.0, 1.0), repeat=units)))


def test_free_energy_sums_over_the_hidden_states():
    rbm = machine(4, 3)
    rbm.weight, rbm.visible_bias = torch.randn(3, 4), torch.randn(4)
    rbm.hidden_bias = torch.randn(3)
    hidden = every_state(3)
    for visible in every_state(4):
        energies = -(visible @ rbm.visible_bias) - hidden @ rbm.hidden_bias - hidden @ rbm.weight @ visible
        assert torch.isclose(rbm.free_energy(visible[None])[0], -torch.logsumexp(-energies, 0), atol=1e-5)


def test_it_learns_which_states_occur():
    """Two patterns of six bits: after learning they hold most of the probability, from 1/32 at the start."""
    patterns = torch.tensor([[1.0, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1]])
    rbm = machine(6, 4)
    data = patterns.repeat(50, 1)
    for _ in range(1500):
        rbm.step(data, 0.05, 0.5, 0.0)
    likelihood = torch.softmax(-rbm.free_energy(every_state(6)), 0)
    held = likelihood[[int("111000", 2), int("000111", 2)]]
    assert held.sum() > 0.7
    assert held.min() > 0.2


def test_real_valued_units_are_reconstructed():
    rng = torch.Generator().manual_seed(1)
    factor = (torch.rand(2000, 1, generator=rng) > 0.5).float() * 2 - 1
    data = factor * torch.tensor([[1.0, -1.0, 1.0, 0.0]]) + 0.1 * torch.randn(2000, 4, generator=rng)
    rbm = machine(4, 3, gaussian=True)
    errors = [rbm.step(data[first : first + 100], 0.01, 0.9, 0.0) for _ in range(40) for first in range(0, 2000, 100)]
    assert np.mean(errors[-20:]) < 0.25 * np.mean(errors[:20])


@pytest.fixture(scope="module")
def features() -> Features:
    rng = np.random.default_rng(0)
    shapes, sizes = list_window_shapes(SPEC), list_centre_sizes(SPEC)
    windows = {name: (rng.random((300, *shape)) < 0.2).astype(np.uint8) for name, shape in shapes.items()}
    centres = {name: rng.random((300, size)).astype(np.float32) * 9 for name, size in sizes.items()}
    return Features(windows, centres)


def test_both_layers_of_every_branch_start_elsewhere_and_the_sequence_does_not(features):
    net = network(SPEC)
    before = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    heard = []
    settings = PretrainSettings(epochs=2)
    pretrain(net, features, np.arange(300), settings, lambda *said: heard.append(said))
    changed = {name for name, tensor in net.state_dict().items() if not torch.equal(tensor, before[name])}
    for name in net.config.hidden:
        own = {key for key in changed if key.startswith(f"branches.{name}.")}
        assert any(".window." in key or ".centre." in key for key in own)
        assert f"branches.{name}.finish.1.weight" in own
    assert not any(key.startswith(("branches.sequence", "shared", "output", "absent")) for key in changed)
    assert {said[:3] for said in heard} == {
        (name, layer, epoch) for name in net.config.hidden for layer in (1, 2) for epoch in (0, 1)
    }


def test_standardisation_is_folded_into_the_first_layer(features):
    """What the branch embeds is what the machine sees, though the branch reads raw motif scores."""
    net = network(SPEC)
    rows = np.arange(300)
    pretrain(net, features, rows, PretrainSettings(epochs=1))
    raw = torch.from_numpy(features.centres["motifs"])
    branch = net.branches["motifs"]
    scaled = (raw - raw.mean(0)) / raw.std(0)
    weight = branch.centre.weight * raw.std(0)
    hidden_bias = branch.centre.bias + branch.centre.weight @ raw.mean(0)
    embedded = branch.embed(None, raw)
    assert torch.allclose(embedded, scaled @ weight.T + hidden_bias, atol=1e-4)
    assert torch.allclose(hidden_bias, hidden_bias.clamp(-1, 1))  # learned on standardised values: small


def test_the_same_seed_gives_the_same_start(features):
    states = []
    for seed in (3, 3, 4):
        net = network(SPEC)
        pretrain(net, features, np.arange(300), PretrainSettings(epochs=1, seed=seed))
        states.append(net.state_dict()["branches.region.window.weight"])
    assert torch.equal(states[0], states[1])
    assert not torch.equal(states[0], states[2])
