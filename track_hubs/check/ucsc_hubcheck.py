"""Run UCSC's hubCheck on a hub, if it is on the PATH. It judges nothing itself."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from track_hubs.check.findings import Finding

_PATIENCE = 300  # seconds
_REMEDY = "see UCSC's documentation of hubs"


@dataclass(frozen=True, slots=True)
class HubCheck:
    """What hubCheck found.

    Attributes
    ----------
    findings : tuple of Finding
        One for each line of its output that names a problem.
    finished : bool
        Whether it ran to its end.
    notes : tuple of str
        Why it did not, if it was started.
    """

    findings: tuple[Finding, ...] = ()
    finished: bool = False
    notes: tuple[str, ...] = ()


def run_hubcheck(hub: Path, patience: float = _PATIENCE) -> HubCheck:
    """Run hubCheck on a hub in one file.

    Parameters
    ----------
    hub : Path
        `hub.txt`. hubCheck gets the absolute path: it takes a relative one for a web address.
    patience : float
        Seconds after which it is stopped.
    """
    program = shutil.which("hubCheck")
    if program is None:
        return HubCheck()
    with tempfile.TemporaryDirectory() as cache:
        command = [program, f"-udcDir={cache}", str(hub.absolute())]
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=patience, check=False)
        except subprocess.TimeoutExpired:
            return _failed(f"did not finish in {patience:g} s")
        except OSError as error:
            return _failed(f"cannot be run ({error.strerror or error})")
    if done.returncode < 0:
        return _failed(f"was ended by signal {-done.returncode}")
    lines = [line.strip() for line in (done.stdout + done.stderr).decode("utf-8", "replace").splitlines()]
    problems = [line for line in lines if line and not line.startswith("Found ")]
    if done.returncode == 0 and not problems:
        return HubCheck(finished=True)
    findings = (Finding("hubCheck", line, _REMEDY) for line in problems or ["found a problem"])
    return HubCheck(tuple(findings), finished=True)


def _failed(reason: str) -> HubCheck:
    return HubCheck(notes=(f"UCSC's hubCheck {reason}; its part of the check is missing: run it by itself",))
