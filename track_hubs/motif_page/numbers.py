"""Numbers as people write them: small p-values as powers of ten, shares as percentages."""

from __future__ import annotations

from math import floor, isinf, isnan, log10

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LEAST = 1e-300  # smaller numbers are not told apart


def format_small(value: float) -> str:
    """Write a p-value, E-value or q-value.

    Examples
    --------
    >>> format_small(0.0312), format_small(1.25e-8), format_small(0.0)
    ('0.031', '1.2 × 10⁻⁸', '< 10⁻³⁰⁰')
    """
    if value < _LEAST:
        return "< 10⁻³⁰⁰"
    if value >= 0.001:
        return f"{value:.2g}" if value < 10 else f"{value:.0f}"
    exponent = floor(log10(value))
    digits = f"{value / 10**exponent:.1f}"
    if digits == "10.0":
        digits, exponent = "1.0", exponent + 1
    return f"{digits} × 10{str(exponent).translate(_SUPERSCRIPTS)}"


def format_share(part: int, whole: int) -> str:
    """Write a share of a whole as a percentage, with more digits where it is small.

    Examples
    --------
    >>> format_share(170, 200), format_share(3, 1000), format_share(0, 10), format_share(0, 0)
    ('85 %', '0.3 %', '0 %', '–')
    """
    if not whole:
        return "–"
    percent = 100 * part / whole
    return f"{percent:.0f} %" if percent >= 9.5 or not part else f"{percent:.1f} %"


def format_ratio(value: float) -> str:
    """Write an odds ratio; a dash if it is NaN.

    Examples
    --------
    >>> format_ratio(12.34), format_ratio(3.0), format_ratio(0.456), format_ratio(float("inf"))
    ('12', '3.0', '0.46', '∞')
    """
    if isnan(value):
        return "–"
    if isinf(value):
        return "∞"
    digits = 0 if value >= 10 else 1 if value >= 1 else 2
    return f"{value:.{digits}f}"


def format_signed(value: float) -> str:
    """Write a change with its sign.

    Examples
    --------
    >>> format_signed(1.234), format_signed(-0.5)
    ('+1.23', '−0.50')
    """
    return f"{value:+.2f}".replace("-", "−")
