#!/usr/bin/env python3
"""Compare a spliced scan with a plain scan of the same transcripts: a Markdown table.

    scripts/bench_spliced.py --fasta hg19.fa --gtf refseq.bed12 --regions chr22:16,050,001-22,000,000 [--repeats 3]

The two commands run in turn, each as a process of one thread. Results are medians of `--repeats` turns.
Seconds are those of the processor, from the start to the end of the process.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from side_by_side import Usage, describe_machine, measure_process, print_table, run_in_turn

_CLI = "from ideep_scan.cli.app import main; main()"
_KINDS: dict[str, tuple[str, ...]] = {"plain": (), "spliced": ("--spliced",)}


def read_options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--fasta", type=Path, required=True)
    parser.add_argument("--gtf", type=Path, required=True)
    parser.add_argument("--regions", required=True)
    parser.add_argument("--rbp", default="ELAVL1")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--table", type=Path)
    return parser.parse_args(arguments)


def scan(options: argparse.Namespace, out: Path, kind: Sequence[str]) -> Usage:
    """Run a scan in a process of its own."""
    inputs = [str(options.fasta), "--gtf", str(options.gtf), "--regions", options.regions, "--rbp", options.rbp]
    settings = ["--threads", "1", "--device", "cpu", "--overwrite", "-o", str(out)]
    return measure_process([sys.executable, "-c", _CLI, "genome", *inputs, *settings, *kind])


def main() -> None:
    """Print the table."""
    options = read_options()
    print(describe_machine("torch"), file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        outs = {name: Path(folder) / name for name in _KINDS}
        usages = run_in_turn(
            {name: partial(scan, options, outs[name], _KINDS[name]) for name in _KINDS}, options.repeats
        )
        receipts = {name: json.loads((out / "manifest.json").read_text())["receipts"] for name, out in outs.items()}
    rows = []
    for name, turns in usages.items():
        seconds = statistics.median(turn.processor for turn in turns)
        memory = statistics.median(turn.memory for turn in turns)
        positions, sites = receipts[name]["positions"], sum(receipts[name]["sites"].values())
        rows.append(
            (
                name,
                f"{positions:,}",
                f"{sites:,}",
                f"{seconds:.1f}",
                f"{1e6 * seconds / positions:.0f}",
                f"{memory:.2f}",
            )
        )
    columns = "scan", "positions", "sites", "processor seconds", "µs a position", "peak memory, GB"
    print_table(columns, rows, options.table)


if __name__ == "__main__":
    main()
