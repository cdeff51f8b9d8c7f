"""Walks that hold the windows of single places."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.records.places import Places, build_window_walk, build_window_walks, group_by_strand

PLACE = st.tuples(st.sampled_from(["chr1", "chr2"]), st.sampled_from("+-"), st.integers(0, 60))


@pytest.mark.parametrize("strand", "+-")
def test_a_walk_of_windows_has_each_centre_where_it_says(strand):
    centres = np.array([3, 3, 50, 60, 61], np.int64)
    walk, at = build_window_walk("chr1", strand, centres, 11)
    assert walk.positions()[at].tolist() == centres.tolist()
    assert len(walk) == 55


@settings(max_examples=100, deadline=None)
@given(st.lists(PLACE, max_size=30), st.integers(1, 7))
def test_each_place_is_in_one_walk_of_its_contig_and_strand(listed, most):
    columns = list(zip(*listed, strict=True)) or [(), (), ()]
    places = Places(np.array(columns[0], object), np.array(columns[1], object), np.array(columns[2], np.int64))
    seen = []
    for rows, walk, scored in build_window_walks(places, 5, most):
        assert 1 <= len(rows) <= most
        assert walk.positions()[scored].tolist() == places.centre[rows].tolist()
        assert (np.diff(scored) > 0).all()
        assert {(places.chrom[row], places.strand[row]) for row in rows} == {(walk.chrom, walk.strand)}
        for row, index in zip(rows, scored, strict=True):
            line = walk.positions()[index - 2 : index + 3]
            step = 1 if walk.strand == "+" else -1
            assert line.tolist() == [places.centre[row] + step * off for off in range(-2, 3)]
        seen += rows.tolist()
    assert sorted(seen) == list(range(len(listed)))


@given(st.lists(st.tuples(st.sampled_from(["chr1", "chr2"]), st.sampled_from("+-")), max_size=12))
def test_rows_of_each_strand(pairs: list[tuple[str, str]]) -> None:
    chrom, strand = (np.array([pair[i] for pair in pairs], object) for i in (0, 1))
    groups = group_by_strand(chrom, strand)
    assert {key: rows.tolist() for key, rows in groups.items()} == {
        key: [row for row, pair in enumerate(pairs) if pair == key] for key in set(pairs)
    }
