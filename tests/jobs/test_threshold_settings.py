"""Options that choose thresholds, alone and against each other."""

from __future__ import annotations

import pytest

from ideep_scan.errors import InputError
from ideep_scan.jobs.threshold_settings import ThresholdSettings


@pytest.mark.parametrize(
    "options", [{}, {"threshold": 0.9}, {"fdr": 0.8}, {"fdr": 0.8, "prevalence": 0.01}, {"prevalence": 0.5}]
)
def test_usable_options(options: dict[str, float]) -> None:
    ThresholdSettings(**options).check_threshold()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"threshold": 1.5}, "1.5"),
        ({"threshold": 0.9, "fdr": 0.8}, "--threshold and --fdr both"),
        ({"fdr": 1.0}, "--fdr 1: give a share"),
        ({"prevalence": 0.0}, "--prevalence 0: give a share"),
        ({"prevalence": float("nan")}, "--prevalence nan"),
    ],
)
def test_unusable_options(options: dict[str, float], message: str) -> None:
    with pytest.raises(InputError, match=message):
        ThresholdSettings(**options).check_threshold()
