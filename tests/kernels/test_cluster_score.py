"""The cluster kernel against a slow twin on logarithms, and against the published values of all 31 experiments."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.formats.clip31 import read_motif_scores, read_windows
from ideep_scan.formats.pwm_table import read_pwms
from ideep_scan.kernels.cluster_score import MAX_WINDOW, score_clusters
from ideep_scan.kernels.onehot import complement, encode
from ideep_scan.kernels.packed_motifs import PackedMotifs, log_probabilities, pack

GAP = 35.0


def log_sum(*terms: float) -> float:
    top = max(terms)
    return top if top == -math.inf else top + math.log(sum(math.exp(term - top) for term in terms))


def slow_background(codes: list[int]) -> list[float]:
    out = []
    for i, code in enumerate(codes):
        near = [other for other in codes[max(0, i - 100) : i + 101] if other < 4]
        out.append(math.log((4 + len(near)) / (1 + near.count(code))))
    return out


def slow_score(codes: list[int], matrices: list[np.ndarray]) -> float:
    """One motif (its matrices of log probabilities, one per strand), one window, in logarithms throughout."""
    background, width, length = slow_background(codes), len(matrices[0]), len(codes)

    def site(start: int, matrix: np.ndarray) -> float:
        if any(codes[start + k] > 3 for k in range(width)):
            return -math.inf
        odds = sum(float(matrix[k, codes[start + k]]) + background[start + k] for k in range(width))
        return odds - math.log(len(matrices)) - math.log(GAP + 1)

    stay = math.log(GAP / (GAP + 1))
    level: list[float] = []
    for n in range(length):
        terms = [(level[n - 1] if n else 0.0) + stay]
        if n - width >= -1:
            before = level[n - width] if n >= width else 0.0
            terms += [before + site(n - width + 1, matrix) for matrix in matrices]
        level.append(log_sum(*terms))

    kept: list[tuple[int, int]] = []
    lowest = 0
    for n in range(length):
        if level[n] <= level[lowest]:
            lowest = n
        elif level[n] > level[n - 1]:
            start = n - 1
            for i in reversed(range(len(kept))):
                if level[kept[i][1]] >= level[n]:
                    break
                if level[kept[i][0]] < level[start]:
                    start, kept = kept[i][0], kept[:i]
                    if start == lowest:
                        break
            kept.append((start, n))

    best = 0.0
    for start, end in kept:
        backward = {end + 1: 0.0}
        for n in range(end, max(0, start + 2 - width) - 1, -1):
            terms = [backward[n + 1] + stay]
            if n + width - 1 <= end:
                terms += [backward[n + width] + site(n, matrix) for matrix in matrices]
            backward[n] = log_sum(*terms)
            best = max(best, backward[n])
    return best


def twin(windows: np.ndarray, counts: list[np.ndarray], both_strands: bool) -> np.ndarray:
    out = np.zeros((len(windows), len(counts)))
    for j, matrix in enumerate(counts):
        own = log_probabilities(matrix)
        matrices = [own, own[::-1, ::-1]] if both_strands else [own]
        out[:, j] = [slow_score(window.tolist(), matrices) for window in windows]
    return out


def scores_of(windows: np.ndarray, motifs: PackedMotifs, both_strands: bool) -> np.ndarray:
    """Of windows that lie behind one another, none overlapping."""
    n, length = windows.shape
    return score_clusters(windows.ravel(), np.arange(n) * length, length, motifs, both_strands)


def some_motifs(random: np.random.Generator, widths: list[int]) -> list[np.ndarray]:
    return [random.dirichlet([0.3] * 4, width) * 100 for width in widths]


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    widths=st.lists(st.integers(1, 13), min_size=1, max_size=4),
    length=st.integers(1, 220),
    unknown=st.sampled_from([0.0, 0.03, 0.3]),
    both_strands=st.booleans(),
)
def test_equals_the_slow_twin(seed, widths, length, unknown, both_strands):
    random = np.random.default_rng(seed)
    counts = some_motifs(random, widths)
    windows = random.choice(4, p=random.dirichlet([1.0] * 4), size=(2, length)).astype(np.int8)
    for window in windows:  # plant sites, so that there are clusters to find
        for matrix in counts:
            if len(matrix) <= length:
                at = random.integers(0, length - len(matrix) + 1)
                window[at : at + len(matrix)] = matrix.argmax(axis=1)
    windows[random.random(windows.shape) < unknown] = 4
    got = scores_of(windows, pack(counts), both_strands)
    np.testing.assert_allclose(got, twin(windows, counts, both_strands), rtol=1e-9, atol=1e-9)


def test_the_twin_finds_what_the_kernel_finds_on_the_packaged_motifs():
    random = np.random.default_rng(7)
    counts = [pwm.counts for pwm in read_pwms()]
    windows = random.integers(0, 5, (2, 101)).astype(np.int8)
    windows[windows == 4] = 3
    for both_strands in (False, True):
        expected = twin(windows, counts, both_strands)
        np.testing.assert_allclose(scores_of(windows, pack(counts), both_strands), expected, rtol=1e-9, atol=1e-9)
        assert (expected > 0).any()


def test_scores_come_in_the_order_of_the_motifs():
    random = np.random.default_rng(1)
    counts = some_motifs(random, [9, 4, 7, *[7] * 20, 4, 8])
    windows = random.integers(0, 4, (5, 101)).astype(np.int8)
    together = scores_of(windows, pack(counts), True)
    alone = np.hstack([scores_of(windows, pack([matrix]), True) for matrix in counts])
    np.testing.assert_array_equal(together, alone)


def test_own_strand_ignores_the_other():
    poly_u = np.array([[0.0, 0, 0, 100]] * 7)
    site = encode(b"GACGCATGCAUUUUUUUUGCAGCATCGCAAGCATCGACGACGACTACGC")
    windows = np.stack([site, complement(site)[::-1]])
    own, both = (scores_of(windows, pack([poly_u]), mode)[:, 0] for mode in (False, True))
    assert own[0] > 3
    assert own[1] == 0
    assert (both > 2).all()


def test_windows_without_a_known_site_score_nothing():
    motifs = pack(some_motifs(np.random.default_rng(2), [7, 9]))
    assert not scores_of(np.full((3, 101), 4, np.int8), motifs, True).any()
    assert not scores_of(np.zeros((3, 5), np.int8), motifs, True).any()
    assert scores_of(np.zeros((0, 101), np.int8), motifs, True).shape == (0, 2)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    starts=st.lists(st.integers(0, 1000), min_size=1, max_size=30),
    length=st.sampled_from([1, 7, 40, 101]),
    dense=st.integers(0, 300),
)
def test_overlapping_windows_in_any_order_score_what_each_scores_by_itself(seed, starts, length, dense):
    random = np.random.default_rng(seed)
    motifs = pack(some_motifs(random, [7, 4, 7, 9]))
    codes = random.integers(0, 4, 1101).astype(np.int8)
    codes[random.random(codes.size) < 0.02] = 4
    places = np.array([*starts, *range(17, 17 + dense), *starts[::-1]], np.int64)
    together = score_clusters(codes, places, length, motifs, False)
    alone = scores_of(np.array([codes[at : at + length] for at in places]).reshape(-1, length), motifs, False)
    np.testing.assert_array_equal(together, alone)


@pytest.mark.parametrize("start", [-1, 100])
def test_a_window_past_an_end_is_refused(start):
    with pytest.raises(ValueError, match="beyond the end"):
        score_clusters(np.zeros(200, np.int8), np.array([0, start]), 101, pack([np.ones((7, 4))]), False)


@pytest.mark.parametrize("step", [2, 3])
def test_any_memory_layout_gives_the_same(step):
    random = np.random.default_rng(3)
    motifs, wide = pack(some_motifs(random, [7, 8])), random.integers(0, 4, 700 * step).astype(np.int8)
    starts = np.arange(600)[::step]
    np.testing.assert_array_equal(
        score_clusters(wide[::step], starts, 101, motifs, False),
        score_clusters(wide[::step].copy(), starts.copy(), 101, motifs, False),
    )


def test_the_longest_window_does_not_overflow():
    window = np.zeros((1, MAX_WINDOW), np.int8)
    window[0, ::2] = np.random.default_rng(4).integers(0, 4, MAX_WINDOW // 2)
    assert np.isfinite(scores_of(window, pack([pwm.counts for pwm in read_pwms()]), True)).all()


def test_longer_windows_are_refused():
    with pytest.raises(ValueError, match="at most 256"):
        scores_of(np.zeros((1, MAX_WINDOW + 1), np.int8), pack([np.ones((7, 4))]), True)


def test_published_values_of_all_31_experiments(shared: Path):
    folders = sorted((shared / "data/clip31").glob("*/5000/test_sample_0"))
    assert len(folders) == 31
    pwms = read_pwms()
    motifs = pack([pwm.counts for pwm in pwms])
    values = differing = 0
    for folder in folders:
        published = read_motif_scores(folder / "motif_fea.gz")
        assert list(published.names) == [f"{pwm.id}-{pwm.name}" for pwm in pwms]
        scores = scores_of(read_windows(folder / "sequences.fa.gz").codes, motifs, True)
        rounded = np.array([float(f"{score:.3g}") for score in scores.ravel()]).astype(np.float32)
        expected = published.values.ravel()
        other = np.flatnonzero(rounded != expected)
        unit = 10 ** (np.floor(np.log10(expected[other])) - 2)
        assert (np.abs(rounded[other] - expected[other]) < 1.01 * unit).all()
        values, differing = values + expected.size, differing + other.size
    assert values == 3_162_000
    assert differing <= 8
