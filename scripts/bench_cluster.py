#!/usr/bin/env python3
"""Measure what a Dask cluster costs: Markdown tables.

    scripts/bench_cluster.py overhead --fasta hg19.fa [--regions chr20:1048577-1572864] [--rbp ELAVL1 ...]
    scripts/bench_cluster.py tasks [--tasks 1000]       time of scheduler and client per task that does nothing

`overhead` compares runs of this process with runs on one and two local workers, side by side.
CPU seconds are those of all processes. Each run is made with the regions and with a few positions only;
the difference is the cost of the shards, without starts and inputs.
Results are medians of `--repeats` runs after a warm-up run.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from ideep_scan.api.silent_monitor import SilentMonitor
from ideep_scan.jobs.cluster.address import connect
from ideep_scan.jobs.scan.run import run
from ideep_scan.jobs.scan_settings import ScanSettings

_TINY = "chr20:1048577-1048676"
_MODES = {  # value of --dask, and threads
    "1 thread": ("", 1),
    "1 worker": ("local:1", 1),
    "2 threads": ("", 2),
    "2 workers": ("local:2", 2),
}


def measure_run(options: argparse.Namespace) -> None:
    """Make one run, and print its times as JSON: wall, CPU of this process and of its children."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        settings = ScanSettings(
            tuple(options.rbp),
            options.fasta,
            model=options.model,
            regions=tuple(options.regions),
            out=Path(folder, "out"),
            threads=options.threads,
            device="cpu",
            dask=options.dask,
        )
        summary = run(settings, SilentMonitor())
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    times = {
        "wall": time.perf_counter() - start,
        "own": own.ru_utime + own.ru_stime,
        "children": children.ru_utime + children.ru_stime,
        "positions": summary.positions,
    }
    print(json.dumps(times))


def call_run(options: argparse.Namespace, dask: str, threads: int, regions: Sequence[str]) -> dict[str, float]:
    """Make one run in a process of its own; return its times."""
    command = [sys.executable, __file__, "run", "--fasta", str(options.fasta), "--threads", str(threads)]
    command += [f"--dask={dask}", "--regions", *regions, "--rbp", *options.rbp, "--model", options.model]
    times: dict[str, float] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return times


def compare(options: argparse.Namespace) -> None:
    """Print the costs of this machine, and of one and two workers, with one thread each."""
    figures: dict[tuple[str, bool], list[dict[str, float]]] = {}
    call_run(options, "", 1, [_TINY])
    for _ in range(options.repeats):
        for mode, (dask, threads) in _MODES.items():
            for is_tiny in (True, False) if threads == 1 else (False,):  # one shard may open one worker only
                times = call_run(options, dask, threads, [_TINY] if is_tiny else options.regions)
                figures.setdefault((mode, is_tiny), []).append(times)
    print("| where | fixed, CPU s | shards, CPU s | against this machine | client, CPU s | wall, s |")
    print("|---|---|---|---|---|---|")
    plain, one = (_median(figures[mode, True], "own", "children") for mode in list(_MODES)[:2])
    reference = 0.0
    for mode, fixed in zip(_MODES, (plain, one, plain, 2 * one - plain), strict=True):
        shards = _median(figures[mode, False], "own", "children") - fixed
        reference = reference if _MODES[mode][0] else shards
        client, wall = _median(figures[mode, False], "own"), _median(figures[mode, False], "wall")
        print(
            f"| {mode} | {fixed:.1f} | {shards:.1f} | {shards / reference:.3f} | {client:.1f} | {wall:.0f} |",
            flush=True,
        )
    print(f"\n{figures['1 thread', False][0]['positions']:,.0f} positions")


def _median(runs: Sequence[dict[str, float]], *names: str) -> float:
    return statistics.median(sum(times[name] for name in names) for times in runs)


def measure_tasks(options: argparse.Namespace) -> None:
    """Print the time of scheduler and client for tasks that do nothing, each bound to a worker as the client does."""
    import psutil

    with ExitStack() as stack:
        connection = connect("local:2", stack, threads=2)
        assert connection.local is not None
        scheduler = psutil.Process(connection.local.scheduler.pid)
        client = connection.client
        client.wait_for_workers(2)
        workers = list(client.nthreads())
        for number, worker in enumerate(workers):
            client.submit(abs, number, workers=[worker], pure=False).result()
        before, own = sum(scheduler.cpu_times()[:2]), time.process_time()
        start = time.perf_counter()
        futures = [
            client.submit(abs, number, workers=[workers[number % 2]], pure=False) for number in range(options.tasks)
        ]
        client.gather(futures)
        wall = time.perf_counter() - start
        per_task = 1000 / options.tasks
        print("| of a task | ms |")
        print("|---|---|")
        print(f"| scheduler, CPU | {(sum(scheduler.cpu_times()[:2]) - before) * per_task:.2f} |")
        print(f"| client, CPU | {(time.process_time() - own) * per_task:.2f} |")
        print(f"| wall | {wall * per_task:.2f} |")


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, function in (("overhead", compare), ("run", measure_run)):
        command = commands.add_parser(name)
        command.set_defaults(function=function)
        command.add_argument("--fasta", type=Path, required=True)
        command.add_argument("--regions", nargs="+", default=["chr20:1048577-1572864"])
        command.add_argument("--rbp", nargs="+", default=["ELAVL1"])
        command.add_argument("--model", default="shared")
        command.add_argument("--repeats", type=int, default=3)
        command.add_argument("--threads", type=int, default=1)
        command.add_argument("--dask", default="")
    tasks = commands.add_parser("tasks")
    tasks.set_defaults(function=measure_tasks)
    tasks.add_argument("--tasks", type=int, default=1000)
    options = parser.parse_args()
    options.function(options)


if __name__ == "__main__":
    main()
