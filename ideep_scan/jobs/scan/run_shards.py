"""The shards of one run: all of them, those that are finished, and the plan that they belong to."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from ideep_scan.errors import OutputError
from ideep_scan.jobs.scan.preparation import PreparedScan
from ideep_scan.jobs.scan.run_plan import RunPlan, make_plan
from ideep_scan.jobs.scan.scoring import choose_walk_length
from ideep_scan.jobs.scan.shard_folder import SHOW_SECONDS, ShardFolder
from ideep_scan.jobs.scan.shard_recorder import ShardRecorder
from ideep_scan.scan.plan import cut_chunks
from ideep_scan.scan.shards import Shard, list_shards, split_shards

_PAUSE = 2.0  # seconds between two looks into the folder
_LOG = logging.getLogger("ideep_scan")


@dataclass(frozen=True, eq=False)
class RunShards:
    """The shards of a run.

    Attributes
    ----------
    prepared : PreparedScan
        The scan.
    folder : ShardFolder
        Folder of the finished shards.
    shards : list of Shard
        All shards, in the order of the plan.
    walk_length : int
        Positions of a network call, halos included.
    finished : frozenset of int
        Numbers of the shards that were finished before.
    """

    prepared: PreparedScan
    folder: ShardFolder
    shards: list[Shard]
    walk_length: int
    finished: frozenset[int] = frozenset()

    @cached_property
    def plan(self) -> RunPlan:
        """Plan of the run. The first access waits for the digests of the inputs."""
        return make_plan(self.prepared, self.shards, self.walk_length)

    @property
    def missing(self) -> list[Shard]:
        """Shards to score."""
        return [shard for shard in self.shards if shard.number not in self.finished]

    @property
    def remaining(self) -> float:
        """Share of the positions that are to be scored."""
        positions = sum(shard.positions for shard in self.shards)
        return sum(shard.positions for shard in self.missing) / max(positions, 1)

    def log_facts(self) -> dict[str, int]:
        """Count the shards that were scored, and those that were read because they were finished before."""
        return {"scored": len(self.missing), "read": len(self.finished)}

    def record(
        self, total: int | None = None, finished: int | None = None, *, is_shared: bool = False
    ) -> ShardRecorder:
        """Make the recorder of the shards that are to be scored; the counts are those to tell the user."""
        return ShardRecorder(
            self.folder,
            lambda: self.plan,
            self.prepared.inputs,
            total=len(self.shards) if total is None else total,
            finished=len(self.finished) if finished is None else finished,
            is_shared=is_shared,
        )


def open_shards(prepared: PreparedScan, resume: bool) -> RunShards:
    """List the shards of a scan, and find those that are finished.

    Parameters
    ----------
    prepared : PreparedScan
        The scan.
    resume : bool
        Whether finished shards count; else they are removed.

    Returns
    -------
    RunShards
        The shards.

    Raises
    ------
    OutputError
        The run that was stopped here differs from this one.
    """
    folder = ShardFolder(prepared.settings.out)
    shards = list_shards(cut_chunks(prepared.spans))
    before = folder.read_plan() if resume else None
    if before is None:
        folder.remove()
        return RunShards(prepared, folder, shards, choose_walk_length(prepared))
    opened = RunShards(prepared, folder, shards, choose_walk_length(prepared, before.walk_length))
    folder.open(opened.plan)
    finished = frozenset(folder.find_finished(shards))
    if finished:
        _LOG.warning(
            "%s: %s of %s shards are finished already; they are not scored again",
            prepared.settings.out, f"{len(finished):,}", f"{len(shards):,}",
        )  # fmt: skip
    return replace(opened, finished=finished)


def open_part(prepared: PreparedScan, index: int, count: int) -> tuple[RunShards, list[Shard]]:
    """List the shards of a part of a scan, and find those that are finished. Other processes may write other parts.

    Parameters
    ----------
    prepared : PreparedScan
        The scan.
    index : int
        Index of the part, from 0.
    count : int
        Number of parts.

    Returns
    -------
    RunShards
        All shards of the scan, and those of the part that are finished.
    list of Shard
        The shards of the part.

    Raises
    ------
    OutputError
        The shards in the folder are those of another run.
    """
    folder = ShardFolder(prepared.settings.out)
    shards = list_shards(cut_chunks(prepared.spans))
    before = folder.read_plan()
    walk_length = choose_walk_length(prepared, None if before is None else before.walk_length)
    opened = RunShards(prepared, folder, shards, walk_length)
    folder.open(opened.plan)
    part = list(split_shards(shards, count)[index])
    return replace(opened, finished=frozenset(folder.find_finished(part))), part


def await_all(shards: RunShards, sleep: Callable[[float], None] = time.sleep) -> RunShards:
    """Wait for the shards that a shared folder shows late.

    Parameters
    ----------
    shards : RunShards
        The shards of a run that other processes have scored.
    sleep : callable
        Waits for a number of seconds.

    Returns
    -------
    RunShards
        The same shards, all of them finished.

    Raises
    ------
    OutputError
        A shard is still missing.
    """
    out, waited = shards.prepared.settings.out, 0.0
    if shards.finished and shards.missing:
        _LOG.warning("%s: %s shards are missing; a shared folder may show them late", out, f"{len(shards.missing):,}")
        while shards.missing and waited < SHOW_SECONDS:
            sleep(_PAUSE)
            waited += _PAUSE
            shards = replace(shards, finished=shards.finished | shards.folder.find_finished(shards.missing))
    missing = shards.missing
    if missing:
        raise OutputError(
            f"{out}: {len(missing):,} of {len(shards.shards):,} shards are missing, the first of them "
            f"{missing[0].in_words()}: wait until all parts have ended, run those that failed again, or give "
            "genome --resume to score the missing ones here"
        )
    return shards
