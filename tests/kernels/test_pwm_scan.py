"""The PWM scan against a slow twin."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.kernels.pwm_scan import index_pwms, scan_pwms


def twin(codes: np.ndarray, matrices: list[np.ndarray], thresholds: list[int]) -> list[tuple[int, int, int]]:
    results = []
    for offset in range(codes.size):
        for motif, (matrix, threshold) in enumerate(zip(matrices, thresholds, strict=True)):
            site = codes[offset : offset + len(matrix)]
            if site.size == len(matrix) and (site < 4).all():
                score = int(matrix[np.arange(site.size), site].sum())
                if score >= threshold:
                    results.append((motif, offset, score))
    return results


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    widths=st.lists(st.integers(1, 11), min_size=1, max_size=4),
    length=st.integers(0, 60),
    unknown=st.sampled_from([0.0, 0.1]),
)
def test_equals_the_slow_twin(seed, widths, length, unknown):
    random = np.random.default_rng(seed)
    codes = random.integers(0, 4, length).astype(np.int8)
    codes[random.random(length) < unknown] = 4
    matrices = [random.integers(-3000, 2000, (width, 4)) for width in widths]
    thresholds = random.integers(-4000, 4000, len(widths))
    odds = np.zeros((len(widths), max(widths), 4), np.int64)
    for row, matrix in zip(odds, matrices, strict=True):
        row[: len(matrix)] = matrix
    motif, offset, score = scan_pwms(codes, index_pwms(odds, np.array(widths), thresholds))
    results = list(zip(motif.tolist(), offset.tolist(), score.tolist(), strict=True))
    assert results == twin(codes, matrices, thresholds.tolist())


def test_a_site_with_an_unknown_base_never_scores():
    odds = np.zeros((1, 3, 4), np.int64)
    codes = np.array([0, 1, 4, 2, 3, 0, 4], np.int8)
    _, offset, _ = scan_pwms(codes, index_pwms(odds, np.array([3]), np.array([-(10**9)])))
    assert offset.tolist() == [3]


def test_few_motifs_have_a_small_table():
    """A scan of all proteins has a table for each model."""
    odds = np.zeros((10, 9, 4), np.int64)
    index = index_pwms(odds, np.full(10, 9), np.full(10, 1))
    assert index.rows.nbytes < 50_000
