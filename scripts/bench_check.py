#!/usr/bin/env python3
"""Measure time and memory of `ideep-scan check` on large files: a Markdown table.

    scripts/bench_check.py [--transcripts BED12] [--repeats 3]

The genome is a bgzip file of 3.1 Gb with the contig lengths of hg38; a sequence of 630 nt repeats along each contig.
On it lie 1,000,000 SNVs with the REF of the genome, 3,000,000 sites of 20 nt, and the transcripts of a BED12 as GTF.
Each check is a process of its own. Memory is the peak of getrusage.
"""

from __future__ import annotations

import argparse
import gzip
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from pysam import BGZFile
from side_by_side import describe_machine, measure_process

from track_hubs.assemblies import read_lengths

_PERIOD, _LINE, _LINES = 630, 63, 1020  # nt of the repeat, nt of a line, lines of a block of bgzip
_BLOCK = _LINE * _LINES  # nt
_VARIANTS, _SITES = 1_000_000, 3_000_000
_CLI = """
import sys
from ideep_scan.cli.app import main
try:
    main()
except SystemExit as end:
    sys.exit(end.code == 2)  # warnings are no failure of the measurement
"""
_END = bytes.fromhex(
    "1f8b08040000000000ff0600424302001b0003000000000000000000"
)  # empty last block (SAM 1.6, section 4.1.2)


def pack(folder: Path, content: bytes) -> bytes:
    """Compress content with bgzip, without the empty last block."""
    path = folder / "block.gz"
    with BGZFile(str(path), "w", None) as file:
        file.write(content)
    return path.read_bytes().removesuffix(_END)


def write_genome(path: Path, lengths: dict[str, int], repeat: str) -> None:
    """Write the genome; all its full blocks are equal."""
    lines = "".join(f"{repeat[i : i + _LINE]}\n" for i in range(0, _PERIOD, _LINE))
    text = lines * (_LINES * _LINE // _PERIOD)
    block = pack(path.parent, text.encode())
    with path.open("wb") as file:
        for name, length in lengths.items():
            file.write(pack(path.parent, f">{name}\n".encode()))
            for _ in range(length // _BLOCK):
                file.write(block)
            rest = length % _BLOCK
            tail = text[: rest + rest // _LINE]
            file.write(pack(path.parent, f"{tail.rstrip()}\n".encode()))
        file.write(_END)


def write_lines(path: Path, lines: Iterator[str]) -> Path:
    """Write lines of text, a line at a time."""
    with path.open("w") as file:
        file.writelines(f"{line}\n" for line in lines)
    return path


def place_sorted(lengths: dict[str, int], count: int) -> Iterator[tuple[str, int]]:
    """Yield contigs and ascending 0-based positions."""
    total, random = sum(lengths.values()), np.random.default_rng(1)
    for name, length in lengths.items():
        for position in np.sort(random.integers(0, length - 100, count * length // total)).tolist():
            yield name, position


def variant_lines(lengths: dict[str, int], repeat: str) -> Iterator[str]:
    """Yield a VCF of SNVs."""
    yield "##fileformat=VCFv4.3"
    yield from (f"##contig=<ID={name},length={length}>" for name, length in lengths.items())
    yield "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
    other = dict(zip("ACGT", "CGTA", strict=True))
    for name, position in place_sorted(lengths, _VARIANTS):
        letter = repeat[position % _PERIOD]
        yield f"{name}\t{position + 1}\trs{position}\t{letter}\t{other[letter]}\t100\tPASS\tAC=1;AF=0.5"


def site_lines(lengths: dict[str, int]) -> Iterator[str]:
    """Yield a BED6 of sites."""
    for number, (name, start) in enumerate(place_sorted(lengths, _SITES)):
        yield f"{name}\t{start}\t{start + 20}\ts{number}\t0\t{'+-'[number % 2]}"


def transcript_lines(bed12: Path, lengths: dict[str, int]) -> Iterator[str]:
    """Yield a BED12 as GTF with the lines of exons."""
    with gzip.open(bed12, "rt") as file:
        for number, line in enumerate(file):
            chrom, start, end, name, _, strand, _, _, _, _, sizes, starts = line.rstrip("\n").split("\t")[:12]
            if chrom not in lengths or int(end) > lengths[chrom]:
                continue
            ids = f'gene_id "g{number}"; transcript_id "{name}.{number}";'
            for size, offset in zip(sizes.rstrip(",").split(","), starts.rstrip(",").split(","), strict=True):
                first = int(start) + int(offset)
                yield f"{chrom}\tx\texon\t{first + 1}\t{first + int(size)}\t.\t{strand}\t.\t{ids}"


def report(name: str, files: list[Path], repeats: int) -> None:
    """Print a row: medians over the repeats."""
    command = [sys.executable, "-c", _CLI, "check", *map(str, files)]
    usages = [measure_process(command) for _ in range(repeats)]
    seconds = statistics.median(usage.processor for usage in usages)
    print(f"| {name} | {seconds:.1f} | {max(usage.memory for usage in usages):.2f} |", flush=True)


def main() -> None:
    """Write the files and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--transcripts", type=Path, help="gzipped BED12 of transcripts of hg38 or hg19")
    parser.add_argument("--repeats", type=int, default=3)
    values = parser.parse_args()
    lengths = {name: length for name, length in (read_lengths("hg38") or {}).items() if "_" not in name}
    repeat = "".join(np.random.default_rng(0).choice(list("ACGT"), _PERIOD))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        genome = folder / "genome.fa.gz"
        write_genome(genome, lengths, repeat)
        vcf = write_lines(folder / "calls.vcf", variant_lines(lengths, repeat))
        bed = write_lines(folder / "sites.bed", site_lines(lengths))
        print(f"{describe_machine('pysam')}\n\n| files | processor seconds | peak memory, GB |\n|---|---|---|")
        report("genome of 3.1 Gb, without an index", [genome], 1)
        report("genome of 3.1 Gb", [genome], values.repeats)
        report("genome and 1,000,000 records of a VCF", [genome, vcf], values.repeats)
        report("genome and 3,000,000 rows of a BED", [genome, bed], values.repeats)
        if values.transcripts is not None:
            gtf = write_lines(folder / "genes.gtf", transcript_lines(values.transcripts, lengths))
            report("genome and a GTF of RefSeq", [genome, gtf], values.repeats)
            report("genome, GTF and BED", [genome, gtf, bed], 1)


if __name__ == "__main__":
    main()
