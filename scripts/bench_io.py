#!/usr/bin/env python3
"""Measure the parts of a scan outside the network, and its start: Markdown tables.

    scripts/bench_io.py parts --fasta hg19.fa --gtf refseq.bed12 --regions chr20:1000001-3000000 [--rbp ELAVL1 ...]
    scripts/bench_io.py models --fasta hg19.fa --gtf refseq.bed12 --regions chr20:1000001-1200000    one against 31
    scripts/bench_io.py length [--mb 1 5 20 50]      synthetic contigs and scores: time by length
    scripts/bench_io.py length --mb 1 5 --network    the same with the scores of the model
    scripts/bench_io.py unknown [--mb 200]           a contig of N alone: megabases a second
    scripts/bench_io.py formats [--models 60]        bigWigs against a Zarr store: write, and read a region
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
import pyBigWig
import zarr
from bench_memory import write_contig
from side_by_side import Work, measure_medians, run_in_turn

from ideep_scan.features.featurizer import Featurizer, Tile
from ideep_scan.formats import site_files as hits
from ideep_scan.formats.bigwig.writer import BigWigWriter
from ideep_scan.formats.fasta.source import FastaSource
from ideep_scan.formats.score_store import SHARD, ScoreStore
from ideep_scan.jobs.output_folder.run_folder import RunFolder
from ideep_scan.jobs.scan import outputs
from ideep_scan.jobs.scan import run as genome
from ideep_scan.jobs.scan.cost_estimate import ScanEstimate
from ideep_scan.jobs.scan.preparation import PreparedScan
from ideep_scan.jobs.scan_settings import ScanSettings
from ideep_scan.models.device_network import DeviceNetwork
from ideep_scan.records.scores import ScoreTrack
from ideep_scan.records.span import STRANDS, Strand
from ideep_scan.scan import site_caller as calls
from ideep_scan.scan import site_report as report
from ideep_scan.scan import sweep
from ideep_scan.scan.projection import project

_NETWORK, _ONCE = "network", "receipts, hub, page and annotation, once a run"
_REST = "all but network and once a run (O)"
_MB = 1_000_000


class Clock:
    """Processor seconds by part of a scan; time in a part inside another part is counted in both."""

    def __init__(self) -> None:
        self.parts: dict[str, float] = defaultdict(float)

    def attach(self, owner: Any, function: Callable[..., Any], part: str) -> None:
        """Count the seconds in a function of a module or class as those of a part."""

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            started = time.thread_time()
            try:
                return function(*args, **kwargs)
            finally:
                self.parts[part] += time.thread_time() - started

        setattr(owner, function.__name__, call)


class Watch:
    """Monitor of a scan (`jobs.scan.run.Monitor`) that starts the clock."""

    def __init__(self, clock: Clock):
        self._clock = clock

    def begins(self, expected: ScanEstimate, notes: Sequence[str]) -> None:
        """Set the clock to zero, because scoring starts."""
        self._clock.parts.clear()
        self.started = time.process_time()

    def advance(self, positions: int) -> None:
        """Ignore the progress."""

    def reports(self, state: str) -> None:
        """Ignore the progress."""

    def closing(self, done: int, models: int) -> None:
        """Ignore the progress."""


def scan(settings: ScanSettings, clock: Clock) -> tuple[genome.Summary, float]:
    """Run a scan; return its summary and the CPU seconds from the opened inputs to the end."""
    watch = Watch(clock)
    summary = genome.run(settings, watch)
    return summary, time.process_time() - watch.started


def attach_to_parts(clock: Clock) -> None:
    """Attach the clock to the parts of a scan."""
    for function in (DeviceNetwork.score_rows, DeviceNetwork.score_rows_and_drivers):
        clock.attach(DeviceNetwork, function, _NETWORK)
    clock.attach(FastaSource, FastaSource.codes, "reading (part of features and reports)")
    clock.attach(Featurizer, Featurizer.tile, "features")
    clock.attach(sweep, project, "projection")
    clock.attach(outputs.ModelOutput, outputs.ModelOutput.add_tracks, "bigWigs")
    clock.attach(calls.SiteCaller, calls.SiteCaller.feed, "calling")
    clock.attach(report.SiteReporter, report.SiteReporter._describe, "reports of sites")
    clock.attach(hits.SiteWriter, hits.SiteWriter.add, "rows of sites")
    clock.attach(hits.MotifWriter, hits.MotifWriter.add, "rows of motif hits")
    clock.attach(outputs.ModelOutput, outputs.ModelOutput.finish, "closing files")
    attach_to_constant_parts(clock)


def attach_to_constant_parts(clock: Clock) -> None:
    """Attach the clock to the parts of a run that take the same time whatever its length."""
    clock.attach(RunFolder, RunFolder.publish, _ONCE)
    clock.attach(PreparedScan, PreparedScan.receipts, _ONCE)


def parts(options: argparse.Namespace, folder: Path) -> None:
    """Measure the processor seconds of each part of a scan."""
    clock = Clock()
    attach_to_parts(clock)
    settings = ScanSettings(
        rbp=tuple(options.rbp),
        fasta=options.fasta,
        gtf=options.gtf,
        regions=(options.regions,) if options.regions else (),
        out=folder / "out",
        overwrite=True,
        threads=1,
    )

    def scan_once() -> tuple[genome.Summary, dict[str, float]]:
        summary, total = scan(settings, clock)
        return summary, {**clock.parts, _REST: total - clock.parts[_NETWORK] - clock.parts[_ONCE]}

    runs = run_in_turn({"scan": scan_once}, options.repeats)["scan"]
    summary = runs[0][0]
    seconds = {part: statistics.median(of_run[part] for _, of_run in runs) for part in runs[0][1]}
    scores, sites = summary.positions * len(summary.called), sum(summary.sites.values())
    print(f"{summary.positions:,} positions, {len(summary.called)} models, {sites:,} sites\n")
    print("| part | s | ns a score |\n|---|---|---|")
    for part, part_seconds in sorted(seconds.items(), key=lambda part: -part[1]):
        print(f"| {part} | {part_seconds:.2f} | {part_seconds / scores * 1e9:.0f} |")
    network, overhead = seconds[_NETWORK], seconds[_REST]
    print(
        f"\nO / N = {overhead / network:.2f}; with what is done once a run {(overhead + seconds[_ONCE]) / network:.2f}"
    )


def models(options: argparse.Namespace, folder: Path) -> None:
    """Measure the processor seconds of all models and of one, without the constant parts of a run."""
    clock = Clock()
    attach_to_parts(clock)

    def scan_once(name: str) -> tuple[genome.Summary, float, float]:
        settings = ScanSettings(
            rbp=(name,),
            fasta=options.fasta,
            gtf=options.gtf,
            regions=(options.regions,) if options.regions else (),
            out=folder / name,
            overwrite=True,
            threads=1,
        )
        summary, total = scan(settings, clock)
        return summary, clock.parts[_NETWORK], total - clock.parts[_ONCE]

    sides = (options.rbp[0], "all-experiments")
    runs = run_in_turn({name: functools.partial(scan_once, name) for name in sides}, options.repeats)
    single_runs, all_runs = runs.values()
    network_seconds = statistics.median(run[1] for run in single_runs)
    single_seconds = statistics.median(run[2] for run in single_runs)
    all_seconds, summary = statistics.median(run[2] for run in all_runs), all_runs[0][0]
    count = len(summary.called)
    expected_ratio = (count * network_seconds + single_seconds - network_seconds) / single_seconds
    print(f"{summary.positions:,} positions\n\n| models | s | times one | ({count} N + O) / (N + O) | of it |")
    print(f"|---|---|---|---|---|\n| 1 | {single_seconds:.2f}, of it network {network_seconds:.2f} | | | |")
    ratio = all_seconds / single_seconds
    print(f"| {count} | {all_seconds:.2f} | {ratio:.1f} | {expected_ratio:.1f} | {ratio / expected_ratio:.2f} |")


def synthetic_scores(random: np.random.Generator) -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    """Create a stand-in for the network: scores distributed as those of a model, without drivers."""
    scores = (1 / (1 + np.exp(5 - 1.5 * random.normal(size=1 << 20)))).astype(np.float32)

    def score(
        _: DeviceNetwork, tile: Tile, rows: Sequence[int], thresholds: Sequence[float]
    ) -> tuple[np.ndarray, np.ndarray]:
        count = tile.scored.size
        drawn = [scores[first:][:count] for first in random.integers(0, scores.size - count, len(rows))]
        return np.stack(drawn), np.full((len(rows), count), -1, np.int8)

    return score


def length(options: argparse.Namespace, folder: Path) -> None:
    """Measure processor seconds by length of the contig, without the network or with it."""
    if not options.network:
        synthetic = synthetic_scores(np.random.default_rng(1))
        setattr(DeviceNetwork, "score_rows_and_drivers", synthetic)  # noqa: B010
        setattr(DeviceNetwork, "score_rows", lambda network, tile, rows: synthetic(network, tile, rows, ())[0])  # noqa: B010
    for mb in options.mb:
        write_contig(folder / f"{mb}.fa", mb)
    print("| Mb of both strands | s a scored Mb | lowest to highest |\n|---|---|---|")
    for mb, runs in synthetic_scans(options, folder).items():
        rates = [seconds / (summary.positions / _MB) for summary, seconds in runs]
        print(f"| {mb} | {statistics.median(rates):.3f} | {min(rates):.3f}-{max(rates):.3f} |")


def unknown(options: argparse.Namespace, folder: Path) -> None:
    """Measure the megabases a second of a contig without any known base."""
    for mb in options.mb:
        with (folder / f"{mb}.fa").open("wb") as file:
            file.write(b">chrN\n")
            for _ in range(mb):
                file.write((b"N" * 50 + b"\n") * (_MB // 50))
    print("| Mb of N, both strands | Mb/s | lowest to highest |\n|---|---|---|")
    for mb, runs in synthetic_scans(options, folder).items():
        rates = [int(mb) / seconds for _, seconds in runs]
        print(f"| {mb} | {statistics.median(rates):.0f} | {min(rates):.0f}-{max(rates):.0f} |")


def synthetic_scans(options: argparse.Namespace, folder: Path) -> dict[str, list[tuple[genome.Summary, float]]]:
    """Scan the contigs of the folder in turn; return CPU seconds without the constant part of a run."""
    clock = Clock()
    attach_to_constant_parts(clock)

    def scan_once(mb: int) -> tuple[genome.Summary, float]:
        fasta, out = folder / f"{mb}.fa", folder / f"out{mb}"
        summary, total = scan(ScanSettings((options.rbp[0],), fasta, out=out, overwrite=True, threads=1), clock)
        return summary, total - clock.parts[_ONCE]

    return run_in_turn({f"{mb}": functools.partial(scan_once, mb) for mb in options.mb}, options.repeats)


def formats(options: argparse.Namespace, folder: Path) -> None:
    """Measure processor seconds to write bigWigs or a Zarr store, and to read a region of all models and strands."""
    rng, length = np.random.default_rng(1), 2 * SHARD
    scores, count = _make_smooth_scores(rng, length), options.models

    def cut(strand: Strand, first: int) -> list[ScoreTrack]:
        """Cut tracks that differ by model, on one shard."""
        shifts = (7919 * (number + 1) * (2 if strand == "-" else 1) % length for number in range(count))
        return [ScoreTrack("chr1", strand, first, np.roll(scores, shift)[first : first + SHARD]) for shift in shifts]

    tracks = [cut(strand, first) for first in range(0, length, SHARD) for strand in STRANDS]
    values = 2 * length * count
    table = {f"{count} x 2 bigWigs": (_write_bigwigs, _read_bigwigs), "Zarr": (_write_store, _read_store)}
    regions = {nt: int(rng.integers(0, length - nt)) for nt in (1_000, 10_000, 100_000)}
    print(f"{values / 1e6:.0f} M values\n\n| format | ns a value, written and verified | bytes a value | ", end="")
    print(" | ".join(f"read {nt:,} nt, ms" for nt in regions), "|\n|---|---|---|---|---|---|")
    for number, (name, (write, read)) in enumerate(table.items()):
        out = folder / f"{number}"
        begin = time.process_time()
        write(out, tracks, length)
        seconds = time.process_time() - begin
        size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
        work = {f"{nt}": functools.partial(read, out, first, first + nt) for nt, first in regions.items()}
        reads = measure_medians(work, options.repeats, time.process_time).values()
        cells = " | ".join(f"{1e3 * seconds:.1f}" for seconds in reads)
        print(f"| {name} | {seconds / values * 1e9:.0f} | {size / values:.2f} | {cells} |", flush=True)


def _make_smooth_scores(rng: np.random.Generator, length: int) -> np.ndarray:
    """Make up scores that change slowly along a contig, as real ones do."""
    kernel = np.hanning(25)
    noise = rng.normal(size=length + len(kernel) - 1)
    smooth = np.convolve(noise / np.linalg.norm(kernel), kernel, "valid")
    return np.asarray(1 / (1 + np.exp(5 - 2 * smooth)), np.float32)


def _write_bigwigs(out: Path, tracks: Sequence[list[ScoreTrack]], length: int) -> None:
    numbers = range(len(tracks[0]))
    writers = {(i, s): BigWigWriter(out / f"{i}{s}.bw", {"chr1": length}) for i in numbers for s in STRANDS}
    for shard in tracks:
        for number, track in enumerate(shard):
            writers[number, track.strand].add(track)
    for writer in writers.values():
        writer.close()


def _write_store(out: Path, tracks: Sequence[list[ScoreTrack]], length: int) -> None:
    names = [f"M{number}" for number in range(len(tracks[0]))]
    store = ScoreStore(out, {"chr1": length}, models=names, kinds=["score"], attributes={})
    for shard in tracks:
        store.add({"score": shard})
    store.finish()


def _read_bigwigs(out: Path, first: int, last: int) -> None:
    for path in out.glob("*.bw"):
        with pyBigWig.open(str(path)) as file:
            file.values("chr1", first, last, numpy=True)


def _read_store(out: Path, first: int, last: int) -> None:
    with zarr.config.set({"array.order": "F"}):  # as docs/output.md advises
        for side in ("plus", "minus"):
            np.asarray(zarr.open_array(out, path=f"chr1/{side}/score", mode="r")[first:last])


def start(options: argparse.Namespace, folder: Path) -> None:
    """Measure the seconds until help is shown, and until the first tile of a scan is scored."""
    exit_code = "from ideep_scan.scan import sweep; import os; sweep.project = lambda *_, **__: os._exit(0); "
    cli = "from ideep_scan.cli.app import main; main()"
    inputs = ["--rbp", options.rbp[0], str(options.fasta), "--gtf", str(options.gtf), "--regions", options.regions]

    def start_once(code: str, arguments: Sequence[str]) -> None:
        shutil.rmtree(folder / "out", ignore_errors=True)
        command = [sys.executable, "-c", code, *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    work: dict[str, Work] = {
        "`--help`": functools.partial(start_once, cli, ["--help"]),
        "`genome --help`": functools.partial(start_once, cli, ["genome", "--help"]),
        "first tile": functools.partial(start_once, exit_code + cli, ["genome", *inputs, "-o", str(folder / "out")]),
    }
    print("| what | s |\n|---|---|")
    for name, seconds in measure_medians(work, options.repeats).items():
        print(f"| {name} | {seconds:.2f} |")


def main() -> None:
    """Read the command line and run one measurement."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--folder", type=Path, help="for contigs and results, for the while; default: a temporary one")
    commands = parser.add_subparsers(required=True)
    tasks = {parts: None, models: None, length: [1, 5, 20, 50], unknown: [200], formats: [], start: None}
    for task, megabases in tasks.items():
        command = commands.add_parser(task.__name__, help=task.__doc__)
        command.set_defaults(task=task)
        command.add_argument("--rbp", nargs="+", default=["ELAVL1"])
        command.add_argument("--repeats", type=int, default=5)
        if task is formats:
            command.add_argument("--models", type=int, default=60)
        if task is length:
            command.add_argument("--network", action="store_true")
        if megabases is None:
            command.add_argument("--fasta", type=Path, required=True)
            command.add_argument("--gtf", type=Path)
            command.add_argument("--regions")
        elif megabases:
            command.add_argument("--mb", type=int, nargs="+", default=megabases)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        options.task(options, Path(folder))


if __name__ == "__main__":
    main()
