"""Positions of a walk, 5'→3'."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.records.walk import Walk

BLOCKS = st.lists(st.tuples(st.integers(-20, 50), st.integers(0, 9)), max_size=6).map(
    lambda blocks: tuple((start, start + length) for start, length in blocks)
)


@given(BLOCKS)
def test_positions_are_those_of_the_blocks_in_order(blocks):
    walk = Walk("chr1", "+", blocks)
    assert walk.positions().tolist() == [position for start, end in blocks for position in range(start, end)]
    assert len(walk) == walk.positions().size


@given(BLOCKS)
def test_the_minus_strand_is_read_from_the_other_end(blocks):
    minus = Walk("chr1", "-", blocks)
    assert minus.positions().tolist() == Walk("chr1", "+", blocks).positions()[::-1].tolist()
    assert len(minus) == minus.positions().size


@pytest.mark.parametrize("strand", "+-")
def test_a_walk_without_blocks_is_empty(strand):
    walk = Walk("chr1", strand, ())
    assert (len(walk), walk.positions().shape, walk.positions().dtype) == (0, (0,), np.int64)


def test_equal_walks_are_one_key():
    assert len({Walk("chr1", "+", ((0, 3),)), Walk("chr1", "+", ((0, 3),)), Walk("chr1", "-", ((0, 3),))}) == 2
