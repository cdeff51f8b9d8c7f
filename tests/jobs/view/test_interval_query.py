"""Intervals in queries: what is read, and what is refused."""

from __future__ import annotations

import pytest

from ideep_scan.errors import InputError
from ideep_scan.jobs.view.interval_query import parse_interval, parse_whole

GOOD = {"chrom": "chr1", "start": "9", "end": "20"}


def test_an_interval_is_read() -> None:
    assert parse_interval(GOOD) == ("chr1", 9, 20)


@pytest.mark.parametrize(
    "change",
    [
        {"chrom": ""}, {"start": ""}, {"start": "-1"}, {"start": "1e3"}, {"start": "20"}, {"end": "9" * 12},
        {"end": str((1 << 32) + 1)}, {"start": "٣"}, {"end": "²"},
    ],
)  # fmt: skip
def test_anything_else_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(InputError):
        parse_interval({**GOOD, **change})


def test_a_missing_number_is_named() -> None:
    with pytest.raises(InputError, match="give bins as a whole number"):
        parse_whole({}, "bins")
