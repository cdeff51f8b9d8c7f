"""Long convolutions in the frequency domain against torch's direct ones."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from ideep_scan.models.spectral import BLOCK, BLOCKS, SpectralConvolution


def tensor(seed: int, *shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@settings(max_examples=60, deadline=None)
@given(
    channels=st.integers(1, 5),
    outputs=st.integers(1, 5),
    taps=st.integers(1, 40),
    step=st.integers(1, 4),
    more=st.integers(1, 700),
    seed=st.integers(0, 9),
)
@torch.inference_mode()
def test_equals_the_direct_sum(channels, outputs, taps, step, more, seed):
    weight, track = tensor(seed, outputs, channels, taps), tensor(seed + 1, channels, (taps - 1) * step + more)
    bias = tensor(seed + 2, outputs)
    made = SpectralConvolution(weight, bias, step)(track.T)
    expected = F.conv1d(track[None].double(), weight.double(), bias.double(), dilation=step)[0].T
    assert made.shape == (more, outputs)
    scale = (channels * taps) ** 0.5
    torch.testing.assert_close(made.double(), expected, rtol=0, atol=2e-6 * scale)


@pytest.mark.parametrize("taps", [1, 30, BLOCK])
@torch.inference_mode()
def test_more_than_one_stretch(taps):
    hop = BLOCK - taps + 1
    length = BLOCKS * hop * 3 + 2 * hop + (taps - 1) * 3 + 5
    weight, track = tensor(0, 3, 2, taps).double(), tensor(1, 2, length).double()
    made = SpectralConvolution(weight, torch.zeros(3).double(), 3)(track.T)
    torch.testing.assert_close(made, F.conv1d(track[None], weight, dilation=3)[0].T, rtol=0, atol=1e-11)


@torch.inference_mode()
def test_a_track_that_is_a_view_is_left_as_it_is():
    whole = tensor(2, 4, 300)
    before, part = whole.clone(), whole[1:3, 20:220]
    weight = tensor(3, 2, 2, 9)
    made = SpectralConvolution(weight, torch.zeros(2), 2)(part.T)
    torch.testing.assert_close(made, F.conv1d(part[None], weight, dilation=2)[0].T, rtol=1e-5, atol=1e-5)
    assert torch.equal(whole, before)


def test_a_kernel_longer_than_a_block():
    with pytest.raises(ValueError, match="129 taps"):
        SpectralConvolution(torch.zeros(1, 1, BLOCK + 1), torch.zeros(1), 1)
