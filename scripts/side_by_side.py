"""Common part of the benchmarks: timing in turn, bases of a region, name of the machine, tables."""

from __future__ import annotations

import gc
import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TypeVar

import numpy as np

from ideep_scan.formats.fasta.source import FastaSource

T = TypeVar("T")
Work = Callable[[], object]


def in_turn(work: Mapping[str, Callable[[], T]], repeats: int) -> dict[str, list[T]]:
    """Call each function `repeats` times, in turn, after a warm-up turn; return their results."""
    given: dict[str, list[T]] = {name: [] for name in work}
    for turn in range(repeats + 1):
        for name, do in work.items():
            gc.collect()
            gc.disable()
            found = do()
            gc.enable()
            if turn:
                given[name].append(found)
    return given


def medians(work: Mapping[str, Work], repeats: int, clock: Callable[[], float] = time.perf_counter) -> dict[str, float]:
    """Median seconds of each, in turn."""

    def timed(do: Work) -> float:
        started = clock()
        do()
        return clock() - started

    taken = in_turn({name: partial(timed, do) for name, do in work.items()}, repeats)
    return {name: statistics.median(each) for name, each in taken.items()}


def bases(fasta: Path, region: str) -> tuple[int, np.ndarray]:
    """Return the 0-based start and the bases of a region, given as chr:start-end."""
    chrom, _, ends = region.partition(":")
    start, end = (int(each.replace(",", "")) for each in ends.split("-"))
    with FastaSource(fasta) as source:
        return start - 1, source.codes(chrom, start - 1, end)


def machine(*packages: str) -> str:
    """Processor, its cores, Python, versions of the packages that are installed, and the date."""
    told = [f"{processor()}, {os.cpu_count()} cores", f"Python {platform.python_version()}"]
    for name in packages:
        try:
            told.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            told.append(f"{name} not installed")
    return ", ".join([*told, date.today().isoformat()])


def processor() -> str:
    """Return the processor's name, with the details that distinguish its generations if available."""
    cpuinfo = Path("/proc/cpuinfo")
    if not cpuinfo.exists():
        return platform.processor() or platform.machine()
    lines = [line.partition(":") for line in cpuinfo.read_text().splitlines()]
    facts = {fact.strip(): value.strip() for fact, _, value in lines}
    name, family, model = (facts.get(fact, "?") for fact in ("model name", "cpu family", "model"))
    return f"{name} (family {family}, model {model})"


def show(columns: Sequence[str], rows: Sequence[Sequence[str]], table: Path | None) -> None:
    """Print rows as Markdown, and write them as tab-separated values where a path is given."""
    print("| " + " | ".join(columns) + " |")
    print("|" + "---|" * len(columns))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    if table is not None:
        table.write_text("".join("\t".join(line) + "\n" for line in [columns, *rows]))
