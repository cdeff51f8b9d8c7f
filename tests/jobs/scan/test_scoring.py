"""Scoring shard by shard: finished ones are read, the others scored, all in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from ideep_scan.jobs.scan.scoring import ShardScoring, choose_walk_length
from ideep_scan.records.span import Span
from ideep_scan.scan.plan import WALK
from ideep_scan.scan.shards import Shard

SHARDS = [Shard(number, (Span("c", number * 10, number * 10 + 10, "+"),)) for number in range(6)]


class Folder:
    """Finished shards."""

    def read(self, shard: Shard) -> Iterator[tuple[Span, str]]:
        yield shard.chunks[0], "read"


class Recorder:
    """A recorder that remembers."""

    def __init__(self) -> None:
        self.said: list[tuple[str, int]] = []

    def add(self, shard: Shard, _: object) -> None:
        self.said.append(("add", shard.number))

    def finish(self, shard: Shard) -> None:
        self.said.append(("finish", shard.number))


@pytest.mark.parametrize("finished", [set(), {0}, {1, 2}, {5}, {0, 2, 4}, set(range(6))])
@pytest.mark.parametrize("unscored", [set(), {0}, {3, 4, 5}])
def test_all_shards_come_in_order(finished: set[int], unscored: set[int], monkeypatch: pytest.MonkeyPatch) -> None:
    def sweep(self: ShardScoring, chunks: Iterable[Span]) -> Iterator[tuple[Span, Any]]:
        for chunk in chunks:
            if chunk.start // 10 not in unscored:
                yield chunk, "scored"

    monkeypatch.setattr(ShardScoring, "sweep", sweep)
    recorder, done = Recorder(), []
    scoring = ShardScoring(None, WALK, 1, None, done.append)  # type: ignore[arg-type]

    def submit(task: Callable[[], None]) -> None:
        task()

    results = list(scoring.follow(SHARDS, finished, Folder(), recorder=recorder, submit=submit))  # type: ignore[arg-type]
    expected = [
        (shard.chunks[0], "read" if shard.number in finished else "scored")
        for shard in SHARDS
        if shard.number in finished or shard.number not in unscored
    ]
    assert results == expected
    missing = [number for number in range(6) if number not in finished]
    assert [number for what, number in recorder.said if what == "finish"] == missing
    assert [number for what, number in recorder.said if what == "add"] == [n for n in missing if n not in unscored]
    assert sum(done) == 10 * len(finished)


@pytest.mark.parametrize(("batch", "recorded", "length"), [(4096, 2048, 4096), (0, 2048, 2048), (0, None, WALK)])
def test_the_batch_is_that_of_the_option_or_of_the_stopped_run(batch: int, recorded: int | None, length: int) -> None:
    prepared: Any = SimpleNamespace(
        settings=SimpleNamespace(batch=batch, dask=""), scorers=[SimpleNamespace(device=torch.device("cpu"))]
    )
    assert choose_walk_length(prepared, recorded) == length
