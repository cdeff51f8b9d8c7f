"""Fuzz the readers for a while, each in a process of its own, and count executions and finds.

`python -m fuzz.campaign --seconds 600 [TARGET ...]` prints a table and keeps the inputs that were found.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

_STARTS = 120  # seconds that a target may take to begin and to end
_EXECUTIONS = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
# Linux counts the memory of the process that starts a program as the program's own peak; a shell between them is small.
_SHELL = ("/bin/sh", "-c", '"$@"; exit $?', "sh")
_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Outcome:
    """The executions of a target, and the files of the inputs that its reader must not meet like that."""

    target: str
    executions: int
    finds: tuple[Path, ...]
    end: str


def fuzz(target: str, seconds: int, seed: int, folder: Path) -> Outcome:
    """Fuzz one target for so many seconds.

    Parameters
    ----------
    folder : keeps corpus and finds of the target, in a folder of its name.
    """
    place, executions, end = folder / target, 0, ""
    place.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + seconds
    while (left := round(until - time.monotonic())) > 0:
        command = [*_SHELL, sys.executable, "-m", "fuzz.child", target, str(place), str(left), str(seed)]
        paths = os.pathsep.join((str(_HERE.parents[1]), str(_HERE.parent)))
        environment = {**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1"}
        run = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=left + _STARTS, check=False,
            env=environment, cwd=place,
        )  # fmt: skip
        found = _EXECUTIONS.findall(run.stderr)
        executions, end = executions + sum(map(int, found)), run.stderr[-2000:]
        if run.returncode == 0 or not found:
            break
        seed += 1  # libFuzzer kept the input that ended the process; another seed takes another way
    finds = tuple(sorted((place / "finds").iterdir())) if (place / "finds").is_dir() else ()
    return Outcome(target, executions, finds, end)


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz the targets that are named, or all, and print a line for each; 1 = something was found."""
    from fuzz.targets import TARGETS

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"some of {', '.join(TARGETS)}; default: all")
    parser.add_argument("--seconds", type=int, default=20, help="for each target (default 20)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="targets at a time (default 2)")
    parser.add_argument("--folder", type=Path, help="where corpus and finds are kept (default: a new temporary folder)")
    asked = parser.parse_args(arguments)
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="ideep-scan-fuzz-"))
    names = asked.targets or list(TARGETS)
    found = 0
    print("target\texecutions\tfinds", flush=True)
    with ThreadPoolExecutor(asked.jobs) as pool:
        for outcome in pool.map(lambda name: fuzz(name, asked.seconds, asked.seed, folder), names):
            kinds = ", ".join(find.name for find in outcome.finds) or "none"
            print(f"{outcome.target}\t{outcome.executions}\t{kinds}", flush=True)
            if not outcome.executions:
                print(outcome.end, file=sys.stderr)
            found += len(outcome.finds) + (outcome.executions == 0)
    print(f"inputs in {folder}", file=sys.stderr)
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main())
