"""Reader of published figures on profiles inside 600 nt: PARNET and RBPNet, by protein and cell."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from ideep_scan.errors import InputError
from ideep_scan.formats.text import read_lines

_NAME, _COLUMNS = "rbp_cell", ("parnet_has_positive", "single_has_positive")


@dataclass(frozen=True)
class ProfileAnchor:
    """Published average precision inside 600 nt.

    Attributes
    ----------
    parnet, rbpnet : float
        Figure of PARNET, and of RBPNet trained on one experiment.
    """

    parnet: float
    rbpnet: float


def read_profile_anchors(path: str | Path) -> dict[str, ProfileAnchor]:
    """Read published figures from a tab-separated table with a header; lines that begin with # are skipped.

    Parameters
    ----------
    path : str or Path
        The table, with columns rbp_cell, parnet_has_positive and single_has_positive.

    Returns
    -------
    dict of str to ProfileAnchor
        Figures by PROTEIN_CELL.

    Raises
    ------
    InputError
        A column is missing, a figure is not a number, or the file cannot be read.
    """
    names: list[str] = []
    anchors: dict[str, ProfileAnchor] = {}
    for number, line in read_lines(path):
        if not line.strip() or line.startswith("#"):
            continue
        if not names:
            names = line.split("\t")
            for name in (_NAME, *_COLUMNS):
                if name not in names:
                    raise InputError(f"column {name} is missing; name a table that has it", path, number)
            continue
        cells = dict(zip(names, line.split("\t"), strict=False))
        try:
            figures = [float(cells[name]) for name in _COLUMNS]
        except (KeyError, ValueError):
            figures = []
        if not figures or not all(map(isfinite, figures)):
            raise InputError(f"{' and '.join(_COLUMNS)} should be numbers", path, number)
        anchors[cells[_NAME]] = ProfileAnchor(*figures)
    if not anchors:
        raise InputError("has no figures; name a table with a row for each protein and cell", path)
    return anchors
