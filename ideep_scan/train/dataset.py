"""Features of many windows, made by THE featurizer and kept compactly for training.

It draws no examples (`train/examples.py`) and trains nothing (`train/fit.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ideep_scan.features.featurizer import Featurizer
from ideep_scan.kernels.windows import gather
from ideep_scan.records.span import Strand
from ideep_scan.records.walk import Walk

WINDOWS_PER_TILE = 512
# Smallest types that hold these tensors without loss: one-hot knows 0, 0.25 and 1, the others 0 and 1.
_WINDOW_TYPES = {"sequence": np.float16, "region": np.uint8, "cobinding": np.uint8, "structure": np.float32}


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where windows are centred: arrays of one length. `centre` is a 0-based genome position."""

    chrom: np.ndarray
    strand: np.ndarray
    centre: np.ndarray

    def __len__(self) -> int:
        return len(self.centre)

    def __getitem__(self, rows: np.ndarray) -> Places:
        return Places(self.chrom[rows], self.strand[rows], self.centre[rows])


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """Materialised features: modality -> (n, channels, width) and modality -> (n, values)."""

    windows: Mapping[str, np.ndarray]
    centres: Mapping[str, np.ndarray]

    @property
    def modalities(self) -> frozenset[str]:
        return frozenset(self.windows) | frozenset(self.centres)

    def batch(self, rows: np.ndarray) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """Float32 tensors of some rows: window tensors and centre tensors by modality."""

        def take(arrays: Mapping[str, np.ndarray]) -> dict[str, Tensor]:
            return {name: torch.from_numpy(array[rows].astype(np.float32)) for name, array in arrays.items()}

        return take(self.windows), take(self.centres)


def window_walk(chrom: str, strand: Strand, centres: np.ndarray, window: int) -> tuple[Walk, np.ndarray]:
    """A walk of one block per window, and the index of each window's centre in it.

    Parameters
    ----------
    centres : int64 array (n,), ascending.

    Returns
    -------
    The walk, and int64 array (n,): where `centres[i]` stands on it (descending on the minus strand).
    """
    half = window // 2
    walk = Walk(chrom, strand, tuple((int(c) - half, int(c) - half + window) for c in centres))
    at = half + window * np.arange(len(centres), dtype=np.int64)
    return walk, at if strand == "+" else at[::-1].copy()


def build(featurizer: Featurizer, places: Places, on_progress: Callable[[int], None] = lambda done: None) -> Features:
    """Features of the windows at `places`, in their order; `on_progress` hears how many windows are newly done."""
    spec = featurizer.spec
    widths = {name: width for name, (_, width) in spec.window_shapes().items()}
    windows: dict[str, np.ndarray] = {}
    centres: dict[str, np.ndarray] = {}
    for rows in _tiles(places):
        chrom, strand = str(places.chrom[rows[0]]), places.strand[rows[0]]
        walk, scored = window_walk(chrom, strand, places.centre[rows], spec.window)
        tile = featurizer.tile(walk, scored)
        for name, track in tile.window.items():
            cut = gather(track, scored, widths[name]).astype(_WINDOW_TYPES[name])
            windows.setdefault(name, np.empty((len(places), *cut.shape[1:]), cut.dtype))[rows] = cut
        for name, values in tile.centre.items():
            centres.setdefault(name, np.empty((len(places), len(values)), np.float32))[rows] = values.T
        on_progress(len(rows))
    return Features(windows, centres)


def _tiles(places: Places) -> Iterator[np.ndarray]:
    """Rows of places of one contig and strand, by position, a tile's worth at a time."""
    order = np.lexsort((places.centre, places.strand, places.chrom))
    same = (places.chrom[order][1:] == places.chrom[order][:-1]) & (
        places.strand[order][1:] == places.strand[order][:-1]
    )
    for group in np.split(order, np.flatnonzero(~same) + 1):
        for first in range(0, len(group), WINDOWS_PER_TILE):
            yield group[first : first + WINDOWS_PER_TILE]
