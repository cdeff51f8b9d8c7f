"""The table of the published CLIP experiments: protein, protocol and family of each.

Columns, tab-separated: number, experiment, protein, aliases (comma-separated), protocol, note, family; '.' for none.
Lines that begin with # are comments.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path

from ideep_scan.errors import InputError
from ideep_scan.formats.text import read_table_rows

COLUMNS = ("number", "experiment", "protein", "aliases", "protocol", "note", "family")
PROTOCOLS = ("PAR-CLIP", "iCLIP", "HITS-CLIP", "CLIP-seq")
NONE = "."
_PACKAGED = "data/experiments.tsv"


@dataclass(frozen=True, slots=True)
class Experiment:
    """One CLIP experiment.

    Attributes
    ----------
    number : int
        From 1, as in the published benchmark.
    experiment : str
        Its name, which is also its folder and its co-binding channel.
    protein : str
        Gene symbol.
    aliases : tuple[str, ...]
        Other names of the protein, the same for all its experiments.
    protocol : str
        One of `PROTOCOLS`.
    note : str
        Cell line or variant; may be empty.
    family : str
        Experiments of one family are not independent. Models never read their own family as co-binding.
    """

    number: int
    experiment: str
    protein: str
    aliases: tuple[str, ...]
    protocol: str
    note: str
    family: str

    def model_name(self, recommended: bool) -> str:
        """Return the name of the experiment's model.

        Parameters
        ----------
        recommended : bool
            True for the recommended experiment of the protein.

        Returns
        -------
        str
            The protein if recommended, else a name such as ELAVL1_exp09.
        """
        return self.protein if recommended else f"{self.protein}_exp{self.number:02d}"


def read_experiments(path: str | Path | None = None) -> tuple[Experiment, ...]:
    """Read the experiments of a table.

    Parameters
    ----------
    path : str or Path or None
        The table. None reads the 31 experiments of the package.

    Returns
    -------
    tuple[Experiment, ...]
        In the order of the table.

    Raises
    ------
    InputError
        The file is missing or empty, its header or a row is malformed, or an experiment occurs twice.
        A protein has two sets of aliases.
    """
    if path is None:
        return _packaged()
    experiments: list[Experiment] = []
    for number, fields in read_table_rows(path, COLUMNS):
        row = _row(fields, path, number)
        for earlier in experiments:
            if row.number == earlier.number or row.experiment == earlier.experiment:
                raise InputError(
                    f"experiment {row.number}, {row.experiment}, is given twice; keep one line", path, number
                )
            if row.protein == earlier.protein and row.aliases != earlier.aliases:
                raise InputError(f"{row.protein} has other aliases in an earlier line; write the same", path, number)
        experiments.append(row)
    if not experiments:
        raise InputError("has no experiments; give a table with at least one", path)
    return tuple(experiments)


def select_family(experiment: Experiment, candidates: Sequence[Experiment] | None = None) -> tuple[Experiment, ...]:
    """Select the experiments of a family, which a model of this family must not read as co-binding.

    A family is all experiments of a protein, as in the published co-binding matrices.
    AGO1-4 with AGO2, HNRNPL with HNRNPLL, and TIA1 with TIAL1 are one family each.

    Parameters
    ----------
    experiment : Experiment
        A member of the family.
    candidates : Sequence[Experiment] or None
        Experiments to select from. None: the 31 experiments of the package.

    Returns
    -------
    tuple[Experiment, ...]
        The members, including `experiment` if it is a candidate.
    """
    experiments = read_experiments() if candidates is None else candidates
    return tuple(candidate for candidate in experiments if candidate.family == experiment.family)


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
    further_names = () if aliases == NONE else tuple(aliases.split(","))
    return Experiment(int(number), experiment, protein, further_names, protocol, "" if note == NONE else note, family)
