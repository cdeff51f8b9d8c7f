"""Settings of an intersection."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideep_scan.errors import InputError
from ideep_scan.jobs.intersect.settings import IntersectSettings


@pytest.mark.parametrize(
    ("runs", "out", "reason"),
    [
        (("one", "two", "./one"), None, "one: is given twice"),
        (("one",), ".", "is a folder"),
        (("one",), "one/hits/t.tsv", "is in the folder of a run"),
        (("one",), "a.bed", "is an input"),
        (("one",), "t.parquet", "is a name for Parquet"),
    ],
)
def test_settings_that_do_not_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runs: tuple[str, ...], out: str | None, reason: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=reason):
        IntersectSettings(tuple(map(Path, runs)), Path("a.bed"), None if out is None else Path(out)).check()


def test_settings_that_fit(tmp_path: Path) -> None:
    IntersectSettings((tmp_path / "one", tmp_path / "two"), tmp_path / "a.bed", tmp_path / "t.tsv").check()
