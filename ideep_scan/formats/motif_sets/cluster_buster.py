"""Motifs in the format of Cluster-Buster: a title line `>ID` and a row of counts of A C G T per position.

The title may hold the id and the protein, as in `>RNCMPT00136-HuR` or `>M1 HuR`.
"""

from __future__ import annotations

import re
from pathlib import Path

from ideep_scan.errors import InputError
from ideep_scan.formats.motif_sets.matrix_rows import make_motif, number_duplicates, parse_row
from ideep_scan.formats.text import read_lines
from ideep_scan.records.pwm import Pwm

_RNACOMPETE = re.compile(r"(RNCMPT\d+)-(.+)")


def read_cluster_buster(path: str | Path) -> tuple[Pwm, ...]:
    """Read the motifs of a file of Cluster-Buster.

    Parameters
    ----------
    path : str or Path
        The file, plain or gzipped.

    Returns
    -------
    tuple of Pwm
        Motifs in the order of the file.

    Raises
    ------
    InputError
        The file cannot be read, a row is malformed, or a motif has no rows.
    """
    path = Path(path)
    titles: list[tuple[int, str]] = []
    matrices: list[list[list[float]]] = []
    for number, line in read_lines(path):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith(">"):
            titles.append((number, line[1:].strip()))
            matrices.append([])
        elif not titles:
            raise InputError("a row before the first title; begin each motif with a line like >NAME", path, number)
        else:
            matrices[-1].append(parse_row(line.split(), path, number))
    return number_duplicates(
        make_motif(*_split_title(title, path, number), rows, path, number)
        for (number, title), rows in zip(titles, matrices, strict=True)
    )


def _split_title(title: str, path: Path, number: int) -> tuple[str, str]:
    """Split a title into id and name."""
    if not title:
        raise InputError("a motif has no name; write one after >", path, number)
    id, *words = title.split()
    if (parts := _RNACOMPETE.fullmatch(id)) is not None:
        return parts[1], parts[2]
    return id, words[0] if words else id
