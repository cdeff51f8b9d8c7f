"""Write shares between 0 and 1 as text that never says 0 or 1 for what is only near it."""

from __future__ import annotations

from math import ceil, floor, log10

_MOST_DECIMALS = 15  # that a float between 0 and 1 tells apart


def format_share(share: float, digits: int = 2) -> str:
    """Write a share with some significant digits of its distance from 0 or from 1, whichever is less.

    Parameters
    ----------
    share : float
        Between 0 and 1.
    digits : int
        Significant digits of the distance; the text has at least as many decimals.

    Examples
    --------
    >>> format_share(0.5), format_share(0.9812), format_share(0.99612), format_share(0.00012)
    ('0.50', '0.981', '0.9961', '0.00012')
    """
    return f"{share:.{_decimals(share, digits)}f}"


def round_share_up(share: float, digits: int = 2) -> str:
    """Write the lowest number of few digits that is at least `share` and below 1.

    A command line takes it in place of `share`: a false share that can be reached stays reachable.

    Parameters
    ----------
    share : float
        Above 0 and below 1.
    digits : int
        Significant digits of the distance from 0 or from 1, whichever is less.

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
    for decimals in range(_decimals(share, digits), _MOST_DECIMALS + 1):
        text = f"{ceil(round(share * 10**decimals, 6)) / 10**decimals:.{decimals}f}".rstrip("0")
        if share <= float(text) < 1:
            return text
    return repr(share)


def describe_share(share: float) -> str:
    """Write a share as a count of things, out of 100 or of as many more as one of them needs.

    Parameters
    ----------
    share : float
        Between 0 and 1.

    Examples
    --------
    >>> describe_share(0.0195), describe_share(0.5), describe_share(0.0004), describe_share(0.9999)
    ('about 2 of 100', 'about 50 of 100', 'about 4 of 10,000', 'more than 99 of 100')
    """
    if 0.995 <= share < 1:
        return "more than 99 of 100"
    among = 100
    while share * among < 0.95 and among < 10**_MOST_DECIMALS:
        among *= 10
    return f"about {share * among:.0f} of {among:,}"


def _decimals(share: float, digits: int) -> int:
    """Count the decimals that show so many significant digits of the distance from 0 or 1, so many at least."""
    least = min(share, 1 - share)
    return min(max(digits, digits - 1 - floor(log10(least))), _MOST_DECIMALS) if least > 0 else digits
