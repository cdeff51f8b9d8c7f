"""Neutral sequences: shuffles keep their dinucleotides and are uniform; random sequences keep the composition."""

from __future__ import annotations

from collections import Counter
from itertools import permutations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ideep_scan.motifs.neutral_sequences import make_neutral_sequences, shuffle_dinucleotides

SEQUENCES = arrays(np.int8, st.integers(0, 40), elements=st.integers(0, 4))


def count_pairs(codes: np.ndarray) -> Counter[tuple[int, int]]:
    return Counter(zip(codes[:-1].tolist(), codes[1:].tolist(), strict=True))


@given(codes=SEQUENCES, seed=st.integers(0, 9))
def test_a_shuffle_keeps_dinucleotides_and_both_ends(codes: np.ndarray, seed: int):
    shuffled = shuffle_dinucleotides(codes, np.random.default_rng(seed))
    assert shuffled.shape == codes.shape
    assert count_pairs(shuffled) == count_pairs(codes)
    assert shuffled[:1].tolist() == codes[:1].tolist()
    assert shuffled[-1:].tolist() == codes[-1:].tolist()


def test_every_sequence_with_the_same_dinucleotides_is_equally_likely():
    codes = np.array([0, 1, 2, 0, 2, 1, 0, 1, 0], np.int8)
    possible = {
        (0, *middle, 0) for middle in permutations(codes[1:-1].tolist())
        if count_pairs(np.array([0, *middle, 0])) == count_pairs(codes)
    }  # fmt: skip
    generator = np.random.default_rng(0)
    draws = Counter(tuple(shuffle_dinucleotides(codes, generator).tolist()) for _ in range(200 * len(possible)))
    assert set(draws) == possible
    assert max(abs(count - 200) for count in draws.values()) < 75  # five standard deviations


@settings(max_examples=25)
@given(seed=st.integers(0, 99))
def test_the_order_of_windows_changes_nothing(seed: int):
    random = np.random.default_rng(seed)
    unbound = random.integers(0, 5, (random.integers(1, 30), 20)).astype(np.int8)
    bound = random.integers(0, 5, (7, 20)).astype(np.int8)
    for windows in (unbound, unbound[:0]):
        first = make_neutral_sequences(bound, windows, 20)
        again = make_neutral_sequences(random.permutation(bound), random.permutation(windows), 20)
        assert first.shape == (20, 20)
        assert np.array_equal(first, again)


def test_without_unbound_windows_the_composition_is_that_of_the_bound_ones():
    bound = np.array([[0, 3, 3, 3, 4]] * 20, np.int8)
    neutral = make_neutral_sequences(bound, bound[:0], 2000)
    shares = np.bincount(neutral.ravel(), minlength=5) / neutral.size
    np.testing.assert_allclose(shares, [0.25, 0, 0, 0.75, 0], atol=0.03)
    assert make_neutral_sequences(np.full((3, 5), 4, np.int8), bound[:0], 4).max() < 4
