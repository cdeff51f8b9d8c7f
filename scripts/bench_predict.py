#!/usr/bin/env python3
"""Measure time and memory of `ideep-scan predict`: a Markdown table.

    scripts/bench_predict.py [--rows 100000] [--before FOLDER] [--sites BED --fasta FASTA --gtf GTF]

The input is random windows of 101 nt, and sites drawn from a BED if one is given, sorted and in random order.
Each command is a separate process; all run in turn, with one and with two threads.
The cost of a row is the difference between a run of all rows and a run of a tenth of them, so start-up does not count.
`--before` names a folder with an earlier version of the package, which takes its turn with one and with two threads.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from side_by_side import Usage, measure_process, run_in_turn

_WINDOW = 101
_SMALL = 10  # the small run has a tenth of the rows
Order = Callable[[Sequence[str]], Sequence[str]]
_CLI = "import sys; sys.path.insert(0, {folder!r}); from ideep_scan.cli.app import main; main()"


@dataclass(frozen=True)
class Case:
    """A command on two inputs, of all rows and of a tenth of them."""

    name: str
    folder: Path
    inputs: tuple[Path, Path]
    options: tuple[str, ...]

    def measure(self) -> tuple[Usage, Usage]:
        """Run the command on both inputs."""
        large, small = (measure_process(self._command(path)) for path in self.inputs)
        return large, small

    def _command(self, path: Path) -> Sequence[str]:
        cli = _CLI.format(folder=str(self.folder))
        return [sys.executable, "-c", cli, "predict", str(path), *self.options]


def window_lines(rows: int) -> Iterator[str]:
    """Yield random windows as FASTA."""
    letters = np.random.default_rng(1).choice(list("ACGT"), (rows, _WINDOW))
    for number, window in enumerate(letters):
        yield f">window_{number}\n{''.join(window)}"


def draw_lines(bed: Path, rows: int) -> list[str]:
    """Draw lines of a BED, with repeats."""
    lines = [line for line in bed.read_text().splitlines() if line and not line.startswith(("#", "track", "browser"))]
    return [lines[index] for index in np.random.default_rng(2).integers(0, len(lines), rows)]


def place(line: str) -> tuple[str, int]:
    """Return contig and start of a line of a BED."""
    contig, start = line.split("\t")[:2]
    return contig, int(start)


def write_inputs(path: Path, lines: Sequence[str], order: Order = list) -> tuple[Path, Path]:
    """Write all rows, and a tenth of them, each in an order."""
    small = path.with_stem(f"{path.stem}_small")
    path.write_text("".join(f"{line}\n" for line in order(lines)))
    small.write_text("".join(f"{line}\n" for line in order(lines[: len(lines) // _SMALL])))
    return path, small


def list_cases(options: argparse.Namespace, folder: Path) -> Iterator[Case]:
    """Yield the commands to compare."""
    inputs: dict[str, tuple[tuple[Path, Path], tuple[str, ...]]] = {
        "windows": (write_inputs(folder / "windows.fa", list(window_lines(options.rows))), ())
    }
    if options.sites:
        drawn = draw_lines(options.sites, options.rows)
        genome = ("--fasta", str(options.fasta), *(("--gtf", str(options.gtf)) if options.gtf else ()))
        inputs["sorted sites"] = (write_inputs(folder / "sorted.bed", drawn, partial(sorted, key=place)), genome)
        inputs["sites in no order"] = (write_inputs(folder / "random.bed", drawn), genome)
    versions = {"": Path(__file__).resolve().parents[1]}
    if options.before:
        versions["before: "] = options.before
    for name, (paths, arguments) in inputs.items():
        for version, package in versions.items():
            for threads in (1, 2):
                fixed = ("--rbp", options.rbp, "--threads", str(threads), "--device", "cpu")
                label = f"{version}{name}, {threads} thread{'s' * (threads > 1)}"
                yield Case(label, package, paths, (*arguments, *fixed))


def main() -> None:
    """Measure all commands in turn and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rbp", default="ELAVL1")
    parser.add_argument("--repeats", type=int, default=3)
    for name in ("before", "sites", "fasta", "gtf"):
        parser.add_argument(f"--{name}", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cases = list(list_cases(options, Path(folder)))
        results = run_in_turn({case.name: case.measure for case in cases}, options.repeats)
    rows = options.rows - options.rows // _SMALL
    print("| input | rows per processor second | rows/s | memory, GB |\n|---|---|---|---|")
    for name, pairs in results.items():
        processor = statistics.median(large.processor - small.processor for large, small in pairs)
        wall = statistics.median(large.wall - small.wall for large, small in pairs)
        memory = max(large.memory for large, _ in pairs)
        print(f"| {name} | {rows / processor:,.0f} | {rows / wall:,.0f} | {memory:.2f} |")


if __name__ == "__main__":
    main()
