"""Paths of the input files in the settings of a scan, for workers that have other folders."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ideep_scan.errors import InputError
from ideep_scan.formats.spool import STANDARD_INPUT, is_pipe
from ideep_scan.jobs.scan_settings import ScanSettings

_FILES = ("fasta", "gtf", "cobinding", "chrom_sizes", "expression")
_INDEXES = (".fai", ".gzi")  # beside a FASTA


def replace_paths(settings: ScanSettings, function: Callable[[str], str]) -> ScanSettings:
    """Apply a function to the path of every input file.

    Parameters
    ----------
    settings : ScanSettings
        Settings of a scan.
    function : callable
        Returns the new path.

    Returns
    -------
    ScanSettings
        The settings with the new paths.
    """
    paths = {name: getattr(settings, name) for name in _FILES}
    single: dict[str, Any] = {name: Path(function(str(path))) for name, path in paths.items() if path is not None}
    tracks = (text.partition("=") for text in settings.evidence)
    return replace(
        settings,
        **single,
        regions=_replace_files(settings.regions, function),
        rbp=_replace_files(settings.rbp, function),
        evidence=tuple(f"{name}={function(path)}" for name, _, path in tracks),
    )


def make_absolute(settings: ScanSettings) -> ScanSettings:
    """Make the paths of all files absolute, that of the results too.

    Raises
    ------
    InputError
        An input is a pipe, which only one process can read.
    """

    def absolute(path: str) -> str:
        if path == STANDARD_INPUT or is_pipe(Path(path)):
            raise InputError(f"--dask: {path} is a pipe, which workers cannot read: write it to a file first")
        return os.path.abspath(path)

    return replace(replace_paths(settings, absolute), out=settings.out.absolute())


def list_paths(settings: ScanSettings) -> list[str]:
    """List the paths of all input files, with the indexes that are beside the FASTA."""
    paths: list[str] = []

    def note(path: str) -> str:
        paths.append(path)
        return path

    replace_paths(settings, note)
    indexes = [f"{settings.fasta}{suffix}" for suffix in _INDEXES]
    return list(dict.fromkeys(paths)) + [path for path in indexes if os.path.isfile(path)]


def _replace_files(texts: Sequence[str], function: Callable[[str], str]) -> tuple[str, ...]:
    """Apply a function to texts that are paths: those with a folder, and those of files that are there."""
    return tuple(function(text) if os.sep in text or os.path.isfile(text) else text for text in texts)
