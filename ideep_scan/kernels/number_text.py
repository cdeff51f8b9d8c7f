"""Text of scores and p-values, written in blocks of rows: as fast as the rows are scored with many models."""

from __future__ import annotations

import numpy as np

from ideep_scan.kernels.compile_cache import compiled

DIGITS = 9  # always enough to tell a float32 from its neighbours
P_DIGITS = 3  # of a p-value
LONGEST = 16  # bytes of a score or a p-value, at most
_ZERO, _POINT, _MINUS, _E, _TAB = (ord(letter) for letter in "0.-e\t")
_EXACT = 10.0 ** np.arange(23)  # powers of ten that a float64 holds without rounding


@compiled()
def write_rows(
    heads: np.ndarray,
    head_ends: np.ndarray,
    middles: np.ndarray,
    middle_ends: np.ndarray,
    tails: np.ndarray,
    tail_ends: np.ndarray,
    scores: np.ndarray,
    p_values: np.ndarray,
) -> np.ndarray:
    r"""Write a row for each site and model: head, middle, score, tab, p-value, tail.

    Parameters
    ----------
    heads, middles, tails : np.ndarray
        uint8 arrays: the bytes of all sites (heads) and of all models (middles, tails), end to end.
    head_ends, middle_ends, tail_ends : np.ndarray
        Int64 arrays: the end of each of them.
    scores : np.ndarray
        Float32 array (sites, models), 0 to 1; NaN is written as nothing.
    p_values : np.ndarray
        Float64 array (sites, models), 0 to 1; NaN is written as nothing.

    Returns
    -------
    np.ndarray
        uint8 array, the text.
    """
    sites, models = scores.shape
    fixed = middles.size + tails.size + models * (2 * LONGEST + 1)
    out = np.empty(heads.size * models + sites * fixed, np.uint8)
    end, head = 0, 0
    for site in range(sites):
        middle, tail = 0, 0
        for model in range(models):
            end = _copy(heads[head : head_ends[site]], out, end)
            end = _copy(middles[middle : middle_ends[model]], out, end)
            end = write_score(scores[site, model], out, end)
            out[end] = _TAB
            end = write_p_value(p_values[site, model], out, end + 1)
            end = _copy(tails[tail : tail_ends[model]], out, end)
            middle, tail = middle_ends[model], tail_ends[model]
        head = head_ends[site]
    return out[:end]


@compiled()
def write_score(score: float, out: np.ndarray, start: int) -> int:
    """Write the shortest decimal number that is a float32, as `str(np.float32(score))` does.

    Parameters
    ----------
    score : float
        The float32, 0 to 1; NaN is written as nothing.
    out : np.ndarray
        uint8 array to write to.
    start : int
        First byte.

    Returns
    -------
    int
        Index behind the last byte.
    """
    if np.isnan(score):
        return start
    value = np.float64(score)
    exponent = _find_exponent(value)
    number, count = 0, 1
    for count in range(1, DIGITS + 1):
        number = _round(value, count - 1 - exponent)
        if _is_float(number, exponent - count + 1, score):
            break
        # Below a power of two the next float32 is closer than above it.
        if _is_float(number + 1, exponent - count + 1, score):
            number += 1
            break
    last = _write_number(number, exponent, count, value < 1e-4, out, start)
    if value == 0 or value == 1:
        out[last], out[last + 1] = _POINT, _ZERO
        last += 2
    return last


@compiled()
def write_p_value(p_value: float, out: np.ndarray, start: int) -> int:
    """Write a number with three significant digits, as `f"{p_value:.3g}"` does.

    Parameters
    ----------
    p_value : float
        The number, 0 to 1; NaN is written as nothing.
    out : np.ndarray
        uint8 array to write to.
    start : int
        First byte.

    Returns
    -------
    int
        Index behind the last byte.
    """
    if np.isnan(p_value):
        return start
    exponent = _find_exponent(p_value)
    number = _round(p_value, P_DIGITS - 1 - exponent)
    carries = number == 10**P_DIGITS
    return _write_number(number, exponent, P_DIGITS, exponent + carries < -4, out, start)


@compiled()
def _write_number(number: int, exponent: int, count: int, scientific: bool, out: np.ndarray, start: int) -> int:
    """Write `number`, rounded to `count` digits of which the first counts powers of ten to `exponent`."""
    if number == 10**count:
        exponent += 1
        number //= 10
    while count > 1 and number % 10 == 0:
        number //= 10
        count -= 1
    if scientific and number:
        end = _write_digits(number, count, 1, out, start)
        out[end], out[end + 1] = _E, _MINUS
        size = 3 if exponent <= -100 else 2
        return _write_digits(-exponent, size, size, out, end + 2)
    if exponent >= 0 or not number:
        return _write_digits(number, count, 1, out, start)
    out[start], out[start + 1] = _ZERO, _POINT
    return _write_digits(number, count - exponent - 1, count - exponent - 1, out, start + 2)


@compiled()
def _write_digits(number: int, count: int, whole: int, out: np.ndarray, start: int) -> int:
    """Write `count` digits, with zeros in front and a point behind the first `whole` digits."""
    end = start + count + (count > whole)
    for position in range(end - 1, start - 1, -1):
        if position == start + whole and count > whole:
            out[position] = _POINT
        else:
            out[position] = _ZERO + number % 10
            number //= 10
    return end


@compiled()
def _is_float(number: int, power: int, score: float) -> bool:
    """Tell whether the float32 nearest to `number` times ten to the `power` is `score`."""
    return np.float32(_scale(np.float64(number), power)) == np.float32(score)


@compiled()
def _find_exponent(value: float) -> int:
    """Find the power of ten of the first digit of a number from 0 to 1; 0 for 0."""
    if value == 0:
        return 0
    exponent = int(np.floor(np.log10(value)))
    if _scale(value, -exponent) >= 10:  # the logarithm is rounded
        return exponent + 1
    return exponent - 1 if _scale(value, -exponent) < 1 else exponent


@compiled()
def _round(value: float, power: int) -> int:
    """Round `value` times ten to the `power` to a whole number."""
    return int(np.rint(_scale(value, power)))


@compiled()
def _scale(value: float, power: int) -> float:
    """Multiply by ten to the `power`."""
    if power < 0:
        return value / (_EXACT[-power] if -power < _EXACT.size else 10.0**-power)
    return value * (_EXACT[power] if power < _EXACT.size else 10.0**power)


@compiled()
def _copy(letters: np.ndarray, out: np.ndarray, start: int) -> int:
    out[start : start + letters.size] = letters
    return start + letters.size
