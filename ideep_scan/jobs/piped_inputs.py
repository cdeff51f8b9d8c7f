"""Replace the pipes that settings name by temporary files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar

from ideep_scan.formats.spool import STANDARD_INPUT, Spool, is_pipe
from ideep_scan.formats.text import require_file
from ideep_scan.jobs.model_settings import parse_evidence

INPUTS = (
    "sites",
    "windows",
    "background",
    "known",
    "variants",
    "fasta",
    "gtf",
    "cobinding",
    "chrom_sizes",
    "anchors",
    "expression",
    "regions",
)  # fields that may name a pipe
T = TypeVar("T", bound=Any)


def check_inputs(settings: Any) -> None:
    """Check that every file that the settings name is there, before any is read. Raises InputError if one is not."""
    for name in INPUTS:
        path = getattr(settings, name, None)
        if isinstance(path, Path) and str(path) != STANDARD_INPUT and not is_pipe(path):
            require_file(path)
    for path in parse_evidence(getattr(settings, "evidence", ())).values():
        require_file(path)


def spool_inputs(settings: T, spool: Spool, names: Sequence[str] = INPUTS) -> T:
    """Copy every pipe that the settings name to a file.

    Parameters
    ----------
    settings : dataclass
        Settings of a job.
    spool : Spool
        Makes the files, and removes them when it closes.
    names : sequence of str
        Fields of the settings to look at.

    Returns
    -------
    dataclass
        The settings, with files instead of pipes.

    Raises
    ------
    InputError
        Standard input is given twice or is empty, or a pipe cannot be read.
    """
    values = {field.name: getattr(settings, field.name) for field in fields(settings) if field.name in names}
    return replace(settings, **{name: _files(value, spool) for name, value in values.items() if value})


def _files(value: Path | Sequence[str], spool: Spool) -> Path | tuple[str, ...]:
    if isinstance(value, Path):
        return spool.path(value)
    return tuple(str(spool.path(Path(text))) if text == STANDARD_INPUT or "/" in text else text for text in value)
