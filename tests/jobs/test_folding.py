"""RNA folding in a run: by processes, once, and only where it is asked for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import runs

from ideep_scan.jobs import folding
from ideep_scan.jobs.worker_process import WorkerPool

STRETCH = "exA:109,001-112,500"
ASKED = "sequence,region,structure"


class CountingPool(WorkerPool):
    """Counts what it is given to fold."""

    folded = 0

    def map(self, function: Any, jobs: Any, **options: Any) -> Any:
        asked = list(jobs)
        CountingPool.folded += len(asked)
        return super().map(function, asked, **options)


def foldings(example: Path, out: Path, **options: Any) -> int:
    """How many sequences a run folds."""
    CountingPool.folded = 0
    runs.scan(example, out, **{"regions": STRETCH, "modalities": ASKED, **options})
    return CountingPool.folded


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(folding, "WorkerPool", CountingPool)
    return tmp_path


def test_a_second_run_over_the_same_loci_folds_nothing(example: Path, empty_cache: Path) -> None:
    assert foldings(example, empty_cache / "first", threads=2) >= 2
    assert foldings(example, empty_cache / "second", threads=1) == 0
    assert runs.data_files(empty_cache / "first") == runs.data_files(empty_cache / "second")


def test_who_does_not_ask_for_structure_starts_nothing_that_folds(
    example: Path, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folding, "FoldCache", runs.no_folding)
    monkeypatch.setattr(folding, "WorkerPool", runs.no_folding)
    runs.scan(example, empty_cache / "out", regions=STRETCH)
    assert not (empty_cache / "cache" / "ideep-scan" / "folds.sqlite").exists()


def test_workers_end_with_a_main_process_that_is_killed(tmp_path: Path) -> None:
    code = "import os, signal, sys\nfrom contextlib import ExitStack\n"
    code += "from ideep_scan.jobs.folding import make_process_map\n"
    code += "if __name__ == '__main__':\n    with ExitStack() as stack:\n"
    code += "        (worker,) = make_process_map(1, stack)(abs, [0]), \n        list(worker)\n"
    code += "        import multiprocessing\n        print(multiprocessing.active_children()[0].pid, flush=True)\n"
    code += "        os.kill(os.getpid(), signal.SIGKILL)\n"
    with (tmp_path / "said").open("w") as said:  # not a pipe, which a worker that lives on would keep open
        subprocess.run([sys.executable, "-c", code], stdout=said, stderr=said, check=False)
    worker = int((tmp_path / "said").read_text().split()[0])  # Python may add a warning of semaphores
    for _ in range(500):
        try:
            os.kill(worker, 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)
    os.kill(worker, signal.SIGKILL)
    raise AssertionError("the worker outlives the main process")
