"""Long dilated convolutions in the frequency domain, for the layer that sums a window at every position.

Positions with the same residue modulo the dilation form one series.
Each series is cut into blocks that overlap by the kernel (overlap-save).
The convolution of a block is one complex matrix product per frequency, computed as three real ones.
Per channel, output and position it takes 3 x (block / 2) / (block - taps) multiplications.
The direct sum takes one per tap.
`kernels/fourier.py` has the transforms.
"""

from __future__ import annotations

import numpy as np
from torch import Tensor
from torch.nn import functional as F

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

BLOCKS = 7  # blocks of each residue that are transformed together; their spectra stay in the cache


class SpectralConvolution:
    """Cross-correlation of a track with a kernel, as `torch.nn.functional.conv1d` with a dilation, on a CPU.

    Parameters
    ----------
    weight : Tensor
        (outputs, channels, taps), with at most `BLOCK` taps.
    bias : Tensor
        (outputs,).
    step : int
        Rows between neighbouring taps (the dilation).

    Raises
    ------
    ValueError
        The kernel has more taps than a block has positions.
    """

    def __init__(self, weight: Tensor, bias: Tensor, step: int):
        self.outputs, self._channels, taps = weight.shape
        self.step = step
        self.taps = taps
        self._hop = BLOCK - taps + 1
        if self._hop < 1:
            raise ValueError(f"a kernel of {taps} taps does not fit into a block of {BLOCK}")
        kernel = np.zeros((BLOCK, max(self._channels, WIDE), max(self.outputs, WIDE)))
        kernel[:taps, : self._channels, : self.outputs] = weight.permute(2, 1, 0).numpy()
        self._kernel = compute_planes(np.fft.rfft(kernel, axis=0).conj()).astype(weight.numpy().dtype)
        self._bias = F.pad(bias, (0, self._kernel.shape[-1] - self.outputs)).numpy()
        self._turns = compute_turns(self._kernel.dtype)

    def __call__(self, rows: Tensor) -> Tensor:
        """Convolve rows without padding: (length, channels) -> (length - (taps - 1) * step, outputs)."""
        count = len(rows) - (self.taps - 1) * self.step
        rows = (rows if self._channels >= WIDE else F.pad(rows, (0, WIDE - self._channels))).contiguous()
        out = rows.new_empty(count, self._kernel.shape[-1])
        length = BLOCKS * self._hop * self.step  # positions of BLOCKS blocks of every residue
        for first in range(0, count, length):
            self._convolve(rows[first:].numpy(), out[first : first + length].numpy())
        return out[:, : self.outputs]

    def _convolve(self, rows: np.ndarray, out: np.ndarray) -> None:
        """Convolve the blocks that fill `out`; missing rows are 0."""
        blocks = -(-len(out) // (self._hop * self.step)) * self.step
        spectra = np.empty((FREQUENCIES, PLANES, blocks, rows.shape[1]), rows.dtype)
        transform_forward(rows, self.step, self._hop, *self._turns, spectra)
        transform_backward(multiply_planes(spectra, self._kernel), self.step, self._hop, *self._turns, self._bias, out)


def multiply_planes(spectra: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Multiply each plane of each frequency, by OpenBLAS, which is faster than MKL for few rows."""
    return np.matmul(spectra, kernel)
