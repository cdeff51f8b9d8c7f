"""RNA folding in a run: by processes, once, and only where it is asked for."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import runs

from ideep_scan.jobs import folding

STRETCH = "exA:109,001-112,500"
ASKED = "sequence,region,structure"


class CountingPool(ProcessPoolExecutor):
    """Counts what it is given to fold."""

    folded = 0

    def map(self, function: Any, jobs: Any, **options: Any) -> Any:
        asked = list(jobs)
        CountingPool.folded += len(asked)
        return super().map(function, asked, **options)


def foldings(example: Path, out: Path, **asked: Any) -> int:
    """How many sequences a run folds."""
    CountingPool.folded = 0
    runs.scan(example, out, **{"regions": STRETCH, "modalities": ASKED, **asked})
    return CountingPool.folded


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(folding, "ProcessPoolExecutor", CountingPool)
    return tmp_path


def test_a_second_run_over_the_same_loci_folds_nothing(example: Path, empty_cache: Path) -> None:
    assert foldings(example, empty_cache / "first", threads=2) >= 2
    assert foldings(example, empty_cache / "second", threads=1) == 0
    assert runs.data_files(empty_cache / "first") == runs.data_files(empty_cache / "second")


def test_who_does_not_ask_for_structure_starts_nothing_that_folds(
    example: Path, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folding, "FoldCache", runs.no_folding)
    monkeypatch.setattr(folding, "ProcessPoolExecutor", runs.no_folding)
    runs.scan(example, empty_cache / "out", regions=STRETCH)
    assert not (empty_cache / "cache" / "ideep-scan" / "folds.sqlite").exists()
