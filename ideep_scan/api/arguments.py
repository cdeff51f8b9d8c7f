"""Arguments of the Python API in the form that jobs take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from os import PathLike
from pathlib import Path

File = str | PathLike[str]


def as_path(file: File | None) -> Path | None:
    """Turn an optional path into a `Path`.

    Parameters
    ----------
    file : str, path or None
        The path.

    Returns
    -------
    Path or None
        None if there is no path.
    """
    return None if file is None else Path(file)


def as_names(values: File | Iterable[File]) -> tuple[str, ...]:
    """Turn one name or path, or several, into a tuple of texts.

    Parameters
    ----------
    values : str, path or iterable of these
        Names or paths.

    Returns
    -------
    tuple of str
        The texts in their order.

    Examples
    --------
    >>> as_names("ELAVL1")
    ('ELAVL1',)
    >>> as_names(["ELAVL1", Path("mine.safetensors")])
    ('ELAVL1', 'mine.safetensors')
    """
    if isinstance(values, str | PathLike):
        return (str(values),)
    return tuple(map(str, values))


def as_evidence(tracks: Mapping[str, File] | None) -> tuple[str, ...]:
    """Turn tracks by name into texts as `--evidence` takes them.

    Parameters
    ----------
    tracks : mapping of str to path or None
        bigWigs by name.

    Returns
    -------
    tuple of str
        One NAME=FILE per track.

    Examples
    --------
    >>> as_evidence({"conservation": "phyloP.bw"})
    ('conservation=phyloP.bw',)
    """
    return tuple(f"{name}={path}" for name, path in (tracks or {}).items())
