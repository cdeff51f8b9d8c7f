"""Motifs of filters against a slow twin, a planted motif, unknown bases and silence."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from toys import network

from ideep_scan.kernels.onehot import encode
from ideep_scan.models.activations import FirstFilters
from ideep_scan.motifs import filter_motifs
from ideep_scan.motifs.filter_motifs import compute_filter_motifs


def draw_windows(seed: int, windows: int, length: int = 30) -> np.ndarray:
    random = np.random.default_rng(seed)
    codes = random.integers(0, 4, (windows, length)).astype(np.int8)
    codes[random.random(codes.shape) < 0.03] = 4
    return codes


def align_slowly(filters: FirstFilters, codes: np.ndarray, number: int) -> np.ndarray:
    """Align the subsequences of one filter, one at a time."""
    parts = [window[k : k + filters.width] for window in codes for k in range(len(window) - filters.width + 1)]
    parts = [part for part in parts if (part < 4).all()]
    heights = [float(filters.activate(part[None])[0, 0, number]) for part in parts]
    limit = max(0.0, max(heights) / 2)
    counts = np.zeros((filters.width, 4))
    for part, height in zip(parts, heights, strict=True):
        if height > limit:
            counts[np.arange(filters.width), part] += 1
    return counts


@pytest.mark.parametrize("block", [1, 4, 256])
def test_counts_are_those_of_the_slow_twin(monkeypatch, block):
    monkeypatch.setattr(filter_motifs, "BLOCK", block)
    filters, codes = FirstFilters(network(filters=6, channels=4)), draw_windows(3, 11)
    motifs = compute_filter_motifs(filters, codes, "ELAVL1", "ELAVL1")
    for number in range(6):
        slow = align_slowly(filters, codes, number)
        if number in motifs.silent:
            assert slow.sum() == 0
        else:
            np.testing.assert_array_equal(motifs.pwms[motifs.filters.index(number)].counts, slow)


@torch.no_grad()
def test_a_filter_for_a_word_finds_the_word_and_a_filter_below_zero_is_silent():
    net = network(filters=2)
    layer = net.branches["sequence"].convolution
    word = encode(b"UGUAUAUA"[: layer.kernel_size[0]] + b"G" * max(0, layer.kernel_size[0] - 8))
    layer.weight.fill_(0)
    layer.weight[0, word.astype(int), range(len(word))] = 1
    layer.bias.copy_(torch.tensor([0.5 - len(word), -1.0]))  # the first fires at the word alone
    codes = draw_windows(4, 20)
    codes[::2, 7 : 7 + len(word)] = word
    codes[0, 8] = 4  # an unknown base hides one
    motifs = compute_filter_motifs(FirstFilters(net), codes, "EXP1", "PUM2")
    assert (motifs.filters, motifs.silent) == ((0,), (1,))
    (pwm,) = motifs.pwms
    assert pwm.id == "EXP1.filter000"
    assert pwm.symbol == "PUM2"
    assert pwm.name == "".join("ACGU"[code] for code in word)
    np.testing.assert_array_equal(pwm.counts, 9 * np.eye(4)[word])


def test_the_order_of_windows_changes_nothing():
    filters, codes = FirstFilters(network(filters=4, channels=4)), draw_windows(8, 40)
    one, other = (compute_filter_motifs(filters, windows, "M", "M") for windows in (codes, codes[::-1]))
    assert one.silent == other.silent
    for left, right in zip(one.pwms, other.pwms, strict=True):
        np.testing.assert_array_equal(left.counts, right.counts)


def test_windows_without_a_readable_subsequence_leave_every_filter_silent():
    filters = FirstFilters(network(filters=3))
    for codes in (np.full((2, 30), 4, np.int8), np.zeros((0, 30), np.int8), np.zeros((2, 3), np.int8)):
        assert compute_filter_motifs(filters, codes, "M", "M").silent == (0, 1, 2)
