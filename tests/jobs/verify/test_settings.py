"""Values of options that are out of range."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ideep_scan.errors import InputError
from ideep_scan.jobs.verify.settings import VerifySettings


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"positions": 0}, "--positions 0: give 1 or more"),
        ({"positions": 10**9}, "no more than 1,000,000"),
        ({"threads": -1}, "--threads -1"),
        ({"inputs": (Path("missing"),)}, "missing: is not a folder"),
    ],
)
def test_unusable_values_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        VerifySettings(Path("out"), **options).check()


def test_defaults_are_usable() -> None:
    VerifySettings(Path("out")).check()
