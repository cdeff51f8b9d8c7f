"""A table of other people's figures on the published experiments, one experiment a row. It compares nothing."""

from __future__ import annotations

from math import isfinite
from pathlib import Path

from ideep_scan.benchmark.records import Anchor
from ideep_scan.errors import InputError
from ideep_scan.formats.text import read_lines

# Columns in the order of the fields of `Anchor`; others may stand between them.
_COLUMNS = ("iDeep_rerun_AUC", "iDeep_rerun_auPRC", "boot_SD", "iDeep+spline_AUC", "spline_auPRC")


def read_anchors(path: str | Path) -> dict[int, Anchor]:
    """Number of the experiment -> figures, from a tab-separated table with a header line.

    Rows without a number in the column `id`, such as a row of means, are left out.

    Raises
    ------
    InputError : a column is missing, a figure is no number, a number is named twice, no row; and whatever keeps the
        file from being read.
    """
    lines = read_lines(path)
    _, header = next(lines)
    names = header.split("\t")
    for name in ("id", *_COLUMNS):
        if name not in names:
            raise InputError(f"has no column {name}; needed are id, {', '.join(_COLUMNS)}", path, 1)
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
            raise InputError(f"the experiment {cells['id']} is named twice; keep one row", path, number)
        anchors[int(cells["id"])] = Anchor(*figures)
    if not anchors:
        raise InputError("names no experiment; the column id should hold their numbers", path)
    return anchors
