"""Patterns: planted motifs come back, reverse complements stay apart, and little data gives a reason."""

from __future__ import annotations

import numba
import numpy as np
import pytest

from ideep_scan.kernels.onehot import encode
from ideep_scan.motifs import patterns
from ideep_scan.motifs.patterns import MINIMUM_WINDOWS, Pattern, PatternSearch, find_patterns

WIDTH = 61
PUMILIO, MIRROR, SILENCER = (encode(site) for site in (b"UGUACAUA", b"UAUGUACA", b"GGACGGAC"))


def windows_with(*sites: tuple[np.ndarray, float], each: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Windows with one site each, whose letters have a contribution; the other letters have weak noise."""
    random = np.random.default_rng(0)
    codes = random.integers(0, 4, (each * len(sites), WIDTH)).astype(np.int8)
    hypothetical = random.normal(0, 0.02, (len(codes), 4, WIDTH)).astype(np.float32)
    for row in range(len(codes)):
        site, contribution = sites[row % len(sites)]
        start = random.integers(15, WIDTH - 15 - len(site))
        places = start + np.arange(len(site))
        codes[row, places] = site
        hypothetical[row, :, places] -= contribution / 3
        hypothetical[row, site, places] += contribution * 4 / 3
    return codes, hypothetical


def spell(pattern: Pattern) -> str:
    return "".join("ACGU"[letter] for letter in pattern.counts.argmax(1))


def as_lists(search: PatternSearch) -> list[list[list[float]]]:
    return [[np.asarray(field).tolist() for field in pattern] for pattern in search.patterns]


@pytest.fixture(scope="module")
def both() -> tuple[np.ndarray, np.ndarray, PatternSearch]:
    """A site, its reverse complement, and a site that lowers the score."""
    codes, hypothetical = windows_with((PUMILIO, 1.0), (MIRROR, 1.0), (SILENCER, -1.0))
    codes[::7, 2] = 4
    return codes, hypothetical, find_patterns(codes, hypothetical)


def test_a_site_and_its_reverse_complement_are_two_patterns(both):
    codes, _, search = both
    assert search.reason is None
    assert {spell(pattern) for pattern in search.patterns if pattern.raises} == {"UGUACAUA", "UAUGUACA"}
    assert [spell(pattern) for pattern in search.patterns if not pattern.raises] == ["GGACGGAC"]
    for pattern in search.patterns:
        site = encode(spell(pattern).encode())
        places = pattern.starts[:, None] + np.arange(len(pattern))
        assert (codes[pattern.windows[:, None], places] == site).mean() > 0.95  # as they stand, not reversed


def test_counts_and_contributions_are_those_of_the_seqlets(both):
    codes, hypothetical, search = both
    for pattern in search.patterns:
        counts, total = np.zeros((len(pattern), 4)), np.zeros((len(pattern), 4))
        for window, start in zip(pattern.windows, pattern.starts, strict=True):
            for position in range(len(pattern)):
                letter = codes[window, start + position]
                if letter < 4:
                    counts[position, letter] += 1
                    total[position, letter] += hypothetical[window, letter, start + position]
        assert np.array_equal(pattern.counts, counts)
        np.testing.assert_allclose(pattern.contributions, total / len(pattern.windows), atol=1e-5)
        assert (pattern.contributions.sum() > 0) == pattern.raises


def test_neither_threads_nor_an_earlier_search_change_the_result(both):
    codes, hypothetical, search = both
    threads = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        assert as_lists(find_patterns(codes, hypothetical)) == as_lists(search)
    finally:
        numba.set_num_threads(threads)


@pytest.mark.parametrize(
    ("count", "scale", "reason"),
    [
        (MINIMUM_WINDOWS - 1, 1.0, "patterns need 100 bound windows, there are 99"),
        (MINIMUM_WINDOWS, 0.0, "no letter contributes to the score"),
        (0, 1.0, "patterns need 100 bound windows, there are 0"),
    ],
)
def test_too_little_data_gives_a_reason(count: int, scale: float, reason: str):
    codes, hypothetical = windows_with((PUMILIO, 1.0), each=120)
    assert find_patterns(codes[:count], scale * hypothetical[:count]) == ((), reason)


@pytest.mark.parametrize("kind", ["constant", "unknown bases", "one letter", "noise", "one window contributes"])
def test_degenerate_contributions_do_not_fail(kind: str):
    random = np.random.default_rng(0)
    codes = random.integers(0, 4, (MINIMUM_WINDOWS, WIDTH)).astype(np.int8)
    hypothetical = random.normal(0, 1, (MINIMUM_WINDOWS, 4, WIDTH)).astype(np.float32)
    if kind == "constant":
        hypothetical[:] = 0.5
    elif kind == "unknown bases":
        codes[:, 10:] = 4
    elif kind == "one letter":
        codes[:] = 3
    elif kind == "one window contributes":
        hypothetical[1:] = 0
    search = find_patterns(codes, hypothetical)
    assert (search.reason is None) == bool(search.patterns)


def test_no_pattern_has_fewer_seqlets_than_stated(both):
    assert all(len(pattern.windows) >= patterns.MINIMUM_SEQLETS for pattern in both[2].patterns)
