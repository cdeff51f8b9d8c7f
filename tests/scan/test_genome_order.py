"""The reorder buffer: what goes in early comes out in order, once."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.records.span import Span
from ideep_scan.scan.genome_order import Reorder

spans = st.tuples(st.integers(0, 9), st.integers(0, 3), st.sampled_from("+-")).map(
    lambda place: Span("c", place[0], place[0] + place[1], place[2])
)


@settings(max_examples=60, deadline=None)
@given(st.lists(spans, max_size=20), st.integers(0, 10))
def test_all_come_out_sorted_and_once(items: list[Span], before: int) -> None:
    buffer: Reorder[Span] = Reorder()
    buffer.add(items)
    buffer.add(items[:3])
    early = buffer.release(before)
    assert all(item.start < before for item in early)
    late = buffer.release()
    assert all(item.start >= before for item in late)
    assert early + late == sorted(set(items), key=lambda item: (item.start, item.end, item.strand))
    assert buffer.release() == []
