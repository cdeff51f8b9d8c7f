"""Fixtures for the whole suite: the real data, where it is at hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("any machine", deadline=None)  # a busy machine is slow, not wrong
settings.load_profile("any machine")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of the real data (hg19, CLIP experiments, annotation); the test is skipped where it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not (folder / "data").is_dir():
        pytest.skip("real data (../shared) is not on this machine")
    return folder
