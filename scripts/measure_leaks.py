#!/usr/bin/env python3
"""Measure which features reveal the class of a published window without binding (docs/what-we-learned.md).

    scripts/measure_leaks.py DATA

DATA holds clip31/, clip31_30000/ and hg19/.
The tables show the AUC of single numbers on the 1,000 published test windows of each experiment, without training.
The numbers are the presence of a published structure value, the length of sequence available beyond the window,
and the presence of another protein's site (of the training splits) in the window.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import numpy as np
from build_cobinding import training_files

from ideep_scan.benchmark.data import SEQUENCES, WINDOW_MATRICES, locate_published_file
from ideep_scan.benchmark.own_features import SITE_REACH
from ideep_scan.formats.clip31 import WindowTable, read_matrix, read_windows
from ideep_scan.formats.experiments import read_experiments, select_family
from ideep_scan.jobs.genome import Genome, open_genome
from ideep_scan.kernels.intervals import mark_covered, merge
from ideep_scan.kernels.onehot import UNKNOWN
from ideep_scan.train.metrics import auc

FLANK = 500  # nt looked at on each side
Sites = Mapping[str, Mapping[tuple[str, str], np.ndarray]]  # experiment -> contig and strand -> centres


def measure_known_flanks(genome: Genome, windows: WindowTable) -> np.ndarray:
    """Count the known bases beside each window, up to the first unknown one on each side: int (n,)."""
    out = np.zeros(len(windows), int)
    for row, (chrom, start, end) in enumerate(zip(windows.chrom, windows.start, windows.end, strict=True)):
        for codes in (
            genome.source.codes(chrom, start - FLANK, start)[::-1],
            genome.source.codes(chrom, end, end + FLANK),
        ):
            unknown = codes == UNKNOWN
            out[row] += int(unknown.argmax()) if unknown.any() else FLANK
    return out


def read_centres(path: Path) -> dict[tuple[str, str], np.ndarray]:
    """Read the centres of the positives of a file, by contig and strand."""
    windows = read_windows(path)
    site = windows.label == 1
    keys = list(zip(windows.chrom[site].tolist(), windows.strand[site].tolist(), strict=True))
    centres = windows.start[site] + 50
    return {key: centres[[candidate == key for candidate in keys]] for key in set(keys)}


def mark_neighbours(windows: WindowTable, sites: Sites, hidden: set[str]) -> np.ndarray:
    """Tell for each window whether a site of a visible experiment touches it on its strand: bool (n,)."""
    out = np.zeros(len(windows), bool)
    for name, by_strand in sites.items():
        if name not in hidden:
            for (chrom, strand), centres in by_strand.items():
                rows = (windows.chrom == chrom) & (windows.strand == strand)
                out[rows] |= mark_covered(
                    *merge(centres - SITE_REACH - 50, centres + SITE_REACH + 51), windows.start[rows] + 50
                )
    return out


def main() -> None:
    """Read the command line, measure each experiment, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    data = parser.parse_args().data
    experiments = sorted(read_experiments(), key=lambda experiment: experiment.number)
    sites: dict[str, dict[tuple[str, str], np.ndarray]] = {}
    for experiment in experiments:
        parts = [read_centres(path) for path in training_files(data, experiment.experiment)]
        keys = {key for part in parts for key in part}
        empty = np.zeros(0, np.int64)
        sites[experiment.experiment] = {key: np.concatenate([part.get(key, empty) for part in parts]) for key in keys}
    print("| experiment | any structure | known flank | neighbour: test sites / others | training sites / others |")
    print("|---|---|---|---|---|")
    columns: list[tuple[float, ...]] = []
    with ExitStack() as stack:
        genome = open_genome(data / "hg19" / "hg19_sparse.fa.gz", None, stack)
        for experiment in experiments:
            published = partial(locate_published_file, data / "clip31", experiment.experiment)
            test, train = (read_windows(published(part, SEQUENCES)) for part in ("test", "training"))
            structure = read_matrix(published("test", WINDOW_MATRICES["structure"])).values
            hidden = {member.experiment for member in select_family(experiment)}
            neighbours = [mark_neighbours(windows, sites, hidden) for windows in (test, train)]
            shares = [
                float(mask[windows.label == label].mean())
                for mask, windows in zip(neighbours, (test, train), strict=True)
                for label in (1, 0)
            ]
            exonic = auc(test.label, (structure > 0).any(1).astype(float))
            row = (exonic, auc(test.label, measure_known_flanks(genome, test).astype(float)), *shares)
            columns.append(row)
            text = f"{row[0]:.2f} | {row[1]:.2f} | {row[2]:.2f} / {row[3]:.2f} | {row[4]:.2f} / {row[5]:.2f}"
            print(f"| {experiment.number} {experiment.protein} | {text} |", flush=True)
    mean = np.mean(columns, 0)
    print(f"| mean | {mean[0]:.2f} | {mean[1]:.2f} | {mean[2]:.2f} / {mean[3]:.2f} | {mean[4]:.2f} / {mean[5]:.2f} |")


if __name__ == "__main__":
    main()
