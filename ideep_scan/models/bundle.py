"""A trained model in one file: weights in safetensors format, feature settings, card and calibration.

The file contains no code.
`models/safetensors_layout.py` checks the file and `models/bundle_header.py` the header before any weight is read.
`models/store.py` finds the bundle that a name means.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save as serialised

from ideep_scan.errors import InputError, SpecMismatch
from ideep_scan.features.modalities.registry import list_centre_sizes, list_window_shapes
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.models.bundle_header import FORMAT, Header, build_header
from ideep_scan.models.network import IDeepNetwork, NetworkConfig
from ideep_scan.models.safetensors_layout import Layout, open_layout
from track_hubs.atomic_file import atomic_file
from track_hubs.typed_json import JsonTypeError, parse

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
    """

    name: str
    protein: str
    spec: FeatureSpec
    network: IDeepNetwork
    aliases: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ("sequence", "region")
    card: dict[str, Any] = field(default_factory=dict)
    calibration: dict[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Hex digest of all content: bundles with equal digests give equal results under equal names."""
        described = {
            "name": self.name,
            "protein": self.protein,
            "aliases": self.aliases,
            "spec": self.spec.digest,
            "network": _changed_fields(self.network.config),
            "modalities": self.modalities,
            "card": self.card,
            "calibration": self.calibration,
        }
        state = hashlib.blake2b(json.dumps(described, sort_keys=True).encode(), digest_size=16)
        for name, tensor in sorted(self.network.state_dict().items()):
            state.update(f"{name} {tuple(tensor.shape)} ".encode() + tensor.cpu().contiguous().numpy().tobytes())
        return state.hexdigest()

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
        network = deepcopy(self.network).half().float()
        for name, tensor in network.state_dict().items():
            if not torch.isfinite(tensor).all():
                raise ValueError(f"{self.name}: {name} does not fit in half precision")
        return replace(self, network=network)

    def save(self, path: Path, half: bool = False) -> None:
        """Write the bundle to a temporary file, then rename it.

        Parameters
        ----------
        path : Path
            File to write.
        half : bool
            Store `rounded()` as float16, in half the space.
            Loading gives float32 in both cases.
        """
        bundle = self.rounded() if half else self
        header = {
            "format": FORMAT,
            "digest": bundle.digest,
            "name": self.name,
            "protein": self.protein,
            "aliases": self.aliases,
            "spec": self.spec.to_dict(),
            "spec_digest": self.spec.digest,
            "network": asdict(self.network.config),
            "modalities": self.modalities,
            "card": self.card,
            "calibration": self.calibration,
        }
        tensors = {
            name: (tensor.half() if half and tensor.is_floating_point() else tensor).contiguous()
            for name, tensor in bundle.network.state_dict().items()
        }
        with atomic_file(path) as part:
            part.write_bytes(serialised(tensors, {"ideep_scan": json.dumps(header, sort_keys=True)}))


def read_header(path: Path) -> Header:
    """Read everything of a bundle except its weights.

    Parameters
    ----------
    path : Path
        A bundle.

    Returns
    -------
    Header
        The checked header.

    Raises
    ------
    InputError
        The file is missing, damaged, or not a bundle.
    SpecMismatch
        The features are those of another version of this program.
    """
    with open_layout(path) as layout:
        return _header(layout)


def load_bundle(path: Path) -> ModelBundle:
    """Read a bundle.

    Parameters
    ----------
    path : Path
        A bundle.

    Returns
    -------
    ModelBundle
        The model, checked against its digest.

    Raises
    ------
    InputError
        The file is missing, damaged, or not a bundle.
    SpecMismatch
        The features are not those of this program.
    """
    with open_layout(path) as layout:
        header = _header(layout)
        layout.check(_expected_tensors(header.network))
        tensors = layout.load()
    if header.spec.digest != header.spec_digest:
        raise SpecMismatch(
            f"{path}: model {header.name} was trained on features {header.spec_digest}, this program makes "
            f"{header.spec.digest} from its settings: download the model again, or use the release that wrote it"
        )
    _check_weights(tensors, path)
    network = IDeepNetwork(header.network)
    network.load_state_dict(tensors)
    bundle = ModelBundle(
        name=header.name,
        protein=header.protein,
        spec=header.spec,
        network=network.eval(),
        aliases=header.aliases,
        modalities=header.modalities,
        card=header.card,
        calibration=header.calibration,
    )
    if header.digest != bundle.digest:
        raise InputError("is damaged (its content does not match its digest): download the model again", path)
    return bundle


def _header(layout: Layout) -> Header:
    """Check the header; errors name the file."""
    text = layout.metadata.get("ideep_scan")
    if text is None:
        raise InputError("has tensors but is not an ideep-scan model: choose a file that ideep-scan wrote", layout.path)
    try:
        return build_header(parse(text))
    except JsonTypeError as error:
        raise InputError(f"its header is damaged ({error}): download the model again", layout.path) from error
    except InputError as error:
        raise InputError(str(error), layout.path) from error
    except SpecMismatch as error:
        raise SpecMismatch(f"{layout.path}: {error}") from error


def _expected_tensors(config: NetworkConfig) -> dict[str, tuple[bool, tuple[int, ...]]]:
    """List the tensors that a network needs, without allocating them: True for floats, and the shape, by name."""
    with torch.device("meta"):
        state = IDeepNetwork(config).state_dict()
    return {name: (tensor.is_floating_point(), tuple(tensor.shape)) for name, tensor in state.items()}


def _check_weights(tensors: Mapping[str, torch.Tensor], path: Path) -> None:
    """Refuse weights that turn scores into NaN."""
    for name, tensor in tensors.items():
        low = 0.0 if name.endswith("running_var") else -_LARGEST
        if tensor.is_floating_point() and not ((tensor >= low) & (tensor <= _LARGEST)).all():
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
