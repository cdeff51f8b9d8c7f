"""The log of a run, `run_log.json`: facts that differ between equal runs, such as time, machine and folders.

The manifest and the pages hold none of them, so equal runs write equal bytes. No digest covers the log.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ideep_scan.formats.atomic_file import AtomicFile
from ideep_scan.jobs.machine import describe_processor
from ideep_scan.version import __version__

RUN_LOG = "run_log.json"


class RunLog:
    """Facts of a run that differ between equal runs. The clock of its duration starts with the object."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._facts: dict[str, Any] = {
            "program": f"ideep-scan {__version__}",
            "command": sys.argv,
            "folder": os.getcwd(),
            "started": datetime.now(timezone.utc).isoformat(timespec="seconds"),
            "seconds": 0.0,
            "host": socket.gethostname(),
            "processor": describe_processor(),
        }

    @property
    def seconds(self) -> float:
        """Wall time since the run began."""
        return time.monotonic() - self._start

    def add(self, **facts: Any) -> None:
        """Add facts as JSON values by their names.

        Parameters
        ----------
        **facts : Any
            Values, e.g. `threads=2`.
        """
        self._facts.update(facts)

    def write(self, folder: Path) -> None:
        """Write the log, with the duration until now, into a folder.

        Parameters
        ----------
        folder : Path
            The folder.

        Raises
        ------
        OutputError
            The file cannot be written.
        """
        self.add(seconds=round(self.seconds, 1))
        with AtomicFile(folder / RUN_LOG) as part:
            part.write_text(json.dumps(self._facts, indent=2) + "\n", encoding="utf-8")


def read_input_places(folder: Path) -> dict[str, Path]:
    """Read where the inputs of a run were, from its log.

    Parameters
    ----------
    folder : Path
        Folder of the run.

    Returns
    -------
    dict of str to Path
        Path of each input by its role; empty without a log that can be read.
    """
    return {role: Path(place["path"]) for role, place in read_input_states(folder).items()}


def read_input_states(folder: Path) -> dict[str, dict[str, Any]]:
    """Read the path, device, inode and time of modification of each input of a run, from its log.

    Parameters
    ----------
    folder : Path
        Folder of the run.

    Returns
    -------
    dict of str to dict
        By role, as `formats.input_file.InputFile.location` returns them; empty without a log that can be read.
    """
    try:
        inputs = json.loads((folder / RUN_LOG).read_text(encoding="utf-8"))["inputs"]
        return {role: {**state, "path": str(Path(state["path"]))} for role, state in inputs.items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError):  # anybody may change the log
        return {}
