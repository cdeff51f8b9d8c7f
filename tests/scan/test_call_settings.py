"""Settings of a scan: impossible values, and the gap in steps."""

from __future__ import annotations

import pytest

from ideep_scan.errors import InputError
from ideep_scan.scan.call_settings import CallSettings


@pytest.mark.parametrize("threshold", [0.0, -1.0, 1.01, float("nan")])
def test_impossible_thresholds(threshold: float) -> None:
    with pytest.raises(InputError, match="above 0 and at most 1"):
        CallSettings(threshold)


def test_impossible_gap() -> None:
    with pytest.raises(InputError, match="0 or more"):
        CallSettings(gap=-1)


@pytest.mark.parametrize(("gap", "stride", "positions"), [(10, 1, 10), (0, 1, 0), (0, 5, 4), (10, 5, 14)])
def test_a_gap_is_rounded_up_to_whole_steps(gap: int, stride: int, positions: int) -> None:
    assert CallSettings(gap=gap, stride=stride).joined == positions
