"""One run on the embedded example for all tests of jobs, and a cache folder of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import runs


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("cache")
        patch.setenv("XDG_CACHE_HOME", str(folder))
        yield folder


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return runs.copy_example(tmp_path_factory.mktemp("example"))


@pytest.fixture(scope="session")
def whole(example: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a run over the whole example with its annotation. Nothing may write into it."""
    out = tmp_path_factory.mktemp("whole") / "new" / "out"
    runs.scan(example, out)
    return out


@pytest.fixture(scope="session")
def scores(example: Path) -> runs.Scores:
    """Unrounded scores of the whole example, from another cut of it into chunks and walks than a run's."""
    return runs.direct_scores(example, walk=7000, size=50_000)
