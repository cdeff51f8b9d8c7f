"""Options of a report on motifs that contradict or lack each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ideep_scan.errors import InputError
from ideep_scan.jobs.motifs.settings import MotifSettings

FILE = Path("file")


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"windows": FILE, "sites": FILE, "fasta": FILE}, "--windows and --sites both give windows"),
        ({"sites": FILE}, "give it as well .--fasta."),
        ({"background": FILE}, "--background is compared with bound windows"),
        ({"fasta": FILE}, "--fasta is the genome of sites"),
        ({"windows": FILE, "fasta": FILE}, "--fasta is the genome of sites"),
        ({"windows": FILE, "gtf": FILE}, "--gtf describes the places of sites"),
        ({"modalities": "sequence"}, "--modalities chooses what windows are read with"),
        ({"model": "both"}, "--model both is not known"),
    ],
)
def test_refuses_options_that_do_not_fit(values: dict[str, Any], fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        MotifSettings(("ELAVL1",), **values).check()


@pytest.mark.parametrize(
    ("values", "computes"),
    [
        ({}, False),
        ({"known": FILE}, False),
        ({"windows": FILE, "background": FILE}, True),
        ({"sites": FILE, "fasta": FILE, "gtf": FILE, "background": FILE}, True),
    ],
)
def test_accepts_options_that_fit(values: dict[str, Any], computes: bool) -> None:
    settings = MotifSettings(("ELAVL1",), **values)
    settings.check()
    assert settings.computes == computes
