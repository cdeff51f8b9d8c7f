"""Fourier transforms of blocks of 128 positions, for many channels at a time, as long convolutions need them.

They are written here because library transforms expect one channel per row and return complex numbers.
A row holds the channels of a position side by side, so every step of a transform works on vectors.
Even rows are the real parts and odd rows the imaginary parts of a complex transform of 64.
It takes three steps of radix 4 (Cooley and Tukey 1965), from which the transform of the 128 real rows follows.
A spectrum is stored as three planes: real part, imaginary part and their sum.
So a complex product becomes three real matrix products (Karatsuba).

Indices are written so that the compiler vectorises the loops over channels.
It does so only if it can tell that indices are not negative and arrays do not overlap.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numba import njit

from ideep_scan.kernels.compile_cache import compiled

BLOCK = 128  # positions of a transform
FREQUENCIES, PLANES = BLOCK // 2 + 1, 3
WIDE = 16  # channels transformed together, and the minimum number of channels
_HALF = BLOCK // 2
_IMAGINARY = _HALF * WIDE  # offset of the imaginary parts in the work array
_SIZE = 2 * _IMAGINARY  # values of the work array
_SPECTRUM = FREQUENCIES * PLANES * WIDE  # values of the spectra of WIDE channels
_REVERSED = np.array([16 * (i % 4) + 4 * (i // 4 % 4) + i // 16 for i in range(_HALF)])
_jit = compiled(fastmath={"contract"})


def compute_turns(dtype: np.dtype) -> tuple[np.ndarray, np.ndarray]:
    """Compute cosine and sine of the turns of a transform.

    Parameters
    ----------
    dtype : np.dtype
        Precision of the result.

    Returns
    -------
    tuple[np.ndarray, np.ndarray]
        Cosine and sine, arrays (128,), for `transform_forward` and `transform_backward`.
    """
    turn = np.exp(-2j * np.pi * np.arange(BLOCK) / BLOCK)
    return turn.real.astype(dtype), turn.imag.astype(dtype)


def compute_planes(spectrum: np.ndarray) -> np.ndarray:
    """Convert the spectrum of a kernel to planes that multiply the planes of `transform_forward`.

    `transform_backward` turns the products into the convolution with that kernel.

    Parameters
    ----------
    spectrum : np.ndarray
        Complex array (65, ...), the spectrum of a kernel.

    Returns
    -------
    np.ndarray
        Real array (65, 3, ...).
    """
    scaled = spectrum / (2 * BLOCK)  # `transform_forward` doubles the values, and `transform_backward` does not divide
    return np.stack([scaled.real, scaled.imag, scaled.real + scaled.imag], 1)


def _radix_4(span: int) -> Callable[..., None]:
    """Compile a step of the complex transform, which joins four transforms of `span`, in place."""
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
    """Copy WIDE channels from one flat array to another."""
    begin, end = np.uint64(start), np.uint64(to)
    for c in range(WIDE):
        write[end + np.uint64(c)] = read[begin + np.uint64(c)]


@_jit
def _transform(work: np.ndarray, cos: np.ndarray, sin: np.ndarray) -> None:
    """Compute the complex transform of 64, in place; its input is in the order of `_REVERSED`."""
    _first(work, cos, sin)
    _second(work, cos, sin)
    _third(work, cos, sin)


@_jit
def transform_forward(rows: np.ndarray, step: int, hop: int, cos: np.ndarray, sin: np.ndarray, out: np.ndarray) -> None:
    """Transform the blocks of a track; the result is twice their spectra.

    Parameters
    ----------
    rows : np.ndarray
        Array (length, channels), at least `WIDE` channels; rows after the end count as 0.
    step : int
        Rows between neighbouring positions of a block, which is also the number of series.
    hop : int
        Positions from one block of a series to the next.
    cos, sin : np.ndarray
        Arrays from `compute_turns`.
    out : np.ndarray
        Array (65, 3, blocks x step, channels), which is filled: block by block the series, each frequency by planes.
    """
    length, channels = rows.shape
    blocks = out.shape[2]
    read, write = rows.reshape(-1), out.reshape(-1)
    work, spectrum = np.zeros(_SIZE, rows.dtype), np.zeros(-(-channels // WIDE) * _SPECTRUM, rows.dtype)
    for block in range(blocks):
        first = block // step * hop * step + block % step
        for tile in range(0, channels, WIDE):
            left, base_plane = min(tile, channels - WIDE), tile * FREQUENCIES * PLANES
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
                near_real, near_imaginary = work[near : near + WIDE], work[near + _IMAGINARY : near + _IMAGINARY + WIDE]
                far_real, far_imaginary = work[far : far + WIDE], work[far + _IMAGINARY : far + _IMAGINARY + WIDE]
                low, high = base_plane + k * PLANES * WIDE, base_plane + (_HALF - k) * PLANES * WIDE
                lows, highs = spectrum[low : low + PLANES * WIDE], spectrum[high : high + PLANES * WIDE]
                for c in range(WIDE):
                    er, ei = near_real[c] + far_real[c], near_imaginary[c] - far_imaginary[c]
                    dr, di = near_imaginary[c] + far_imaginary[c], far_real[c] - near_real[c]
                    pr, pi = dr * r - di * i, dr * i + di * r
                    lows[c], lows[WIDE + c], lows[2 * WIDE + c] = er + pr, ei + pi, er + pr + (ei + pi)
                    highs[c], highs[WIDE + c], highs[2 * WIDE + c] = er - pr, pi - ei, er - pr + (pi - ei)
        for k in range(FREQUENCIES):
            for plane in range(PLANES):
                base = ((k * PLANES + plane) * blocks + block) * channels
                for tile in range(0, channels, WIDE):
                    begin = (tile * FREQUENCIES + k * WIDE) * PLANES + plane * WIDE
                    _copy(spectrum, begin, write, base + min(tile, channels - WIDE))


@_jit
def transform_backward(
    spectra: np.ndarray, step: int, hop: int, cos: np.ndarray, sin: np.ndarray, bias: np.ndarray, out: np.ndarray
) -> None:
    """Transform the spectra of products back, times 128, and keep the first `hop` positions of each block.

    Parameters
    ----------
    spectra : np.ndarray
        Array (65, 3, blocks x step, outputs), at least `WIDE` outputs.
        Products of real parts, of imaginary parts, and of their sums.
    step : int
        Rows between neighbouring positions of a block, as for `transform_forward`.
    hop : int
        Positions from one block of a series to the next, as for `transform_forward`.
    cos, sin : np.ndarray
        Arrays from `compute_turns`.
    bias : np.ndarray
        Array (outputs,), added to every row.
    out : np.ndarray
        Array (count, outputs), which is filled, a row per position; positions after its end are dropped.
    """
    count, outputs = out.shape
    blocks = spectra.shape[2]
    read, write = spectra.reshape(-1), out.reshape(-1)
    work, spectrum = np.zeros(_SIZE, out.dtype), np.zeros(-(-outputs // WIDE) * _SPECTRUM, out.dtype)
    for block in range(blocks):
        first = block // step * hop * step + block % step
        for k in range(FREQUENCIES):
            for plane in range(PLANES):
                base = ((k * PLANES + plane) * blocks + block) * outputs
                for tile in range(0, outputs, WIDE):
                    begin = (tile * FREQUENCIES + k * WIDE) * PLANES + plane * WIDE
                    _copy(read, base + min(tile, outputs - WIDE), spectrum, begin)
        for tile in range(0, outputs, WIDE):
            left, base_plane = min(tile, outputs - WIDE), tile * FREQUENCIES * PLANES
            for k in range(_HALF // 2 + 1):
                r, i = cos[k], sin[k]
                low, high = base_plane + k * PLANES * WIDE, base_plane + (_HALF - k) * PLANES * WIDE
                lows, highs = spectrum[low : low + PLANES * WIDE], spectrum[high : high + PLANES * WIDE]
                near, far = _REVERSED[k] * WIDE, _REVERSED[(_HALF - k) % _HALF] * WIDE
                near_real, near_imaginary = work[near : near + WIDE], work[near + _IMAGINARY : near + _IMAGINARY + WIDE]
                far_real, far_imaginary = work[far : far + WIDE], work[far + _IMAGINARY : far + _IMAGINARY + WIDE]
                for c in range(WIDE):
                    xr, xi = lows[c] - lows[WIDE + c], lows[2 * WIDE + c] - lows[c] - lows[WIDE + c]
                    yr, yi = highs[c] - highs[WIDE + c], highs[2 * WIDE + c] - highs[c] - highs[WIDE + c]
                    er, ei, dr, di = xr + yr, xi - yi, xr - yr, xi + yi
                    pr, pi = dr * r + di * i, di * r - dr * i
                    # swapping real and imaginary parts makes the same steps an inverse transform
                    far_real[c], far_imaginary[c] = pr - ei, er + pi
                    near_real[c], near_imaginary[c] = ei + pr, er - pi
            _transform(work, cos, sin)
            tile_bias = bias[left : left + WIDE]
            for position in range(hop):
                row = first + position * step
                if row >= count:
                    break
                source, target = position // 2 * WIDE + (position + 1) % 2 * _IMAGINARY, np.uint64(row * outputs + left)
                values = work[source : source + WIDE]
                for c in range(WIDE):
                    write[target + np.uint64(c)] = values[c] + tile_bias[c]
