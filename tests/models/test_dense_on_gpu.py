"""The dense network on a device that is not the CPU.

Torch imitates the device: its tensors have shapes, but no values.
An operation that mixes devices, or reads a value as if it were on the CPU, is an error as on a real GPU.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from toys import network

from ideep_scan.models.dense import DenseNetwork
from ideep_scan.models.dense_layers import Positions
from ideep_scan.models.network import IDeepNetwork
from ideep_scan.models.network_config import NetworkConfig

DEVICE = "lazy"  # a backend of torch that the CPU build can imitate
LENGTH = 400
CONFIG = network().config
RESIDUAL = NetworkConfig(
    CONFIG.window_shapes, CONFIG.centre_sizes, CONFIG.hidden, channels=6, filters=8, own_experiments=(1,)
)


@pytest.fixture
def imitation(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Imitate the device; positions are not contiguous, because that is asked of values."""
    monkeypatch.setattr(Positions, "of", classmethod(lambda cls, columns: cls(columns, False)))
    with FakeTensorMode():
        yield


def make_network(config: NetworkConfig) -> IDeepNetwork:
    """Make a network on the device. Only here is it the default device: code must name it for new tensors."""
    with torch.device(DEVICE):
        return IDeepNetwork(config).eval()


@pytest.mark.parametrize("config", [CONFIG, RESIDUAL])
@pytest.mark.parametrize("half", [False, True])
@pytest.mark.parametrize("scored", [300, 7])
def test_every_tensor_stays_on_the_device(imitation: None, config: NetworkConfig, half: bool, scored: int) -> None:
    dense = DenseNetwork(make_network(config), half=half)
    with torch.device(DEVICE):
        sequence = {"sequence": torch.zeros(4, LENGTH)}
        windows = {name: torch.zeros(channels, LENGTH) for name, (channels, _) in config.window_shapes.items()}
        centres = {name: torch.zeros(size, scored) for name, size in config.centre_sizes.items()}
        positions, some = torch.arange(50, 50 + scored), torch.arange(3)
    for evidence in (sequence | windows, centres), (sequence, {}):
        parts = dense.parts(*evidence, positions)
        logits, chosen = dense.join(parts), dense.read(dense.activate(parts, some, without=("region",)), [0])
        assert (len(logits), logits.device.type, logits.dtype) == (scored, DEVICE, torch.float32)
        assert (chosen.shape, chosen.device.type) == ((1, 3), DEVICE)


def test_a_tensor_on_the_cpu_is_an_error(imitation: None) -> None:
    dense = DenseNetwork(make_network(RESIDUAL))
    with pytest.raises(RuntimeError, match="same device"):
        dense.parts({"sequence": torch.zeros(4, LENGTH, device=DEVICE)}, {}, torch.arange(50, 60))
