"""Scorer of one model: probabilities and drivers for the positions of a tile, on a device, at a precision."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
import torch
from threadpoolctl import threadpool_limits

from ideep_scan.errors import IdeepScanError, InputError
from ideep_scan.features.featurizer import Tile
from ideep_scan.features.modalities.registry import list_names
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.dense import DenseNetwork
from ideep_scan.models.dense_branches import Part
from ideep_scan.process import SharedContext

PRECISIONS = ("auto", "fp32", "bf16")
FEWEST = 256  # positions of a tile that is not split further if memory runs out
GPU_BYTES = 8192  # memory per position of a network call, at most; a call uses a quarter of the free memory
Arrays = tuple[np.ndarray, ...]
_ONE_BLAS_THREAD = SharedContext(lambda: threadpool_limits(1, "blas"))


class Scorer:
    """Score tiles with one model.

    Parameters
    ----------
    bundle : ModelBundle
        The model; its network is moved to `device`.
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

    def __init__(self, bundle: ModelBundle, modalities: Collection[str], device: torch.device, precision: str = "auto"):
        if precision not in PRECISIONS:
            raise InputError(f"--precision {precision} is not known: use {', '.join(PRECISIONS)}")
        self.bundle = bundle
        self.modalities = frozenset(modalities)
        self.device = device
        self.precision = "fp32" if precision == "auto" else precision
        network = bundle.network.to(device).eval()
        self._network = DenseNetwork(network, half=self.precision == "bf16")
        self._limit = sys.maxsize  # positions of a tile; lowered when memory runs out

    @property
    def emulates(self) -> bool:
        """True if the device emulates the precision: scores are right, but slower than in single precision."""
        on_cpu = self.device.type == "cpu"
        return self.precision == "bf16" and on_cpu and not torch.ops.mkldnn._is_mkldnn_bf16_supported()

    def score(self, tile: Tile) -> np.ndarray:
        """Compute the probability of a binding site at each scored position.

        A tile that does not fit in the device's memory is scored in halves.

        Parameters
        ----------
        tile : Tile
            Features of a walk, and its n scored positions.

        Returns
        -------
        np.ndarray
            Float32 array (n,), 0 to 1, in the order of the walk.

        Raises
        ------
        IdeepScanError
            Even a few positions do not fit in memory.
        """
        return self._in_memory(tile, lambda part: (self._score(part),))[0]

    def score_and_drivers(self, tile: Tile, threshold: float) -> tuple[np.ndarray, np.ndarray]:
        """Compute scores, and the driver of each high score.

        The driver is the modality whose removal lowers the log odds most.

        Parameters
        ----------
        tile : Tile
            Features of a walk, and its n scored positions.
        threshold : float
            Positions that score less (compared as float32) get no driver.

        Returns
        -------
        scores : np.ndarray
            Float32 array (n,), as `score` returns it.
        drivers : np.ndarray
            Int8 array (n,), index into `registry.names()`.
            It is -1 below the threshold, if the model reads only one modality, and if no removal lowers the log odds.

        Raises
        ------
        IdeepScanError
            Even a few positions do not fit in memory.
        """
        scores, drivers = self._in_memory(tile, lambda part: self._score_and_drivers(part, threshold))
        return scores, drivers

    def _in_memory(self, tile: Tile, work: Callable[[Tile], Arrays]) -> Arrays:
        """Apply `work` to a tile; if memory runs out, apply it to its halves and join the results."""
        count = len(tile.scored)
        if count <= self._limit:
            try:
                return work(tile)
            except torch.OutOfMemoryError as error:
                if count < FEWEST:
                    raise IdeepScanError(
                        f"{self.device}: too little memory for {count} positions of {self.bundle.name}: "
                        "end other programs on this device, or use --device cpu"
                    ) from error
                self._limit = count // 2
                torch.cuda.empty_cache()
        first, second = (self._in_memory(part, work) for part in _halves(tile, self.bundle.spec.half))
        return tuple(np.concatenate(pair) for pair in zip(first, second, strict=True))

    @torch.inference_mode()
    def _score(self, tile: Tile) -> np.ndarray:
        return _probabilities(self._network.logits(*self._evidence(tile)))

    @torch.inference_mode()
    def _score_and_drivers(self, tile: Tile, threshold: float) -> tuple[np.ndarray, np.ndarray]:
        windows, centres, scored = self._evidence(tile)
        parts = self._network.parts(windows, centres, scored)
        scores = _probabilities(self._network.join(parts).expand(len(scored)))
        modalities = windows.keys() | centres.keys()
        drivers = np.full(len(scores), -1, np.int8)
        high = np.flatnonzero(scores >= np.float32(threshold))
        if len(high) and len(modalities) > 1:
            drivers[high] = self._drivers(parts, torch.from_numpy(high).to(self.device), modalities)
        return scores, drivers

    def _evidence(self, tile: Tile) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor], torch.Tensor]:
        """Return the window and centre tensors that the model reads of a tile, and its scored positions."""
        windows = {name: self._tensor(array) for name, array in tile.window.items() if name in self.modalities}
        centres = {name: self._tensor(array) for name, array in tile.centre.items() if name in self.modalities}
        return windows, centres, self._tensor(tile.scored)

    def _drivers(self, parts: Mapping[str, Part], high: torch.Tensor, modalities: Collection[str]) -> np.ndarray:
        """Find the drivers of the positions `high`, by treating each modality as absent in turn."""
        logits = self._network.join(parts, high)
        falls = torch.zeros(len(list_names()), len(high), device=self.device)
        for name in modalities:
            falls[list_names().index(name)] = logits - self._network.join(parts, high, without=(name,))
        largest, drivers = falls.max(0)
        return torch.where(largest > 0, drivers, -1).cpu().numpy()

    def _tensor(self, array: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(array).to(self.device, non_blocking=True)


def _probabilities(logits: torch.Tensor) -> np.ndarray:
    return torch.sigmoid(logits.float()).cpu().numpy()


def find_device(name: str) -> torch.device:
    """Find the device that a name means on this machine.

    Parameters
    ----------
    name : str
        `auto`, `cpu` or `cuda[:N]`; `auto` takes a GPU if there is one.

    Returns
    -------
    torch.device
        The device.

    Raises
    ------
    InputError
        The name is not a device, or this machine lacks it.

    Examples
    --------
    >>> find_device("cpu")
    device(type='cpu')
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise InputError(f"--device {name} is not a device: use auto, cpu or cuda[:N]") from error
    cards = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if device.type not in ("cpu", "cuda") or (device.type == "cuda" and (device.index or 0) >= cards):
        raise InputError(f"--device {name}: torch does not find this device: use --device cpu")
    return device


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


def choose_batch(device: torch.device, minimum: int, maximum: int) -> int:
    """Choose the number of positions of a network call.

    Parameters
    ----------
    device : torch.device
        The device to score on.
    minimum : int
        The number on a CPU, and the minimum on a GPU.
    maximum : int
        The maximum on a GPU, if its free memory allows.

    Returns
    -------
    int
        Positions per call.
    """
    if device.type == "cpu":
        return minimum
    free, _ = torch.cuda.mem_get_info(device)
    return min(max(minimum, free // 4 // GPU_BYTES), maximum)


@contextmanager
def scoring_pool(device: torch.device, threads: int) -> Iterator[ThreadPoolExecutor]:
    """Start threads that each score one tile at a time, on one core.

    So the results do not depend on the number of threads.
    A GPU gets its tiles from one thread.
    Until the pool ends, numpy's matrix products take one thread in this process.

    Parameters
    ----------
    device : torch.device
        The device to score on.
    threads : int
        Threads on a CPU.

    Yields
    ------
    ThreadPoolExecutor
        The pool; it ends with the block.
    """
    count = 1 if device.type == "cuda" else threads
    with _ONE_BLAS_THREAD, ThreadPoolExecutor(count, "score", torch.set_num_threads, (1,)) as pool:
        yield pool


def use_threads(count: int) -> int:
    """Set the number of threads that torch uses.

    Parameters
    ----------
    count : int
        Number of threads; 0 keeps torch's choice.

    Returns
    -------
    int
        The number in use.
    """
    if count:
        torch.set_num_threads(count)
    return torch.get_num_threads()
