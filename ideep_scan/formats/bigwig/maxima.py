"""Highest values of a bigWig in equal bins of an interval, from its zoom levels or its values."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ideep_scan.errors import InputError
from track_hubs.bbi_file import BbiError, BbiFile

_SUMMARY = np.dtype([("chrom", "<u4"), ("start", "<u4"), ("end", "<u4"), ("valid", "<u4"), ("values", "<f4", 4)])
_HIGHEST = 1  # lowest, highest, sum and sum of squares are the values of a summary
_SECTION = np.dtype(
    [("chrom", "<u4"), ("start", "<u4"), ("end", "<u4"), ("step", "<u4"), ("span", "<u4"), ("kind", "u1"),
     ("reserved", "u1"), ("count", "<u2")]
)  # fmt: skip
_ITEMS = {
    1: np.dtype([("start", "<u4"), ("end", "<u4"), ("value", "<f4")]),
    2: np.dtype([("start", "<u4"), ("value", "<f4")]),
    3: np.dtype([("value", "<f4")]),
}


def open_bigwig(path: Path) -> BbiFile:
    """Open a bigWig for `read_maxima`.

    Raises
    ------
    InputError
        The file is missing, damaged or not a bigWig.
    """
    try:
        file = BbiFile(path)
    except BbiError as error:
        raise InputError(f"{error}: run the scan again", path) from error
    if not file.is_bigwig:
        file.close()
        raise InputError("is not a bigWig: run the scan again", path)
    return file


def read_maxima(file: BbiFile, chrom: str, start: int, end: int, bins: int) -> np.ndarray:
    """Read the highest value of each bin of an interval.

    Bins come from the coarsest zoom level whose summaries are at most as wide as a bin, or from the values.
    A summary on the border of two bins counts in both.

    Parameters
    ----------
    file : BbiFile
        The open bigWig. One thread at a time may read it.
    chrom : str
        Contig; the file may lack it.
    start, end : int
        The interval, 0-based, half-open; it may end beyond the contig.
    bins : int
        Number of bins, at most end - start.

    Returns
    -------
    np.ndarray
        Float32 array (bins,) in genome order; NaN where the file has no value.

    Raises
    ------
    InputError
        The file is damaged.
    """
    try:
        levels = [offset for reduction, offset in file.zooms() if reduction * bins <= end - start]
        maxima = np.full(bins, np.nan, np.float32)
        for number, block in file.blocks(chrom, start, end, levels[-1] if levels else None):
            first, last, values = _unpack_summaries(block, number) if levels else _unpack_section(block, number)
            _raise_bins(maxima, first, last, values=values, start=start, end=end)
    except (BbiError, ValueError) as error:
        reason = str(error) if isinstance(error, BbiError) else "is damaged"
        raise InputError(f"{reason}: run the scan again") from error
    return maxima


def _unpack_summaries(block: bytes, number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Unpack starts, ends and highest values from a block of a zoom level."""
    records = np.frombuffer(block, _SUMMARY)
    records = records[(records["chrom"] == number) & (records["valid"] > 0)]
    return records["start"].astype(np.int64), records["end"].astype(np.int64), records["values"][:, _HIGHEST]


def _unpack_section(block: bytes, number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Unpack starts, ends and values from a block of values."""
    head = np.frombuffer(block, _SECTION, 1)[0]
    kind, count, span = int(head["kind"]), int(head["count"]), int(head["span"])
    if kind not in _ITEMS:
        raise BbiError("is damaged: a section has an unknown kind")
    if int(head["chrom"]) != number:
        count = 0
    items = np.frombuffer(block, _ITEMS[kind], count, _SECTION.itemsize)
    if kind == 1:
        return items["start"].astype(np.int64), items["end"].astype(np.int64), items["value"]
    first = int(head["start"]) + int(head["step"]) * np.arange(count) if kind == 3 else items["start"].astype(np.int64)
    return first, first + span, items["value"]


def _raise_bins(
    maxima: np.ndarray, first: np.ndarray, last: np.ndarray, *, values: np.ndarray, start: int, end: int
) -> None:
    """Raise bins of [start, end) to the values of the intervals that overlap them."""
    inside = (first < end) & (last > start) & (first < last)
    low = (np.maximum(first[inside], start) - start) * len(maxima) // (end - start)
    high = (np.minimum(last[inside], end) - 1 - start) * len(maxima) // (end - start)
    values = values[inside]
    while low.size:
        np.fmax.at(maxima, low, values)
        wider = low < high
        low, high, values = low[wider] + 1, high[wider], values[wider]
