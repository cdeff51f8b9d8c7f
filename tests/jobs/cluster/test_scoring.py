"""Runs on a real cluster of processes on this machine, against the same run in this process."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import runs
from toy_cluster import wait_for

from ideep_scan.jobs.cluster.local_cluster import LocalCluster, local_cluster
from ideep_scan.jobs.scan.run import run
from ideep_scan.jobs.scan_settings import ScanSettings

CONTIGS, LENGTH, KNOWN = 5, 270_000, 600


@pytest.fixture(scope="module")
def fasta(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A genome whose shards have few known bases each."""
    random = np.random.default_rng(5)
    path = tmp_path_factory.mktemp("genome") / "g.fa"
    with path.open("w") as file:
        for number in range(CONTIGS):
            bases = np.full(LENGTH, "N")
            start = int(random.integers(1000, LENGTH - 2000))
            bases[start : start + KNOWN] = random.choice(list("ACGT"), KNOWN)
            file.write(f">c{number}\n{''.join(bases)}\n")
    return path


def scan(fasta: Path, out: Path, watcher: runs.Watcher | None = None, **options: Any) -> runs.Watcher:
    """Scan the genome on one thread."""
    watcher = watcher or runs.Watcher()
    run(ScanSettings(("ELAVL1",), fasta, out=out, threads=1, device="cpu", threshold=0.3, **options), watcher)
    return watcher


@pytest.fixture(scope="module")
def expected(fasta: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """All files of the run in this process."""
    out = tmp_path_factory.mktemp("plain") / "out"
    scan(fasta, out)
    return contents(out)


def contents(out: Path) -> dict[str, bytes]:
    return {name: (out / name).read_bytes() for name in runs.files(out) - {"run_log.json"}}


@pytest.fixture
def cluster() -> Iterator[LocalCluster]:
    with local_cluster(2, 2) as cluster:
        yield cluster


def test_the_result_is_that_of_one_process(fasta: Path, expected: dict[str, bytes], tmp_path: Path) -> None:
    watcher = scan(fasta, tmp_path / "out", dask="local:2")
    assert contents(tmp_path / "out") == expected
    assert watcher.advanced == 2 * CONTIGS * LENGTH
    assert not (tmp_path / "out" / ".shards").exists()


class Killer(runs.Watcher):
    """A monitor that kills a worker when the first shard is finished."""

    def __init__(self, cluster: LocalCluster):
        super().__init__()
        self.cluster = cluster

    def reports(self, state: str) -> None:
        if not self.states:
            os.kill(self.cluster.workers[0].pid, signal.SIGKILL)
        super().reports(state)


def test_a_killed_worker_changes_nothing(
    fasta: Path, expected: dict[str, bytes], cluster: LocalCluster, tmp_path: Path
) -> None:
    scan(fasta, tmp_path / "out", Killer(cluster), dask=cluster.address)
    assert contents(tmp_path / "out") == expected


class Stopper(runs.Watcher):
    """A monitor that ends the run when the first shard is finished."""

    def reports(self, state: str) -> None:
        super().reports(state)
        raise KeyboardInterrupt


def test_a_stopped_run_goes_on_in_this_process(
    fasta: Path, expected: dict[str, bytes], cluster: LocalCluster, tmp_path: Path
) -> None:
    out, stopper = tmp_path / "out", Stopper()
    with pytest.raises(KeyboardInterrupt):
        scan(fasta, out, stopper, dask=cluster.address)
    finished = list((out / ".shards").glob("*.scores"))
    assert finished
    wait_for(lambda: not list((out / ".shards").glob("probe-*")))
    scan(fasta, out, resume=True)
    assert contents(out) == expected
