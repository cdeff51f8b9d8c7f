"""Text for shares between 0 and 1. A share close to 0 or 1 never reads as 0 or 1."""

from __future__ import annotations

from math import ceil, floor, log10

_MAX_DECIMALS = 15  # precision of a float between 0 and 1


def format_share(share: float, digits: int = 2) -> str:
    """Format a share with enough decimals to show its distance from 0 and from 1.

    Parameters
    ----------
    share : float
        Between 0 and 1.
    digits : int
        Significant digits of the distance from 0 or 1, whichever is closer. The text has at least as many decimals.

    Returns
    -------
    str
        The share in decimal notation.

    Examples
    --------
    >>> format_share(0.5), format_share(0.9812), format_share(0.99612), format_share(0.00012)
    ('0.50', '0.981', '0.9961', '0.00012')
    """
    return f"{share:.{_decimals(share, digits)}f}"


def round_share_up(share: float, digits: int = 2) -> str:
    """Round a share up to few digits, to a number below 1.

    As an option's value, the result is as reachable as `share` itself.

    Parameters
    ----------
    share : float
        Above 0 and below 1.
    digits : int
        Significant digits of the distance from 0 or 1, whichever is closer.

    Returns
    -------
    str
        The rounded share in decimal notation.

    Raises
    ------
    ValueError
        The share is not above 0 and below 1.

    Examples
    --------
    >>> round_share_up(0.7046), round_share_up(0.98920), round_share_up(0.00061)
    ('0.71', '0.99', '0.00061')
    """
    if not 0 < share < 1:
        raise ValueError(f"a share of {share} has no number between it and 1")
    for decimals in range(_decimals(share, digits), _MAX_DECIMALS + 1):
        units = ceil(round(share * 10**decimals, 6))
        for count in (units, units + 1):  # the first may lie below a share that is a sum of rounded numbers
            text = f"{count / 10**decimals:.{decimals}f}".rstrip("0")
            if share <= float(text) < 1:
                return text
    return repr(share)


def describe_share(share: float) -> str:
    """Describe a share as a count out of 100, or out of a larger power of ten if it is small.

    Parameters
    ----------
    share : float
        Between 0 and 1.

    Returns
    -------
    str
        The description.

    Examples
    --------
    >>> describe_share(0.0195), describe_share(0.5), describe_share(0.0004), describe_share(0.9999)
    ('about 2 of 100', 'about 50 of 100', 'about 4 of 10,000', 'more than 99 of 100')
    """
    if 0.995 <= share < 1:
        return "more than 99 of 100"
    total = 100
    while share * total < 0.95 and total < 10**_MAX_DECIMALS:
        total *= 10
    return f"about {share * total:.0f} of {total:,}"


def _decimals(share: float, digits: int) -> int:
    """Count the decimals that show `digits` significant digits of the distance from 0 or 1; at least `digits`."""
    distance = min(share, 1 - share)
    return min(max(digits, digits - 1 - floor(log10(distance))), _MAX_DECIMALS) if distance > 0 else digits
