"""A bundle at work: tile in, probabilities out, and what drives them; on a device at a precision."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from threadpoolctl import threadpool_limits

from ideep_scan.errors import IdeepScanError, InputError
from ideep_scan.features.featurizer import Tile
from ideep_scan.features.spec import MODALITIES
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.dense import DenseNetwork, Part

PRECISIONS = ("auto", "fp32", "bf16")
FEWEST = 256  # positions that every device must have memory for
GPU_BYTES = 8192  # of memory for each position of a network call, at most; of what is free a quarter is used
KEPT, LARGEST_KEPT = 2**26, 2**25  # bytes a thread may keep, in all and at a time: where glibc itself arrives
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of glibc's mallopt
Arrays = tuple[np.ndarray, ...]


class Scorer:
    """Scores tiles with one model.

    Parameters
    ----------
    bundle : the model; its network is moved to `device`.
    modalities : evidence to read; what a tile holds beyond it is left unread.
    precision : 'fp32', 'bf16', or 'auto' (fp32).
    """

    def __init__(self, bundle: ModelBundle, modalities: Collection[str], device: torch.device, precision: str = "auto"):
        if precision not in PRECISIONS:
            raise InputError(f"--precision {precision} is not known: use {', '.join(PRECISIONS)}")
        self.bundle, self.modalities, self.device = bundle, frozenset(modalities), device
        self.precision = "fp32" if precision == "auto" else precision
        network = bundle.network.to(device).eval()
        self._network = DenseNetwork(network, half=self.precision == "bf16")
        self._most = sys.maxsize  # positions of a tile that the device was not yet seen to have too little memory for

    @property
    def emulates(self) -> bool:
        """Whether the device has no instructions for the precision: right, but slower than single precision."""
        on_cpu = self.device.type == "cpu"
        return self.precision == "bf16" and on_cpu and not torch.ops.mkldnn._is_mkldnn_bf16_supported()

    def score(self, tile: Tile) -> np.ndarray:
        """Probability of a binding site at each scored position: float32 array (n,), in the order of the walk.

        A tile for which the device has too little memory is scored in halves.

        Raises
        ------
        IdeepScanError : the memory does not suffice for a few positions either.
        """
        return self._in_memory(tile, lambda part: (self._score(part),))[0]

    def score_and_drivers(self, tile: Tile, threshold: float) -> tuple[np.ndarray, np.ndarray]:
        """Scores, and which modality drives the high ones: the one without which the log odds fall most.

        Parameters
        ----------
        threshold : of positions that score less (as float32) the driver is not worked out.

        Returns
        -------
        scores : as `score` gives them.
        drivers : int8 array (n,), index into `MODALITIES`; -1 where it is not worked out, where only one modality
            is read, and where the log odds fall without none.

        Raises
        ------
        IdeepScanError : as `score` does.
        """
        scores, drivers = self._in_memory(tile, lambda part: self._score_and_drivers(part, threshold))
        return scores, drivers

    def _in_memory(self, tile: Tile, work: Callable[[Tile], Arrays]) -> Arrays:
        """What `work` makes of a tile; where memory is too little, of its halves, one after the other, joined."""
        count = len(tile.scored)
        if count <= self._most:
            try:
                return work(tile)
            except torch.OutOfMemoryError as error:
                if count < FEWEST:
                    raise IdeepScanError(
                        f"{self.device}: too little memory for {count} positions of {self.bundle.name}: end other "
                        "programs there, or use --device cpu"
                    ) from error
                self._most = count // 2
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
        scores, read = _probabilities(self._network.join(parts).expand(len(scored))), windows.keys() | centres.keys()
        drivers = np.full(len(scores), -1, np.int8)
        high = np.flatnonzero(scores >= np.float32(threshold))
        if len(high) and len(read) > 1:
            drivers[high] = self._drivers(parts, torch.from_numpy(high).to(self.device), read)
        return scores, drivers

    def _evidence(self, tile: Tile) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor], torch.Tensor]:
        """Window and centre tensors of what is read of a tile, and its scored positions."""
        windows = {name: self._tensor(array) for name, array in tile.window.items() if name in self.modalities}
        centres = {name: self._tensor(array) for name, array in tile.centre.items() if name in self.modalities}
        return windows, centres, self._tensor(tile.scored)

    def _drivers(self, parts: Mapping[str, Part], high: torch.Tensor, read: Collection[str]) -> np.ndarray:
        """Drivers of some positions, each modality that is read taken as absent in turn."""
        whole = self._network.join(parts, high)
        falls = torch.zeros(len(MODALITIES), len(high), device=self.device)
        for name in read:
            falls[MODALITIES.index(name)] = whole - self._network.join(parts, high, without=(name,))
        most, drivers = falls.max(0)
        return torch.where(most > 0, drivers, -1).cpu().numpy()

    def _tensor(self, array: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(array).to(self.device, non_blocking=True)


def _probabilities(logits: torch.Tensor) -> np.ndarray:
    return torch.sigmoid(logits.float()).cpu().numpy()


def evaluation_device(name: str) -> torch.device:
    """The device that `auto`, `cpu` or `cuda[:N]` means here. Raises InputError where there is none."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise InputError(f"--device {name} is no device: use auto, cpu or cuda[:N]") from error
    cards = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if device.type not in ("cpu", "cuda") or (device.type == "cuda" and (device.index or 0) >= cards):
        raise InputError(f"--device {name}: this machine offers no such device to torch: use --device cpu")
    return device


def _halves(tile: Tile, half: int) -> tuple[Tile, Tile]:
    """A tile cut in two between its scored positions, each part with the `half` columns around its windows."""
    middle = len(tile.scored) // 2
    parts = []
    for some in (slice(0, middle), slice(middle, None)):
        scored = tile.scored[some]
        first, last = int(scored[0]) - half, int(scored[-1]) + half + 1
        windows = {name: np.ascontiguousarray(track[:, first:last]) for name, track in tile.window.items()}
        centres = {name: np.ascontiguousarray(values[:, some]) for name, values in tile.centre.items()}
        parts.append(Tile(windows, centres, scored - first))
    return parts[0], parts[1]


def suited_batch(device: torch.device, least: int, most: int) -> int:
    """Positions of a network call that suit a device: `least` on a CPU, as many as its memory holds on a GPU."""
    if device.type == "cpu":
        return least
    free, _ = torch.cuda.mem_get_info(device)
    return min(max(least, free // 4 // GPU_BYTES), most)


def _keep_memory() -> None:
    """Let the C library keep the memory of a tile for the next: zeroing fresh pages took up to a fifth of the time."""
    if sys.platform == "linux" and (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)):
        for bound, size in ((_TRIM_THRESHOLD, KEPT), (_MMAP_THRESHOLD, LARGEST_KEPT)):
            mallopt(bound, size)


def scoring_pool(device: torch.device, threads: int) -> ThreadPoolExecutor:
    """Threads that score a tile each, on one core each, so that no result depends on how many they are.

    A GPU gets its tiles from one thread. From here on numpy's matrix products take one thread in the whole process.
    """
    _keep_memory()
    threadpool_limits(1, "blas")
    return ThreadPoolExecutor(1 if device.type == "cuda" else threads, "score", torch.set_num_threads, (1,))


def use_threads(count: int) -> int:
    """Let torch use so many threads (0 = torch's own choice); the number in use."""
    if count:
        torch.set_num_threads(count)
    return torch.get_num_threads()
