"""Network of one model of a user: begun from the shared network, or from random weights."""

from __future__ import annotations

from collections.abc import Mapping

import torch

from ideep_scan.features.spec import FeatureSpec
from ideep_scan.models.bundle import create_network
from ideep_scan.models.network import IDeepNetwork
from ideep_scan.train.recipe import HIDDEN, RESIDUAL

_SHARED_LAYER = "shared.0.weight"  # reads the rows of all branches, in their order


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
    shape = {
        name: getattr(shared.config, name)
        for name in ("filters", "filter_width", "pool", "sequence_hidden", "channels", "dilations", "dropout")
    }
    network = create_network(spec, hidden, shared=shared.config.shared, **shape)
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
