"""Common parts of the benchmarks: timing in turn, bases of a region, description of the machine, tables."""

from __future__ import annotations

import gc
import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np

from ideep_scan.formats.fasta.source import FastaSource
from ideep_scan.jobs.machine import describe_processor

T = TypeVar("T")
Work = Callable[[], object]


def run_in_turn(work: Mapping[str, Callable[[], T]], repeats: int) -> dict[str, list[T]]:
    """Call each function `repeats` times, in turn, after a warm-up turn; return their results."""
    results: dict[str, list[T]] = {name: [] for name in work}
    for turn in range(repeats + 1):
        for name, function in work.items():
            gc.collect()
            gc.disable()
            result = function()
            gc.enable()
            if turn:
                results[name].append(result)
    return results


def measure_medians(
    work: Mapping[str, Work], repeats: int, clock: Callable[[], float] = time.perf_counter
) -> dict[str, float]:
    """Return the median seconds of each function, called in turn."""

    def measure(function: Work) -> float:
        begin = clock()
        function()
        return clock() - begin

    durations = run_in_turn({name: partial(measure, function) for name, function in work.items()}, repeats)
    return {name: statistics.median(seconds) for name, seconds in durations.items()}


class Usage(NamedTuple):
    """Cost of a process: seconds of all cores, wall-clock seconds, and peak resident memory in GB."""

    processor: float
    wall: float
    memory: float


def measure_process(command: Sequence[str]) -> Usage:
    """Run a command without its standard output, and measure its cost; exit if it fails."""
    begin = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {child.returncode}")
    processor, wall = usage.ru_utime + usage.ru_stime, time.monotonic() - begin
    return Usage(processor, wall, usage.ru_maxrss * 1024 / 1e9)


def read_bases(fasta: Path, region: str) -> tuple[int, np.ndarray]:
    """Return the 0-based start and the bases of a region, given as chr:start-end."""
    chrom, _, ends = region.partition(":")
    start, end = (int(text.replace(",", "")) for text in ends.split("-"))
    with FastaSource(fasta) as source:
        return start - 1, source.codes(chrom, start - 1, end)


def describe_machine(*packages: str) -> str:
    """Name the processor, its cores, Python, the versions of packages, and the date."""
    facts = [f"{describe_processor()}, {os.cpu_count()} cores", f"Python {platform.python_version()}"]
    for name in packages:
        try:
            facts.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            facts.append(f"{name} not installed")
    return ", ".join([*facts, date.today().isoformat()])


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]], table: Path | None) -> None:
    """Print rows as Markdown; write them as tab-separated values if a path is given."""
    print("| " + " | ".join(columns) + " |")
    print("|" + "---|" * len(columns))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    if table is not None:
        table.write_text("".join("\t".join(line) + "\n" for line in [columns, *rows]))
