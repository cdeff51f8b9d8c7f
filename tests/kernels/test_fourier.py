"""Transforms of blocks, many channels at a time, against numpy's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.kernels.fourier import (
    BLOCK,
    FREQUENCIES,
    PLANES,
    WIDE,
    compute_planes,
    compute_turns,
    transform_backward,
    transform_forward,
)

CLOSE = {np.float32: 2e-5, np.float64: 1e-12}
shapes = given(
    channels=st.integers(WIDE, 3 * WIDE + 1),
    step=st.integers(1, 4),
    hop=st.integers(1, BLOCK),
    blocks=st.integers(1, 3),
    lacking=st.integers(0, 400),
    dtype=st.sampled_from([np.float32, np.float64]),
    seed=st.integers(0, 9),
)


def rows_of_blocks(step: int, hop: int, blocks: int) -> np.ndarray:
    """The rows that each block of each series reads: (blocks x step, 128)."""
    firsts = (np.arange(blocks) * hop * step)[:, None] + np.arange(step)
    return firsts.reshape(-1, 1) + np.arange(BLOCK) * step


@shapes
@settings(max_examples=60, deadline=None)
def test_forward(channels, step, hop, blocks, lacking, dtype, seed):
    places = rows_of_blocks(step, hop, blocks)
    full = np.random.default_rng(seed).normal(size=(places.max() + 1, channels)).astype(dtype)
    full[max(len(full) - lacking, 1) :] = 0
    rows = full[: max(len(full) - lacking, 1)].copy()
    out = np.full((FREQUENCIES, PLANES, blocks * step, channels), np.nan, dtype)
    transform_forward(rows, step, hop, *compute_turns(np.dtype(dtype)), out)
    expected = 2 * np.fft.rfft(full[places].astype(float), axis=1).swapaxes(0, 1)
    scale = CLOSE[dtype] * BLOCK**0.5
    np.testing.assert_allclose(out[:, 0], expected.real, rtol=0, atol=scale)
    np.testing.assert_allclose(out[:, 1], expected.imag, rtol=0, atol=scale)
    np.testing.assert_allclose(out[:, 2], expected.real + expected.imag, rtol=0, atol=scale)


@shapes
@settings(max_examples=60, deadline=None)
def test_backward(channels, step, hop, blocks, lacking, dtype, seed):
    random = np.random.default_rng(seed)
    series = random.normal(size=(BLOCK, blocks * step, channels))
    spectrum, second = np.fft.rfft(series, axis=0) / BLOCK, random.normal(size=(FREQUENCIES, blocks * step, channels))
    first = spectrum.real + second
    made = np.stack([first, second, spectrum.imag + first + second], 1)
    count = max(blocks * hop * step - lacking, 1)
    out = np.full((count, channels), np.nan, dtype)
    bias = random.normal(size=channels).astype(dtype)
    transform_backward(made.astype(dtype), step, hop, *compute_turns(np.dtype(dtype)), bias, out)
    expected = np.full((blocks * hop * step, channels), np.nan)
    for block in range(blocks):
        for residue in range(step):
            begin = block * hop * step + residue
            expected[begin : begin + hop * step : step] = series[:hop, block * step + residue]
    np.testing.assert_allclose(out, expected[:count] + bias, rtol=0, atol=CLOSE[dtype])


@pytest.mark.parametrize("hop", [1, 99, BLOCK])
def test_a_product_of_spectra_is_a_circular_convolution(hop):
    random = np.random.default_rng(hop)
    rows, kernel = random.normal(size=(BLOCK, WIDE)), random.normal(size=(BLOCK, WIDE, 17))
    out, made = np.zeros((FREQUENCIES, PLANES, 1, WIDE)), np.zeros((hop, 17))
    transform_forward(rows, 1, hop, *compute_turns(rows.dtype), out)
    transform_backward(
        np.matmul(out, compute_planes(np.fft.rfft(kernel, axis=0))),
        1,
        hop,
        *compute_turns(rows.dtype),
        np.zeros(17),
        made,
    )
    expected = [sum(rows[(at - t) % BLOCK] @ kernel[t] for t in range(BLOCK)) for at in range(hop)]
    np.testing.assert_allclose(made, expected, rtol=0, atol=1e-11)
