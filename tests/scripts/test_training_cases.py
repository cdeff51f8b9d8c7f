"""Tests of the distances to sites, by which positions without a site are drawn."""

from __future__ import annotations

import numpy as np
from training_cases import measure_distances

from ideep_scan.records.places import Places


def _places(*rows: tuple[str, str, int]) -> Places:
    chrom, strand, centre = zip(*rows, strict=True)
    return Places(np.array(chrom, object), np.array(strand, object), np.array(centre, np.int64))


def test_distance_is_that_to_the_next_site_of_the_strand() -> None:
    sites = _places(("chr1", "+", 300), ("chr1", "+", 100), ("chr1", "-", 150))
    places = _places(("chr1", "+", 150), ("chr1", "+", 290), ("chr1", "-", 150), ("chr2", "+", 100))
    assert measure_distances(places, sites)[:3].tolist() == [50, 10, 0]
    assert measure_distances(places, sites)[3] == np.iinfo(np.int64).max
