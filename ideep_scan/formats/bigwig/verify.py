"""Verify a new bigWig by reading it with another library.

The module imports little, because processes that only verify files import it too.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pyBigWig

CHECKED = 1 << 18  # nt per read


def matches_content(
    path: Path, contigs: Mapping[str, int], windows: Mapping[str, Iterable[int]], count: int, total: float
) -> bool:
    """Test whether a bigWig declares these contigs and has these values.

    Parameters
    ----------
    path : Path
        The bigWig.
    contigs : Mapping[str, int]
        Length of each contig in nt.
    windows : Mapping[str, Iterable[int]]
        By contig, indices of the windows of `CHECKED` nt that hold all values.
    count : int
        Number of values.
    total : float
        Sum of the values. The order of summation may differ.

    Returns
    -------
    bool
        True if contigs, count and total agree.

    Raises
    ------
    RuntimeError
        The file cannot be read.
    """
    values_read, summed = 0, 0.0
    with pyBigWig.open(str(path)) as reader:
        if reader.chroms() != dict(contigs) or reader.header()["nBasesCovered"] != count:
            return False
        for chrom, numbers in windows.items():
            for number in numbers:
                start, end = number * CHECKED, min((number + 1) * CHECKED, contigs[chrom])
                values = reader.values(chrom, start, end, numpy=True)
                scores = values[~np.isnan(values)]
                values_read += scores.size
                summed += float(scores.sum(dtype=np.float64))
    return values_read == count and math.isclose(summed, total, rel_tol=1e-9, abs_tol=1e-6)
