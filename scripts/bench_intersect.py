#!/usr/bin/env python3
"""Measure time and memory of `ideep-scan intersect` beside bedtools: a Markdown table.

    scripts/bench_intersect.py [--inputs 1000000] [--sites 1000000]

A synthetic run has one model with random sites on a contig of 250 Mb, with three motif hits each.
Random BED6 intervals of 200 nt and random SNVs are looked up in it; both files are plain and not sorted.
Each command is a separate process. Its peak resident memory is that of getrusage.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from side_by_side import measure_process

from ideep_scan.formats.site_columns import MOTIF_COLUMNS, SITE_COLUMNS
from track_hubs.manifest import Assembly, Manifest, Role, Track, to_json

_LENGTH, _SITE, _MOTIF, _INTERVAL, _WINDOW = 250_000_000, 20, 7, 200, 101
_HITS = 3  # motif hits of a site
_CLI = "from ideep_scan.cli.app import main; main()"


def site_starts(count: int) -> np.ndarray:
    """Return sorted starts of disjoint sites."""
    gaps = np.random.default_rng(1).random(count + 1)
    steps = _SITE + 1 + np.floor(gaps / gaps.sum() * (_LENGTH - (count + 1) * (_SITE + 1) - 200)).astype(np.int64)
    return np.cumsum(steps)[:-1] + 50


def site_lines(starts: np.ndarray) -> Iterator[str]:
    """Yield the table of sites."""
    yield "\t".join(SITE_COLUMNS)
    sequence = "ACGU" * 26
    for number, start in enumerate(starts.tolist()):
        gene = f"GENE{number // 20}"
        place = f"chr1\t{start}\t{start + _SITE}\t{gene}:{number % 20 + 1}\t{'+-'[number % 2]}\t{start + 10}"
        meaning = f"0.8{number:07d}\t0.00412\t0.0955\t1\t1\tsequence\tRNCMPT00032\tELAVL1_UUWUUUU\tELAVL1\tknown"
        yield f"{place}\t{meaning}\t{gene}\tENSG{number // 20:011d}.1\tintron\t{sequence[:_WINDOW]}"


def motif_lines(starts: np.ndarray) -> Iterator[str]:
    """Yield the table of motif hits."""
    yield "\t".join(MOTIF_COLUMNS)
    for number, start in enumerate(starts.tolist()):
        for hit in range(_HITS):
            first = start - 10 + hit * 9
            place = f"chr1\t{first}\t{first + _MOTIF}\tELAVL1_UUWUUUU\t{'+-'[number % 2]}"
            yield f"{place}\tRNCMPT{hit:05d}\tELAVL1\tknown\t11.629\t6.1e-05"


def write_lines(path: Path, lines: Iterator[str]) -> Path:
    """Write lines of text, a line at a time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        file.writelines(f"{line}\n" for line in lines)
    return path


def write_run(folder: Path, starts: np.ndarray) -> None:
    """Write the parts of a finished run that an intersection reads, and its sites as BED for bedtools."""
    write_lines(folder / "hits.tsv", site_lines(starts))
    write_lines(folder / "motifs.tsv", motif_lines(starts))
    strands = enumerate(starts.tolist())
    write_lines(folder / "hits.bed", (f"chr1\t{s}\t{s + _SITE}\tx\t0\t{'+-'[n % 2]}" for n, s in strands))
    roles: tuple[tuple[Role, str], ...] = (("sites", "hits.tsv"), ("motifs", "motifs.tsv"))
    tracks = tuple(Track(path, "table", role, "ELAVL1", "label", "label", (0, 0, 0)) for role, path in roles)
    assembly = Assembly("synthetic", "synthetic", None, {"chr1": _LENGTH})
    (folder / "manifest.json").write_text(to_json(Manifest("synthetic", assembly, tracks)))


def write_inputs(folder: Path, count: int) -> tuple[Path, Path]:
    """Write random intervals and random SNVs."""
    random = np.random.default_rng(2).integers(0, _LENGTH - _INTERVAL, count).tolist()
    rows = (f"chr1\t{start}\t{start + _INTERVAL}\ti\t0\t{'+-'[start % 2]}" for start in random)
    header = ["##fileformat=VCFv4.3", "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"]
    variants = (f"chr1\t{start + 1}\trs{start}\tA\tG\t100\tPASS\tAC=1;AF=0.5" for start in random)
    vcf = (line for lines in (header, variants) for line in lines)
    return write_lines(folder / "in.bed", rows), write_lines(folder / "in.vcf", vcf)


def report(name: str, command: Sequence[str]) -> None:
    """Run a command and print its row."""
    usage = measure_process(command)
    print(f"| {name} | {usage.processor:.1f} | {usage.wall:.1f} | {usage.memory:.2f} |", flush=True)


def main() -> None:
    """Measure each command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--sites", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_run(folder / "run", site_starts(options.sites))
        bed, vcf = write_inputs(folder, options.inputs)
        few, _ = write_inputs(folder / "few", 1000)
        program = [sys.executable, "-c", _CLI, "intersect", str(folder / "run")]
        print("| command | processor, s | wall, s | memory, GB |\n|---|---|---|---|")
        report("1,000 intervals: read the run", [*program, str(few), "-o", str(folder / "few.tsv")])
        report(f"{options.inputs:,} intervals to a table", [*program, str(bed), "-o", str(folder / "bed.tsv")])
        report(f"{options.inputs:,} SNVs to a table", [*program, str(vcf), "-o", str(folder / "vcf.tsv")])
        report(f"{options.inputs:,} SNVs to a VCF", [*program, str(vcf), "-o", str(folder / "out.vcf.gz")])
        if shutil.which("bedtools"):
            sites = str(folder / "run" / "hits.bed")
            arguments = ["bedtools", "intersect", "-wa", "-wb", "-s", "-a", str(bed), "-b", sites]
            report(f"bedtools, {options.inputs:,} intervals", arguments)
            done = subprocess.run(arguments, capture_output=True, check=True)
            rows = done.stdout.count(b"\n")
            table = (folder / "bed.tsv").read_bytes().count(b"\n") - 1
            print(f"overlaps: {table:,}, of bedtools {rows:,}")


if __name__ == "__main__":
    main()
