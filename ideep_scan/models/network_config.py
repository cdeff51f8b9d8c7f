"""Shape of the network; the module does not import torch, so that a list of models starts quickly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ideep_scan.features.modalities.registry import get_modality, list_centre_sizes, list_window_shapes
from ideep_scan.features.spec import FeatureSpec
from track_hubs.typed_json import JsonTypeError, describe_value

_WIDEST = 1024  # filters, channels or units of a layer
_DEEPEST = 16  # residual convolutions


@dataclass(frozen=True)
class NetworkConfig:
    """Shape of the network.

    Attributes
    ----------
    window_shapes : Mapping[str, tuple[int, int]]
        Channels and width of the window tensor of each modality but the sequence.
    centre_sizes : Mapping[str, int]
        Number of centre values of each modality.
    hidden : Mapping[str, int]
        Width of the two fully connected layers of each modality.
    window : int
        Width of the sequence window, nt.
    filters : int
        Filters of the first convolution.
    filter_width : int
        Width of a filter, nt.
    pool : int
        Width of the max pooling, positions.
    sequence_hidden : int
        Width of the fully connected layer of the sequence branch.
    channels : int
        Channels of the residual convolutions behind the pooling; 0 gives the branch of the paper.
    dilations : tuple[int, ...]
        Dilation of each residual convolution, in pools.
    shared : int
        Width of the shared layer.
    dropout : float
        Share of units that training drops.
    own_experiments : tuple[int, ...]
        Co-binding channels of the model's own protein, which it never reads.
    outputs : int
        Rows of the output layer: one for a network of one model, several for a shared network.
    """

    window_shapes: Mapping[str, tuple[int, int]]
    centre_sizes: Mapping[str, int]
    hidden: Mapping[str, int]
    window: int = 101
    filters: int = 102
    filter_width: int = 10
    pool: int = 3
    sequence_hidden: int = 102
    channels: int = 0
    dilations: tuple[int, ...] = (1, 2)
    shared: int = 128
    dropout: float = 0.5
    own_experiments: tuple[int, ...] = ()
    outputs: int = 1

    @property
    def pooled(self) -> int:
        """Number of pooled positions of a window; an incomplete last pool is dropped."""
        return (self.window - self.filter_width + 1) // self.pool


def count_flagged_channels(centre_sizes: Mapping[str, int]) -> int:
    """Count the channels that a centre tensor can flag as absent: those that a network may be told to ignore."""
    return sum(size for name, size in centre_sizes.items() if get_modality(name).centre_flags_channels)


def check_network(config: NetworkConfig, spec: FeatureSpec) -> None:
    """Refuse a network that does not fit its features, or that is too large.

    Parameters
    ----------
    config : NetworkConfig
        Shape of a network, from an untrusted file.
    spec : FeatureSpec
        Settings of its features.

    Raises
    ------
    JsonTypeError
        The network cannot be made, or cannot read these features.
    """
    windows, centres, hidden = list_window_shapes(spec), list_centre_sizes(spec), config.hidden
    if not set(hidden) <= set(windows) | set(centres) or "sequence" in hidden:
        raise JsonTypeError(f"network.hidden names {describe_value(sorted(hidden))}, which are not all modalities")
    fits = (
        config.window == spec.window
        and dict(config.window_shapes) == {name: windows[name] for name in hidden if name in windows}
        and dict(config.centre_sizes) == {name: centres[name] for name in hidden if name in centres}
    )
    if not fits:
        raise JsonTypeError("network reads tensors of other shapes than its features have")
    names = ("filters", "sequence_hidden", "shared", "outputs")
    widths = {**{name: getattr(config, name) for name in names}, **hidden}
    if config.channels:
        widths["channels"] = config.channels
    for name, width in widths.items():
        if not 1 <= width <= _WIDEST:
            raise JsonTypeError(f"network.{name} is {width} instead of 1 to {_WIDEST}")
    if not 1 <= config.filter_width <= config.window or not 1 <= config.pool <= config.pooled * config.pool:
        raise JsonTypeError("network.filter_width and network.pool leave nothing of the window")
    if len(config.dilations) > _DEEPEST or any(not 1 <= step <= config.window for step in config.dilations):
        raise JsonTypeError(f"network.dilations are more than {_DEEPEST}, or not 1 to {config.window}")
    if config.channels and config.pooled - 2 - 2 * sum(config.dilations) < 1:
        raise JsonTypeError("network.dilations leave nothing of the window")
    if not 0 <= config.dropout < 1:
        raise JsonTypeError(f"network.dropout is {config.dropout} instead of 0 to 1")
    numbers = config.own_experiments
    channels = count_flagged_channels(config.centre_sizes)
    if len(set(numbers)) < len(numbers) or any(not 0 <= number < channels for number in numbers):
        raise JsonTypeError(f"network.own_experiments are not channels of co-binding, 0 to {channels - 1}, each once")
