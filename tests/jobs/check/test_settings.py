"""Names of files and of their kinds."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideep_scan.errors import InputError
from ideep_scan.jobs.check.settings import CheckSettings


def test_a_kind_may_precede_a_file() -> None:
    settings = CheckSettings(("bed=a=b.txt", "x=y.bed", "=z"), Path("table"))
    assert settings.targets() == [
        ("bed", Path("a=b.txt")), (None, Path("x=y.bed")), (None, Path("=z")), ("cobinding", Path("table"))
    ]  # fmt: skip


@pytest.mark.parametrize("files", [(), ("a", "a"), ("a", "bed=a")])
def test_no_file_and_a_file_named_twice_are_refused(files: tuple[str, ...]) -> None:
    with pytest.raises(InputError):
        CheckSettings(files).check()
