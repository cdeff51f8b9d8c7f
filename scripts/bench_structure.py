#!/usr/bin/env python3
"""Measure RNA folding by one process and by several, and from the cache: a Markdown table, and TSV with -o.

    scripts/bench_structure.py --fasta hg19.fa --region chr20:1200001-1265536 [-o TSV] [--repeats 5] [--cores 2]

The region is folded tile by tile, as in a scan, without a cache and with the processes already started.
One process and several take turns.
For comparison, the same number of independent processes each fold the complete region.
Results are medians of wall-clock seconds and need an idle machine.
Then two runs share a new cache; the table shows how many sequences each of them folds.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

import numpy as np
from side_by_side import Work, describe_machine, measure_medians, print_table, read_bases

from ideep_scan.features.rnaplfold import Folder, Job
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.formats.fold_cache import FoldCache
from ideep_scan.jobs.folding import Run, make_process_map
from ideep_scan.scan.plan import WALK

COLUMNS = ("what", "nt/s", "seconds", "sequences folded", "ratio")
SPEC = FeatureSpec((), ())
Blocks = list[tuple[np.ndarray, np.ndarray]]


class CountingMap:
    """A map that counts the sequences that it gets."""

    def __init__(self, run: Run):
        self._run, self.count = run, 0

    def __call__(self, fold: Callable[[Job], np.ndarray], jobs: Iterable[Job]) -> Iterator[np.ndarray]:
        """Count the sequences and fold them."""
        sequences = list(jobs)
        self.count += len(sequences)
        return self._run(fold, sequences)


def fold_tiles(run: Run, tiles: Blocks, cache: FoldCache | None = None) -> None:
    """Fold each tile in turn, as a scan does."""
    folder = Folder(SPEC.structure_window, SPEC.structure_span, run, cache)
    for block in tiles:
        folder.fold([block])


def measure_processes(tiles: Blocks, cores: int, repeats: int) -> Iterator[tuple[str, ...]]:
    """Measure folding by one process, by several, and by several that share no work."""
    length = sum(codes.size for codes, _ in tiles)
    one, several, independent = "1 process", f"{cores} processes", f"{cores} processes apart, each folds all"
    with ExitStack() as stack:
        runs = {one: CountingMap(make_process_map(1, stack)), several: CountingMap(make_process_map(cores, stack))}
        maps = [make_process_map(1, stack) for _ in range(cores)]
        threads = stack.enter_context(ThreadPoolExecutor(cores))
        work: dict[str, Work] = {name: partial(fold_tiles, run, tiles) for name, run in runs.items()}
        work[independent] = lambda: list(threads.map(fold_tiles, maps, [tiles] * cores))
        seconds_by_name = measure_medians(work, repeats)
    seconds_by_name[independent] /= cores
    for name, seconds in seconds_by_name.items():
        count = f"{runs[name].count // (repeats + 1)}" if name in runs else ""
        yield (
            f"folding, {name}",
            f"{length / seconds:,.0f}",
            f"{seconds:.2f}",
            count,
            f"{seconds_by_name[one] / seconds:.2f}",
        )


def measure_cache(tiles: Blocks, cores: int) -> Iterator[tuple[str, ...]]:
    """Measure folding twice, first with an empty cache."""
    length = sum(codes.size for codes, _ in tiles)
    with tempfile.TemporaryDirectory() as folder:
        for name in ("first run, empty cache", "second run, same loci"):
            with ExitStack() as stack, closing(FoldCache(Path(folder) / "folds.sqlite")) as cache:
                run = CountingMap(make_process_map(cores, stack))
                begin = time.perf_counter()
                fold_tiles(run, tiles, cache)
                seconds = time.perf_counter() - begin
            yield name, f"{length / seconds:,.0f}", f"{seconds:.3f}", f"{run.count}", ""


def main() -> None:
    """Read the command line, measure folding, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fasta", type=Path, required=True)
    parser.add_argument("--region", default="chr20:1200001-1265536", help="bases to fold, as in a browser")
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("-o", "--out", type=Path, help="the table as TSV")
    options = parser.parse_args()
    start, codes = read_bases(options.fasta, options.region)
    positions, cuts = np.arange(start, start + codes.size), np.arange(WALK, codes.size, WALK)
    tiles = list(zip(np.split(codes, cuts), np.split(positions, cuts), strict=True))
    print(describe_machine("numpy", "ViennaRNA") + f"; {options.region}, medians of {options.repeats}\n")
    print_table(
        COLUMNS,
        [*measure_processes(tiles, options.cores, options.repeats), *measure_cache(tiles, options.cores)],
        options.out,
    )


if __name__ == "__main__":
    main()
