"""Records that come back in order, from memory and from the file that others write to."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.formats.bbi.record_pages import PAGE, RecordPages


@given(st.integers(0, 3 * PAGE + 1), st.integers(1, 40), st.data())
def test_records_of_lists_in_one_file_come_back_in_order(
    tmp_path_factory: pytest.TempPathFactory, count: int, size: int, data: st.DataObject
) -> None:
    gaps = data.draw(st.sets(st.integers(0, 3 * PAGE)))
    records = [bytes([number % 251]) * size for number in range(count)]
    with (tmp_path_factory.mktemp("pages") / "file").open("w+b") as file:
        one, other = RecordPages(file, size), RecordPages(file, 2 * size)
        for number, record in enumerate(records):
            if number in gaps:
                file.write(b"a block of somebody else")
            one.append(record)
            other.append(2 * record)
        assert (len(one), len(other)) == (count, count)
        assert list(one) == records
        assert list(other) == [2 * record for record in records]
        assert list(one) == records


def test_memory_does_not_grow_with_the_records(tmp_path: Path) -> None:
    with (tmp_path / "file").open("w+b") as file:
        pages = RecordPages(file, 32)
        for _ in range(PAGE):
            pages.append(bytes(32))
        tracemalloc.start()
        for _ in range(100 * PAGE):
            pages.append(bytes(32))
        size, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert size < 10_000  # of 409,600 bytes
