"""A network on a device: probabilities and drivers for the positions of a tile, all rows of output in one pass."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext

import numpy as np
import torch

from ideep_scan.errors import IdeepScanError, InputError
from ideep_scan.features.featurizer import Tile
from ideep_scan.features.modalities.registry import list_names
from ideep_scan.models.dense import DenseNetwork
from ideep_scan.models.dense_branches import Part
from ideep_scan.models.network import IDeepNetwork
from ideep_scan.process import SharedContext

PRECISIONS = ("auto", "fp32", "bf16")
FEWEST = 256  # positions of a tile that is not split further if memory runs out
SELECTED = 4096  # positions whose drivers are computed together
Arrays = tuple[np.ndarray, ...]
_WITHOUT_TF32 = SharedContext(lambda: torch.backends.cudnn.flags(enabled=True, allow_tf32=False))


class DeviceNetwork:
    """A network on a device, at a precision, which reads some modalities; a `models.tile_scores.TileNetwork`.

    One pass computes all rows of its output.
    So the scores of a row are the same to the last bit, whichever other rows are computed.

    Parameters
    ----------
    network : IDeepNetwork
        The network; it is moved to `device`.
    modalities : collection of str
        Modalities to read; others that a tile has are ignored.
    device : torch.device
        Device to compute on.
    precision : str
        'fp32', 'bf16', or 'auto' (fp32).

    Raises
    ------
    InputError
        The precision is not one of these.
    """

    def __init__(
        self, network: IDeepNetwork, modalities: Collection[str], device: torch.device, precision: str = "auto"
    ):
        if precision not in PRECISIONS:
            raise InputError(f"--precision {precision} is not known: use {', '.join(PRECISIONS)}")
        self.modalities = frozenset(modalities)
        self.device = device
        self.precision = "fp32" if precision == "auto" else precision
        self._half = network.config.window // 2
        self._network = DenseNetwork(network.to(device).eval(), half=self.precision == "bf16")
        self._exact = exact_arithmetic(device)
        self._limit = sys.maxsize  # positions of a tile; lowered when memory runs out

    def score_rows(self, tile: Tile, rows: Sequence[int]) -> np.ndarray:
        """Compute the probability of a binding site at each scored position.

        A tile that does not fit in the device's memory is scored in halves.

        Parameters
        ----------
        tile : Tile
            Features of a walk, and its n scored positions.
        rows : sequence of int
            Rows of the output layer.

        Returns
        -------
        np.ndarray
            Float32 array (rows, n), 0 to 1, in the order of the walk.

        Raises
        ------
        IdeepScanError
            Even a few positions do not fit in memory.
        """
        return self._in_memory(tile, lambda part: (self._score(part, rows),))[0]

    def score_rows_and_drivers(
        self, tile: Tile, rows: Sequence[int], thresholds: Sequence[float]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Compute scores, and the driver of each high score.

        The driver is the modality whose removal lowers the log odds most.

        Parameters
        ----------
        tile : Tile
            Features of a walk, and its n scored positions.
        rows : sequence of int
            Rows of the output layer.
        thresholds : sequence of float
            For each row, positions that score less (compared as float32) get no driver.

        Returns
        -------
        scores : np.ndarray
            Float32 array (rows, n), as `score_rows` returns it.
        drivers : np.ndarray
            Int8 array (rows, n), index into `registry.names()`.
            It is -1 below the threshold, if the model reads only one modality, and if no removal lowers the log odds.

        Raises
        ------
        IdeepScanError
            Even a few positions do not fit in memory.
        """
        lowest = np.array(thresholds, np.float32)[:, None]
        scores, drivers = self._in_memory(tile, lambda part: self._score_and_drivers(part, rows, lowest))
        return scores, drivers

    @torch.inference_mode()
    def measure_falls(self, tile: Tile, row: int) -> dict[str, np.ndarray]:
        """Compute how far the log odds fall without each modality.

        Parameters
        ----------
        tile : Tile
            Features of a walk, and its n scored positions, few enough for memory.
        row : int
            Row of the output layer.

        Returns
        -------
        dict of str to np.ndarray
            Float32 array (n,) by modality, natural logarithm; negative if the log odds rise without it.
            Empty if the model reads only one modality.
        """
        windows, centres, scored = self._evidence(tile)
        modalities = windows.keys() | centres.keys()
        if len(modalities) < 2:
            return {}
        with self._exact:
            parts = self._network.parts(windows, centres, scored)
            columns = self._tensor(np.arange(len(tile.scored)))
            return {
                list_names()[number]: falls[0].float().cpu().numpy()
                for number, falls in self._falls(parts, columns, [row], modalities=modalities)
            }

    def _in_memory(self, tile: Tile, work: Callable[[Tile], Arrays]) -> Arrays:
        """Apply `work` to a tile; if memory runs out, apply it to its halves and join the results."""
        count = len(tile.scored)
        if count <= self._limit:
            try:
                with self._exact:
                    return work(tile)
            except torch.OutOfMemoryError as error:
                if count < FEWEST:
                    raise IdeepScanError(
                        f"{self.device}: too little memory for {count} positions: "
                        "end other programs on this device, or use --device cpu"
                    ) from error
                self._limit = count // 2
                torch.cuda.empty_cache()
        first, second = (self._in_memory(part, work) for part in _halves(tile, self._half))
        return tuple(np.concatenate(pair, axis=1) for pair in zip(first, second, strict=True))

    @torch.inference_mode()
    def _score(self, tile: Tile, rows: Sequence[int]) -> np.ndarray:
        windows, centres, scored = self._evidence(tile)
        return self._probabilities(self._network.parts(windows, centres, scored), rows, len(scored))

    @torch.inference_mode()
    def _score_and_drivers(self, tile: Tile, rows: Sequence[int], lowest: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        windows, centres, scored = self._evidence(tile)
        parts = self._network.parts(windows, centres, scored)
        scores = self._probabilities(parts, rows, len(scored))
        modalities = windows.keys() | centres.keys()
        drivers = np.full(scores.shape, -1, np.int8)
        high = scores >= lowest
        if len(modalities) > 1:
            for columns in self._tensor(np.flatnonzero(high.any(0))).split(SELECTED):
                block = columns.cpu().numpy()
                drivers[:, block] = self._drivers(parts, columns, rows, modalities=modalities)
        drivers[~high] = -1
        return scores, drivers

    def _evidence(self, tile: Tile) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor], torch.Tensor]:
        """Return the window and centre tensors that the models read of a tile, and its scored positions."""
        windows = {name: self._tensor(array) for name, array in tile.window.items() if name in self.modalities}
        centres = {name: self._tensor(array) for name, array in tile.centre.items() if name in self.modalities}
        return windows, centres, self._tensor(tile.scored)

    def _probabilities(self, parts: Mapping[str, Part], rows: Sequence[int], count: int) -> np.ndarray:
        """Compute the probabilities (rows, count) of some rows.

        Each row is computed by itself, because torch rounds the last few values of an array differently.
        """
        logits = self._network.read(self._network.activate(parts), rows).float().expand(-1, count)
        return torch.stack([torch.sigmoid(row.contiguous()) for row in logits]).cpu().numpy()

    def _drivers(
        self, parts: Mapping[str, Part], columns: torch.Tensor, rows: Sequence[int], *, modalities: Collection[str]
    ) -> np.ndarray:
        """Find the drivers (rows, m) of some positions."""
        largest, drivers = self._tensor(np.zeros(1, np.float32)), self._tensor(np.full(1, -1, np.int8))
        for number, falls in self._falls(parts, columns, rows, modalities=modalities):
            drivers = torch.where(falls > largest, number, drivers)
            largest = torch.maximum(largest, falls)
        return drivers.cpu().numpy()

    def _falls(
        self, parts: Mapping[str, Part], columns: torch.Tensor, rows: Sequence[int], *, modalities: Collection[str]
    ) -> Iterator[tuple[int, torch.Tensor]]:
        """Yield the number of each modality and the fall of the log odds (rows, m) if it is absent."""
        logits = self._network.read(self._network.activate(parts, columns), rows)
        for number, name in enumerate(list_names()):
            if name in modalities:
                yield number, logits - self._network.read(self._network.activate(parts, columns, without=(name,)), rows)

    def _tensor(self, array: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(array).to(self.device, non_blocking=True)


def exact_arithmetic(device: torch.device) -> AbstractContextManager[None]:
    """Return a context in which convolutions of float32 on a device are not rounded to TF32, as torch does on GPUs.

    TF32 has a mantissa of 10 bits, so scores would differ from those of a CPU in the third decimal.

    Parameters
    ----------
    device : torch.device
        The device.

    Returns
    -------
    context manager
        Threads may share it.
    """
    return _WITHOUT_TF32 if device.type == "cuda" else nullcontext()


def _halves(tile: Tile, half: int) -> tuple[Tile, Tile]:
    """Cut a tile in two; each part keeps `half` columns on both sides of its scored positions."""
    middle = len(tile.scored) // 2
    parts = []
    for positions in (slice(0, middle), slice(middle, None)):
        scored = tile.scored[positions]
        first, last = int(scored[0]) - half, int(scored[-1]) + half + 1
        windows = {name: np.ascontiguousarray(track[:, first:last]) for name, track in tile.window.items()}
        centres = {name: np.ascontiguousarray(values[:, positions]) for name, values in tile.centre.items()}
        parts.append(Tile(windows, centres, scored - first))
    return parts[0], parts[1]
