"""Describe the processor of this machine."""

from __future__ import annotations

import platform
from pathlib import Path

_CPUINFO = Path("/proc/cpuinfo")


def describe_processor(cpuinfo: Path = _CPUINFO) -> str:
    """Return the processor's name, with the details that distinguish its generations if they are known.

    Parameters
    ----------
    cpuinfo : Path
        Description by Linux. Without it, or without a name in it, Python's description is returned.

    Returns
    -------
    str
        The description.
    """
    try:
        lines = [line.partition(":") for line in cpuinfo.read_text(errors="replace").splitlines()]
    except OSError:
        lines = []
    facts = {fact.strip(): value.strip() for fact, _, value in lines}
    if "model name" not in facts:
        return platform.processor() or platform.machine()
    return "{} (family {}, model {})".format(*(facts.get(name, "?") for name in ("model name", "cpu family", "model")))
