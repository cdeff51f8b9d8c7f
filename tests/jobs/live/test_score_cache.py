"""The cache forgets the arrays that were used longest ago."""

from __future__ import annotations

import numpy as np

from ideep_scan.jobs.live.score_cache import ScoreCache


def test_the_least_recently_used_arrays_are_dropped() -> None:
    kept = ScoreCache(100)
    for name in "abcde":
        kept.put(name, np.zeros(5, np.int32))
    assert kept.get("a") is not None
    kept.put("f", np.zeros(5, np.int32))
    assert kept.get("b") is None
    assert kept.get("a") is not None
    kept.put("big", np.zeros(26, np.int32))
    assert kept.get("big") is None
