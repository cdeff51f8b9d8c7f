"""Parts of a scan for the jobs of an array: list them, and score one of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from ideep_scan.errors import InputError, OutputError
from ideep_scan.formats.scan_regions import check_regions
from ideep_scan.jobs.cores import count_cores
from ideep_scan.jobs.output_folder.lock import locked_folder
from ideep_scan.jobs.scan.preparation import prepare_scan
from ideep_scan.jobs.scan.run import Monitor, estimate
from ideep_scan.jobs.scan.run_shards import RunShards, open_part
from ideep_scan.jobs.scan.scoring import ShardScoring
from ideep_scan.jobs.scan_settings import MAX_PARTS, ScanSettings, parse_part
from ideep_scan.models.scorer import scoring_pool, use_threads
from ideep_scan.scan.plan import cut_chunks
from ideep_scan.scan.shards import Shard, list_shards, split_shards
from track_hubs.manifest import MANIFEST


@dataclass(frozen=True)
class Part:
    """One part of a scan.

    Attributes
    ----------
    number : int
        Number of the part, from 1.
    shards : sequence of Shard
        Its shards; none if there are more parts than shards.
    """

    number: int
    shards: Sequence[Shard]

    @property
    def positions(self) -> int:
        """Number of positions, with or without a score."""
        return sum(shard.positions for shard in self.shards)


@dataclass(frozen=True)
class PartSummary:
    """Result of scoring a part.

    Attributes
    ----------
    out : Path
        Folder of the run.
    part : str
        The part, as 'i/N'.
    scored : int
        Shards that were scored now.
    finished : int
        Shards of the part that were finished before.
    positions : int
        Scored positions of the shards that were scored now.
    seconds : float
        Wall time.
    """

    out: Path
    part: str
    scored: int
    finished: int
    positions: int
    seconds: float


def list_parts(settings: ScanSettings, count: int) -> list[Part]:
    """List the parts of a scan.

    Parameters
    ----------
    settings : ScanSettings
        Settings of the scan.
    count : int
        Number of parts.

    Returns
    -------
    list of Part
        The parts, in the order of the genome, with about the same number of positions.

    Raises
    ------
    InputError
        An input cannot be used, or the count is out of range.
    """
    if not 1 <= count <= MAX_PARTS:
        raise InputError(f"--count {count}: give 1 to {MAX_PARTS:,} parts")
    settings.check()
    check_regions(settings.regions)
    with ExitStack() as stack:
        shards = list_shards(cut_chunks(prepare_scan(settings, stack).spans))
    return [Part(number, part) for number, part in enumerate(split_shards(shards, count), 1)]


def score_part(settings: ScanSettings, monitor: Monitor) -> PartSummary:
    """Score the shards of one part into the folder of the run; jobs of other parts may run at the same time.

    Parameters
    ----------
    settings : ScanSettings
        Settings of the scan, with its part in `shard`.
    monitor : Monitor
        Observer of the progress.

    Returns
    -------
    PartSummary
        Number of shards and positions.

    Raises
    ------
    IdeepScanError
        An input is unusable, an output cannot be written, or the shards in the folder are those of another run.
    """
    started = time.monotonic()
    settings.check()
    part = parse_part(settings.shard)
    if part is None:
        raise InputError("no part is given: give --shard i/N")
    check_regions(settings.regions)
    with ExitStack() as stack:
        stack.enter_context(locked_folder(settings.out, is_shared=True))
        if (settings.out / MANIFEST).exists():
            raise OutputError(f"{settings.out}: holds a run that is complete: choose another folder (-o)")
        prepared = prepare_scan(settings, stack)
        everything, own = open_part(prepared, *part)
        missing = [shard for shard in own if shard.number not in everything.finished]
        threads = count_cores(settings.threads)
        use_threads(1)  # each thread scores one tile
        pool = stack.enter_context(scoring_pool(prepared.scorers[0].device, threads))
        if missing:
            shown = replace(prepared, spans=[chunk for shard in missing for chunk in shard.chunks])
            expected = pool.submit(estimate, replace(everything, prepared=shown), threads).result()
            monitor.begins(expected.after(time.monotonic() - started), prepared.notes)
        scoring = ShardScoring(prepared, everything.walk_length, threads, pool, monitor.advance)
        positions = _score(scoring, everything, own, missing)
    return PartSummary(
        settings.out,
        settings.shard,
        len(missing),
        len(own) - len(missing),
        positions=positions,
        seconds=time.monotonic() - started,
    )


def _score(scoring: ShardScoring, everything: RunShards, own: Sequence[Shard], missing: Sequence[Shard]) -> int:
    """Score and record shards; return the number of scored positions."""
    positions = 0
    finished = len(own) - len(missing)
    with everything.record(total=len(own), finished=finished, is_shared=True) as recorder:
        for shard, scores in scoring.sweep_shards(missing):
            if scores is None:
                recorder.finish(shard)
            else:
                recorder.add(shard, scores)
                positions += scores[1][0].scored
    return positions
