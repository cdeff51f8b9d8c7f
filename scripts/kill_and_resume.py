#!/usr/bin/env python3
"""Kill a scan at random moments, let it go on, and compare every byte with an uninterrupted run: a Markdown table.

    scripts/kill_and_resume.py                           20 moments, on copies of the embedded example
    scripts/kill_and_resume.py --signals SIGTERM SIGINT  signals that the program answers: exit code and seconds, too
    scripts/kill_and_resume.py --moments 3 --copies 1    a short trial

Each line is a run of its own, in shards of 32,768 positions, so that there are many.
Half of the runs are stopped again while they go on, and every fifth while its files take their places.
The exit code is 1 if a result differs.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ideep_scan import find_example

_PROGRAM = """
import sys
from functools import partial
from ideep_scan.cli.app import main
from ideep_scan.jobs.scan import run_shards
run_shards.list_shards = partial(run_shards.list_shards, size=1 << 15)
sys.argv[0] = "ideep-scan"
main()
"""
_VOLATILE = "run_log.json"
_POLL = 0.001  # seconds


@dataclass
class Trial:
    """A run that is stopped, and goes on.

    Attributes
    ----------
    moments : list of str
        Where it was stopped, in words.
    endings : list of str
        Exit code and seconds of each stop.
    scored, read : int
        Shards that the last run scored, and those that were finished before.
    differences : list of str
        Files that differ from those of the uninterrupted run.
    """

    moments: list[str] = field(default_factory=list)
    endings: list[str] = field(default_factory=list)
    scored: int = 0
    read: int = 0
    differences: list[str] = field(default_factory=list)


def write_inputs(folder: Path, copies: int) -> list[str]:
    """Write a genome of several copies of the embedded example; return the arguments that name it."""
    example = find_example()
    with gzip.open(example.fasta, "rt") as file:
        sequence = file.read()
    genes = example.gtf.read_text()
    fasta, gtf = folder / "genome.fa", folder / "genes.gtf"
    with fasta.open("w") as bases, gtf.open("w") as lines:
        for copy in range(copies):
            bases.write(re.sub(r"^>(\S+)", rf">\1_{copy}", sequence, flags=re.MULTILINE))
            numbered = re.sub(r"^(ex\w+)", rf"\1_{copy}", genes, flags=re.MULTILINE)
            lines.write(re.sub(r'(_id|_name) "([^"]+)"', rf'\1 "\2_{copy}"', numbered))
    return [str(fasta), "--gtf", str(gtf)]


def start(arguments: list[str]) -> subprocess.Popen[str]:
    """Start the program."""
    return subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )


def finish(process: subprocess.Popen[str]) -> None:
    """Wait for a run that must succeed."""
    _, said = process.communicate()
    if process.returncode:
        raise SystemExit(f"a run ended with {process.returncode}: {said.strip().splitlines()[-1:]}")


def stop(process: subprocess.Popen[str], number: signal.Signals, is_due: Callable[[], bool]) -> str | None:
    """Send a signal when its moment has come; return exit code and seconds, or None if the run ended before."""
    while not is_due():
        if process.poll() is not None:
            finish(process)
            return None
        time.sleep(_POLL)
    sent = time.monotonic()
    process.send_signal(number)
    _, said = process.communicate()
    seconds = time.monotonic() - sent
    code = process.returncode
    if code == 0:
        return None  # it had just ended
    if number == signal.SIGKILL or (code == -number and not said):  # this script is loading what it changes
        return str(code)
    if code != 128 + number or "Traceback" in said or seconds > 3:
        raise SystemExit(f"{number.name}: exit code {code} after {seconds:.2f} s: {said.strip()}")
    return f"{code} in {seconds:.1f} s"


def read_files(out: Path) -> dict[str, bytes]:
    """Read all files of a run but its log."""
    paths = [path for path in out.rglob("*") if path.is_file() and path.name != _VOLATILE]
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in paths}


def count_shards(out: Path) -> int:
    """Count the finished shards of a stopped run."""
    return len(list((out / ".shards").glob("0*.json")))


def try_once(command: list[str], out: Path, whole: Path, *, seconds: float, number: int, draw: random.Random) -> Trial:
    """Stop a run one to three times, let it go on to its end, and compare it."""
    trial = Trial()
    kinds = ["time"] + ["time"] * (number % 2) + ["publication"] * (number % 5 == 4)
    for kind in kinds:
        sign = draw.choice(_SIGNALS)
        begun, delay = time.monotonic(), draw.uniform(0.2, seconds)
        process = start([*command, "-o", str(out), "--resume"])
        if kind == "publication":
            ending = stop(process, sign, (out / ".publish").exists)
            moment = "publication"
        else:
            ending = stop(process, sign, lambda begun=begun, delay=delay: time.monotonic() - begun > delay)  # type: ignore[misc]
            moment = f"{delay:.1f} s"
        if ending is None:
            trial.moments.append(f"{moment} (too late)")
            break
        trial.moments.append(f"{moment}, {count_shards(out)} shards")
        trial.endings.append(ending)
    process = start([*command, "-o", str(out), "--resume"])
    finish(process)
    _compare(trial, out, whole)
    return trial


def _compare(trial: Trial, out: Path, whole: Path) -> None:
    """Compare a run with the uninterrupted one, and read how many shards it scored."""
    expected, files = read_files(whole), read_files(out)
    names = sorted(expected.keys() | files.keys())
    trial.differences = [name for name in names if expected.get(name) != files.get(name)]
    log = (out / _VOLATILE).read_text()
    trial.scored, trial.read = (
        int(match[1]) if (match := re.search(rf'"{key}": (\d+)', log)) else 0 for key in ("scored", "read")
    )


def main() -> None:
    """Run the trials, print a line for each, and exit with 1 if a result differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moments", type=int, default=20, help="number of runs")
    parser.add_argument("--copies", type=int, default=3, help="copies of the example in the genome")
    parser.add_argument("--rbp", default="ELAVL1", help="model")
    parser.add_argument("--signals", nargs="+", default=["SIGKILL"], help="signals to choose from")
    parser.add_argument("--seed", type=int, default=0, help="seed of the moments")
    options = parser.parse_args()
    _SIGNALS.extend(signal.Signals[name] for name in options.signals)
    draw = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        command = ["genome", "--rbp", options.rbp, *write_inputs(root, options.copies), "--threads", "2"]
        finish(start([*command, "-o", str(root / "warm"), "--regions", "exA_0:1-20000"]))  # kernels, index
        begun = time.monotonic()
        finish(start([*command, "-o", str(root / "whole")]))
        seconds = time.monotonic() - begun
        print(f"uninterrupted: {seconds:.0f} s, {len(read_files(root / 'whole'))} files, {os.cpu_count()} cores\n")
        print("| run | stopped at | exit code | shards scored at last | read | files that differ |")
        print("|---|---|---|---|---|---|")
        faults = 0
        for number in range(options.moments):
            out = root / f"run{number}"
            trial = try_once(command, out, root / "whole", seconds=seconds, number=number, draw=draw)
            stops, endings = "; ".join(trial.moments), "; ".join(trial.endings)
            faults += bool(trial.differences)
            print(
                f"| {number + 1} | {stops} | {endings} | {trial.scored} | {trial.read} "
                f"| {', '.join(trial.differences) or 'none'} |",
                flush=True,
            )
            shutil.rmtree(out)
    sys.exit(faults > 0)


_SIGNALS: list[signal.Signals] = []

if __name__ == "__main__":
    main()
