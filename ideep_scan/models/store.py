"""Store of the bundled models: find the bundle that a gene symbol, alias or experiment means.

It reads headers only; `models/bundle.py` reads weights.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from ideep_scan.errors import InputError
from ideep_scan.models.bundle import read_header

SUFFIX = ".safetensors"
ALL = "all"
ALL_EXPERIMENTS = "all-experiments"
_NUMBER = re.compile(r"(?:EXP)?0*(\d{1,4})", re.IGNORECASE)


@dataclass(frozen=True)
class Entry:
    """One bundle of the store.

    Attributes
    ----------
    path : Path
        Path of the bundle.
    name : str
        Name of the model.
    protein : str
        Gene symbol of the protein.
    aliases : tuple[str, ...]
        Other names of the protein.
    modalities : tuple[str, ...]
        Modalities that the model reads by default.
    card : dict[str, Any]
        The model's card, JSON values.
    calibration : dict[str, Any]
        The model's calibration, JSON values.
    """

    path: Path
    name: str
    protein: str
    aliases: tuple[str, ...]
    modalities: tuple[str, ...]
    card: dict[str, Any]
    calibration: dict[str, Any] = field(default_factory=dict)

    @property
    def recommended(self) -> bool:
        """True for the model that the protein's symbol and aliases mean."""
        return bool(self.card.get("recommended"))

    @property
    def number(self) -> int | None:
        """The number of the published experiment, or None for a model of several experiments."""
        return self.card.get("number")

    @property
    def spellings(self) -> tuple[str, ...]:
        """All names of the model, except for the bare number of its experiment."""
        experiment = () if self.number is None else (f"{self.protein}_exp{self.number:02d}", self.card["experiment"])
        return (self.name, *((self.protein, *self.aliases) if self.recommended else ()), *experiment)


def find_folder() -> Path:
    """Return the folder of the bundled models."""
    return Path(str(resources.files("ideep_scan") / "data" / "models"))


def list_entries(place: Path | None = None) -> list[Entry]:
    """List all bundles of a folder, by name.

    Parameters
    ----------
    place : Path or None
        A folder; None for the bundled models.

    Returns
    -------
    list of Entry
        The bundles, in the order of their names.
    """
    return [read_entry(path) for path in sorted((place or find_folder()).glob(f"*{SUFFIX}"))]


def read_entry(path: Path) -> Entry:
    """Read the entry of one bundle.

    Parameters
    ----------
    path : Path
        A bundle.

    Returns
    -------
    Entry
        The names, card and calibration of the bundle.

    Raises
    ------
    InputError
        The file is missing or not a bundle.
    """
    if not path.is_file():
        raise InputError("no such bundle: correct the path, or give the name of a bundled model", path)
    state = path.stat()
    return _read_entry(path, (state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns))


@lru_cache(maxsize=256)
def _read_entry(path: Path, identity: tuple[int, ...]) -> Entry:
    """Read the entry of one bundle, once for each state of the file."""
    header = read_header(path)
    return Entry(path, header.name, header.protein, header.aliases, header.modalities, header.card, header.calibration)


def find_entries(names: Iterable[str], models: Sequence[Entry]) -> list[Entry]:
    """Find the bundles that names mean, each once, in the order of the names.

    Case, hyphens, slashes and blanks do not matter.

    Parameters
    ----------
    names : iterable of str
        Each is the name of a model, a gene symbol or an alias.
        Or it is an experiment (8, exp08, ELAVL1_exp08 or the published name) or the path of a bundle.
        `all` means the recommended model of every protein, `all-experiments` every model.
    models : sequence of Entry
        The bundles to choose from.

    Returns
    -------
    list of Entry
        The bundles.

    Raises
    ------
    InputError
        A name means no bundle (the message names similar ones) or several.
        Or two bundles have one name, so that their results would overwrite each other.
    """
    chosen: dict[Path, Entry] = {}
    for name in names:
        for model in _matches(name, models):
            chosen.setdefault(model.path.resolve(), model)
    by_name: dict[str, Entry] = {}
    for model in chosen.values():
        other = by_name.setdefault(model.name.casefold(), model)
        if other is not model:
            raise InputError(
                f"{other.path} and {model.path} both name their model {model.name}: scan with one of them at a time"
            )
    return list(chosen.values())


def _matches(name: str, models: Sequence[Entry]) -> list[Entry]:
    if name.endswith(SUFFIX):
        return [read_entry(Path(name))]
    if name.lower() in (ALL, ALL_EXPERIMENTS):
        return [model for model in models if model.recommended or name.lower() == ALL_EXPERIMENTS]
    number = _NUMBER.fullmatch(name.strip())
    if number:
        matches = [model for model in models if model.number == int(number[1])]
    else:
        matches = [model for model in models if _key(name) in map(_key, model.spellings)]
    if len(matches) > 1:
        names = ", ".join(model.name for model in matches)
        raise InputError(f"{name!r} may mean each of {names}: give one of these names")
    if matches:
        return matches
    spellings = {_key(spelling): spelling for model in models for spelling in reversed(model.spellings)}
    similar = [spellings[key] for key in get_close_matches(_key(name), spellings, 3, 0.5)]
    recommended = ", ".join(model.name for model in models if model.recommended)
    hint = f"did you mean {', '.join(similar)}?" if similar else f"known are {recommended}"
    raise InputError(f"no model for {name!r}: {hint} (`ideep-scan models list` shows all)")


def _key(name: str) -> str:
    """Reduce a name to the part that all its spellings share."""
    return re.sub(r"(?<=EXP)0+(?=\d)", "", re.sub(r"[\s_/-]", "", name).upper())
