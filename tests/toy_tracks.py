"""Small bigWig and bigBed files from other libraries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pybigtools
import pyBigWig


def write_bigwig(path: Path, values: list[float]) -> None:
    """Write one value for 3 of every 5 bases of contig 1 (100 nt); contig 2 (50 nt) has none."""
    with pyBigWig.open(str(path), "w") as writer:
        writer.addHeader([("1", 100), ("2", 50)])
        starts = [5 * i for i in range(len(values))]
        writer.addEntries(["1"] * len(values), starts, ends=[start + 3 for start in starts], values=values)


def write_bigbed(path: Path, sizes: Mapping[str, int], rows: Sequence[tuple[str, int, int, str]]) -> None:
    """Write rows of contig, start, end and the text of further columns. The path may have any suffix."""
    named = path.with_suffix(".bb")  # pybigtools chooses the format by the suffix
    writer = pybigtools.open(str(named), "w")
    writer.write(dict(sizes), iter(sorted(rows, key=lambda row: row[:2])))
    writer.close()
    named.rename(path)
