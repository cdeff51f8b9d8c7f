"""Test networks of a user's model: the copied layers give the rows of the shared network."""

from __future__ import annotations

import torch

from ideep_scan.models.bundle import create_network
from ideep_scan.train.own_network import begin_from_scratch, begin_from_shared, keep_branches
from tests.toys import SPEC

SHAPE = {"filters": 8, "filter_width": 9, "sequence_hidden": 6, "channels": 5, "dilations": (1,), "shared": 7}


def test_the_layers_below_the_output_are_those_of_the_shared_network() -> None:
    torch.manual_seed(3)
    shared = create_network(SPEC, {"region": 4}, outputs=5, **SHAPE).eval()
    network = begin_from_shared(shared, SPEC)
    further = begin_from_shared(shared, SPEC, ("structure",))
    windows = {"sequence": torch.rand(3, 4, SPEC.window), "region": torch.rand(3, 5, SPEC.window)}
    centres = {"region": torch.rand(3, shared.config.centre_sizes["region"])}
    present = {name: torch.ones(3, dtype=torch.bool) for name in windows}
    rows = shared.shared(shared.embed(windows, centres, present))
    for own in (network, further):
        torch.testing.assert_close(own.shared(own.embed(windows, centres, present)), rows)
        assert own.config.outputs == 1
        assert not own(windows, centres, present).any()


def test_random_weights_follow_the_seed() -> None:
    first, same, other = (begin_from_scratch(SPEC, ("sequence", "region"), seed) for seed in (1, 1, 2))
    assert torch.equal(first.output.weight, same.output.weight)
    assert not torch.equal(first.output.weight, other.output.weight)
    assert set(first.config.hidden) == {"region"}


def test_a_branch_that_is_never_read_leaves_what_its_absence_adds() -> None:
    torch.manual_seed(3)
    network = create_network(SPEC, {"region": 4, "motifs": 3}, **SHAPE).eval()
    for vector in network.absent.values():
        torch.nn.init.normal_(vector)
    windows = {"sequence": torch.rand(3, 4, SPEC.window), "region": torch.rand(3, 5, SPEC.window)}
    centres = {name: torch.rand(3, size) for name, size in network.config.centre_sizes.items()}
    here = torch.ones(3, dtype=torch.bool)
    for modalities in (("sequence",), ("sequence", "motifs"), ("sequence", "region", "motifs")):
        smaller = keep_branches(network, SPEC, modalities)
        assert set(smaller.config.hidden) == set(modalities) - {"sequence"}
        present = dict.fromkeys(modalities, here)
        torch.testing.assert_close(smaller(windows, centres, present), network(windows, centres, present))
