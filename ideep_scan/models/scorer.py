"""Scorers of models, each a row of a network on a device, and the threads that score."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy

import numpy as np
import torch
from threadpoolctl import threadpool_limits

from ideep_scan.errors import InputError
from ideep_scan.features.featurizer import Tile
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.device_network import DeviceNetwork
from ideep_scan.process import SharedContext, ThreadPool

GPU_BYTES = 8192  # memory per position of a network call, at most; a call uses a quarter of the free memory
_ONE_BLAS_THREAD = SharedContext(lambda: threadpool_limits(1, "blas"))


class Scorer:
    """Score tiles with one model: a row of a network.

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
    network : DeviceNetwork or None
        The network of the model on this device, if another scorer has prepared it.

    Attributes
    ----------
    bundle : ModelBundle
        The model.
    network : DeviceNetwork
        The network, which the models of one bundle file share.
    row : int
        Row of the output layer.

    Raises
    ------
    InputError
        The precision is not one of these.
    """

    def __init__(
        self,
        bundle: ModelBundle,
        modalities: Collection[str],
        device: torch.device,
        precision: str = "auto",
        *,
        network: DeviceNetwork | None = None,
    ):
        self.bundle = bundle
        self.network = network or DeviceNetwork(bundle.network, modalities, device, precision)
        self.row = bundle.row

    @property
    def modalities(self) -> frozenset[str]:
        """Modalities that the model reads."""
        return self.network.modalities

    @property
    def device(self) -> torch.device:
        """Device of the network."""
        return self.network.device

    @property
    def precision(self) -> str:
        """Arithmetic of the network, 'fp32' or 'bf16'."""
        return self.network.precision

    @property
    def emulates(self) -> bool:
        """True if the device emulates the precision: scores are right, but slower than in single precision."""
        on_cpu = self.device.type == "cpu"
        return self.precision == "bf16" and on_cpu and not torch.ops.mkldnn._is_mkldnn_bf16_supported()

    def within(self) -> Scorer:
        """Return the scorer of the same model that tells where in a bound gene a site lies."""
        assert self.bundle.within_row is not None
        scorer = copy(self)
        scorer.row = self.bundle.within_row
        return scorer

    def score(self, tile: Tile) -> np.ndarray:
        """Score a tile with this model alone: float32 array (n,); see `DeviceNetwork.score_rows`."""
        return self.network.score_rows(tile, [self.row])[0]

    def score_and_drivers(self, tile: Tile, threshold: float) -> tuple[np.ndarray, np.ndarray]:
        """Score a tile, with drivers int8 array (n,); see `DeviceNetwork.score_rows_and_drivers`."""
        scores, drivers = self.network.score_rows_and_drivers(tile, [self.row], [threshold])
        return scores[0], drivers[0]


def create_scorers(
    bundles: Sequence[ModelBundle],
    modalities: Mapping[str, Collection[str]],
    device: torch.device,
    precision: str = "auto",
) -> list[Scorer]:
    """Create the scorers of several models; models of one network that read the same modalities share it.

    Parameters
    ----------
    bundles : sequence of ModelBundle
        The models.
    modalities : mapping of str to collection of str
        Modalities that each model reads, by its name.
    device : torch.device
        Device to compute on.
    precision : str
        'fp32', 'bf16', or 'auto' (fp32).

    Returns
    -------
    list of Scorer
        One per model, in their order.

    Raises
    ------
    InputError
        The precision is not one of these.
    """
    networks: dict[tuple[int, frozenset[str]], DeviceNetwork] = {}
    scorers = []
    for bundle in bundles:
        names = frozenset(modalities[bundle.name])
        scorer = Scorer(bundle, names, device, precision, network=networks.get((id(bundle.network), names)))
        networks[id(bundle.network), names] = scorer.network
        scorers.append(scorer)
    return scorers


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


def count_scoring_threads(device: torch.device, threads: int) -> int:
    """Count the threads that score tiles on a device: all on a CPU, one on a GPU."""
    return 1 if device.type == "cuda" else threads


def count_queued_tiles(device: torch.device, threads: int) -> int:
    """Count the tiles that wait to be scored: two for each scoring thread keep all of them busy."""
    return 2 * count_scoring_threads(device, threads)


@contextmanager
def scoring_pool(device: torch.device, threads: int) -> Iterator[ThreadPool]:
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
    ThreadPool
        The pool; it ends with the block.
    """
    count = count_scoring_threads(device, threads)
    with _ONE_BLAS_THREAD, ThreadPool(count, "score", torch.set_num_threads, (1,)) as pool:
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
