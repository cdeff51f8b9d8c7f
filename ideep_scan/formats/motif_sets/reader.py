"""Read a set of motifs in any of the formats that the package knows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from ideep_scan.errors import InputError
from ideep_scan.formats.motif_sets.cluster_buster import read_cluster_buster
from ideep_scan.formats.motif_sets.matrix_rows import number_duplicates
from ideep_scan.formats.motif_sets.meme import is_meme, read_meme
from ideep_scan.formats.motif_sets.transfac import read_transfac
from ideep_scan.formats.pwm_table import COLUMNS, read_pwms
from ideep_scan.formats.text import read_lines
from ideep_scan.records.pwm import Pwm

_FORMATS = "MEME, TRANSFAC, Cluster-Buster, or a table like that of the package"
_HEAD = 100  # lines that are looked at
_TRANSFAC = ("AC", "ID", "NA", "DE", "VV", "XX", "P0", "PO", "DT", "BF")


def read_motifs(path: str | Path) -> tuple[Pwm, ...]:
    """Read a set of motifs, whatever its format.

    Parameters
    ----------
    path : str or Path
        A file in the format of MEME, TRANSFAC or Cluster-Buster, or a motif table, plain or gzipped;
        or a folder of such files.

    Returns
    -------
    tuple of Pwm
        The motifs in the order of the file, or of the names of the files.
        If several have one id, the second one gets the suffix `.2`.

    Raises
    ------
    InputError
        The set cannot be read, its format is not known, it has no motif, or a motif is malformed.
    """
    path = Path(path)
    if path.is_dir():
        return number_duplicates(pwm for file in _list_files(path) for pwm in read_motifs(file))
    pwms = _read(path)
    if not pwms:
        raise InputError("has no motifs; give a file with at least one", path)
    return pwms


def _list_files(folder: Path) -> list[Path]:
    """List the files of a folder by name, without hidden ones."""
    paths = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    if not paths:
        raise InputError("the folder has no files; name a folder of motif files", folder)
    return paths


def _read(path: Path) -> tuple[Pwm, ...]:
    head = [line for _, line in islice(_lines(path), _HEAD)]
    if not head:
        raise InputError("has no motifs; give a file with at least one", path)
    if any(map(is_meme, head)) or any(line.split()[0] in ("MOTIF", "ALPHABET=") for line in head):
        return read_meme(path).pwms
    if tuple(head[0].split("\t")) == COLUMNS:
        return read_pwms(path)
    if head[0].startswith(">"):
        return _read_titled(path, head)
    if head[0][:2] in _TRANSFAC:
        return read_transfac(path)
    raise InputError(f"is not in a known format of motifs; give {_FORMATS}", path)


def _read_titled(path: Path, head: list[str]) -> tuple[Pwm, ...]:
    """Read motifs of Cluster-Buster; refuse sequences."""
    if len(head) > 1 and head[1].strip().isalpha():
        raise InputError(f"looks like a FASTA of sequences; give motifs ({_FORMATS})", path)
    return read_cluster_buster(path)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Read the lines that are neither blank nor a comment."""
    return ((number, line) for number, line in read_lines(path) if line.strip() and line[0] != "#")
