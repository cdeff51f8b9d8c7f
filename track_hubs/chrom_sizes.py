"""A chrom.sizes table: two columns, contig and length in nt."""

from __future__ import annotations

from collections.abc import Iterable

_LIMIT = 2**32  # nt; a bigWig states lengths in 32 bits
_DIGITS = len(str(_LIMIT))


class ChromSizesError(ValueError):
    """A text is not a chrom.sizes table.

    Parameters
    ----------
    message : str
        The fault and its remedy.
    line : int or None
        1-based number of the line at fault; None if the whole table is at fault.
    """

    def __init__(self, message: str, line: int | None = None):
        super().__init__(message)
        self.line = line


def parse_chrom_sizes(lines: Iterable[str]) -> dict[str, int]:
    """Parse the lines of a chrom.sizes table.

    Blank lines and lines that begin with # are skipped.

    Parameters
    ----------
    lines : Iterable[str]
        All lines of the table.

    Returns
    -------
    dict[str, int]
        Length of each contig in nt, in the order of the table.

    Raises
    ------
    ChromSizesError
        A line is not a contig and a length of 1 to 2^32 - 1, a contig occurs twice, or the table is empty.

    Examples
    --------
    >>> parse_chrom_sizes(["chr1 249250621", "chrM 16571"])
    {'chr1': 249250621, 'chrM': 16571}
    """
    sizes: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, digits, *_ = [*line.split(), ""]
        length = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= _DIGITS else 0
        if not 0 < length < _LIMIT:
            raise ChromSizesError("is not a contig and its length; pass a chrom.sizes table", number)
        if name in sizes:
            raise ChromSizesError(f"the contig {name} is listed twice; keep one line", number)
        sizes[name] = length
    if not sizes:
        raise ChromSizesError("has no contigs; pass a chrom.sizes table")
    return sizes
