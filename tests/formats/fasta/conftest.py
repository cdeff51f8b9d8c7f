"""A genome in both kinds of FASTA."""

from __future__ import annotations

from pathlib import Path

import pytest
from toy_fasta import GENOME, write_fasta


@pytest.fixture(params=[False, True], ids=["plain", "bgzip"])
def genome(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Path of `GENOME`, plain or bgzipped. Its name says nothing: the content tells the kind."""
    return write_fasta(tmp_path / "genome.sequence", GENOME, bgzip=request.param)
