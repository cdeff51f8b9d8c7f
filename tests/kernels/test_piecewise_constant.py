"""Changes of a track and layers over its windows, against windows written out."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.kernels.piecewise_constant import find_changes, sum_windows


def track_of(seed: int, channels: int, length: int, changes: int) -> np.ndarray:
    """Values that hold until one of a few places."""
    random = np.random.default_rng(seed)
    track = np.repeat(random.normal(size=(channels, 1)), length, axis=1)
    for channel, column in zip(random.integers(0, channels, changes), random.integers(0, length, changes), strict=True):
        track[channel, column:] = random.choice([0.0, 1.0, random.normal()])
    return track


tracks = {
    "seed": st.integers(0, 2**32),
    "channels": st.integers(1, 5),
    "length": st.integers(1, 40),
    "changes": st.integers(0, 12),
}


@settings(max_examples=80, deadline=None)
@given(**tracks)
def test_changes_are_where_neighbours_differ(seed, channels, length, changes):
    track = track_of(seed, channels, length, changes)
    results, columns, complete = find_changes(track, track.size)
    assert complete
    assert (np.diff(columns) >= 0).all()
    slow = [(c, i) for c in range(channels) for i in range(1, length) if track[c, i] != track[c, i - 1]]
    assert sorted(zip(results.tolist(), columns.tolist(), strict=True)) == slow


@settings(max_examples=40, deadline=None)
@given(**tracks, most=st.integers(0, 12))
def test_more_changes_than_asked_for_are_not_listed(seed, channels, length, changes, most):
    track = track_of(seed, channels, length, changes)
    there = int((np.diff(track) != 0).sum())
    results, columns, complete = find_changes(track, most)
    assert complete == (there <= most)
    assert len(results) == len(columns) == (there if complete else 0)


@settings(max_examples=80, deadline=None)
@given(**tracks, data=st.data())
def test_a_layer_over_changes_is_the_layer_over_windows(seed, channels, length, changes, data):
    track, random = track_of(seed, channels, length, changes), np.random.default_rng(seed + 1)
    taps = data.draw(st.integers(1, length))
    starts = np.array(data.draw(st.lists(st.integers(0, length - taps), max_size=length).map(sorted)), np.int64)
    weight, bias = random.normal(size=(7, channels, taps)), random.normal(size=7)
    onward = np.ascontiguousarray(weight[:, :, ::-1].cumsum(2)[:, :, ::-1].transpose(1, 2, 0))
    results, columns, _ = find_changes(track, track.size)
    slow = [np.einsum("oct,ct->o", weight, track[:, start : start + taps]) + bias for start in starts]
    made = sum_windows(track, results, columns, starts, onward, bias)
    np.testing.assert_allclose(made, np.reshape(slow, (-1, 7)), atol=1e-9)


def test_it_keeps_the_precision_it_is_given():
    track = np.ones((1, 4), np.float32)
    results, columns, _ = find_changes(track, 4)
    onward = np.ones((1, 2, 3), np.float32)
    made = sum_windows(track, results, columns, np.arange(2), onward, np.zeros(3, np.float32))
    assert made.dtype == np.float32
    assert (made == 1).all()
