"""Which bundle a name means: gene symbols, aliases and experiment ids, any case, over the bundles of the package.

It reads headers only; weights are read by `models/bundle.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import resources
from pathlib import Path
from typing import Any

from ideep_scan.errors import InputError
from ideep_scan.models.bundle import read_header

SUFFIX = ".safetensors"
ALL = "all"
ALL_EXPERIMENTS = "all-experiments"


@dataclass(frozen=True)
class Entry:
    """A bundle in the store. `recommended`: the one that the protein's symbol and aliases mean."""

    path: Path
    name: str
    protein: str
    aliases: tuple[str, ...]
    modalities: tuple[str, ...]
    card: dict[str, Any]

    @property
    def recommended(self) -> bool:
        return bool(self.card["recommended"])


def folder() -> Path:
    """Where the bundled models lie."""
    return Path(str(resources.files("ideep_scan") / "data" / "models"))


def entries(place: Path | None = None) -> list[Entry]:
    """All bundles of a folder (default: the package's), by name."""
    return [entry(path) for path in sorted((place or folder()).glob(f"*{SUFFIX}"))]


def entry(path: Path) -> Entry:
    """One bundle's entry. Raises InputError where the file is missing or no bundle."""
    if not path.is_file():
        raise InputError("no such bundle: correct the path, or give the name of a bundled model", path)
    header = read_header(path)
    aliases, modalities = tuple(header["aliases"]), tuple(header["modalities"])
    return Entry(path, header["name"], header["protein"], aliases, modalities, header["card"])


def find(names: Iterable[str], known: Sequence[Entry]) -> list[Entry]:
    """The bundles that some names mean, each once, in the order asked for.

    Parameters
    ----------
    names : names of models, gene symbols or aliases (any case; hyphens and blanks do not matter), `all` for the
        recommended model of every protein, `all-experiments` for every model, or the path of a bundle.

    Raises
    ------
    InputError : a name that nobody has; the message names the nearest known ones.
    """
    chosen: dict[Path, Entry] = {}
    for name in names:
        for meant in _meant(name, known):
            chosen.setdefault(meant.path, meant)
    return list(chosen.values())


def _meant(name: str, known: Sequence[Entry]) -> list[Entry]:
    if name.endswith(SUFFIX):
        return [entry(Path(name))]
    if name.lower() in (ALL, ALL_EXPERIMENTS):
        return [model for model in known if model.recommended or name.lower() == ALL_EXPERIMENTS]
    by_key: dict[str, Entry] = {}
    spelled: dict[str, str] = {}
    for model in known:
        own = (model.name, model.protein, *model.aliases) if model.recommended else (model.name,)
        for spelling in own:
            by_key[_key(spelling)] = model
            spelled[_key(spelling)] = spelling
    if _key(name) in by_key:
        return [by_key[_key(name)]]
    near = [spelled[key] for key in get_close_matches(_key(name), by_key, 3, 0.5)]
    hint = f"did you mean {', '.join(near)}?" if near else f"known are {', '.join(model.name for model in known)}"
    raise InputError(f"no model for {name!r}: {hint} (`ideep-scan models list` shows all)")


def _key(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).upper()
