"""A trained model in one file: weights only (safetensors, no code), with its feature spec, card and calibration.

`models/safetensors_layout.py` checks the file and `models/bundle_header.py` the header before any weight is read.
It does not decide which bundle a name means (`models/store.py`) and does not score (`models/scorer.py`).
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
from ideep_scan.features.modalities.registry import centre_sizes, window_shapes
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.models.bundle_header import FORMAT, Header, header_of
from ideep_scan.models.network import IDeepNetwork, NetworkConfig
from ideep_scan.models.safetensors_layout import Layout, open_layout
from track_hubs.atomic_file import atomic_file
from track_hubs.typed_json import NotTyped, parse

_LARGEST = 1e6  # magnitude of a weight; larger ones overflow float32 within the layers


@dataclass(frozen=True, eq=False)
class ModelBundle:
    """A network with everything that scoring needs to know.

    Attributes
    ----------
    name : str
        Id of the model, e.g.
        ELAVL1.
    protein, aliases : str
        Gene symbol and how else people call it.
    spec : FeatureSpec
        Settings of the features it was trained on.
    network : IDeepNetwork
        In evaluation mode, float32, on the CPU.
    modalities : tuple[str, ...]
        Evidence that its card shows to pay, in use unless the user asks otherwise.
    card : dict[str, Any]
        What is known of the model: data, figures with intervals, licence, citation (JSON values).
    calibration : dict[str, Any]
        Empty until the model is calibrated.
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
        """Hex digest of everything: two bundles of one digest give the same results under the same names."""
        described = {
            "name": self.name,
            "protein": self.protein,
            "aliases": self.aliases,
            "spec": self.spec.digest,
            "network": _chosen(self.network.config),
            "modalities": self.modalities,
            "card": self.card,
            "calibration": self.calibration,
        }
        state = hashlib.blake2b(json.dumps(described, sort_keys=True).encode(), digest_size=16)
        for name, tensor in sorted(self.network.state_dict().items()):
            state.update(f"{name} {tuple(tensor.shape)} ".encode() + tensor.cpu().contiguous().numpy().tobytes())
        return state.hexdigest()

    def rounded(self) -> ModelBundle:
        """The bundle with every weight at the nearest float16, still held as float32.

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
        """Write the bundle; the file appears under its name only when it is complete.

        Parameters
        ----------
        half : bool
            Store `rounded()` as float16, which takes half the room.
            What loads is float32 either way.
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
    """Read everything of a bundle but its weights.

    Raises
    ------
    InputError
        The file is missing, damaged, or not a bundle.
    SpecMismatch
        Its features are of another version of the program.
    """
    with open_layout(path) as layout:
        return _header(layout)


def load_bundle(path: Path) -> ModelBundle:
    """Read a bundle.

    Raises
    ------
    InputError
        The file is missing, damaged, or not a bundle.
    SpecMismatch
        Its features are not those of this program.
    """
    with open_layout(path) as layout:
        header = _header(layout)
        layout.check(_expected(header.network))
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
        raise InputError("is damaged (its digest is not the one written): download the model again", path)
    return bundle


def _header(layout: Layout) -> Header:
    """Check the header; errors name the file."""
    text = layout.metadata.get("ideep_scan")
    if text is None:
        raise InputError("holds tensors but not an ideep-scan model: give a file that ideep-scan wrote", layout.path)
    try:
        return header_of(parse(text))
    except NotTyped as error:
        raise InputError(f"its header is damaged ({error}): download the model again", layout.path) from error
    except InputError as error:
        raise InputError(str(error), layout.path) from error
    except SpecMismatch as error:
        raise SpecMismatch(f"{layout.path}: {error}") from error


def _expected(config: NetworkConfig) -> dict[str, tuple[bool, tuple[int, ...]]]:
    """Find the tensors of a network without allocating them: by name, whether it holds floats, and its shape."""
    with torch.device("meta"):
        state = IDeepNetwork(config).state_dict()
    return {name: (tensor.is_floating_point(), tuple(tensor.shape)) for name, tensor in state.items()}


def _check_weights(tensors: Mapping[str, torch.Tensor], path: Path) -> None:
    """Refuse weights that turn scores into NaN."""
    for name, tensor in tensors.items():
        low = 0.0 if name.endswith("running_var") else -_LARGEST
        if tensor.is_floating_point() and not ((tensor >= low) & (tensor <= _LARGEST)).all():
            raise InputError(f"its weights {name} are not finite or out of range: download the model again", path)


def _chosen(config: NetworkConfig) -> dict[str, Any]:
    """The fields that differ from their defaults, so that a field more does not change the digest of older networks."""
    defaults = {one.name: one.default for one in fields(config)}
    return {name: value for name, value in asdict(config).items() if value != defaults[name]}


def network_for(
    spec: FeatureSpec, hidden: dict[str, int], own_experiments: tuple[int, ...] = (), **shape: Any
) -> IDeepNetwork:
    """A fresh network that fits the features of `spec`; `hidden` names its branches beside the sequence."""
    windows = {name: shape for name, shape in window_shapes(spec).items() if name in hidden}
    centres = {name: size for name, size in centre_sizes(spec).items() if name in hidden}
    return IDeepNetwork(NetworkConfig(windows, centres, hidden, spec.window, own_experiments=own_experiments, **shape))
