#!/usr/bin/env python3
"""Measure motif cluster scores, and motif hits against MOODS, on one core: a Markdown table, and TSV with -o.

    scripts/bench_motifs.py --fasta hg19.fa --region chr20:1000001-2000000 [-o TSV] [--repeats 7]

The compared programs run in turn in one thread. Results are medians of CPU seconds, which depend little on other load.
MOODS (Korhonen et al. 2009, 2017) is compared if it is installed: `pip install MOODS-python`, which compiles C++.
Both search for the packaged 102 PWMs on both strands of the same bases.
MOODS gets the log odds and thresholds of the package, and both must find the same hits.
`arrays` are the hits as the kernel or MOODS returns them, `objects` the matches as a report reads them.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from side_by_side import Work, describe_machine, measure_medians, print_table, read_bases

from ideep_scan.formats.pwm_table import read_pwms
from ideep_scan.kernels.cluster_score import score_clusters
from ideep_scan.kernels.onehot import complement, decode
from ideep_scan.kernels.packed_motifs import pack
from ideep_scan.kernels.pwm_scan import scan_pwms
from ideep_scan.motifs.hits import MotifScanner
from ideep_scan.motifs.log_odds import ScoreDistribution, compute_log_odds
from ideep_scan.records.pwm import Pwm

T = TypeVar("T")

WINDOW = 101
P_VALUE = 1e-4
TARGET = 50_000  # windows a second
COLUMNS = ("what", "rate", "unit", "ratio", "to")
Row = tuple[str, str, str, str, str]


def measure_clusters(codes: np.ndarray, pwms: tuple[Pwm, ...], windows: int, repeats: int) -> Iterator[Row]:
    """Measure cluster scores of the window at every position, and of windows that do not overlap."""
    motifs = pack([pwm.counts for pwm in pwms])
    dense, separate = np.arange(windows), np.arange(min(windows, codes.size) // WINDOW) * WINDOW
    work: dict[str, Work] = {
        "cluster scores, every position": partial(score_clusters, codes, dense, WINDOW, motifs, False),
        "cluster scores, every position, both strands": partial(score_clusters, codes, dense, WINDOW, motifs, True),
        "cluster scores, windows that do not overlap": partial(score_clusters, codes, separate, WINDOW, motifs, False),
    }
    seconds_by_name = measure_medians(work, repeats, time.thread_time)
    for name, seconds in seconds_by_name.items():
        rate = (separate if "overlap" in name else dense).size / seconds
        yield name, f"{rate:,.0f}", "windows/s", f"{rate / TARGET:.2f}", f"{TARGET:,}"


def scan_strands(codes: np.ndarray, find: Callable[[np.ndarray], T]) -> tuple[T, T]:
    """Return the hits on each strand."""
    return find(codes), find(complement(codes[::-1]))


def measure_hits(codes: np.ndarray, pwms: tuple[Pwm, ...], repeats: int) -> Iterator[Row]:
    """Measure motif hits, and those of MOODS if it is installed."""
    scanner = MotifScanner(pwms, P_VALUE)
    kernel = partial(scan_strands, codes, lambda strand: scan_pwms(strand, scanner.index))
    work: dict[str, Work] = {
        "motif hits, both strands, arrays": kernel,
        "motif hits, both strands, objects": partial(scan_strands, codes, scanner.scan),
    }
    moods = prepare_moods(codes, pwms)
    if moods is not None:
        count = sum(len(arrays[0]) for arrays in kernel())
        moods_count = sum(map(len, moods()))
        if count != moods_count:
            raise SystemExit(f"{count} hits, MOODS finds {moods_count}")
        work["MOODS, both strands, arrays"] = moods
        work["MOODS, both strands, objects"] = lambda: [(hit.pos, hit.score) for hits in moods() for hit in hits]
    seconds_by_name = measure_medians(work, repeats, time.thread_time)
    for name, seconds in seconds_by_name.items():
        rival = "MOODS, both strands, " + name.rpartition(" ")[2]
        ratio = f"{seconds_by_name[rival] / seconds:.1f}" if rival in seconds_by_name else ""
        yield name, f"{codes.size / seconds / 1e6:.1f}", "M nt/s", ratio, "MOODS" if ratio else ""


def prepare_moods(codes: np.ndarray, pwms: tuple[Pwm, ...]) -> Callable[[], list[Any]] | None:
    """Prepare MOODS for the same bases; return a function that scans, or None if MOODS is not installed."""
    try:
        from MOODS import scan, tools  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ImportError:
        return None
    odds = [compute_log_odds(pwm) for pwm in pwms]
    bounds = [float(ScoreDistribution(matrix).threshold(P_VALUE)) for matrix in odds]
    matrices = [[column.tolist() for column in matrix.T.astype(float)] for matrix in odds]
    complements = [[list(row) for row in tools.reverse_complement(matrix)] for matrix in matrices]
    scanner = scan.Scanner(7)
    scanner.set_motifs(matrices + complements, tools.flat_bg(4), bounds + bounds)
    letters = decode(codes).replace("U", "T")
    return lambda: scanner.scan(letters)


def main() -> None:
    """Read the command line, measure cluster scores and hits, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fasta", type=Path, required=True)
    parser.add_argument("--region", default="chr20:1000001-2000000", help="bases to scan, as in a browser")
    parser.add_argument("--windows", type=int, default=20_000, help="windows to give cluster scores to")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("-o", "--out", type=Path, help="the table as TSV")
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    _, codes = read_bases(options.fasta, options.region)
    pwms = read_pwms()
    print(
        describe_machine("numpy", "numba", "MOODS-python")
        + f"; {options.region}, one core, medians of {options.repeats}\n"
    )
    rows = [
        *measure_clusters(codes, pwms, options.windows, options.repeats),
        *measure_hits(codes, pwms, options.repeats),
    ]
    print_table(COLUMNS, rows, options.out)


if __name__ == "__main__":
    main()
