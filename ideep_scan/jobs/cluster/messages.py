"""Messages between the client of a run and the workers of a cluster. It imports no numerics and no Dask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from ideep_scan.jobs.scan.shard_folder import ShardReceipt
    from ideep_scan.jobs.scan_settings import ScanSettings


@dataclass(frozen=True)
class Order:
    """A run that a worker is to take part in.

    Attributes
    ----------
    settings : ScanSettings
        Settings of the run, with absolute paths and the kind of device of the plan.
    plan : mapping of str to Any
        Values of the run's plan (`jobs.scan.run_plan.RunPlan`).
    digest : str
        Digest of the plan.
    walk_length : int
        Positions of a network call, halos included.
    probe : str
        Name of a file in the folder of finished shards. A worker that sees it shares the folder with the client.
    """

    settings: ScanSettings
    plan: Mapping[str, Any]
    digest: str
    walk_length: int
    probe: str


@dataclass(frozen=True)
class Admission:
    """Answer of a worker that is to open a run.

    Attributes
    ----------
    refusal : str
        Reason why the worker cannot take part; empty if it can.
    missing : tuple of str
        Input files that the worker does not see, by the paths of the client.
    arithmetic : str
        Instruction set of the processor, or name of the GPU.
    shares_folder : bool
        True if the worker writes into the client's folder of finished shards.
    """

    refusal: str = ""
    missing: tuple[str, ...] = ()
    arithmetic: str = ""
    shares_folder: bool = False


@dataclass(frozen=True)
class Report:
    """Result of a shard.

    Attributes
    ----------
    receipt : ShardReceipt or None
        Receipt of the shard; None if the worker has not opened the run, because it was started again.
    content : np.ndarray or None
        Uint8 array, bytes of the shard's file; None if the file is in the client's folder.
    seconds : float
        Wall time of the worker.
    """

    receipt: ShardReceipt | None = None
    content: np.ndarray | None = field(default=None, repr=False)
    seconds: float = 0.0
