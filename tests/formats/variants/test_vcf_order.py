"""Order of the records of a VCF."""

from __future__ import annotations

import pytest

from ideep_scan.formats.variants.vcf import VcfRecord
from ideep_scan.formats.variants.vcf_order import RecordOrder


@pytest.mark.parametrize(
    ("places", "is_sorted"),
    [
        ([], True),
        ([("b", 5), ("b", 5), ("b", 9), ("a", 1)], True),
        ([("a", 5), ("a", 4)], False),
        ([("a", 5), ("b", 1), ("a", 6)], False),
        ([("a", -1), ("a", 0)], True),
    ],
)
def test_positions_ascend_and_contigs_are_in_one_piece(places: list[tuple[str, int]], is_sorted: bool) -> None:
    order = RecordOrder()
    for chrom, start in places:
        order.add(VcfRecord(1, chrom, start, (), b"", b""))
    assert order.is_sorted == is_sorted


def test_records_that_repeat_one_at_their_place_are_counted() -> None:
    order = RecordOrder()
    for start, alt in ((5, b"C"), (5, b"G"), (5, b"C"), (6, b"C"), (6, b"C"), (5, b"C")):
        order.add(VcfRecord(1, "a", start, (b"a", b"", b".", b"A", alt), b"", b""))
    assert (order.repeats, order.contigs) == (2, {"a"})
