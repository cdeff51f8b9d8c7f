"""Settings of a scan: values out of range are refused before a file is opened."""

from __future__ import annotations

from math import inf, nan
from pathlib import Path
from typing import Any

import pytest

from ideep_scan.errors import InputError
from ideep_scan.jobs.scan_settings import MAX_COUNT, MIN_BATCH, TRACKS, ScanSettings


def scan_settings(**values: Any) -> ScanSettings:
    """Make settings of a scan that differ from the defaults in these values."""
    return ScanSettings(**{"rbp": ("ELAVL1",), "fasta": Path("genome.fa"), **values})


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"stride": MAX_COUNT},
        {"batch": 0},
        {"batch": MIN_BATCH},
        {"threshold": 1.0},
        {"fdr": 1e-9},
        {"prevalence": 1 - 1e-9},
        {"gene": ("HMGCR",), "gtf": Path("genes.gtf")},
        {"tracks": "score, no_cobinding,neglog10p"},
    ],
)
def test_values_in_range_are_accepted(values: dict[str, Any]) -> None:
    scan_settings(**values).check()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        *[({"stride": value}, "--stride") for value in (0, -1, MAX_COUNT + 1)],
        *[({"batch": value}, "--batch") for value in (1, MIN_BATCH - 1, -1, MAX_COUNT + 1)],
        *[({"threshold": value}, "a threshold of") for value in (0.0, -0.5, 1.1, nan, inf, -inf)],
        *[({"fdr": value}, "--fdr") for value in (0.0, 1.0, -1.0, nan, inf, -inf)],
        *[({"prevalence": value}, "--prevalence") for value in (0.0, 1.0, -1.0, nan, inf, -inf)],
        ({"fdr": 0.5, "threshold": 0.6}, "--threshold and --fdr"),
        ({"gene": ("HMGCR",)}, "give --gtf"),
        ({"tracks": "score,coverage"}, "'coverage'"),
        ({"out": Path("\udcff")}, "not UTF-8"),
    ],
)
def test_values_out_of_range_are_refused(values: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        scan_settings(**values).check()


def test_tracks_are_written_in_one_order() -> None:
    assert scan_settings(tracks="no_cobinding,score").track_kinds == ("score", "no_cobinding")
    assert scan_settings(tracks="neglog10p").track_kinds == ("score", "neglog10p")
    assert scan_settings(tracks=",".join(reversed(TRACKS))).track_kinds == TRACKS


def test_strands_are_plus_before_minus() -> None:
    assert [scan_settings(strand=strand).strands for strand in ("both", "plus", "minus")] == [
        ("+", "-"), ("+",), ("-",)
    ]  # fmt: skip
