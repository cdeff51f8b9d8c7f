"""Header of a bundle: names, features, network, card and calibration, checked as untrusted JSON.

Values that pass these checks are used in file names, web pages and memory sizes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, TypedDict

from ideep_scan.errors import InputError, SpecMismatch
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.models.calibration import Calibration
from ideep_scan.models.network_config import NetworkConfig, check_network
from ideep_scan.models.safetensors_layout import Layout, open_layout
from track_hubs.typed_json import JsonTypeError, decode, describe_value, holds_numbers, parse

FORMAT = 3
READABLE = (2, 3)  # 1: the digest covered the weights alone; 2: always one model
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # file names on Windows
_DIGEST = re.compile(r"[0-9a-f]{32}")
_ALIAS = 64  # characters of an alias
_ALIASES = 100  # aliases of a bundle
_TEXT = 4000  # characters of any text in a card


class _Estimate(TypedDict):
    value: float
    low: float
    high: float


class _Gain(_Estimate):
    beside: str


class _Within(_Estimate):
    sites: int


class _Value(TypedDict):
    value: float


class _Measure(_Value, total=False):
    low: float
    high: float


_Inside = TypedDict(
    "_Inside",
    {
        "regions": str,
        "lists": tuple[str, ...],
        "truth": str,
        "genes": int,
        "peaks": int,
        "prevalence": _Measure,
        "auPRC": _Measure,
        "auPRC / prevalence": _Measure,
        "AUC in gene": _Measure,
        "R-precision of calls": _Measure,
        "precision of called sites": _Measure,
    },
    total=False,
)


class _Bare(TypedDict):
    windows: int
    AUC: _Estimate


class _Motif(_Estimate):
    id: str
    match: str


class _Published(TypedDict, total=False):
    AUC: _Estimate
    auPRC: _Estimate


_Region = TypedDict("_Region", {"region": str, "share": float, "background share": float})
_Card = TypedDict(
    "_Card",
    {
        "recommended": bool,
        "recommended why": str,
        "number": int | None,
        "experiment": str | None,
        "experiments": tuple[str, ...],
        "cobinding experiments": tuple[str, ...],
        "protocol": str | None,
        "note": str | None,
        "assembly": str,
        "annotation": str,
        "annotation digest": str,
        "made": str,
        "licence": str | None,
        "citation": tuple[str, ...],
        "threshold": str,
        "counts": dict[str, int],
        "published test windows": dict[str, _Published],
        "held-out windows": _Published,
        "training": dict[str, str],
        "published figures": dict[str, dict[str, float]],
        "bare windows": _Bare,
        "within transcripts": dict[str, _Within],
        "inside transcripts": _Inside,
        "gain": dict[str, _Gain],
        "top region": _Region,
        "strongest motif": _Motif,
    },
    total=False,
)


@dataclass(frozen=True)
class ModelHeader:
    """One model of a bundle, except its weights.

    Attributes
    ----------
    name : str
        Name of the model.
    protein : str
        Gene symbol of the protein.
    aliases : tuple[str, ...]
        Other names of the protein.
    modalities : tuple[str, ...]
        Modalities that the model reads by default.
    card : dict[str, Any]
        JSON values, checked where this program reads them.
    calibration : dict[str, Any]
        JSON values, checked where this program reads them.
    row : int
        Row of the network's output with the score.
    within_row : int or None
        Row that tells where in a bound gene a site lies; None if the model has none.
    """

    name: str
    protein: str
    aliases: tuple[str, ...]
    modalities: tuple[str, ...]
    card: dict[str, Any]
    calibration: dict[str, Any]
    row: int = 0
    within_row: int | None = None


@dataclass(frozen=True)
class Header:
    """Everything in a bundle except its weights.

    Attributes
    ----------
    format : int
        Version of the file format.
    digest : str
        Hex digest of the complete bundle (`models.bundle.compute_digest`).
    spec : FeatureSpec
        Settings of the features.
    spec_digest : str
        Digest of the features, from the program that trained the models.
    network : NetworkConfig
        Shape of the network.
    models : tuple[ModelHeader, ...]
        The models; a bundle of one model has one.
    absent : dict[str, str]
        Reason why a name has no model in this bundle, by name.
    """

    format: int
    digest: str
    spec: FeatureSpec
    spec_digest: str
    network: NetworkConfig
    models: tuple[ModelHeader, ...]
    absent: dict[str, str] = field(default_factory=dict)


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
        return check_header(layout)


def check_header(layout: Layout) -> Header:
    """Check the header of an open bundle, once for each text of a header.

    Parameters
    ----------
    layout : Layout
        The open file.

    Returns
    -------
    Header
        The checked header.

    Raises
    ------
    InputError
        The file has no header of a bundle, or a damaged one; the error names the file.
    SpecMismatch
        The features are those of another version of this program.
    """
    text = layout.metadata.get("ideep_scan")
    if text is None:
        raise InputError("has tensors but is not an ideep-scan model: choose a file that ideep-scan wrote", layout.path)
    try:
        return _parse_header(text)
    except JsonTypeError as error:
        raise InputError(f"its header is damaged ({error}): download the model again", layout.path) from error
    except InputError as error:
        raise InputError(str(error), layout.path) from error
    except SpecMismatch as error:
        raise SpecMismatch(f"{layout.path}: {error}") from error


@lru_cache(maxsize=64)
def _parse_header(text: str) -> Header:
    return build_header(parse(text))


def build_header(value: Any) -> Header:
    """Build the header from parsed JSON.

    Parameters
    ----------
    value : Any
        Parsed JSON, untrusted.

    Returns
    -------
    Header
        The checked header.

    Raises
    ------
    InputError
        The format is unknown, a value is of the wrong type or out of range, or parts contradict each other.
    SpecMismatch
        The features are those of another version of this program.
    """
    version = value.get("format") if isinstance(value, dict) else None
    if version not in READABLE or isinstance(version, bool):
        formats = " or ".join(map(str, READABLE))
        raise InputError(f"bundle format {describe_value(version)} is not the {formats} that this program reads")
    spec = FeatureSpec.from_dict(value.get("spec"))
    try:
        header = decode(Header, _list_models(value))
        for model in header.models:
            decode(_Card, model.card, "card")
            _check_names(model)
            _check_modalities(model, header.network)
        _check_apart(header)
        _check_digests(header)
        _check_text(value)
        check_network(header.network, spec)
        for model in header.models:
            _check_rows(model, header.network)
    except JsonTypeError as error:
        raise InputError(f"its header is damaged ({error}): download the model again") from error
    for model in header.models:
        try:
            Calibration.from_dict(model.calibration)
        except InputError as error:
            raise InputError(f"model {model.name}: {error}") from error
    return header


def _list_models(value: dict[str, Any]) -> dict[str, Any]:
    """Turn the header of a bundle of one model, which has the model's fields itself, into one with a list."""
    if "models" in value:
        return value
    names = {field.name for field in fields(ModelHeader)}
    model = {name: part for name, part in value.items() if name in names}
    return {**{name: part for name, part in value.items() if name not in names}, "models": [model]}


def is_name(text: str) -> bool:
    """Tell whether a text may name a model; the name becomes part of file names on every system.

    Examples
    --------
    >>> is_name("ELAVL1_exp08"), is_name("../x"), is_name("con")
    (True, False, False)
    """
    return bool(_NAME.fullmatch(text)) and not _RESERVED.fullmatch(text) and not text.endswith(".")


def _check_digests(header: Header) -> None:
    for name in ("digest", "spec_digest"):
        if not _DIGEST.fullmatch(getattr(header, name)):
            raise JsonTypeError(f"{name} {describe_value(getattr(header, name))} is not 32 hexadecimal digits")


def _check_names(model: ModelHeader) -> None:
    for kind in ("name", "protein"):
        text = getattr(model, kind)
        if not is_name(text):
            raise JsonTypeError(
                f"{kind} {describe_value(text)} is not 1 to 64 letters, digits, dots, hyphens and underscores, "
                "or begins with a dot or a hyphen, or is reserved by an operating system"
            )
    if len(model.aliases) > _ALIASES or any(not 0 < len(alias) <= _ALIAS for alias in model.aliases):
        raise JsonTypeError(f"aliases are more than {_ALIASES}, or one is empty or longer than {_ALIAS} characters")
    number = model.card.get("number")
    if number is not None and not 0 < number < 10_000:
        raise JsonTypeError(f"card.number is {number} instead of 1 to 9999")
    if number is not None and not model.card.get("experiment"):
        raise JsonTypeError("card lacks experiment, which has a number")


def _check_rows(model: ModelHeader, config: NetworkConfig) -> None:
    rows = [model.row, *([] if model.within_row is None else [model.within_row])]
    if any(not 0 <= row < config.outputs for row in rows):
        raise JsonTypeError(f"rows of {model.name} are not 0 to {config.outputs - 1}")


def _check_apart(header: Header) -> None:
    """Refuse a bundle without models, or with two whose files would have one name."""
    names = {model.name.casefold() for model in header.models}
    if not header.models or len(names) < len(header.models):
        raise JsonTypeError("models are none, or two have one name")


def _check_text(value: Any) -> None:
    """Refuse control characters, line breaks and very long text anywhere."""
    for text in _texts(value):
        if len(text) > _TEXT:
            raise JsonTypeError(f"a text of {len(text)} characters is longer than {_TEXT}")
        for letter in "" if text.isprintable() else text:
            if unicodedata.category(letter)[0] == "C" or letter in "\u2028\u2029":
                raise JsonTypeError(f"the text {describe_value(text)} holds a control character or a line break")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield name
            yield from _texts(part)
    elif isinstance(value, list) and not holds_numbers(value):
        for part in value:
            yield from _texts(part)


def _check_modalities(model: ModelHeader, config: NetworkConfig) -> None:
    branches = {"sequence", *config.hidden}
    modalities = model.modalities
    if "sequence" not in modalities or len(set(modalities)) < len(modalities) or not set(modalities) <= branches:
        raise JsonTypeError(
            f"modalities {describe_value(modalities)} are not sequence plus branches of the network, each once"
        )
