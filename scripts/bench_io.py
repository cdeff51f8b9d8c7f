#!/usr/bin/env python3
"""Measure the parts of a scan outside the network, and its start: Markdown tables.

    scripts/bench_io.py parts --fasta hg19.fa --gtf refseq.bed12 --regions chr20:1000001-3000000 [--rbp ELAVL1 ...]
    scripts/bench_io.py models --fasta hg19.fa --gtf refseq.bed12 --regions chr20:1000001-1200000    one against 31
    scripts/bench_io.py length [--mb 1 5 20 50]      synthetic contigs and scores: time by length
    scripts/bench_io.py length --mb 1 5 --network    the same with the scores of the model
    scripts/bench_io.py unknown [--mb 200]           a contig of N alone: megabases a second
    scripts/bench_io.py start --fasta hg19.fa --gtf refseq.bed12 --regions chr20:1000001-1100000

All commands but `start` measure CPU seconds on one thread, which depend little on other load.
`start` measures wall-clock time of processes and needs an idle machine.
Results are medians of `--repeats` runs after a warm-up run.
"""

from __future__ import annotations

import argparse
import functools
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from bench_memory import write_contig
from side_by_side import Work, in_turn, medians

from ideep_scan.features.featurizer import Featurizer, Tile
from ideep_scan.formats import site_files as hits
from ideep_scan.formats.fasta.source import FastaSource
from ideep_scan.jobs.output_folder.run_folder import RunFolder
from ideep_scan.jobs.scan import outputs
from ideep_scan.jobs.scan import run as genome
from ideep_scan.jobs.scan.cost_estimate import ScanEstimate
from ideep_scan.jobs.scan_settings import ScanSettings
from ideep_scan.models.scorer import Scorer
from ideep_scan.scan import site_caller as calls
from ideep_scan.scan import site_report as report
from ideep_scan.scan import sweep

_NETWORK, _ONCE = "network", "receipts, hub, page and annotation, once a run"
_REST = "all but network and once a run (O)"
_MB = 1_000_000


class Clock:
    """Processor seconds by part; parts within parts are counted in both."""

    def __init__(self) -> None:
        self.parts: dict[str, float] = defaultdict(float)

    def over(self, owner: Any, name: str, part: str) -> None:
        """Count what a function takes."""
        function = getattr(owner, name)

        @functools.wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            started = time.thread_time()
            try:
                return function(*args, **kwargs)
            finally:
                self.parts[part] += time.thread_time() - started

        setattr(owner, name, timed)


class Watch:
    """Starts the clock when a scan begins (`jobs.genome.Monitor`)."""

    def __init__(self, clock: Clock):
        self._clock = clock

    def begins(self, expected: ScanEstimate, notes: Sequence[str]) -> None:
        """From here on."""
        self._clock.parts.clear()
        self.started = time.process_time()

    def advance(self, positions: int) -> None:
        """Nothing to show."""

    def closing(self, done: int, models: int) -> None:
        """Nothing to show."""


def scan(settings: ScanSettings, clock: Clock) -> tuple[genome.Summary, float]:
    """Run a scan; return its summary and the CPU seconds from the opened inputs to the end."""
    watch = Watch(clock)
    summary = genome.run(settings, watch)
    return summary, time.process_time() - watch.started


def attend(clock: Clock) -> None:
    """Put the clock over the parts of a scan."""
    for name in ("score", "score_and_drivers"):
        clock.over(Scorer, name, _NETWORK)
    clock.over(FastaSource, "codes", "reading (part of features and reports)")
    clock.over(Featurizer, "tile", "features")
    clock.over(sweep, "project", "projection")
    clock.over(outputs.ModelOutput, "add_tracks", "bigWigs")
    clock.over(calls.SiteCaller, "feed", "calling")
    clock.over(report.SiteReporter, "_known", "reports of sites")
    clock.over(hits.SiteWriter, "add", "rows of sites")
    clock.over(hits.MotifWriter, "add", "rows of motif hits")
    clock.over(outputs.ModelOutput, "finish", "closing files")
    attend_once(clock)


def attend_once(clock: Clock) -> None:
    """Put the clock over what a run does once, however long it is."""
    clock.over(RunFolder, "publish", _ONCE)
    clock.over(genome, "_receipts", _ONCE)


def parts(asked: argparse.Namespace, folder: Path) -> None:
    """Processor seconds of each part."""
    clock = Clock()
    attend(clock)
    settings = ScanSettings(
        rbp=tuple(asked.rbp),
        fasta=asked.fasta,
        gtf=asked.gtf,
        regions=(asked.regions,) if asked.regions else (),
        out=folder / "out",
        overwrite=True,
        threads=1,
    )

    def one_scan() -> tuple[genome.Summary, dict[str, float]]:
        summary, total = scan(settings, clock)
        return summary, {**clock.parts, _REST: total - clock.parts[_NETWORK] - clock.parts[_ONCE]}

    runs = in_turn({"scan": one_scan}, asked.repeats)["scan"]
    summary = runs[0][0]
    seconds = {part: statistics.median(of_run[part] for _, of_run in runs) for part in runs[0][1]}
    scores, sites = summary.positions * len(summary.called), sum(summary.sites.values())
    print(f"{summary.positions:,} positions, {len(summary.called)} models, {sites:,} sites\n")
    print("| part | s | ns a score |\n|---|---|---|")
    for part, taken in sorted(seconds.items(), key=lambda part: -part[1]):
        print(f"| {part} | {taken:.2f} | {taken / scores * 1e9:.0f} |")
    network, rest = seconds[_NETWORK], seconds[_REST]
    print(f"\nO / N = {rest / network:.2f}; with what is done once a run {(rest + seconds[_ONCE]) / network:.2f}")


def models(asked: argparse.Namespace, folder: Path) -> None:
    """Processor seconds of all models against one, in turn, what is done once a run left out."""
    clock = Clock()
    attend(clock)

    def one_scan(name: str) -> tuple[genome.Summary, float, float]:
        settings = ScanSettings(
            rbp=(name,),
            fasta=asked.fasta,
            gtf=asked.gtf,
            regions=(asked.regions,) if asked.regions else (),
            out=folder / name,
            overwrite=True,
            threads=1,
        )
        summary, total = scan(settings, clock)
        return summary, clock.parts[_NETWORK], total - clock.parts[_ONCE]

    sides = (asked.rbp[0], "all-experiments")
    taken = in_turn({name: functools.partial(one_scan, name) for name in sides}, asked.repeats)
    few, all_of = taken.values()
    network, one = statistics.median(each[1] for each in few), statistics.median(each[2] for each in few)
    many, summary = statistics.median(each[2] for each in all_of), all_of[0][0]
    count = len(summary.called)
    due = (count * network + one - network) / one
    print(f"{summary.positions:,} positions\n\n| models | s | times one | ({count} N + O) / (N + O) | of it |")
    print(f"|---|---|---|---|---|\n| 1 | {one:.2f}, of it network {network:.2f} | | | |")
    print(f"| {count} | {many:.2f} | {many / one:.1f} | {due:.1f} | {many / one / due:.2f} |")


def synthetic_scores(random: np.random.Generator) -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    """Make a stand-in for the network: scores distributed as those of a model, and no driver."""
    scores = (1 / (1 + np.exp(5 - 1.5 * random.normal(size=1 << 20)))).astype(np.float32)

    def score(_: Scorer, tile: Tile, threshold: float) -> tuple[np.ndarray, np.ndarray]:
        at = random.integers(0, scores.size - tile.scored.size)
        return scores[at : at + tile.scored.size], np.full(tile.scored.size, -1, np.int8)

    return score


def length(asked: argparse.Namespace, folder: Path) -> None:
    """Processor seconds by length of what is scanned: of all but the network, or with it."""
    if not asked.network:
        setattr(Scorer, "score_and_drivers", synthetic_scores(np.random.default_rng(1)))  # noqa: B010
        setattr(Scorer, "score", lambda scorer, tile: scorer.score_and_drivers(tile, 1.0)[0])  # noqa: B010
    for mb in asked.mb:
        write_contig(folder / f"{mb}.fa", mb)
    print("| Mb of both strands | s a scored Mb | lowest to highest |\n|---|---|---|")
    for mb, runs in synthetic_scans(asked, folder).items():
        each = [seconds / (summary.positions / _MB) for summary, seconds in runs]
        print(f"| {mb} | {statistics.median(each):.3f} | {min(each):.3f}-{max(each):.3f} |")


def unknown(asked: argparse.Namespace, folder: Path) -> None:
    """Megabases a second of a contig that holds nothing, from the open FASTA to closed files."""
    for mb in asked.mb:
        with (folder / f"{mb}.fa").open("wb") as file:
            file.write(b">chrN\n")
            for _ in range(mb):
                file.write((b"N" * 50 + b"\n") * (_MB // 50))
    print("| Mb of N, both strands | Mb/s | lowest to highest |\n|---|---|---|")
    for mb, runs in synthetic_scans(asked, folder).items():
        each = [int(mb) / seconds for _, seconds in runs]
        print(f"| {mb} | {statistics.median(each):.0f} | {min(each):.0f}-{max(each):.0f} |")


def synthetic_scans(asked: argparse.Namespace, folder: Path) -> dict[str, list[tuple[genome.Summary, float]]]:
    """Scan the contigs of the folder in turn; return CPU seconds without the constant part of a run."""
    clock = Clock()
    attend_once(clock)

    def one_scan(mb: int) -> tuple[genome.Summary, float]:
        fasta, out = folder / f"{mb}.fa", folder / f"out{mb}"
        summary, total = scan(ScanSettings((asked.rbp[0],), fasta, out=out, overwrite=True, threads=1), clock)
        return summary, total - clock.parts[_ONCE]

    return in_turn({f"{mb}": functools.partial(one_scan, mb) for mb in asked.mb}, asked.repeats)


def start(asked: argparse.Namespace, folder: Path) -> None:
    """Seconds until help is shown, and until the first tile of a scan is scored."""
    first = "from ideep_scan.scan import sweep; import os; sweep.project = lambda *_: os._exit(0); "
    cli = "from ideep_scan.cli.app import main; main()"
    inputs = ["--rbp", asked.rbp[0], str(asked.fasta), "--gtf", str(asked.gtf), "--regions", asked.regions]

    def one_start(code: str, arguments: Sequence[str]) -> None:
        shutil.rmtree(folder / "out", ignore_errors=True)
        command = [sys.executable, "-c", code, *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    work: dict[str, Work] = {
        "`--help`": functools.partial(one_start, cli, ["--help"]),
        "`genome --help`": functools.partial(one_start, cli, ["genome", "--help"]),
        "first tile": functools.partial(one_start, first + cli, ["genome", *inputs, "-o", str(folder / "out")]),
    }
    print("| what | s |\n|---|---|")
    for what, seconds in medians(work, asked.repeats).items():
        print(f"| {what} | {seconds:.2f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--folder", type=Path, help="for contigs and results, for the while; default: a temporary one")
    commands = parser.add_subparsers(required=True)
    for task, megabases in ((parts, None), (models, None), (length, [1, 5, 20, 50]), (unknown, [200]), (start, None)):
        command = commands.add_parser(task.__name__, help=task.__doc__)
        command.set_defaults(task=task)
        command.add_argument("--rbp", nargs="+", default=["ELAVL1"])
        command.add_argument("--repeats", type=int, default=5)
        if task is length:
            command.add_argument("--network", action="store_true")
        if megabases is None:
            command.add_argument("--fasta", type=Path, required=True)
            command.add_argument("--gtf", type=Path)
            command.add_argument("--regions")
        else:
            command.add_argument("--mb", type=int, nargs="+", default=megabases)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        asked.task(asked, Path(folder))


if __name__ == "__main__":
    main()
