"""Many small pieces of work in one process leave nothing behind."""

from __future__ import annotations

import gc
import os
import threading
import tracemalloc
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import runs

from ideep_scan.jobs.scan import run_shards
from ideep_scan.models.store_names import SHARED
from ideep_scan.scan.shards import list_shards

LENGTH = 200  # nt of a contig
START, EARLY, LATE = 40, 90, 290  # contigs


class MemoryWatcher(runs.Watcher):
    """Measure after each contig what is allocated since `START`."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: dict[int, int] = {}

    def advance(self, positions: int) -> None:
        super().advance(positions)
        contigs = self.advanced // LENGTH
        if contigs == START:
            tracemalloc.start()
        elif contigs > START:
            self.sizes[contigs] = tracemalloc.get_traced_memory()[0]

    def find_least(self, first: int) -> int:
        """Find the least size while 50 contigs are scored, because the number of chunks in queues varies."""
        return min(size for contigs, size in self.sizes.items() if first <= contigs < first + 50)


def write_contigs(path: Path, count: int) -> Path:
    letters = np.frombuffer(b"ACGT", np.uint8)[np.random.default_rng(1).integers(0, 4, (count, LENGTH))]
    path.write_bytes(b"".join(b">c%d\n%b\n" % (number, row.tobytes()) for number, row in enumerate(letters)))
    return path


def count_handles() -> tuple[int, int]:
    gc.collect()
    return len(os.listdir("/proc/self/fd")), threading.active_count()


def test_memory_and_handles_do_not_grow_with_the_shards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_shards, "list_shards", partial(list_shards, size=LENGTH))
    values: dict[str, Any] = {
        "rbp": ("ELAVL1", "QKI", "TARDBP", "FUS", "PTBP1", "HNRNPC"),
        "model": SHARED,
        "gtf": None,
        "strand": "plus",
        "threads": 2,
        "threshold": 0.01,
    }
    runs.scan(tmp_path, tmp_path / "few", fasta=write_contigs(tmp_path / "few.fa", 40), **values)
    handles = count_handles()
    watcher = MemoryWatcher()
    try:
        runs.scan(tmp_path, tmp_path / "many", watcher, fasta=write_contigs(tmp_path / "many.fa", 340), **values)
    finally:
        tracemalloc.stop()
    growth = watcher.find_least(LATE) - watcher.find_least(EARLY)
    assert growth < 150_000  # with indices in memory it is more than 350,000
    assert count_handles() == handles
    assert '"scored": 340' in (tmp_path / "many/run_log.json").read_text()
    assert not (tmp_path / "many/.shards").exists()
