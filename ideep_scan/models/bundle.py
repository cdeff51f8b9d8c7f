"""Bundles: one or more trained models in one file.

A bundle has the weights of one network in safetensors format, feature settings, and a card and calibration per model.
The models of a bundle are rows of the output of its network.
The file contains no code.
`models/safetensors_layout.py` checks the file and `models/bundle_header.py` the header before any weight is read.
`models/store.py` finds the bundle that a name means.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import torch
from safetensors.torch import save as serialised

from ideep_scan.errors import InputError, SpecMismatch
from ideep_scan.features.modalities.registry import list_centre_sizes, list_window_shapes
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.models.bundle_header import FORMAT, build_header, check_header
from ideep_scan.models.network import IDeepNetwork
from ideep_scan.models.network_config import NetworkConfig
from ideep_scan.models.safetensors_layout import open_layout
from track_hubs.atomic_file import atomic_file

_LISTED = 5  # names that an error lists
_LARGEST = 1e6  # magnitude of a weight; larger ones overflow float32 within the layers


@dataclass(frozen=True, eq=False)
class ModelBundle:
    """A network with everything that scoring needs.

    Attributes
    ----------
    name : str
        Name of the model, e.g. ELAVL1.
    protein : str
        Gene symbol of the protein.
    spec : FeatureSpec
        Settings of the features that the network was trained on.
    network : IDeepNetwork
        The network in evaluation mode, float32, on the CPU.
    aliases : tuple[str, ...]
        Other names of the protein.
    modalities : tuple[str, ...]
        Modalities that the model reads by default: those that improved its accuracy in validation.
    card : dict[str, Any]
        Data, figures with confidence intervals, licence and citation, as JSON values.
    calibration : dict[str, Any]
        JSON values; empty for a model without calibration.
    row : int
        Row of the network's output with the score.
    within_row : int or None
        Row that tells where in a bound gene a site lies; None if the model has none.
    """

    name: str
    protein: str
    spec: FeatureSpec
    network: IDeepNetwork
    aliases: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ("sequence", "region")
    card: dict[str, Any] = field(default_factory=dict)
    calibration: dict[str, Any] = field(default_factory=dict)
    row: int = 0
    within_row: int | None = None

    @property
    def digest(self) -> str:
        """Hex digest of all content: models with equal digests give equal results under equal names."""
        return compute_digest([self])

    @property
    def weights_digest(self) -> str:
        """Hex digest of network and row: models with equal digests score alike, whatever their cards say."""
        config = json.dumps([_changed_fields(self.network.config), self.spec.digest, self.row], sort_keys=True)
        return _digest_weights(self.network, config)

    def rounded(self) -> ModelBundle:
        """Round every weight to the nearest float16, stored as float32.

        Returns
        -------
        ModelBundle
            A bundle with a new network.

        Raises
        ------
        ValueError
            A weight is too large for float16 (65,504).
        """
        return replace(self, network=_round(self.network, self.name))

    def save(self, path: Path, half: bool = False) -> None:
        """Write the model as a bundle of its own; see `save_bundle`."""
        save_bundle(path, [self], half=half)

    def _describe(self) -> dict[str, Any]:
        """Return names, card and calibration as JSON values; rows only if they are not those of a lone model."""
        fields = ("name", "protein", "aliases", "modalities", "card", "calibration")
        rows = {"row": self.row, "within_row": self.within_row}
        alone = rows == {"row": 0, "within_row": None}
        return {**{name: getattr(self, name) for name in fields}, **({} if alone else rows)}


def compute_digest(models: Sequence[ModelBundle], absent: Mapping[str, str] = MappingProxyType({})) -> str:
    """Compute the hex digest of models of one network.

    Parameters
    ----------
    models : sequence of ModelBundle
        One or more models.
    absent : Mapping[str, str]
        Reason why a name has no model, by name.

    Returns
    -------
    str
        32 hexadecimal digits.
    """
    spec, network = models[0].spec, models[0].network
    described = {
        **_join_descriptions(models, absent),
        "spec": spec.digest,
        "network": _changed_fields(network.config),
    }
    return _digest_weights(network, json.dumps(described, sort_keys=True))


def _digest_weights(network: IDeepNetwork, description: str) -> str:
    """Compute the hex digest of a text and all weights of a network."""
    state = hashlib.blake2b(description.encode(), digest_size=16)
    for name, tensor in sorted(network.state_dict().items()):
        state.update(f"{name} {tuple(tensor.shape)} ".encode() + tensor.cpu().contiguous().numpy().tobytes())
    return state.hexdigest()


def save_bundle(
    path: Path, models: Sequence[ModelBundle], absent: Mapping[str, str] = MappingProxyType({}), *, half: bool = False
) -> None:
    """Write models of one network to a temporary file, then rename it.

    Parameters
    ----------
    path : Path
        File to write.
    models : sequence of ModelBundle
        One or more models, which share one network object and one spec.
    absent : Mapping[str, str]
        Reason why a name has no model in this bundle, by name.
    half : bool
        Store `rounded()` weights as float16, in half the space.
        Loading gives float32 in both cases.

    Raises
    ------
    ValueError
        The models have several networks or specs, or a weight is too large for float16.
    InputError
        The header would not be readable, e.g. because a calibration is damaged.
    """
    network, spec = models[0].network, models[0].spec
    if any(model.network is not network or model.spec != spec for model in models):
        raise ValueError(f"{path}: the models do not share one network")
    if half:
        network = _round(network, models[0].name)
    header = {
        "format": FORMAT,
        "digest": compute_digest([replace(model, network=network) for model in models], absent),
        "spec": spec.to_dict(),
        "spec_digest": spec.digest,
        "network": asdict(network.config),
        **_join_descriptions(models, absent),
    }
    text = json.dumps(header, sort_keys=True)
    build_header(json.loads(text))
    tensors = {
        name: (tensor.half() if half and tensor.is_floating_point() else tensor).contiguous()
        for name, tensor in network.state_dict().items()
    }
    with atomic_file(path) as part:
        part.write_bytes(serialised(tensors, {"ideep_scan": text}))


def _join_descriptions(models: Sequence[ModelBundle], absent: Mapping[str, str]) -> dict[str, Any]:
    """Return the models' part of a header: the fields of a lone model, or a list of models."""
    if len(models) == 1 and not absent:
        return models[0]._describe()
    return {"models": [model._describe() for model in models], "absent": dict(absent)}


def _round(network: IDeepNetwork, name: str) -> IDeepNetwork:
    """Copy a network with weights that float16 holds; raise ValueError if one is too large for it."""
    rounded = deepcopy(network).half().float()
    for part, tensor in rounded.state_dict().items():
        if not torch.isfinite(tensor).all():
            raise ValueError(f"{name}: {part} does not fit in half precision")
    return rounded


def load_bundle(path: Path, name: str | None = None) -> ModelBundle:
    """Read one model of a bundle.

    Parameters
    ----------
    path : Path
        A bundle.
    name : str or None
        Name of the model; None for the only one of the bundle.

    Returns
    -------
    ModelBundle
        The model.

    Raises
    ------
    InputError
        The file is not a bundle (see `load_models`), or it has no such model, or several.
    SpecMismatch
        The features are not those of this program.
    """
    models = load_models(path)
    chosen = [model for model in models if name in (None, model.name)]
    if len(chosen) != 1:
        names = ", ".join(model.name for model in models[:_LISTED])
        raise InputError(f"has {len(models)} models: name one of them, like {names}", path)
    return chosen[0]


def load_models(path: Path) -> list[ModelBundle]:
    """Read all models of a bundle.

    Parameters
    ----------
    path : Path
        A bundle.

    Returns
    -------
    list of ModelBundle
        The models, which share one network, checked against the digest of the file.

    Raises
    ------
    InputError
        The file is missing, damaged, or not a bundle.
    SpecMismatch
        The features are not those of this program.
    """
    with open_layout(path) as layout:
        header = check_header(layout)
        layout.check(_expected_tensors(header.network))
        tensors = layout.load()
    if header.spec.digest != header.spec_digest:
        raise SpecMismatch(
            f"{path}: model {header.models[0].name} was trained on features {header.spec_digest}, this program makes "
            f"{header.spec.digest} from its settings: download the model again, or use the release that wrote it"
        )
    _check_weights(tensors, path)
    network = IDeepNetwork(header.network)
    network.load_state_dict(tensors)
    network.eval()
    models = [ModelBundle(spec=header.spec, network=network, **vars(model)) for model in header.models]
    if header.digest != compute_digest(models, header.absent):
        raise InputError("is damaged (its content does not match its digest): download the model again", path)
    return models


def _expected_tensors(config: NetworkConfig) -> dict[str, tuple[bool, tuple[int, ...]]]:
    """List the tensors that a network needs, without allocating them: True for floats, and the shape, by name."""
    with torch.device("meta"):
        state = IDeepNetwork(config).state_dict()
    return {name: (tensor.is_floating_point(), tuple(tensor.shape)) for name, tensor in state.items()}


def _check_weights(tensors: Mapping[str, torch.Tensor], path: Path) -> None:
    """Refuse weights that turn scores into NaN."""
    for name, tensor in tensors.items():
        low = 0.0 if name.endswith("running_var") else -_LARGEST
        values = tensor.numpy()  # torch would start threads
        if tensor.is_floating_point() and values.size and not (low <= values.min() and values.max() <= _LARGEST):
            raise InputError(f"its weights {name} are not finite or out of range: download the model again", path)


def _changed_fields(config: NetworkConfig) -> dict[str, Any]:
    """Return the fields that differ from their defaults, so that a new field keeps the digests of old networks."""
    defaults = {item.name: item.default for item in fields(config)}
    return {name: value for name, value in asdict(config).items() if value != defaults[name]}


def create_network(
    spec: FeatureSpec, hidden: dict[str, int], own_experiments: tuple[int, ...] = (), **shape: Any
) -> IDeepNetwork:
    """Create an untrained network for the features of a spec.

    Parameters
    ----------
    spec : FeatureSpec
        Settings of the features.
    hidden : dict[str, int]
        Width of the layers of each branch, except for the sequence.
    own_experiments : tuple[int, ...]
        Co-binding channels of the model's own protein.
    **shape
        Further fields of `NetworkConfig`.

    Returns
    -------
    IDeepNetwork
        A network with random weights.
    """
    windows = {name: shape for name, shape in list_window_shapes(spec).items() if name in hidden}
    centres = {name: size for name, size in list_centre_sizes(spec).items() if name in hidden}
    return IDeepNetwork(NetworkConfig(windows, centres, hidden, spec.window, own_experiments=own_experiments, **shape))
