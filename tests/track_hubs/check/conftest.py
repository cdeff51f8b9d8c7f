"""A sound hub for the tests of its check."""

from __future__ import annotations

from pathlib import Path

import pytest

from track_hubs.render import render


@pytest.fixture
def hub(run: Path) -> Path:
    """A sound hub with a table of its contigs beside it."""
    render(run)
    (run / "chrom.sizes").write_text("chrA 12000\nchrB\t4000\n")
    return run
