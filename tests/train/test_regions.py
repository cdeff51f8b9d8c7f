"""Regions that training leaves out."""

from __future__ import annotations

from itertools import product

from ideep_scan.train.regions import HELD_OUT, VALIDATION


def test_no_base_is_both_held_out_and_validated_on() -> None:
    for (chrom, start, end), (other, other_start, other_end) in product(HELD_OUT, VALIDATION):
        assert chrom != other or end <= other_start or other_end <= start
