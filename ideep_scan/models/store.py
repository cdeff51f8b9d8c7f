"""Which bundle a name means: gene symbols, aliases and ids of experiments, any case, over the bundles of the package.

It reads headers only; weights are read by `models/bundle.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
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
    """A bundle in the store. `recommended`: the one that the protein's symbol and aliases mean."""

    path: Path
    name: str
    protein: str
    aliases: tuple[str, ...]
    modalities: tuple[str, ...]
    card: dict[str, Any]
    calibration: dict[str, Any] = field(default_factory=dict)

    @property
    def recommended(self) -> bool:
        return bool(self.card.get("recommended"))

    @property
    def number(self) -> int | None:
        """The published number of its experiment; None for a model of no one experiment."""
        return self.card.get("number")

    @property
    def spellings(self) -> tuple[str, ...]:
        """All that it is called by, but the bare number of its experiment."""
        experiment = () if self.number is None else (f"{self.protein}_exp{self.number:02d}", self.card["experiment"])
        return (self.name, *((self.protein, *self.aliases) if self.recommended else ()), *experiment)


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
    return Entry(path, header.name, header.protein, header.aliases, header.modalities, header.card, header.calibration)


def find(names: Iterable[str], known: Sequence[Entry]) -> list[Entry]:
    """The bundles that some names mean, each once, in the order asked for.

    Parameters
    ----------
    names : iterable of str
        Names of models, gene symbols or aliases (any case; hyphens, slashes and blanks do not matter), experiments (8,
        exp08, ELAVL1_exp08 or the published name), `all` for the recommended model of every protein, `all-experiments`
        for every model, or the path of a bundle.

    Raises
    ------
    InputError
        A name that nobody has (the message names the nearest known ones), or that several have, or two bundles of one
        name, whose results would overwrite each other.
    """
    chosen: dict[Path, Entry] = {}
    for name in names:
        for meant in _meant(name, known):
            chosen.setdefault(meant.path.resolve(), meant)
    named: dict[str, Entry] = {}
    for model in chosen.values():
        other = named.setdefault(model.name.casefold(), model)
        if other is not model:
            raise InputError(
                f"{other.path} and {model.path} both name their model {model.name}: scan with one of them at a time"
            )
    return list(chosen.values())


def _meant(name: str, known: Sequence[Entry]) -> list[Entry]:
    if name.endswith(SUFFIX):
        return [entry(Path(name))]
    if name.lower() in (ALL, ALL_EXPERIMENTS):
        return [model for model in known if model.recommended or name.lower() == ALL_EXPERIMENTS]
    number = _NUMBER.fullmatch(name.strip())
    if number:
        found = [model for model in known if model.number == int(number[1])]
    else:
        found = [model for model in known if _key(name) in map(_key, model.spellings)]
    if len(found) > 1:
        meant = ", ".join(model.name for model in found)
        raise InputError(f"{name!r} may mean each of {meant}: give one of these names")
    if found:
        return found
    spelled = {_key(spelling): spelling for model in known for spelling in reversed(model.spellings)}
    near = [spelled[key] for key in get_close_matches(_key(name), spelled, 3, 0.5)]
    recommended = ", ".join(model.name for model in known if model.recommended)
    hint = f"did you mean {', '.join(near)}?" if near else f"known are {recommended}"
    raise InputError(f"no model for {name!r}: {hint} (`ideep-scan models list` shows all)")


def _key(name: str) -> str:
    """What spellings of one name have in common."""
    return re.sub(r"(?<=EXP)0+(?=\d)", "", re.sub(r"[\s_/-]", "", name).upper())
