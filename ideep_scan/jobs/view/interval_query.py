"""Intervals in the queries of a run's page. Every value is bounded before it is used."""

from __future__ import annotations

from collections.abc import Mapping

from ideep_scan.errors import InputError

_MAX_POSITION = 1 << 32
_MAX_DIGITS = 11


def parse_interval(query: Mapping[str, str]) -> tuple[str, int, int]:
    """Read the interval of a query.

    Parameters
    ----------
    query : mapping of str to str
        `chrom`, and `start` and `end`, 0-based half-open.

    Returns
    -------
    chrom : str
        Name of the contig, which the run need not have.
    start, end : int
        The interval.

    Raises
    ------
    InputError
        A value is missing, or the interval is empty or too far away.

    Examples
    --------
    >>> parse_interval({"chrom": "chr1", "start": "9", "end": "20"})
    ('chr1', 9, 20)
    """
    chrom, start, end = query.get("chrom", ""), parse_whole(query, "start"), parse_whole(query, "end")
    if not chrom or not start < end <= _MAX_POSITION:
        raise InputError("give chrom, and a start before the end")
    return chrom, start, end


def parse_whole(query: Mapping[str, str], name: str) -> int:
    """Read a whole number of a query.

    Raises
    ------
    InputError
        It is missing, or no whole number.
    """
    text = query.get(name, "")
    if not text.isascii() or not text.isdecimal() or len(text) > _MAX_DIGITS:
        raise InputError(f"give {name} as a whole number")
    return int(text)
