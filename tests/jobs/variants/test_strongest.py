"""The strongest effects of a stream."""

from __future__ import annotations

from math import isnan, nan

from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.formats.variants.vcf import VcfRecord
from ideep_scan.jobs.variants.scoring import ScoredRecord
from ideep_scan.jobs.variants.strongest import StrongestEffects
from ideep_scan.records.variant_effect import Status, VariantEffect

RECORD = VcfRecord(1, "chr1", 9, (b"chr1", b"10", b".", b"A", b"C", b".", b".", b"."), b"", b"\n")


def effect(delta: float) -> VariantEffect:
    return VariantEffect(
        "C", "M", "+", gene=None, region=None, reference=0.5, alternate=0.5, delta=delta, position=9, log_odds=delta,
        site="kept",
    )  # fmt: skip


@given(st.lists(st.lists(st.sampled_from([-0.9, -0.5, 0.0, 0.2, 0.5, nan]))), st.integers(1, 6))
def test_the_largest_absolute_deltas_are_kept_in_order(deltas: list[list[float]], limit: int) -> None:
    strongest = StrongestEffects(limit)
    effects = [[effect(delta) for delta in of_record] for of_record in deltas]
    for of_record in effects:
        strongest.add(ScoredRecord(RECORD, (Status.SCORED,), of_record))
    known = [each for of_record in effects for each in of_record if not isnan(each.delta)]
    expected = sorted(known, key=lambda each: -abs(each.delta))[:limit]
    assert [id(ranked.effect) for ranked in strongest.ranked()] == [id(each) for each in expected]
    assert strongest.total == len(known)


def test_a_haplotype_of_two_records_counts_once() -> None:
    strongest, haplotype = StrongestEffects(5), effect(0.7)
    for _ in range(2):
        strongest.add(ScoredRecord(RECORD, (Status.SCORED,), [effect(0.1)], [haplotype]))
    assert [ranked.effect.delta for ranked in strongest.ranked()] == [0.7, 0.1, 0.1]
