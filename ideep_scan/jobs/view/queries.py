"""Values in the queries of a run's page. Every value is bounded before it is used."""

from __future__ import annotations

from collections.abc import Mapping

from ideep_scan.errors import InputError

MAX_POSITION = 1 << 32
_MAX_DIGITS = 11
_MAX_NAME = 200  # characters


class QueryError(InputError):
    """A query that no page sends."""


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
    QueryError
        A value is missing, or the interval is empty or too far away.

    Examples
    --------
    >>> parse_interval({"chrom": "chr1", "start": "9", "end": "20"})
    ('chr1', 9, 20)
    """
    chrom, start, end = query.get("chrom", ""), parse_whole(query, "start"), parse_whole(query, "end")
    if not chrom or not start < end <= MAX_POSITION:
        raise QueryError("give chrom, and a start before the end")
    return chrom, start, end


def parse_whole(query: Mapping[str, str], name: str, limit: int | None = None) -> int:
    """Read a whole number of a query, below a limit.

    Raises
    ------
    QueryError
        It is missing, no whole number, or too large.
    """
    text = query.get(name, "")
    if not is_whole(text, limit):
        raise QueryError(f"give {name} as a whole number")
    return int(text)


def is_whole(text: str, limit: int | None = None) -> bool:
    """Tell whether a text is a whole number of up to 11 digits, below a limit."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS
    return is_number and (limit is None or int(text) < limit)


def parse_name(query: Mapping[str, str], name: str) -> str:
    """Read a name of a query, without blanks around it.

    Raises
    ------
    QueryError
        It is missing, too long, or has unprintable characters.
    """
    text = query.get(name, "")
    if not text.strip() or len(text) > _MAX_NAME or not text.isprintable():
        raise QueryError(f"{name}: give a name of up to {_MAX_NAME} characters")
    return text.strip()
