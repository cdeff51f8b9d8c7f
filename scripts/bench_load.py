#!/usr/bin/env python3
"""Measure what a process keeps after many small pieces of work: a Markdown table.

    scripts/bench_load.py contigs [--count 2000 10000 20000]  one scan of this many contigs of 200 nt
    scripts/bench_load.py shards [--count 2000 10000 20000]   one scan of this many shards: 200 bases in 140 kb of N
    scripts/bench_load.py jobs [--count 200]                  this many calls of `ideep_scan.scan_genome`

Each number is measured in a process of its own.
Growth is the slope of resident memory over the later three quarters of the pieces, by least squares.
Open files, threads and bytes in /dev/shm are those after the first quarter, and at the end.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

import ideep_scan
from ideep_scan.formats.deflate import BGZIP_BYTES, BGZIP_END, compress_bgzip_block
from ideep_scan.jobs.scan.run import run
from ideep_scan.jobs.scan_settings import ScanSettings
from ideep_scan.scan.plan import CHUNK

BASES = 200  # known bases of a contig
SHARD_LENGTH = CHUNK // 2 + 10_000  # nt of a contig that is too long to share its shard
_SAMPLES = 40
_WARM_UP = 200  # contigs
_PAGE = os.sysconf("SC_PAGE_SIZE")
_COLUMNS = (
    "what", "pieces", "models", "MB after a quarter", "MB at the end", "bytes a piece", "open files", "threads",
    "bytes in /dev/shm", "s",
)  # fmt: skip


class Sample(NamedTuple):
    """State of this process after some pieces of work."""

    pieces: int
    memory: int
    files: int
    threads: int
    shared: int

    @classmethod
    def take(cls, pieces: int) -> Sample:
        """Take a sample."""
        memory = int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE
        shared = sum(entry.stat().st_size for entry in os.scandir("/dev/shm"))
        return cls(pieces, memory, len(os.listdir("/proc/self/fd")), threading.active_count(), shared)


@dataclass
class Watcher:
    """Monitor of a scan that samples this process."""

    positions_per_piece: int
    pieces: int
    positions: int = 0
    samples: list[Sample] = field(default_factory=list)

    def begins(self, expected: object, notes: Sequence[str]) -> None:
        """Ignore the estimate."""

    def advance(self, positions: int) -> None:
        """Count positions; take a sample now and then."""
        self.positions += positions
        pieces = self.positions // self.positions_per_piece
        if pieces * _SAMPLES >= len(self.samples) * self.pieces:
            self.samples.append(Sample.take(pieces))

    def reports(self, state: str) -> None:
        """Ignore the state of a cluster."""

    def closing(self, done: int, models: int) -> None:
        """Ignore the files."""


def write_contigs(path: Path, count: int, length: int = BASES) -> None:
    """Write a FASTA of contigs with random bases in the middle and N around them."""
    random, letters = np.random.default_rng(1), np.frombuffer(b"ACGT", np.uint8)
    unknown = b"N" * ((length - BASES) // 2)
    with BgzipFile(path) as file:
        for number in range(count):
            bases = letters[random.integers(0, 4, BASES)].tobytes()
            file.write(b">c%d\n%b%b%b\n" % (number, unknown, bases, unknown))


class BgzipFile:
    """Write a bgzip file; a context manager."""

    def __init__(self, path: Path):
        self._file, self._text = path.open("wb"), bytearray()

    def __enter__(self) -> BgzipFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.write(b"", 0)
        self._file.write(BGZIP_END)
        self._file.close()

    def write(self, text: bytes, waiting: int = BGZIP_BYTES) -> None:
        """Append text; more than `waiting` bytes become blocks."""
        self._text += text
        while len(self._text) > waiting:
            self._file.write(compress_bgzip_block(bytes(self._text[:BGZIP_BYTES])))
            del self._text[:BGZIP_BYTES]


def watch_scan(length: int, count: int, rbp: Sequence[str], folder: Path) -> list[Sample]:
    """Scan contigs of a length in this process."""
    for number in (_WARM_UP, count):  # the first scan compiles kernels
        fasta, watcher = folder / f"{number}.fa.gz", Watcher(length, number)
        write_contigs(fasta, number, length)
        run(ScanSettings(tuple(rbp), fasta=fasta, out=folder / f"out{number}", strand="plus"), watcher)
    return watcher.samples


def watch_jobs(count: int, rbp: Sequence[str], folder: Path) -> list[Sample]:
    """Call the function for a scan many times in this process; free memory is returned to the system each time."""
    malloc_trim = ctypes.CDLL(None).malloc_trim
    fasta, samples = folder / "genome.fa.gz", []
    write_contigs(fasta, 2)
    for number in range(count):
        ideep_scan.scan_genome(fasta, list(rbp), folder / "out", overwrite=True)
        gc.collect()
        malloc_trim(0)
        samples.append(Sample.take(number + 1))
    return samples


def describe(what: str, rbp: str, samples: Sequence[Sample], seconds: float) -> str:
    """Write a row of the table."""
    later = [sample for sample in samples if sample.pieces > samples[-1].pieces / 4]
    first, last = later[0], later[-1]
    slope = np.polyfit([sample.pieces for sample in later], [sample.memory for sample in later], 1)[0]
    memory = f"{first.memory / 1e6:.0f} | {last.memory / 1e6:.0f} | {slope:,.0f}"
    pairs = (f"{a}, {b}" for a, b in ((first[i], last[i]) for i in range(2, 5)))
    return f"| {what} | {last.pieces:,} | {rbp} | {memory} | {' | '.join(pairs)} | {seconds:.0f} |"


def main() -> None:
    """Read the command line, measure the processes, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("what", choices=["contigs", "shards", "jobs"])
    parser.add_argument("--count", type=int, nargs="+")
    parser.add_argument("--rbp", default="ELAVL1", help="models, with commas between them; all for all proteins")
    parser.add_argument("--watch", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    counts = options.count or [200] if options.what == "jobs" else options.count or [2_000, 10_000, 20_000]
    if options.watch is not None:
        rbp = options.rbp.split(",")
        if options.what == "jobs":
            samples = watch_jobs(counts[0], rbp, options.watch)
        else:
            samples = watch_scan(BASES if options.what == "contigs" else SHARD_LENGTH, counts[0], rbp, options.watch)
        (options.watch / "samples.json").write_text(json.dumps(samples))
        return
    print(f"| {' | '.join(_COLUMNS)} |", "|" + "---|" * len(_COLUMNS), sep="\n")
    for count in counts:
        with tempfile.TemporaryDirectory() as name:
            begin = time.monotonic()
            command = [sys.executable, __file__, options.what, "--rbp", options.rbp, "--count", str(count)]
            subprocess.run([*command, "--watch", name], check=True, stdout=subprocess.DEVNULL)
            samples = [Sample(*values) for values in json.loads((Path(name) / "samples.json").read_text())]
        print(describe(options.what, options.rbp, samples, time.monotonic() - begin), flush=True)


if __name__ == "__main__":
    main()
