"""Scores of a scan from a cluster, in place of those of this machine."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from ideep_scan.jobs.cluster.address import Connection
from ideep_scan.jobs.cluster.cluster_scan import ClusterScan
from ideep_scan.jobs.cluster.input_paths import make_absolute
from ideep_scan.jobs.cluster.messages import Order
from ideep_scan.jobs.scan.run_plan import RunPlan
from ideep_scan.jobs.scan.scoring import ShardScoring
from ideep_scan.jobs.scan.shard_folder import ShardFolder
from ideep_scan.jobs.scan.shard_recorder import ShardRecorder
from ideep_scan.scan.shards import Shard, SweptChunk


@dataclass(frozen=True, eq=False, kw_only=True)
class ClusterScoring(ShardScoring):
    """Scores of a scan, which the workers of a cluster compute shard by shard.

    Attributes
    ----------
    connection : Connection
        Connection to the cluster.
    plan : RunPlan
        Plan of the run.
    on_state : callable
        Called with the state of the cluster, in words.
    stack : ExitStack
        Ends the work of the cluster.
    """

    connection: Connection
    plan: RunPlan
    on_state: Callable[[str], None]
    stack: ExitStack

    def follow(
        self,
        shards: Sequence[Shard],
        finished: Collection[int],
        folder: ShardFolder,
        *,
        recorder: ShardRecorder,
        submit: Callable[[Callable[[], None]], object],
    ) -> Iterator[SweptChunk]:
        """Yield the chunks of all shards in order; the cluster scores those that are not finished.

        See `ShardScoring.follow`.

        Raises
        ------
        IdeepScanError
            No worker can take part, a shard cannot be scored, or the scheduler is lost. Finished shards stay.
        """
        folder.open(self.plan)
        probe = folder.path / f"probe-{uuid.uuid4().hex}"
        probe.touch()
        self.stack.callback(probe.unlink, missing_ok=True)
        settings = replace(make_absolute(self.prepared.settings), device=self.prepared.device, dask="")
        order = Order(settings, self.plan.values, self.plan.digest, self.walk_length, probe.name)
        scan = ClusterScan(self.connection, order, shards, finished, folder, on_progress=self._observe(recorder))
        for shard in self.stack.enter_context(scan):
            yield from folder.read(shard)
            if shard.number in finished:
                self.on_progress(shard.positions)

    def _observe(self, recorder: ShardRecorder) -> Callable[[int, str], None]:
        """Make the function that takes note of each shard that becomes finished."""

        def observe(positions: int, state: str) -> None:
            recorder.note_finished()
            self.on_progress(positions)
            self.on_state(state)

        return observe
