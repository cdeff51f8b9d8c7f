"""Settings of the benchmark inside transcripts."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideep_scan.benchmark.within.settings import WithinSettings
from ideep_scan.errors import InputError


@pytest.mark.parametrize(("names", "message"), [(("none",), "not known"), (("ideep", "ideep"), "given twice")])
def test_unknown_and_repeated_models_are_errors(names: tuple[str, ...], message: str) -> None:
    settings = WithinSettings(Path("peaks"), Path("genome.fa"), Path("genes.bed"), model=names)
    with pytest.raises(InputError, match=message):
        settings.check()
    WithinSettings(Path("peaks"), Path("genome.fa"), Path("genes.bed")).check()
