"""Place where shards are scored: this process or a cluster. Dask is imported for a cluster only."""

from __future__ import annotations

from concurrent.futures import Executor
from contextlib import ExitStack
from typing import TYPE_CHECKING, Protocol

from ideep_scan.jobs.cores import count_cores
from ideep_scan.jobs.scan.run_shards import RunShards
from ideep_scan.jobs.scan.scoring import ShardScoring
from ideep_scan.jobs.scan_settings import ScanSettings

if TYPE_CHECKING:
    from ideep_scan.jobs.cluster.address import Connection


class ProgressMonitor(Protocol):
    """Observer of the progress of a scan; see `jobs.scan.run.Monitor`."""

    def advance(self, positions: int) -> None:
        """Take note that more positions of the plan are done."""
        ...

    def reports(self, state: str) -> None:
        """Take note of the state of a cluster, in words."""
        ...


def connect_cluster(settings: ScanSettings, stack: ExitStack) -> Connection | None:
    """Connect to the cluster of the settings.

    Parameters
    ----------
    settings : ScanSettings
        Settings of the scan.
    stack : ExitStack
        Closes the connection.

    Returns
    -------
    Connection or None
        The connection; None if this process scores.

    Raises
    ------
    InputError
        No scheduler answers.
    """
    if not settings.dask:
        return None
    from ideep_scan.jobs.cluster.address import connect

    return connect(settings.dask, stack, threads=count_cores(settings.threads), device=settings.device)


def make_scoring(
    shards: RunShards,
    monitor: ProgressMonitor,
    stack: ExitStack,
    *,
    threads: int,
    pool: Executor,
    cluster: Connection | None,
) -> ShardScoring:
    """Make the scoring of a run.

    Parameters
    ----------
    shards : RunShards
        The shards of the run.
    monitor : ProgressMonitor
        Observer of the progress.
    stack : ExitStack
        Ends the work of a cluster.
    threads : int
        Threads of this process.
    pool : Executor
        Threads that score in this process.
    cluster : Connection or None
        The cluster that scores; None for this process.

    Returns
    -------
    ShardScoring
        The scoring.
    """
    if cluster is None:
        return ShardScoring(shards.prepared, shards.walk_length, threads, pool, monitor.advance)
    from ideep_scan.jobs.cluster.scoring import ClusterScoring

    return ClusterScoring(
        shards.prepared,
        shards.walk_length,
        threads,
        pool,
        monitor.advance,
        connection=cluster,
        plan=shards.plan,
        on_state=monitor.reports,
        stack=stack,
    )
