"""Reader of a table of independent figures on the published experiments, one row for each experiment."""

from __future__ import annotations

from math import isfinite
from pathlib import Path

from ideep_scan.benchmark.records import Anchor
from ideep_scan.errors import InputError
from ideep_scan.formats.text import read_lines

# Columns in the order of the fields of `Anchor`. Other columns are ignored.
_COLUMNS = ("iDeep_rerun_AUC", "iDeep_rerun_auPRC", "boot_SD", "iDeep+spline_AUC", "spline_auPRC")


def read_anchors(path: str | Path) -> dict[int, Anchor]:
    """Read independent figures from a tab-separated table with a header line.

    Rows without a number in the column `id`, such as a row of means, are skipped.

    Parameters
    ----------
    path : str or Path
        The table.

    Returns
    -------
    dict of int to Anchor
        Figures by number of the experiment.

    Raises
    ------
    InputError
        A column is missing, a figure is not a number, an experiment has two rows, or there are no rows.
        The file cannot be read.
    """
    lines = read_lines(path)
    _, header = next(lines)
    names = header.split("\t")
    for name in ("id", *_COLUMNS):
        if name not in names:
            raise InputError(f"column {name} is missing; the table needs id, {', '.join(_COLUMNS)}", path, 1)
    anchors: dict[int, Anchor] = {}
    for number, line in lines:
        cells = dict(zip(names, line.split("\t"), strict=False))
        if not cells["id"].isdecimal():
            continue
        try:
            figures = [float(cells[name]) for name in _COLUMNS]
        except (KeyError, ValueError):
            figures = []
        if not figures or not all(map(isfinite, figures)):
            raise InputError(f"{', '.join(_COLUMNS)} should be numbers", path, number)
        if int(cells["id"]) in anchors:
            raise InputError(f"the experiment {cells['id']} has two rows; keep one", path, number)
        anchors[int(cells["id"])] = Anchor(*figures)
    if not anchors:
        raise InputError("has no experiment; the column id should hold their numbers", path)
    return anchors
