#!/usr/bin/env python3
"""Measure the peak memory of a scan of synthetic contigs: a Markdown table.

    scripts/bench_memory.py genic [--mb 250]      random bases, 5 % of them in genes of 50 kb, both strands
    scripts/bench_memory.py dense [--mb 5 10 20]  no annotation: every position of both strands
    scripts/bench_memory.py writer [--mb 250]     the bigWigs of two strands, with synthetic scores everywhere

`genic` and `dense` run `ideep-scan genome` with a bundled model. `writer` is a separate process too.
The result is the peak resident memory of that process (getrusage).
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from side_by_side import measure_process

from ideep_scan.formats.bigwig.writer import BigWigWriter
from ideep_scan.records.scores import ScoreTrack
from ideep_scan.records.span import STRANDS
from ideep_scan.scan.plan import CHUNK

GENE, GENES_PER_MB = 50_000, 1
_LINE, _MB = 50, 1_000_000
Row = tuple[int, float, float]  #: megabases, memory in GB, seconds
_CLI = "from ideep_scan.cli.app import main; main()"


def write_contig(path: Path, mb: int) -> None:
    """Write a FASTA of one contig of random bases, a megabase at a time."""
    random, letters = np.random.default_rng(1), np.frombuffer(b"ACGT\n", np.uint8)
    with path.open("wb") as file:
        file.write(b">chr1\n")
        for _ in range(mb):
            codes = np.full((_MB // _LINE, _LINE + 1), 4, np.uint8)
            codes[:, :_LINE] = random.integers(0, 4, (_MB // _LINE, _LINE), np.uint8)
            file.write(letters[codes].tobytes())


def write_genes(path: Path, mb: int) -> None:
    """Write genes of 50 kb with ten exons, on alternating strands, on a twentieth of the contig."""
    offsets = range(0, GENE, GENE // 10)
    with path.open("w") as file:
        for number in range(mb * GENES_PER_MB):
            start = number * _MB // GENES_PER_MB + 100_000
            end = start + offsets[-1] + 200
            blocks = f"{len(offsets)}\t{'200,' * len(offsets)}\t{','.join(map(str, offsets))}"
            place = f"chr1\t{start}\t{end}\tT{number}|G{number}\t0\t{'+-'[number % 2]}"
            file.write(f"{place}\t{start + 100}\t{end - 100}\t0\t{blocks}\n")


def measure_scans(kind: str, sizes: Sequence[int], rbp: str, threads: int, folder: Path) -> Iterator[Row]:
    """Scan a contig of each size, and measure it."""
    for mb in sizes:
        fasta, genes, out = folder / f"{mb}.fa", folder / f"{mb}.bed", folder / f"{kind}{mb}"
        write_contig(fasta, mb)
        arguments = ["--rbp", rbp, str(fasta), "-o", str(out), "--threads", str(threads)]
        if kind == "genic":
            write_genes(genes, mb)
            arguments += ["--gtf", str(genes)]
        usage = measure_process([sys.executable, "-c", _CLI, "genome", *arguments])
        yield mb, usage.memory, usage.wall


def measure_writer(mb: int, folder: Path) -> None:
    """Write scores of two strands, distributed as those of a model, and print time and size per value."""
    random = np.random.default_rng(1)
    scores = (1 / (1 + np.exp(5 - 3 * random.normal(size=CHUNK)))).astype(np.float32)
    length = mb * _MB
    writers = [BigWigWriter(folder / f"{name}.bw", {"chr1": length}) for name in ("plus", "minus")]
    for start in range(0, length, CHUNK):
        for strand, writer in zip(STRANDS, writers, strict=True):
            writer.add(ScoreTrack("chr1", strand, start, scores[: length - start]))
    for writer in writers:
        writer.close()
    usage = resource.getrusage(resource.RUSAGE_SELF)
    size = sum(path.stat().st_size for path in folder.glob("*.bw"))
    values = 2 * length
    print(
        f"{values / 1e6:.0f} M values: {(usage.ru_utime + usage.ru_stime) / values * 1e9:.0f} ns and "
        f"{size / values:.2f} bytes a value",
        file=sys.stderr,
    )


def main() -> None:
    """Read the command line, measure the processes, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("what", choices=["genic", "dense", "writer", "write"], help="write: what `writer` starts")
    parser.add_argument("--mb", type=int, nargs="+")
    parser.add_argument("--rbp", default="ELAVL1")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument(
        "--folder", type=Path, help="where to put contigs and results for the while; default: a temporary one"
    )
    options = parser.parse_args()
    sizes = options.mb or {"dense": [5, 10, 20]}.get(options.what, [250])
    if options.what == "write":
        measure_writer(sizes[0], options.folder)
        return
    print("| what | Mb | GB at the peak | s |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        if options.what == "writer":
            command = [sys.executable, __file__, "write", "--folder", name, "--mb"]
            usages = ((mb, measure_process([*command, str(mb)])) for mb in sizes)
            rows: Iterable[Row] = ((mb, usage.memory, usage.wall) for mb, usage in usages)
        else:
            rows = measure_scans(options.what, sizes, options.rbp, options.threads, folder)
        for mb, memory, seconds in rows:
            print(f"| {options.what} | {mb} | {memory:.2f} | {seconds:.0f} |", flush=True)


if __name__ == "__main__":
    main()
