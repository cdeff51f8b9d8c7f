"""The Python API leaves the caller's process as it was: from threads, scripts and repeated calls."""

from __future__ import annotations

import logging
import resource
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pysam
import pytest
import torch
from numba import config
from threadpoolctl import threadpool_info

from ideep_scan import find_example, scan_genome, score_sites, score_variants

ROOT = Path(__file__).resolve().parents[2]
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)


def process_settings() -> dict[str, Any]:
    """Collect what a job could change for the whole process."""
    return {
        "torch threads": torch.get_num_threads(),
        "library threads": sorted((item["filepath"], item["num_threads"]) for item in threadpool_info()),
        "open files": resource.getrlimit(resource.RLIMIT_NOFILE),
        "htslib": pysam.get_verbosity(),
        "numba cache": config.CACHE_DIR,
        "signals": [signal.getsignal(number) for number in SIGNALS],
        "log handlers": list(logging.getLogger("ideep_scan").handlers),
        "children": threading.active_count(),
    }


@pytest.fixture
def settings_of_a_caller() -> Any:
    threads, verbosity, files = (
        torch.get_num_threads(),
        pysam.get_verbosity(),
        resource.getrlimit(resource.RLIMIT_NOFILE),
    )
    torch.set_num_threads(3)
    pysam.set_verbosity(2)
    resource.setrlimit(resource.RLIMIT_NOFILE, (200, files[1]))
    yield
    torch.set_num_threads(threads)
    pysam.set_verbosity(verbosity)
    resource.setrlimit(resource.RLIMIT_NOFILE, files)


@pytest.mark.usefixtures("settings_of_a_caller")
def test_calls_restore_what_they_set(tmp_path: Path) -> None:
    example = find_example()
    arguments: dict[str, Any] = {"gtf": example.gtf, "threads": 2}
    score_sites(example.sites, "ELAVL1", example.fasta, **arguments)  # libraries load now
    before = process_settings()
    scan_genome(example.fasta, "all-experiments", tmp_path / "out", regions="exA:17001-17050", **arguments)
    score_sites(example.sites, "ELAVL1", example.fasta, **arguments)
    score_variants("exA:56786 G>T", "ELAVL1", example.fasta, **arguments)
    assert process_settings() == before


def test_two_scans_at_once_in_threads_agree(tmp_path: Path) -> None:
    example = find_example()
    before = torch.get_num_threads()

    def scan(number: int) -> np.ndarray:
        run = scan_genome(example.fasta, "ELAVL1", tmp_path / str(number), gtf=example.gtf, regions="exA:17001-17400")
        return run.scores("ELAVL1", "exA", 17_000, 17_400)

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(scan, range(2))
    np.testing.assert_array_equal(first, second)
    assert torch.get_num_threads() == before
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(torch.get_num_threads).result() == before


def test_a_script_without_a_guard_folds_rna(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import ideep_scan\n"
        "print('started', flush=True)\n"
        "letters = 'GGGGAAAACCCCUUUUGCAUUUAUUUAUUUAUUUAGC' * 3\n"
        "choice = {'model': 'ideep', 'modalities': 'sequence,structure'}\n"
        "table = ideep_scan.score_windows([letters] * 40, 'ELAVL1', **choice, threads=2)\n"
        "print(table.score.notna().all(), table.modalities[0])\n"
    )
    environment = {"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path / "cache"), "PATH": ""}
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, env=environment, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["started", "True sequence,structure"]
