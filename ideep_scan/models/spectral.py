"""A long dilated convolution in the frequency domain: the layer that sums a whole window, at every position.

Positions of one residue modulo the dilation form a series of its own; each series is cut into blocks that overlap by
the kernel (overlap-save), and the convolution of a block is one complex matrix product per frequency: 4 x (block / 2) /
(block - taps) real multiplications for each channel, output and position, where the direct sum takes one per tap.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

BLOCK = 128  # columns of a block, kernel included; 96 to 192 take about equally long for 23 to 40 taps
BLOCKS = 11  # blocks of each residue transformed together: they stay in the cache, and odd, rows do not share its lines


class SpectralConvolution:
    """Cross-correlation of a track with a kernel, as `torch.nn.functional.conv1d` with a dilation.

    Parameters
    ----------
    weight : (outputs, channels, taps), at most `BLOCK` taps.
    step : dilation, columns between neighbouring taps.
    """

    def __init__(self, weight: Tensor, step: int):
        self.outputs, _, self.taps = weight.shape
        self.step, self._hop = step, BLOCK - self.taps + 1
        if self._hop < 1:
            raise ValueError(f"a kernel of {self.taps} taps does not fit into a block of {BLOCK}")
        self._spectrum = torch.fft.rfft(weight.flip(2), n=BLOCK).permute(2, 1, 0).contiguous()

    def __call__(self, track: Tensor) -> Tensor:
        """(channels, length) -> a row per position: (length - (taps - 1) * step, outputs); no padding."""
        count = track.shape[1] - (self.taps - 1) * self.step
        block = self._hop * self.step  # positions that a block of every residue gives
        blocks = -(-count // block)
        out = track.new_empty(blocks * block, self.outputs)
        for first in range(0, blocks, BLOCKS):
            some = min(BLOCKS, blocks - first)
            read = track[:, first * block :][:, : (some * self._hop + self.taps - 1) * self.step]
            self._convolve(read, out[first * block :][: some * block], some)
        return out[:count]

    def _convolve(self, track: Tensor, out: Tensor, blocks: int) -> None:
        """Some blocks of each residue, into `out`; what lacks at the end of the last one is padded."""
        channels, hop, step = len(track), self._hop, self.step
        if (lacking := (blocks * hop + self.taps - 1) * step - track.shape[1]) > 0:
            track = F.pad(track, (0, lacking))
        series = track.as_strided((channels, blocks, step, BLOCK), (track.stride(0), hop * step, 1, step))
        frequencies = torch.fft.rfft(series).permute(3, 1, 2, 0).reshape(-1, blocks * step, channels).contiguous()
        summed = torch.fft.irfft(torch.bmm(frequencies, self._spectrum), n=BLOCK, dim=0)[self.taps - 1 :]
        out.view(blocks, hop, step, self.outputs).copy_(summed.view(hop, blocks, step, self.outputs).transpose(0, 1))
