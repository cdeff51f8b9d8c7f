"""Features of millions of windows in memory: a byte per column of a window, decoded in each batch.

A column of a window has one of few patterns: a base, or a combination of flags.
So its number in a table of patterns replaces it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ideep_scan.features.window_features import Features
from ideep_scan.kernels.onehot import UNKNOWN, encode_onehot


@dataclass(frozen=True, slots=True, eq=False)
class PackedFeatures:
    """Features of n windows, all with the same modalities.

    Attributes
    ----------
    columns : Mapping[str, np.ndarray]
        By modality uint8 (n, width), numbers of patterns.
    patterns : Mapping[str, np.ndarray]
        By modality float32 (patterns, channels).
    centres : Mapping[str, np.ndarray]
        By modality float16 (n, values).
    """

    columns: Mapping[str, np.ndarray]
    patterns: Mapping[str, np.ndarray]
    centres: Mapping[str, np.ndarray]

    def has(self, modality: str, rows: np.ndarray) -> np.ndarray:
        """Tell which windows have a modality: all or none.

        Parameters
        ----------
        modality : str
            Name of the modality.
        rows : np.ndarray
            Int64 (m,), indices of windows.

        Returns
        -------
        np.ndarray
            Bool (m,).
        """
        return np.full(len(rows), modality in self.columns or modality in self.centres)

    def batch(
        self, rows: np.ndarray, device: torch.device | str = "cpu"
    ) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """Decode some windows on a device, as float32 tensors.

        Parameters
        ----------
        rows : np.ndarray
            Int64 (m,), indices of windows.
        device : torch.device or str
            Device of the tensors.

        Returns
        -------
        tuple[dict[str, Tensor], dict[str, Tensor]]
            Window tensors (m, channels, width) and centre tensors (m, values), by modality.
        """
        windows = {}
        for name, columns in self.columns.items():
            table = torch.from_numpy(self.patterns[name]).to(device)
            numbers = torch.from_numpy(columns[rows]).to(device).long()
            windows[name] = table[numbers].transpose(1, 2).contiguous()
        centres = {name: torch.from_numpy(array[rows]).to(device).float() for name, array in self.centres.items()}
        return windows, centres


def list_patterns(flags: int | None) -> np.ndarray:
    """List the patterns of a column.

    Parameters
    ----------
    flags : int or None
        Number of channels that are 0 or 1, up to 8; None for bases.

    Returns
    -------
    np.ndarray
        Float32 (patterns, channels): A C G U and an unknown base; or all combinations, the first flag as lowest bit.

    Examples
    --------
    >>> list_patterns(1).tolist()
    [[0.0], [1.0]]
    """
    if flags is None:
        return np.ascontiguousarray(encode_onehot(np.arange(UNKNOWN + 1, dtype=np.int8)).T)
    return (np.arange(1 << flags)[:, None] >> np.arange(flags) & 1).astype(np.float32)


def pack_features(features: Features) -> PackedFeatures:
    """Pack windows.

    Parameters
    ----------
    features : Features
        Windows with `sequence` as bases; other modalities have up to 8 channels of 0 and 1.

    Returns
    -------
    PackedFeatures
        The same windows. Centre values are rounded to float16.
    """
    columns, patterns = {}, {}
    for name, windows in features.windows.items():
        if name == "sequence":
            columns[name] = np.where(windows.max(1) == 1, windows.argmax(1), UNKNOWN).astype(np.uint8)
            patterns[name] = list_patterns(None)
        else:
            columns[name] = np.packbits(windows.astype(bool), axis=1, bitorder="little")[:, 0]
            patterns[name] = list_patterns(windows.shape[1])
    centres = {name: values.astype(np.float16) for name, values in features.centres.items()}
    return PackedFeatures(columns, patterns, centres)
