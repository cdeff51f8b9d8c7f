"""Features of many single windows, computed by the featurizer and stored compactly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from ideep_scan.features.featurizer import Featurizer
from ideep_scan.features.modalities.registry import get_modality, list_window_shapes
from ideep_scan.kernels.onehot import encode_onehot
from ideep_scan.kernels.windows import gather
from ideep_scan.records.places import Places, build_window_walks

WINDOWS_PER_TILE = 512


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """Features of n windows.

    Attributes
    ----------
    windows : Mapping[str, np.ndarray]
        By modality (n, channels, width).
    centres : Mapping[str, np.ndarray]
        By modality (n, values).
    presence : Mapping[str, np.ndarray]
        By modality bool (n,), True for windows that have it.
        A modality that is not a key is present in every window.
    """

    windows: Mapping[str, np.ndarray]
    centres: Mapping[str, np.ndarray]
    presence: Mapping[str, np.ndarray] = field(default_factory=dict)

    @property
    def modalities(self) -> frozenset[str]:
        """All modalities of the windows."""
        return frozenset(self.windows) | frozenset(self.centres)

    def only(self, *modalities: str) -> Features:
        """Select some modalities of the same windows.

        Parameters
        ----------
        *modalities : str
            Names of the modalities.

        Returns
        -------
        Features
            Features without the other modalities.
        """
        windows, centres = self.windows, self.centres
        return Features(
            {name: array for name, array in windows.items() if name in modalities},
            {name: array for name, array in centres.items() if name in modalities},
            {name: array for name, array in self.presence.items() if name in modalities},
        )

    def has(self, modality: str, rows: np.ndarray) -> np.ndarray:
        """Tell which windows have a modality.

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
        mask = self.presence.get(modality)
        return np.ones(len(rows), bool) if mask is None else mask[rows]

    def batch(
        self, rows: np.ndarray, device: torch.device | str = "cpu"
    ) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """Copy some windows to a device, as float32 tensors.

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

        def take(arrays: Mapping[str, np.ndarray]) -> dict[str, Tensor]:
            return {name: torch.from_numpy(array[rows]).to(device).float() for name, array in arrays.items()}

        return take(self.windows), take(self.centres)


def compute_features(
    featurizer: Featurizer, places: Places, on_progress: Callable[[int], None] = lambda done: None
) -> Features:
    """Compute the features of the windows at `places`.

    Parameters
    ----------
    featurizer : Featurizer
        The featurizer that scans use too.
    places : Places
        Centres of n windows.
    on_progress : Callable[[int], None]
        Called with the number of windows computed since the last call.

    Returns
    -------
    Features
        Features of the n windows, in the order of `places`.
    """
    spec = featurizer.spec
    widths = {name: width for name, (_, width) in list_window_shapes(spec).items()}
    windows: dict[str, np.ndarray] = {}
    centres: dict[str, np.ndarray] = {}
    for rows, walk, scored in build_window_walks(places, spec.window, WINDOWS_PER_TILE):
        tile = featurizer.tile(walk, scored)
        for name, track in tile.window.items():
            cut = gather(track, scored, widths[name]).astype(get_modality(name).storage)
            windows.setdefault(name, np.empty((len(places), *cut.shape[1:]), cut.dtype))[rows] = cut
        for name, values in tile.centre.items():
            centres.setdefault(name, np.empty((len(places), len(values)), np.float32))[rows] = values.T
        on_progress(len(rows))
    return Features(windows, centres)


def read_window_codes(featurizer: Featurizer, places: Places) -> np.ndarray:
    """Read the bases of windows.

    Parameters
    ----------
    featurizer : Featurizer
        Source of the sequence, and width of a window.
    places : Places
        Centres of n windows.

    Returns
    -------
    np.ndarray
        Int8 array (n, width), 0-4, 5'→3' on the RNA's strand.
    """
    spec = featurizer.spec
    codes = np.zeros((len(places), spec.window), np.int8)
    offsets = np.arange(-spec.half, spec.half + 1)
    for rows, walk, scored in build_window_walks(places, spec.window, WINDOWS_PER_TILE):
        codes[rows] = featurizer.codes(walk)[scored[:, None] + offsets]
    return codes


def encode_windows(codes: np.ndarray) -> Features:
    """Compute the features of windows that have no place in a genome: their sequence alone.

    Parameters
    ----------
    codes : np.ndarray
        Int8 array (n, width), 0-4, 5'→3' on the RNA's strand.

    Returns
    -------
    Features
        The one-hot sequence of the n windows.
    """
    onehot = encode_onehot(np.ascontiguousarray(codes).ravel())
    return Features({"sequence": onehot.reshape(len(onehot), *codes.shape).transpose(1, 0, 2)}, {})
