"""A bigWig that was just written, read back by another library: does it hold what was meant to be in it?

It loads next to nothing, for it is also called in processes that do nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pyBigWig

CHECKED = 1 << 18  # nt read at a time


def holds(
    path: Path, contigs: Mapping[str, int], windows: Mapping[str, Iterable[int]], count: int, total: float
) -> bool:
    """Whether a bigWig states these contigs and holds so many values, all of them in some windows.

    Parameters
    ----------
    contigs : length of each contig in nt.
    windows : by contig, numbers of windows of `CHECKED` nt.
    total : sum of the values; what double precision makes of another order of adding is allowed for.

    Raises
    ------
    RuntimeError : it cannot be read.
    """
    found, summed = 0, 0.0
    with pyBigWig.open(str(path)) as written:
        if written.chroms() != dict(contigs) or written.header()["nBasesCovered"] != count:
            return False
        for chrom, numbers in windows.items():
            for number in numbers:
                start, end = number * CHECKED, min((number + 1) * CHECKED, contigs[chrom])
                values = written.values(chrom, start, end, numpy=True)
                there = values[~np.isnan(values)]
                found += there.size
                summed += float(there.sum(dtype=np.float64))
    return found == count and math.isclose(summed, total, rel_tol=1e-9, abs_tol=1e-6)
