"""Count the CPU cores that this process may use, by affinity, Slurm's grant and the quota of its control groups."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from math import ceil
from pathlib import Path

_ROOT = Path("/")


def count_cores(threads: int) -> int:
    """Resolve `threads` of any settings: 0 means all cores that this process may use."""
    return threads or count_allowed_cores(os.environ)


def count_allowed_cores(environment: Mapping[str, str], root: Path = _ROOT) -> int:
    """Count the cores that this process may use, at least 1.

    Parameters
    ----------
    environment : Mapping[str, str]
        Environment variables; SLURM_CPUS_PER_TASK is read.
    root : Path
        Folder that holds `proc` and `sys`.
    """
    limits = [_affinity(), *_slurm(environment), *_quotas(root)]
    return max(1, min(limits))


def _affinity() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _slurm(environment: Mapping[str, str]) -> Iterator[int]:
    granted = environment.get("SLURM_CPUS_PER_TASK", "").strip()
    if granted.isascii() and granted.isdigit() and int(granted[:9]) > 0:
        yield int(granted[:9])


def _quotas(root: Path) -> Iterator[int]:
    """Yield the CPU quota of each control group that this process is in, and of the groups around it."""
    for line in _read(root / "proc/self/cgroup").splitlines():
        _, _, entry = line.partition(":")
        controllers, _, path = entry.partition(":")
        if controllers == "":
            mounts = ["sys/fs/cgroup"]
        elif "cpu" in controllers.split(","):
            mounts = [f"sys/fs/cgroup/{controllers}", "sys/fs/cgroup/cpu"]
        else:
            continue
        inner = Path(path.lstrip("/"))
        for mount in mounts:
            for group in dict.fromkeys((inner, *inner.parents, Path())):  # a container sees its own group as the root
                yield from _quota(root / mount / group)


def _quota(group: Path) -> Iterator[int]:
    """Yield the quota of one control group: `cpu.max` of version 2, `cpu.cfs_*` of version 1; none if unlimited."""
    fields = _read(group / "cpu.max").split()
    if not fields:
        fields = [_read(group / "cpu.cfs_quota_us").strip(), _read(group / "cpu.cfs_period_us").strip()]
    with suppress(ValueError):
        quota, period = map(int, fields)
        if quota > 0 and period > 0:
            yield ceil(quota / period)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
