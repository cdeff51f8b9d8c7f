"""Verify a new bigWig by reading it with another library.

The module imports little, because processes that only verify files import it too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyBigWig

CHECKED = 1 << 18  # nt per read
_SCATTERED = 64  # nt per value, from which on a sum by pyBigWig is faster than its array with an entry per nt


class WrittenInterval(NamedTuple):
    """An interval of a contig (0-based, half-open) and the number of values that were written there."""

    chrom: str
    start: int
    end: int
    values: int


def matches_content(path: Path, contigs: Mapping[str, int], written: Sequence[WrittenInterval], total: float) -> bool:
    """Test whether a bigWig declares these contigs and has these values.

    Parameters
    ----------
    path : Path
        The bigWig.
    contigs : Mapping[str, int]
        Length of each contig in nt.
    written : Sequence[WrittenInterval]
        Intervals that hold all values, without overlap.
    total : float
        Sum of the values. The order of summation may differ.

    Returns
    -------
    bool
        True if contigs, the number of values in each interval and the total agree.

    Raises
    ------
    RuntimeError
        The file cannot be read.
    """
    summed = 0.0
    with pyBigWig.open(str(path)) as reader:
        count = sum(interval.values for interval in written)
        if reader.chroms() != dict(contigs) or reader.header()["nBasesCovered"] != count:
            return False
        for interval in written:
            is_scattered = interval.end - interval.start > _SCATTERED * interval.values
            values, part = (_sum_scattered if is_scattered else _sum_dense)(reader, interval)
            if values != interval.values:
                return False
            summed += part
    return math.isclose(summed, total, rel_tol=1e-9, abs_tol=1e-6)


def _sum_dense(reader: Any, interval: WrittenInterval) -> tuple[int, float]:
    """Count and sum the values of an interval."""
    count, total = 0, 0.0
    for start in range(interval.start, interval.end, CHECKED):
        values = reader.values(interval.chrom, start, min(start + CHECKED, interval.end), numpy=True)
        scores = values[~np.isnan(values)]
        count += scores.size
        total += float(scores.sum(dtype=np.float64))
    return count, total


def _sum_scattered(reader: Any, interval: WrittenInterval) -> tuple[int, float]:
    """Count and sum few values of a long interval."""
    place = interval[:3]
    (share,) = reader.stats(*place, type="coverage", exact=True)
    (total,) = reader.stats(*place, type="sum", exact=True)
    return round((share or 0.0) * (interval.end - interval.start)), total or 0.0
