"""Windows around the centres of sequences, packed on one contig."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.kernels.onehot import UNKNOWN
from ideep_scan.records.packed import CONTIG, PackedWindows, crop_centre
from ideep_scan.records.span import find_middle

SEQUENCE = st.lists(st.integers(0, 4), min_size=1, max_size=30).map(lambda codes: np.array(codes, np.int8))


@settings(max_examples=200, deadline=None)
@given(st.lists(SEQUENCE, max_size=6), st.sampled_from([1, 3, 11]), st.integers(0, 3))
def test_packed_windows_are_those_around_the_centres(sequences, window, max_unknown):
    packed = PackedWindows(sequences, window)
    places, half = packed.places(), window // 2
    scored = packed.scorable(max_unknown)
    assert len(places) == len(scored) == len(sequences)
    assert packed.contigs == {CONTIG: window * len(sequences)}
    for i, codes in enumerate(sequences):
        padded = np.concatenate([np.full(half, UNKNOWN), codes, np.full(half, UNKNOWN)])
        expected = padded[find_middle(codes.size) : find_middle(codes.size) + window]
        centre = int(places.centre[i])
        assert packed.codes(CONTIG, centre - half, centre + half + 1).tolist() == expected.tolist()
        known = codes[max(0, find_middle(codes.size) - half) : find_middle(codes.size) + half + 1]
        assert scored[i] == (codes[find_middle(codes.size)] != UNKNOWN and np.sum(known == UNKNOWN) <= max_unknown)


@given(SEQUENCE, st.sampled_from([1, 3, 11]))
def test_a_cropped_sequence_keeps_its_centre(codes, window):
    part = crop_centre(codes, window)
    assert part.size == min(codes.size, window)
    assert part[find_middle(part.size)] == codes[find_middle(codes.size)]
    assert PackedWindows([part], window).codes(CONTIG, 0, window).tolist() == (
        PackedWindows([codes], window).codes(CONTIG, 0, window).tolist()
    )
