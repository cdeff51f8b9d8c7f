"""The name of the processor, as Linux tells it and as Python does."""

from __future__ import annotations

import platform
from pathlib import Path

from ideep_scan.jobs.machine import describe_processor


def test_linux_names_the_generation(tmp_path: Path) -> None:
    path = tmp_path / "cpuinfo"
    path.write_text("processor\t: 0\ncpu family\t: 26\nmodel\t\t: 2\nmodel name\t: AMD EPYC 9B45\n\nprocessor\t: 1\n")
    assert describe_processor(path) == "AMD EPYC 9B45 (family 26, model 2)"


def test_without_a_name_python_is_asked(tmp_path: Path) -> None:
    (tmp_path / "arm").write_text("processor\t: 0\nCPU part\t: 0xd0c\n")
    for path in (tmp_path / "arm", tmp_path / "missing"):
        assert describe_processor(path) == (platform.processor() or platform.machine())
