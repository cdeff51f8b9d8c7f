"""Windows of a motif that a bundled model knows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

WIDTH = 101
LETTERS = "ACGU"


def make_records(count: int, motif: str, label: str = "") -> str:
    """Make FASTA records of random windows with a motif at the centre."""
    letters = np.random.default_rng(count + len(motif)).choice(list(LETTERS), (count, WIDTH))
    start = (WIDTH - len(motif)) // 2
    letters[:, start : start + len(motif)] = list(motif)
    return "".join(f">w{number}{label}\n{''.join(row)}\n" for number, row in enumerate(letters))


@pytest.fixture(scope="session")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A FASTA of 30 windows with UG repeats, which TARDBP binds, and 25 without."""
    path = tmp_path_factory.mktemp("motif_windows") / "windows.fa"
    path.write_text(make_records(30, "UGUGUGUGUGUG", " class:1") + make_records(25, "", " class:0"))
    return path
