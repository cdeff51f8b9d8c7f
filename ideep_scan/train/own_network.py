"""Network of one model of a user: begun from the shared network, or from random weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from ideep_scan.features.spec import FeatureSpec
from ideep_scan.models.bundle import create_network
from ideep_scan.models.network import IDeepNetwork
from ideep_scan.train.recipe import HIDDEN, RESIDUAL

_SHARED_LAYER = "shared.0.weight"  # reads the rows of all branches, in their order
_SHARED_BIAS = "shared.0.bias"
_SHAPE = ("filters", "filter_width", "pool", "sequence_hidden", "channels", "dilations", "shared", "dropout")


def begin_from_shared(shared: IDeepNetwork, spec: FeatureSpec, further: tuple[str, ...] = ()) -> IDeepNetwork:
    """Copy the layers of a shared network; the new output is 0 everywhere.

    Parameters
    ----------
    shared : IDeepNetwork
        The network of many models, with the branches `sequence` and `region`.
    spec : FeatureSpec
        Settings of the features.
    further : tuple of str
        Modalities that get a new branch, which the shared layer does not read at first.

    Returns
    -------
    IDeepNetwork
        A network with one output, in evaluation mode.
    """
    hidden = {**shared.config.hidden, **{name: HIDDEN[name] for name in further}}
    network = create_network(spec, hidden, **_list_shape(shared))
    state = dict(network.state_dict())
    for name, tensor in shared.state_dict().items():
        if name == _SHARED_LAYER:
            columns = torch.zeros_like(state[name])
            columns[:, : tensor.shape[1]] = tensor
            state[name] = columns
        elif not name.startswith("output."):
            state[name] = tensor
    state |= {name: torch.zeros_like(state[name]) for name in ("output.weight", "output.bias")}
    network.load_state_dict(state)
    return network.eval()


def begin_from_scratch(spec: FeatureSpec, modalities: tuple[str, ...], seed: int) -> IDeepNetwork:
    """Create the network of a separate bundled model, with random weights.

    Parameters
    ----------
    spec : FeatureSpec
        Settings of the features.
    modalities : tuple of str
        Modalities to read.
    seed : int
        Seed of the weights.

    Returns
    -------
    IDeepNetwork
        A network with one output.
    """
    hidden: Mapping[str, int] = {name: HIDDEN[name] for name in modalities if name != "sequence"}
    torch.manual_seed(seed)
    return create_network(spec, dict(hidden), **RESIDUAL)


def keep_branches(network: IDeepNetwork, spec: FeatureSpec, modalities: tuple[str, ...]) -> IDeepNetwork:
    """Remove the branches of modalities that a model never reads.

    A removed branch counts as absent: the shared layer keeps what the branch's learned vector adds to it.

    Parameters
    ----------
    network : IDeepNetwork
        A network with one output.
    spec : FeatureSpec
        Settings of the features.
    modalities : tuple of str
        Modalities whose branches stay; the sequence always does.

    Returns
    -------
    IDeepNetwork
        A network that scores as the given one does without the other modalities, in evaluation mode.
    """
    config = network.config
    hidden = {name: width for name, width in config.hidden.items() if name in modalities}
    smaller = create_network(spec, hidden, config.own_experiments if hidden else (), **_list_shape(network))
    state = {name: tensor for name, tensor in network.state_dict().items() if name in smaller.state_dict()}
    widths = [network.absent[name].numel() for name, _ in network.each_branch()]
    blocks: list[torch.Tensor] = []
    branches = zip(network.each_branch(), state[_SHARED_LAYER].split(widths, 1), strict=True)
    for (name, _), columns in branches:
        if name in hidden or name == "sequence":
            blocks.append(columns)
        else:
            state[_SHARED_BIAS] = state[_SHARED_BIAS] + columns @ network.absent[name].detach()
    smaller.load_state_dict({**state, _SHARED_LAYER: torch.cat(blocks, 1)})
    return smaller.eval()


def _list_shape(network: IDeepNetwork) -> dict[str, Any]:
    """List the sizes of the layers that all networks have."""
    return {name: getattr(network.config, name) for name in _SHAPE}
