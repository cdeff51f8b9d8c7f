"""UCSC's hubCheck, run as a separate program if it is on the PATH."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from track_hubs.check.findings import Finding

_TIMEOUT = 300.0  # seconds
_REMEDY = "see UCSC's documentation of hubs"


@dataclass(frozen=True, slots=True)
class HubCheck:
    """Result of hubCheck.

    Attributes
    ----------
    findings : tuple of Finding
        One for each output line that names a problem.
    finished : bool
        Whether hubCheck ran to its end.
    notes : tuple of str
        Why it did not finish.
    """

    findings: tuple[Finding, ...] = ()
    finished: bool = False
    notes: tuple[str, ...] = ()


def run_hubcheck(hub: Path, timeout: float = _TIMEOUT) -> HubCheck:
    """Run hubCheck on a hub in one file.

    Parameters
    ----------
    hub : Path
        The file `hub.txt`. hubCheck gets its absolute path, because it reads a relative path as a URL.
    timeout : float
        Seconds after which hubCheck is stopped.
    """
    program = shutil.which("hubCheck")
    if program is None:
        return HubCheck()
    with tempfile.TemporaryDirectory() as cache:
        command = [program, f"-udcDir={cache}", str(hub.absolute())]
        try:
            process = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, check=False
            )
        except subprocess.TimeoutExpired:
            return _failed(f"did not finish in {timeout:g} s")
        except OSError as error:
            return _failed(f"cannot be run ({error.strerror or error})")
    if process.returncode < 0:
        return _failed(f"was ended by signal {-process.returncode}")
    lines = [line.strip() for line in (process.stdout + process.stderr).decode("utf-8", "replace").splitlines()]
    problems = [line for line in lines if line and not line.startswith("Found ")]
    if process.returncode == 0 and not problems:
        return HubCheck(finished=True)
    findings = (Finding("hubCheck", line, _REMEDY) for line in problems or ["found a problem"])
    return HubCheck(tuple(findings), finished=True)


def _failed(reason: str) -> HubCheck:
    return HubCheck(notes=(f"UCSC's hubCheck {reason}, so its checks are missing; run it separately",))
