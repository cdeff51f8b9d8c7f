"""The default of --threads: what affinity, Slurm and control groups allow."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ideep_scan.jobs.cores import count_allowed_cores, count_cores

MANY = 64
Files = dict[str, str]


@pytest.fixture(autouse=True)
def many_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(MANY)), raising=False)


def machine(root: Path, files: Files) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


V1 = {
    "proc/self/cgroup": "4:cpu,cpuacct:/docker/1f\n3:memory:/docker/1f\n",
    "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "250000\n",
    "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, MANY),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "max 100000\n"}, MANY),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "400000 100000\n"}, 4),
        ({"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/cpu.max": "50000 100000\n"}, 1),
        (
            {
                "proc/self/cgroup": "0::/a/b\n",
                "sys/fs/cgroup/a/b/cpu.max": "800000 100000\n",
                "sys/fs/cgroup/a/cpu.max": "max 100000\n",
                "sys/fs/cgroup/cpu.max": "600000 100000\n",
            },
            6,
        ),
        (V1, 3),
        ({**V1, "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n"}, MANY),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "many 100000\n"}, MANY),
        ({"proc/self/cgroup": "nonsense\n"}, MANY),
    ],
)
def test_control_groups(files: Files, expected: int, tmp_path: Path) -> None:
    assert count_allowed_cores({}, machine(tmp_path, files)) == expected


@pytest.mark.parametrize(
    ("granted", "expected"), [("4", 4), ("128", MANY), ("0", MANY), ("", MANY), ("many", MANY), ("-2", MANY)]
)
def test_slurm(granted: str, expected: int, tmp_path: Path) -> None:
    assert count_allowed_cores({"SLURM_CPUS_PER_TASK": granted}, tmp_path) == expected


def test_the_number_given_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLURM_CPUS_PER_TASK", "1")
    assert (count_cores(0), count_cores(7)) == (1, 7)


@pytest.mark.skipif(sys.platform != "linux", reason="affinity is Linux's")
def test_one_core_by_affinity() -> None:
    code = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
    code += "from ideep_scan.jobs.cores import count_cores; print(count_cores(0))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"
