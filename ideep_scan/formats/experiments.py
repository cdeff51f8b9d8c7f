"""The table of the published CLIP experiments: whose, how made, which belong together. It reads none of their sites.

Columns, tab-separated: number, experiment, protein, aliases (comma-separated), protocol, note, family; '.' for none.
Lines that begin with '#' are comments.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path

from ideep_scan.errors import InputError
from ideep_scan.formats.text import table_rows

COLUMNS = ("number", "experiment", "protein", "aliases", "protocol", "note", "family")
PROTOCOLS = ("PAR-CLIP", "iCLIP", "HITS-CLIP", "CLIP-seq")
NONE = "."
_PACKAGED = "data/experiments.tsv"


@dataclass(frozen=True, slots=True)
class Experiment:
    """One CLIP experiment.

    Attributes
    ----------
    number : from 1, as in the published benchmark.
    experiment : its name, which is its folder and its co-binding channel.
    protein, aliases : gene symbol and how else people call it; the same for every experiment of a protein.
    protocol : one of `PROTOCOLS`.
    note : cell line or variant, as far as it is known; may be empty.
    family : experiments with the same one are not independent and stay hidden from each other in co-binding.
    """

    number: int
    experiment: str
    protein: str
    aliases: tuple[str, ...]
    protocol: str
    note: str
    family: str

    def model_name(self, recommended: bool) -> str:
        """Name of its model: the protein for the recommended experiment, else such as ELAVL1_exp09."""
        return self.protein if recommended else f"{self.protein}_exp{self.number:02d}"


def read_experiments(path: str | Path | None = None) -> tuple[Experiment, ...]:
    """Experiments of a table, in its order; without a path the 31 that the package knows.

    Raises
    ------
    InputError : no such file, another header, a row that is not as the header says, a number or experiment given
        twice, a protein with two sets of aliases, no experiment at all.
    """
    if path is None:
        return _packaged()
    found: list[Experiment] = []
    for number, fields in table_rows(path, COLUMNS):
        row = _row(fields, path, number)
        for other in found:
            if row.number == other.number or row.experiment == other.experiment:
                raise InputError(f"experiment {row.number}, {row.experiment}, is given twice; keep one", path, number)
            if row.protein == other.protein and row.aliases != other.aliases:
                raise InputError(f"{row.protein} has other aliases further up; give the same", path, number)
        found.append(row)
    if not found:
        raise InputError("holds no experiment; give a table with at least one", path)
    return tuple(found)


def select_family(experiment: Experiment, among: Sequence[Experiment] | None = None) -> tuple[Experiment, ...]:
    """The experiments of its family, itself among them: what a model of it must not read as co-binding.

    As in the published co-binding matrices these are all experiments of the protein; AGO1-4 with AGO2, HNRNPL with
    HNRNPLL, and TIA1 with TIAL1 count as one.

    Parameters
    ----------
    among : experiments to choose from; default: the 31 that the package knows.
    """
    known = read_experiments() if among is None else among
    return tuple(other for other in known if other.family == experiment.family)


@lru_cache(1)
def _packaged() -> tuple[Experiment, ...]:
    with as_file(files("ideep_scan").joinpath(_PACKAGED)) as path:
        return read_experiments(path)


def _row(fields: list[str], path: str | Path, line: int) -> Experiment:
    if len(fields) != len(COLUMNS) or not all(fields):
        raise InputError(f"a row has {len(COLUMNS)} columns, tab-separated, with '.' for none", path, line)
    number, experiment, protein, aliases, protocol, note, family = fields
    if not number.isdecimal():
        raise InputError(f"the number must be a whole number, not {number!r}", path, line)
    if protocol not in PROTOCOLS:
        raise InputError(f"unknown protocol {protocol!r}; known are {', '.join(PROTOCOLS)}", path, line)
    others = () if aliases == NONE else tuple(aliases.split(","))
    return Experiment(int(number), experiment, protein, others, protocol, "" if note == NONE else note, family)
