"""Score the shards of a scan that are not finished, and read the others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial

from ideep_scan.jobs.scan.preparation import PreparedScan
from ideep_scan.jobs.scan.shard_folder import ShardFolder
from ideep_scan.jobs.scan.shard_recorder import ShardRecorder
from ideep_scan.models.scorer import choose_batch, count_queued_tiles
from ideep_scan.records.span import Span
from ideep_scan.scan.plan import CHUNK, WALK
from ideep_scan.scan.shards import Shard, SweptChunk, group_by_shard
from ideep_scan.scan.sweep import sweep


@dataclass(frozen=True, eq=False)
class ShardScoring:
    """Scores of a scan, shard by shard.

    Attributes
    ----------
    prepared : PreparedScan
        The scan.
    walk_length : int
        Positions of a network call, halos included.
    threads : int
        Threads of the scan.
    pool : Executor
        Threads that score tiles.
    on_progress : callable
        Called with the number of positions that are done.
    """

    prepared: PreparedScan
    walk_length: int
    threads: int
    pool: Executor
    on_progress: Callable[[int], None]

    def sweep(self, chunks: Iterable[Span]) -> Iterator[SweptChunk]:
        """Score chunks in their order; chunks without a scored position are skipped."""
        prepared = self.prepared
        thresholds = prepared.thresholds
        further_scorers = len(prepared.scorers) - len(thresholds)
        return sweep(
            chunks,
            prepared.genome.scored_bases,
            prepared.evidence.featurizer,
            prepared.scorers,
            driver_thresholds=[threshold.settings.threshold for threshold in thresholds] + [None] * further_scorers,
            walk_length=self.walk_length,
            stride=prepared.settings.stride,
            pool=self.pool,
            queue_limit=count_queued_tiles(prepared.scorers[0].device, self.threads),
            on_progress=self.on_progress,
        )

    def sweep_shards(self, shards: Sequence[Shard]) -> Iterator[tuple[Shard, SweptChunk | None]]:
        """Score shards in their order; see `group_by_shard`."""
        return group_by_shard(shards, self.sweep(chunk for shard in shards for chunk in shard.chunks))

    def follow(
        self,
        shards: Sequence[Shard],
        finished: Collection[int],
        folder: ShardFolder,
        *,
        recorder: ShardRecorder,
        submit: Callable[[Callable[[], None]], object],
    ) -> Iterator[SweptChunk]:
        """Yield the chunks of all shards in order; read finished shards, score and record the others.

        Parameters
        ----------
        shards : sequence of Shard
            All shards of the scan.
        finished : collection of int
            Numbers of the finished ones.
        folder : ShardFolder
            Folder of the finished shards.
        recorder : ShardRecorder
            Records the others.
        submit : callable
            Runs a task of the recorder in the background, in order.

        Yields
        ------
        tuple of Span and sequence of ScoreTrack
            A chunk with a score, and a track per scorer.
        """
        swept = self.sweep_shards([shard for shard in shards if shard.number not in finished])
        for shard in shards:
            if shard.number in finished:
                yield from folder.read(shard)
                self.on_progress(shard.positions)
                continue
            for _, scores in swept:
                if scores is None:
                    submit(partial(recorder.finish, shard))
                    break
                submit(partial(recorder.add, shard, scores))
                yield scores


def choose_walk_length(prepared: PreparedScan, recorded: int | None = None) -> int:
    """Choose the positions of a network call: those of the settings, of the run that goes on, or what suits the device.

    Parameters
    ----------
    prepared : PreparedScan
        The scan.
    recorded : int or None
        That of the run that was stopped; None for a new run.

    Returns
    -------
    int
        Positions, halos included.
    """
    if prepared.settings.batch or recorded:
        return prepared.settings.batch or recorded or 0
    if prepared.settings.dask and prepared.device == "cuda":
        return CHUNK  # the GPUs of the workers are not known yet
    return choose_batch(prepared.scorers[0].device, WALK, CHUNK)
