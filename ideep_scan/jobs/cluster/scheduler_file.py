"""The file in which a scheduler of Dask writes its address."""

from __future__ import annotations

import json
from pathlib import Path

from ideep_scan.errors import InputError


def read_scheduler_file(path: Path) -> str:
    """Read the address of a scheduler from its scheduler file.

    Raises
    ------
    InputError
        The file is missing, or is not a scheduler file.
    """
    try:
        address = json.loads(path.read_text(encoding="utf-8"))["address"]
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror}): start the scheduler first", path) from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError("is not a scheduler file: make it with `dask scheduler --scheduler-file`", path) from error
    return str(address)
