"""Values of a bigWig, interval by interval."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyBigWig

from ideep_scan.errors import InputError


def read_values(path: Path, chrom: str, start: int, end: int) -> np.ndarray:
    """Read the values of an interval.

    Parameters
    ----------
    path : Path
        The bigWig.
    chrom : str
        Contig, as the file spells it.
    start, end : int
        0-based, half-open.

    Returns
    -------
    ndarray
        float32, shape (end - start,), in genome order; NaN where the file has no value.

    Raises
    ------
    InputError
        The file is missing or damaged, the contig is unknown, or the interval is not inside of the contig.
    """
    try:
        file = pyBigWig.open(str(path))
    except (OSError, RuntimeError) as error:
        raise InputError("cannot be read as a bigWig: run the scan again", path) from error
    with file:
        length = file.chroms(chrom)
        if length is None:
            raise InputError(f"has no contig {chrom}: use one of {', '.join(list(file.chroms())[:5])}, ...", path)
        if not 0 <= start < end <= length:
            raise InputError(f"{chrom}:{start}-{end} is not an interval of a contig of {length:,} nt", path)
        try:
            return np.asarray(file.values(chrom, start, end, numpy=True), np.float32)
        except RuntimeError as error:
            raise InputError("is damaged: run the scan again", path) from error
