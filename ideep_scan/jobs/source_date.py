"""The date of outputs: the one that SOURCE_DATE_EPOCH names, or none.

Outputs have no date of their own, so that equal runs write equal bytes.
See https://reproducible-builds.org/specs/source-date-epoch/.
"""

from __future__ import annotations

import os
from datetime import datetime, timezone

from ideep_scan.errors import InputError

VARIABLE = "SOURCE_DATE_EPOCH"
_LAST = 253_402_300_799  # 9999-12-31T23:59:59Z


def read_source_date() -> datetime | None:
    """Read the date of outputs from the environment.

    Returns
    -------
    datetime or None
        The date in UTC; None if the variable is not set.

    Raises
    ------
    InputError
        The value is not a number of seconds since 1970.
    """
    text = os.environ.get(VARIABLE)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_LAST)) and int(text) <= _LAST):
        raise InputError(
            f"{VARIABLE} is {text[:40]!r}: set it to whole seconds since 1970, like 1700000000, or unset it"
        )
    return datetime.fromtimestamp(int(text), timezone.utc)


def add_source_date(text: str) -> str:
    """Append the date of outputs to a text that names the program; without a date the text stays as it is.

    Parameters
    ----------
    text : str
        The text.

    Returns
    -------
    str
        The text, with a comma and the date.
    """
    date = read_source_date()
    return text if date is None else f"{text}, {date:%Y-%m-%d}"
