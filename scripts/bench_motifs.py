#!/usr/bin/env python3
"""Motif cluster scores, and motif hits against MOODS, on one core: a Markdown table, and TSV with -o.

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
from side_by_side import Work, bases, machine, medians, show

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


def cluster_rows(codes: np.ndarray, pwms: tuple[Pwm, ...], windows: int, repeats: int) -> Iterator[Row]:
    """Cluster scores at every position, and of windows that share nothing."""
    motifs = pack([pwm.counts for pwm in pwms])
    dense, apart = np.arange(windows), np.arange(min(windows, codes.size) // WINDOW) * WINDOW
    work: dict[str, Work] = {
        "cluster scores, every position": partial(score_clusters, codes, dense, WINDOW, motifs, False),
        "cluster scores, every position, both strands": partial(score_clusters, codes, dense, WINDOW, motifs, True),
        "cluster scores, windows that do not overlap": partial(score_clusters, codes, apart, WINDOW, motifs, False),
    }
    taken = medians(work, repeats, time.thread_time)
    for name, seconds in taken.items():
        rate = (apart if "overlap" in name else dense).size / seconds
        yield name, f"{rate:,.0f}", "windows/s", f"{rate / TARGET:.2f}", f"{TARGET:,}"


def both_strands(codes: np.ndarray, find: Callable[[np.ndarray], T]) -> tuple[T, T]:
    """Return the hits on each strand."""
    return find(codes), find(complement(codes[::-1]))


def hit_rows(codes: np.ndarray, pwms: tuple[Pwm, ...], repeats: int) -> Iterator[Row]:
    """Motif hits against MOODS, or alone where it is not installed."""
    scanner = MotifScanner(pwms, P_VALUE)
    kernel = partial(both_strands, codes, lambda strand: scan_pwms(strand, scanner.index))
    work: dict[str, Work] = {
        "motif hits, both strands, arrays": kernel,
        "motif hits, both strands, objects": partial(both_strands, codes, scanner.scan),
    }
    moods = moods_scan(codes, pwms)
    if moods is not None:
        ours = sum(len(found[0]) for found in kernel())
        theirs = sum(map(len, moods()))
        if ours != theirs:
            raise SystemExit(f"{ours} hits, MOODS finds {theirs}")
        work["MOODS, both strands, arrays"] = moods
        work["MOODS, both strands, objects"] = lambda: [(hit.pos, hit.score) for hits in moods() for hit in hits]
    taken = medians(work, repeats, time.thread_time)
    for name, seconds in taken.items():
        rival = "MOODS, both strands, " + name.rpartition(" ")[2]
        ratio = f"{taken[rival] / seconds:.1f}" if rival in taken else ""
        yield name, f"{codes.size / seconds / 1e6:.1f}", "M nt/s", ratio, "MOODS" if ratio else ""


def moods_scan(codes: np.ndarray, pwms: tuple[Pwm, ...]) -> Callable[[], list[Any]] | None:
    """MOODS on the same bases, ready to run; None where it is not installed."""
    try:
        from MOODS import scan, tools  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ImportError:
        return None
    odds = [compute_log_odds(pwm) for pwm in pwms]
    bounds = [float(ScoreDistribution(matrix).threshold(P_VALUE)) for matrix in odds]
    matrices = [[column.tolist() for column in matrix.T.astype(float)] for matrix in odds]
    other = [[list(row) for row in tools.reverse_complement(matrix)] for matrix in matrices]
    scanner = scan.Scanner(7)
    scanner.set_motifs(matrices + other, tools.flat_bg(4), bounds + bounds)
    letters = decode(codes).replace("U", "T")
    return lambda: scanner.scan(letters)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fasta", type=Path, required=True)
    parser.add_argument("--region", default="chr20:1000001-2000000", help="bases to scan, as in a browser")
    parser.add_argument("--windows", type=int, default=20_000, help="windows to give cluster scores to")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("-o", "--out", type=Path, help="the table as TSV")
    asked = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    _, codes = bases(asked.fasta, asked.region)
    pwms = read_pwms()
    print(machine("numpy", "numba", "MOODS-python") + f"; {asked.region}, one core, medians of {asked.repeats}\n")
    rows = [*cluster_rows(codes, pwms, asked.windows, asked.repeats), *hit_rows(codes, pwms, asked.repeats)]
    show(COLUMNS, rows, asked.out)


if __name__ == "__main__":
    main()
