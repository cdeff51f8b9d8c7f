"""A trained model in one file: weights only (safetensors, no code), with its feature spec, card and calibration.

It does not decide which bundle a name means (`models/store.py`) and does not score (`models/scorer.py`).
"""

from __future__ import annotations

import hashlib
import json
import os
from copy import deepcopy
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file
from safetensors.torch import save as serialised

from ideep_scan.errors import InputError, SpecMismatch
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.models.network import IDeepNetwork, NetworkConfig

FORMAT = 1
_FIELDS = ("name", "protein", "aliases", "spec", "spec_digest", "network", "modalities", "card", "calibration")


@dataclass(frozen=True, eq=False)
class ModelBundle:
    """A network with everything that scoring needs to know.

    Attributes
    ----------
    name : id of the model, e.g. ELAVL1.
    protein, aliases : gene symbol and how else people call it.
    spec : settings of the features it was trained on.
    network : in evaluation mode, float32, on the CPU.
    modalities : evidence that its card shows to pay, in use unless the user asks otherwise.
    card : what is known of the model: data, figures with intervals, licence, citation (JSON values).
    calibration : empty until the model is calibrated.
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
        """Hex digest of weights, network and features: two bundles of one digest give the same scores."""
        state = hashlib.blake2b(digest_size=16)
        state.update(self.spec.digest.encode())
        state.update(json.dumps(_chosen(self.network.config), sort_keys=True).encode())
        for name, tensor in sorted(self.network.state_dict().items()):
            state.update(name.encode() + tensor.cpu().contiguous().numpy().tobytes())
        return state.hexdigest()

    def rounded(self) -> ModelBundle:
        """The bundle with every weight at the nearest float16, still held as float32.

        Raises
        ------
        ValueError : a weight is too large for float16 (65,504).
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
        half : store `rounded()` as float16, which takes half the room. What loads is float32 either way.
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
        part = path.with_name(path.name + ".part")
        part.write_bytes(serialised(tensors, {"ideep_scan": json.dumps(header, sort_keys=True)}))
        os.replace(part, path)


def read_header(path: Path) -> dict[str, Any]:
    """Everything of a bundle but its weights, as JSON values. Raises InputError for a file that is no bundle."""
    try:
        with safe_open(path, framework="pt") as file:
            text = (file.metadata() or {}).get("ideep_scan")
    except (OSError, SafetensorError) as error:
        raise InputError(f"this is no model bundle ({error}): give a file that ideep-scan wrote", path) from error
    if text is None:
        raise InputError("this file holds tensors but no ideep-scan model: give a file that ideep-scan wrote", path)
    try:
        header = json.loads(text)
    except ValueError as error:
        raise InputError(f"its header is damaged ({error}): get the bundle anew", path) from error
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        found = header.get("format") if isinstance(header, dict) else None
        raise InputError(f"bundle format {found} is not the {FORMAT} that this program reads", path)
    missing = [name for name in _FIELDS if name not in header]
    if missing:
        raise InputError(f"its header lacks {', '.join(missing)}: get the bundle anew", path)
    return header


def load_bundle(path: Path) -> ModelBundle:
    """Read a bundle.

    Raises
    ------
    InputError : the file is missing, damaged or no bundle.
    SpecMismatch : its features are not those of this program, or the digest does not fit the settings beside it.
    """
    header = read_header(path)
    spec = FeatureSpec.from_dict(header["spec"])
    if spec.digest != header["spec_digest"]:
        raise SpecMismatch(
            f"{path}: model {header['name']} was trained on features {header['spec_digest']}, this program makes "
            f"{spec.digest} from its settings: get the bundle anew or use the release that wrote it"
        )
    network = IDeepNetwork(_config(header["network"]))
    try:
        network.load_state_dict(load_file(path))
    except RuntimeError as error:
        raise InputError("its weights do not fit its network: get the bundle anew", path) from error
    bundle = ModelBundle(
        name=header["name"],
        protein=header["protein"],
        spec=spec,
        network=network.eval(),
        aliases=tuple(header["aliases"]),
        modalities=tuple(header["modalities"]),
        card=header["card"],
        calibration=header["calibration"],
    )
    if "digest" in header and header["digest"] != bundle.digest:
        raise InputError("its weights are damaged (their digest is not the one written): get the bundle anew", path)
    return bundle


def _chosen(config: NetworkConfig) -> dict[str, Any]:
    """The fields that differ from their defaults, so that a field more does not change the digest of older networks."""
    defaults = {one.name: one.default for one in fields(config)}
    return {name: value for name, value in asdict(config).items() if value != defaults[name]}


def _config(given: dict[str, Any]) -> NetworkConfig:
    shapes = {name: tuple(shape) for name, shape in given["window_shapes"].items()}
    lists: dict[str, Any] = {name: tuple(given[name]) for name in ("own_experiments", "dilations") if name in given}
    return NetworkConfig(**{**given, "window_shapes": shapes, **lists})


def network_for(
    spec: FeatureSpec, hidden: dict[str, int], own_experiments: tuple[int, ...] = (), **shape: Any
) -> IDeepNetwork:
    """A fresh network that fits the features of `spec`; `hidden` names its branches beside the sequence."""
    windows = {name: shape for name, shape in spec.window_shapes().items() if name in hidden}
    centres = {name: size for name, size in spec.centre_sizes().items() if name in hidden}
    return IDeepNetwork(NetworkConfig(windows, centres, hidden, spec.window, own_experiments=own_experiments, **shape))
