"""Settings of a scan: impossible values."""

from __future__ import annotations

import pytest

from ideep_scan.errors import InputError
from ideep_scan.scan.call_settings import CallSettings


@pytest.mark.parametrize("threshold", [0.0, -1.0, 1.01, float("nan")])
def test_impossible_thresholds(threshold: float) -> None:
    with pytest.raises(InputError, match="above 0 and at most 1"):
        CallSettings(threshold)
