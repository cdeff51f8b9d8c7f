"""One run on the embedded example for all tests of jobs."""

from __future__ import annotations

from pathlib import Path

import pytest
import runs


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return runs.copy_example(tmp_path_factory.mktemp("example"))


@pytest.fixture(scope="session")
def complete_run(example: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a run over the whole example with its annotation. Nothing may write into it."""
    out = tmp_path_factory.mktemp("whole") / "new" / "out"
    runs.scan(example, out)
    return out


@pytest.fixture(scope="session")
def scores(example: Path) -> runs.Scores:
    """Unrounded scores of the whole example, from another cut of it into chunks and walks than a run's."""
    return runs.direct_scores(example, walk=7000, size=50_000)
