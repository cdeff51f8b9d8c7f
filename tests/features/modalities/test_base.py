"""The view of a walk, block by block, and a modality that defines next to nothing."""

from __future__ import annotations

import numpy as np
import pytest
import toys
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.features.modalities.base import Encoding, Inputs, Modality, View
from ideep_scan.features.sources import Sources
from ideep_scan.kernels.onehot import decode
from ideep_scan.records.walk import Walk

NONE = np.zeros(0, np.int64)


def view(walk, genome):
    featurizer = toys.World({walk.chrom: genome}).featurizer(modalities=("sequence",))
    return View(walk, walk, walk.positions(), featurizer.codes(walk), NONE)


def test_blocks_of_the_minus_strand_begin_with_the_last():
    blocks = view(Walk("c", "-", ((1, 4), (3, 9), (12, 19))), "AACCGGTTNACGTACCA").blocks()
    assert [decode(codes) for codes, _ in blocks] == ["NNUGGUA", "NAACCG", "GGU"]
    assert [line.tolist() for _, line in blocks] == [[*range(18, 11, -1)], [*range(8, 2, -1)], [3, 2, 1]]


BLOCKS = st.lists(st.tuples(st.integers(-3, 20), st.integers(1, 6)), min_size=1, max_size=4)


@given(BLOCKS, st.sampled_from("+-"))
def test_blocks_joined_are_the_walk(blocks, strand):
    walk = Walk("c", strand, tuple((start, start + length) for start, length in blocks))
    seen = view(walk, "ACGTN" * 4)
    parts = seen.blocks()
    assert [len(codes) for codes, _ in parts] == [length for _, length in blocks][:: 1 if strand == "+" else -1]
    np.testing.assert_array_equal(np.concatenate([codes for codes, _ in parts]), seen.codes)
    np.testing.assert_array_equal(np.concatenate([positions for _, positions in parts]), seen.positions)


class Bare(Modality):
    """A modality with nothing but what it must define."""

    name = "bare"
    follows = "position"

    def encode(self, view, sources, spec):
        return Encoding()


def test_a_modality_is_always_there_and_has_no_tensor_unless_it_says_so():
    bare = Bare()
    assert bare.is_in(toys.SPEC)
    assert bare.is_offered(Sources(toys.ToyGenome({"c": "A"})))
    assert bare.explain_absence(Inputs(annotation=False, cobinding=False, genome=False)) is None
    assert (bare.window_shape(toys.SPEC), bare.centre_size(toys.SPEC)) == (None, None)
    assert (bare.keep, bare.centre_flags_channels, bare.real_valued) == (1.0, False, False)


def test_a_modality_without_an_encoding_cannot_be_made():
    with pytest.raises(TypeError, match="encode"):
        type("Empty", (Modality,), {})()
