"""Fourier transforms of blocks of 128 positions, many channels at a time: what a long convolution needs, and no more.

A row holds the channels of a position side by side, so that every step of a transform is one of vectors. Even rows are
the real and odd rows the imaginary parts of a complex transform of 64, in three steps of radix 4 (Cooley and Tukey
1965); from that the transform of the 128 real rows is put together. A spectrum is kept as its real part, its imaginary
part and their sum: so a complex product is three real ones (Karatsuba), and these are products of matrices.

Indices are written so that the compiler makes vectors of the loops over channels: where it can tell neither their sign
nor that two stretches lie apart, it does not.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numba import njit

from ideep_scan.kernels.compile_cache import compiled

BLOCK = 128  # positions of a transform
FREQUENCIES, PLANES = BLOCK // 2 + 1, 3
WIDE = 16  # channels transformed together, and the fewest there may be
_HALF = BLOCK // 2
_IMAGINARY = _HALF * WIDE  # in the work array: where imaginary parts begin
_SIZE, _HELD = 2 * _IMAGINARY, FREQUENCIES * PLANES * WIDE
_REVERSED = np.array([16 * (i % 4) + 4 * (i // 4 % 4) + i // 16 for i in range(_HALF)])
_jit = compiled(fastmath={"contract"})


def turns(dtype: np.dtype) -> tuple[np.ndarray, np.ndarray]:
    """Cosine and sine of the turns of a transform, as `forward` and `backward` want them: (128,) each."""
    turn = np.exp(-2j * np.pi * np.arange(BLOCK) / BLOCK)
    return turn.real.astype(dtype), turn.imag.astype(dtype)


def planes(spectrum: np.ndarray) -> np.ndarray:
    """What to multiply the planes of `forward` by, so that `backward` gives what a kernel of this spectrum makes.

    Parameters
    ----------
    spectrum : np.ndarray
        Complex (65, ...), of a kernel.

    Returns
    -------
    np.ndarray
        Real (65, 3, ...).
    """
    scaled = spectrum / (2 * BLOCK)  # `forward` doubles, `backward` does not divide
    return np.stack([scaled.real, scaled.imag, scaled.real + scaled.imag], 1)


def _radix_4(span: int) -> Callable[..., None]:
    """A step of the complex transform, which joins four transforms of `span`, in place."""
    near, turn = span * WIDE, BLOCK // (4 * span)

    @_jit
    def step(work: np.ndarray, cos: np.ndarray, sin: np.ndarray) -> None:
        for group in range(0, _IMAGINARY, 4 * near):
            for k in range(span):
                r1, i1 = cos[turn * k], sin[turn * k]
                r2, i2 = cos[2 * turn * k], sin[2 * turn * k]
                r3, i3 = cos[3 * turn * k], sin[3 * turn * k]
                for i in range(group + k * WIDE, group + k * WIDE + WIDE):
                    ar, ai = work[i], work[i + _IMAGINARY]
                    br, bi = work[i + near], work[i + near + _IMAGINARY]
                    cr, ci = work[i + 2 * near], work[i + 2 * near + _IMAGINARY]
                    dr, di = work[i + 3 * near], work[i + 3 * near + _IMAGINARY]
                    if span > 1:
                        br, bi = br * r1 - bi * i1, br * i1 + bi * r1
                        cr, ci = cr * r2 - ci * i2, cr * i2 + ci * r2
                        dr, di = dr * r3 - di * i3, dr * i3 + di * r3
                    evenr, eveni, oddr, oddi = ar + cr, ai + ci, br + dr, bi + di
                    work[i], work[i + _IMAGINARY] = evenr + oddr, eveni + oddi
                    work[i + 2 * near], work[i + 2 * near + _IMAGINARY] = evenr - oddr, eveni - oddi
                    evenr, eveni, oddr, oddi = ar - cr, ai - ci, br - dr, bi - di
                    work[i + near], work[i + near + _IMAGINARY] = evenr + oddi, eveni - oddr
                    work[i + 3 * near], work[i + 3 * near + _IMAGINARY] = evenr - oddi, eveni + oddr

    return step


_first, _second, _third = _radix_4(1), _radix_4(4), _radix_4(16)


@njit(inline="always")
def _copy(read: np.ndarray, start: int, write: np.ndarray, to: int) -> None:
    """The channels of a tile, from one flat array to another."""
    begin, end = np.uint64(start), np.uint64(to)
    for c in range(WIDE):
        write[end + np.uint64(c)] = read[begin + np.uint64(c)]


@_jit
def _transform(work: np.ndarray, cos: np.ndarray, sin: np.ndarray) -> None:
    """The complex transform of 64, in place; its input in the order of `_REVERSED`."""
    _first(work, cos, sin)
    _second(work, cos, sin)
    _third(work, cos, sin)


@_jit
def forward(rows: np.ndarray, step: int, hop: int, cos: np.ndarray, sin: np.ndarray, out: np.ndarray) -> None:
    """Transforms of blocks of a track: twice their spectra.

    Parameters
    ----------
    rows : np.ndarray
        (length, channels), at least `WIDE` channels; 0 is read behind its end.
    step : int
        Rows from one position of a block to the next; there are as many series of blocks.
    hop : int
        Positions from one block of a series to the next.
    cos, sin : np.ndarray
        See `turns`.
    out : np.ndarray
        (65, 3, blocks x step, channels), where to put them: block by block the series, each frequency by planes.
    """
    length, channels = rows.shape
    blocks = out.shape[2]
    read, write = rows.reshape(-1), out.reshape(-1)
    work, held = np.zeros(_SIZE, rows.dtype), np.zeros(-(-channels // WIDE) * _HELD, rows.dtype)
    for at in range(blocks):
        first = at // step * hop * step + at % step
        for tile in range(0, channels, WIDE):
            left, hold = min(tile, channels - WIDE), tile * FREQUENCIES * PLANES
            for i in range(_HALF):
                even = first + 2 * _REVERSED[i] * step
                odd, base = even + step, i * WIDE
                if odd < length:
                    _copy(read, even * channels + left, work, base)
                    _copy(read, odd * channels + left, work, base + _IMAGINARY)
                elif even < length:
                    _copy(read, even * channels + left, work, base)
                    work[base + _IMAGINARY : base + _IMAGINARY + WIDE] = 0
                else:
                    work[base : base + WIDE] = 0
                    work[base + _IMAGINARY : base + _IMAGINARY + WIDE] = 0
            _transform(work, cos, sin)
            for k in range(_HALF // 2 + 1):
                near, far, r, i = k * WIDE, (_HALF - k) % _HALF * WIDE, cos[k], sin[k]
                nears, nears_i = work[near : near + WIDE], work[near + _IMAGINARY : near + _IMAGINARY + WIDE]
                fars, fars_i = work[far : far + WIDE], work[far + _IMAGINARY : far + _IMAGINARY + WIDE]
                low, high = hold + k * PLANES * WIDE, hold + (_HALF - k) * PLANES * WIDE
                lows, highs = held[low : low + PLANES * WIDE], held[high : high + PLANES * WIDE]
                for c in range(WIDE):
                    er, ei = nears[c] + fars[c], nears_i[c] - fars_i[c]
                    dr, di = nears_i[c] + fars_i[c], fars[c] - nears[c]
                    pr, pi = dr * r - di * i, dr * i + di * r
                    lows[c], lows[WIDE + c], lows[2 * WIDE + c] = er + pr, ei + pi, er + pr + (ei + pi)
                    highs[c], highs[WIDE + c], highs[2 * WIDE + c] = er - pr, pi - ei, er - pr + (pi - ei)
        for k in range(FREQUENCIES):
            for plane in range(PLANES):
                base = ((k * PLANES + plane) * blocks + at) * channels
                for tile in range(0, channels, WIDE):
                    begin = (tile * FREQUENCIES + k * WIDE) * PLANES + plane * WIDE
                    _copy(held, begin, write, base + min(tile, channels - WIDE))


@_jit
def backward(
    spectra: np.ndarray, step: int, hop: int, cos: np.ndarray, sin: np.ndarray, bias: np.ndarray, out: np.ndarray
) -> None:
    """The first `hop` positions of each block, 128 times the inverse transform of the spectrum of the products.

    Parameters
    ----------
    spectra : np.ndarray
        (65, 3, blocks x step, outputs), at least `WIDE` outputs: products of real parts, of imaginary parts, and of
        their sums.
    step, hop, cos, sin : int
        As for `forward`.
    bias : np.ndarray
        (outputs,), to add.
    out : np.ndarray
        (count, outputs), where to put a row per position; what lies behind its end is left out.
    """
    count, outputs = out.shape
    blocks = spectra.shape[2]
    read, write = spectra.reshape(-1), out.reshape(-1)
    work, held = np.zeros(_SIZE, out.dtype), np.zeros(-(-outputs // WIDE) * _HELD, out.dtype)
    for at in range(blocks):
        first = at // step * hop * step + at % step
        for k in range(FREQUENCIES):
            for plane in range(PLANES):
                base = ((k * PLANES + plane) * blocks + at) * outputs
                for tile in range(0, outputs, WIDE):
                    begin = (tile * FREQUENCIES + k * WIDE) * PLANES + plane * WIDE
                    _copy(read, base + min(tile, outputs - WIDE), held, begin)
        for tile in range(0, outputs, WIDE):
            left, hold = min(tile, outputs - WIDE), tile * FREQUENCIES * PLANES
            for k in range(_HALF // 2 + 1):
                r, i = cos[k], sin[k]
                low, high = hold + k * PLANES * WIDE, hold + (_HALF - k) * PLANES * WIDE
                lows, highs = held[low : low + PLANES * WIDE], held[high : high + PLANES * WIDE]
                near, far = _REVERSED[k] * WIDE, _REVERSED[(_HALF - k) % _HALF] * WIDE
                nears, nears_i = work[near : near + WIDE], work[near + _IMAGINARY : near + _IMAGINARY + WIDE]
                fars, fars_i = work[far : far + WIDE], work[far + _IMAGINARY : far + _IMAGINARY + WIDE]
                for c in range(WIDE):
                    xr, xi = lows[c] - lows[WIDE + c], lows[2 * WIDE + c] - lows[c] - lows[WIDE + c]
                    yr, yi = highs[c] - highs[WIDE + c], highs[2 * WIDE + c] - highs[c] - highs[WIDE + c]
                    er, ei, dr, di = xr + yr, xi - yi, xr - yr, xi + yi
                    pr, pi = dr * r + di * i, di * r - dr * i
                    # real and imaginary parts change places: so the same steps turn the other way
                    fars[c], fars_i[c] = pr - ei, er + pi
                    nears[c], nears_i[c] = ei + pr, er - pi
            _transform(work, cos, sin)
            added = bias[left : left + WIDE]
            for position in range(hop):
                row = first + position * step
                if row >= count:
                    break
                at_work, to = position // 2 * WIDE + (position + 1) % 2 * _IMAGINARY, np.uint64(row * outputs + left)
                made = work[at_work : at_work + WIDE]
                for c in range(WIDE):
                    write[to + np.uint64(c)] = made[c] + added[c]
