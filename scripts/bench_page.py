#!/usr/bin/env python3
"""Measure the page of finished runs in headless Chromium: a Markdown table.

    scripts/bench_page.py RUN [RUN ...] [--repeats 5]

Each time is the median in seconds from the start of `ideep-scan view RUN`; Chromium is already running.
"All on" is the time from a click on "all" until the tracks are open, which are at most those of eight proteins.
The last columns are times from a click to the picture: of the table of all sites, which the server reads then, of
this table sorted by gene, and of the page of the gene with the most sites.
It needs what tests/browser needs.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import visits  # noqa: E402 - it is beside the tests

_GENOMES = "https://igv.org/genomes/genomes3.json"  # answered with an empty list, as if igv.org had no genomes
_START = "import sys; sys.argv[0] = 'ideep-scan'; from ideep_scan.cli.app import main; main()"
_MARK = "performance.getEntriesByName('{}')[0]"
_WHEN = "performance.timeOrigin + {}.startTime"
_ALL = (
    "(async () => { document.querySelector('#none').click(); await runPage.changes; "
    "const start = performance.now(); document.querySelector('#all').click(); await runPage.changes; "
    "return performance.now() - start; })()"
)
_OPEN = (
    "(async () => {{ if (!runPage.views.entries.has('{0}')) return NaN; const start = performance.now(); "
    "await runPage.views.open('{0}', {1}); await new Promise(requestAnimationFrame); "
    "return performance.now() - start; }})()"
)
_VIEWS = {"all sites": ("sites", "[]"), "sorted": ("sites", "[['order', 'gene']]"), "gene": ("gene", "[]")}
_COLUMNS = ("run", "models", "MB of index.html", "address printed", "first picture", "tracks ready", "all on", *_VIEWS)


def measure_once(run: Path, cache: Path, visit: visits.Visit) -> dict[str, float]:
    """Start the command, load its page, and end it.

    Parameters
    ----------
    run : Path
        Folder of a finished run.
    cache : Path
        Cache folder of the command, which holds igv.js.
    visit : Callable
        A visit of `visits.browsing`.

    Returns
    -------
    dict of str to float
        Seconds by column.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(cache)}
    command = [sys.executable, "-c", _START, "view", str(run), "--no-browser"]
    start = time.time()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline().strip()
            printed = time.time() - start
            overview, tracks = (_MARK.format(name) for name in ("overview", "tracks"))
            steps = [{"until": tracks}, {"run": f"({overview} ?? {tracks}).name"}]
            steps += [{"run": _WHEN.format(f"({mark} ?? {tracks})")} for mark in (overview, tracks)]
            clicks = [_ALL, *(_OPEN.format(*view) for view in _VIEWS.values())]
            steps += [{"run": click} for click in clicks]
            results = visits.sound(visit(url, *steps, answers={_GENOMES: "[]"}))
        finally:
            server.terminate()
    first, ready = (moment / 1000 - start for moment in results[2:4])
    times = {"address printed": printed, "first picture": first, "tracks ready": ready}
    return times | {
        name: float("nan") if span is None else span / 1000
        for name, span in zip(("all on", *_VIEWS), results[4:], strict=True)
    }


def measure(run: Path, cache: Path, visit: visits.Visit, repeats: int) -> dict[str, Any]:
    """Measure a run several times; return the cells of its row."""
    results = [measure_once(run, cache, visit) for _ in range(repeats)]
    models = len(json.loads((run / "manifest.json").read_text(encoding="utf-8"))["models"])
    row: dict[str, Any] = {"run": run.name, "models": models}
    row["MB of index.html"] = f"{(run / 'index.html').stat().st_size / 1e6:.2f}"
    return row | {name: f"{median(result[name] for result in results):.2f}" for name in results[0]}


def main() -> None:
    """Print the hardware and the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN")
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    if lacking := visits.missing():
        parser.error(f"no {lacking} on this machine")
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())
    print(f"{model}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, median of {arguments.repeats}\n")
    print(f"| {' | '.join(_COLUMNS)} |\n|{'---|' * len(_COLUMNS)}")
    with tempfile.TemporaryDirectory() as folder, visits.browsing() as visit:
        visits.keep_igv_js(Path(folder))
        for run in arguments.runs:
            row = measure(run, Path(folder), visit, arguments.repeats)
            print(f"| {' | '.join(str(row[column]) for column in _COLUMNS)} |", flush=True)


if __name__ == "__main__":
    main()
