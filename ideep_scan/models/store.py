"""Stores of the bundled models: find the model that a gene symbol, alias or experiment means.

The store `shared` is one bundle whose network has a row for each model.
The store `ideep` is a folder of bundles of one model each.
A user's own models are in a folder of the user, and serve beside both.
It reads headers only; `models/bundle.py` reads weights.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from ideep_scan.errors import InputError
from ideep_scan.models.bundle_header import read_header
from ideep_scan.models.store_names import DEFAULT, IDEEP, SHARED, STORES, check_store

SUFFIX = ".safetensors"
OWN_FOLDER = "IDEEP_SCAN_MODELS"  # environment variable that names the folder of a user's own models
ALL = "all"
ALL_EXPERIMENTS = "all-experiments"
_NUMBER = re.compile(r"(?:EXP)?0*(\d{1,4})", re.IGNORECASE)


@dataclass(frozen=True)
class Entry:
    """One model of a bundle.

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
    within : bool
        True if the model tells where in a bound gene a site lies.
    is_own : bool
        True for a user's own model, which only its name means.
    """

    path: Path
    name: str
    protein: str
    aliases: tuple[str, ...]
    modalities: tuple[str, ...]
    card: dict[str, Any]
    calibration: dict[str, Any] = field(default_factory=dict)
    within: bool = False
    is_own: bool = False

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
        if self.is_own:
            return (self.name,)
        experiment = () if self.number is None else (f"{self.protein}_exp{self.number:02d}", self.card["experiment"])
        return (self.name, *((self.protein, *self.aliases) if self.recommended else ()), *experiment)


def find_folder() -> Path:
    """Return the folder of the bundled models."""
    return Path(str(resources.files("ideep_scan") / "data" / "models"))


def find_own_folder() -> Path:
    """Return the folder of the user's own models; it need not exist."""
    named = os.environ.get(OWN_FOLDER)
    return Path(named) if named else user_data_path("ideep-scan") / "models"


def list_bundles(store: str = DEFAULT, folder: Path | None = None) -> list[Path]:
    """List the bundles of a store.

    Parameters
    ----------
    store : str
        Name from `store_names.STORES`.
    folder : Path or None
        Folder of the stores; None for the bundled models.

    Returns
    -------
    list of Path
        The files, in the order of their names.

    Raises
    ------
    InputError
        There is no such store.
    """
    check_store(store)
    folder = folder or find_folder()
    shared = folder / f"{SHARED}{SUFFIX}"
    return sorted((folder / IDEEP).glob(f"*{SUFFIX}")) if store == IDEEP else [shared] if shared.is_file() else []


def list_entries(store: str = DEFAULT, folder: Path | None = None) -> list[Entry]:
    """List all models of a store, by name; see `list_bundles`.

    Returns
    -------
    list of Entry
        The models, in the order of their names.
    """
    entries = [entry for path in list_bundles(store, folder) for entry in read_entries(path)]
    return sorted(entries, key=lambda entry: entry.name)


def list_own_entries(folder: Path | None = None) -> list[Entry]:
    """List the user's own models, by name.

    Parameters
    ----------
    folder : Path or None
        Their folder; None for `find_own_folder`.

    Returns
    -------
    list of Entry
        The models.

    Raises
    ------
    InputError
        A file in the folder is not a bundle.
    """
    paths = sorted((folder or find_own_folder()).glob(f"*{SUFFIX}"))
    return [replace(entry, is_own=True) for path in paths for entry in read_entries(path)]


def find_bundled(name: str) -> list[Entry]:
    """List the bundled models of both stores that a name means."""
    return [entry for store in STORES for entry in _named(name, list_entries(store))]


def read_entries(path: Path) -> tuple[Entry, ...]:
    """Read the entries of one bundle.

    Parameters
    ----------
    path : Path
        A bundle.

    Returns
    -------
    tuple of Entry
        The names, card and calibration of each of its models.

    Raises
    ------
    InputError
        The file is missing or not a bundle.
    """
    return _read_bundle(path)[0]


def _read_bundle(path: Path) -> tuple[tuple[Entry, ...], Mapping[str, str]]:
    """Read the entries of one bundle, and its reasons for absent names."""
    if not path.is_file():
        raise InputError("no such bundle: correct the path, or give the name of a bundled model", path)
    state = path.stat()
    return _read_once(path, (state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns))


@lru_cache(maxsize=256)
def _read_once(path: Path, identity: tuple[int, ...]) -> tuple[tuple[Entry, ...], Mapping[str, str]]:
    """Read a bundle once for each state of the file."""
    header = read_header(path)
    entries = tuple(
        Entry(
            path,
            model.name,
            model.protein,
            aliases=model.aliases,
            modalities=model.modalities,
            card=model.card,
            calibration=model.calibration,
            within=model.within_row is not None,
        )
        for model in header.models
    )
    return entries, header.absent


def choose_entries(names: Iterable[str], store: str = DEFAULT, folder: Path | None = None) -> list[Entry]:
    """Find the models of a store, or of the user, that names mean; see `find_entries` and `list_bundles`.

    Raises
    ------
    InputError
        A name means no model of this store; the message tells if the other store has it.
    """
    names, models = list(names), list_entries(store, folder)
    if not all(_is_general(name) or _named(name, models) for name in names):
        models = models + list_own_entries()
    return find_entries(names, models, lambda name: _explain_absence(name, store, folder))


def find_entries(
    names: Iterable[str], models: Sequence[Entry], explain: Callable[[str], str | None] = lambda name: None
) -> list[Entry]:
    """Find the models that names mean, each once, in the order of the names.

    Case, hyphens, slashes and blanks do not matter.

    Parameters
    ----------
    names : iterable of str
        Each is the name of a model, a gene symbol or an alias.
        Or it is an experiment (8, exp08, ELAVL1_exp08 or the published name) or the path of a bundle.
        `all` means the recommended model of every protein, `all-experiments` every model.
        A path means every model of the bundle.
    models : sequence of Entry
        The models to choose from.
    explain : callable
        Tells why a name means no model; None if it does not know.

    Returns
    -------
    list of Entry
        The models.

    Raises
    ------
    InputError
        A name means no model (the message tells why or names similar ones) or several.
        Or two models have one name, so that their results would overwrite each other.
    """
    chosen: dict[tuple[Path, str], Entry] = {}
    for name in names:
        for model in _matches(name, models, explain):
            chosen.setdefault((model.path.resolve(), model.name), model)
    by_name: dict[str, Entry] = {}
    for model in chosen.values():
        other = by_name.setdefault(model.name.casefold(), model)
        if other is not model:
            raise InputError(
                f"{other.path} and {model.path} both name their model {model.name}: scan with one of them at a time"
            )
    return list(chosen.values())


def _is_general(name: str) -> bool:
    """Tell whether a name is a path or means several models of the store."""
    return name.endswith(SUFFIX) or name.lower() in (ALL, ALL_EXPERIMENTS)


def _matches(name: str, models: Sequence[Entry], explain: Callable[[str], str | None]) -> Sequence[Entry]:
    if name.endswith(SUFFIX):
        return read_entries(Path(name))
    if name.lower() in (ALL, ALL_EXPERIMENTS):
        bundled = [model for model in models if not model.is_own]
        return [model for model in bundled if model.recommended or name.lower() == ALL_EXPERIMENTS]
    matches = _named(name, models)
    if len(matches) > 1:
        listed = ", ".join(model.name for model in matches)
        raise InputError(f"{name!r} may mean each of {listed}: give one of these names")
    if matches:
        return matches
    reason = explain(name)
    if reason is not None:
        raise InputError(f"no model for {name!r}: {reason}")
    spellings = {_key(spelling): spelling for model in models for spelling in reversed(model.spellings)}
    similar = [spellings[key] for key in get_close_matches(_key(name), spellings, 3, 0.5)]
    recommended = ", ".join(model.name for model in models if model.recommended or model.is_own)
    hint = f"did you mean {', '.join(similar)}?" if similar else f"known are {recommended}"
    raise InputError(f"no model for {name!r}: {hint} (`ideep-scan models list` shows all)")


def _named(name: str, models: Sequence[Entry]) -> list[Entry]:
    """List the models that a name, symbol, alias or experiment means; the name of a model precedes aliases."""
    number = _NUMBER.fullmatch(name.strip())
    if number:
        return [model for model in models if model.number == int(number[1])]
    named = [model for model in models if _key(name) == _key(model.name)]
    return named or [model for model in models if _key(name) in map(_key, model.spellings)]


def _explain_absence(name: str, store: str, folder: Path | None) -> str | None:
    """Tell why a store lacks a name, and if the other one has it; None if neither knows it."""
    (other,) = (candidate for candidate in STORES if candidate != store)
    matches = _named(name, list_entries(other, folder))
    reasons = {
        _key(absent): reason for path in list_bundles(store, folder) for absent, reason in _read_bundle(path)[1].items()
    }
    names = [name, *(spelling for model in matches for spelling in (model.name, model.protein))]
    reason = next((reasons[_key(absent)] for absent in names if _key(absent) in reasons), None)
    if matches:
        lacking = f"--model {store} lacks it" + ("" if reason is None else f" ({reason})")
        return f"{lacking}; --model {other} has it"
    return reason


def _key(name: str) -> str:
    """Reduce a name to the part that all its spellings share."""
    return re.sub(r"(?<=EXP)0+(?=\d)", "", re.sub(r"[\s_/-]", "", name).upper())
