"""Windows cut out of tracks, against a loop."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ideep_scan.kernels.windows import find_strongest_windows, gather


@settings(max_examples=40, deadline=None)
@given(data=st.data(), half=st.integers(0, 4), channels=st.sampled_from([(), (3,), (2, 3)]))
def test_equals_the_slow_twin(data, half, channels):
    length = data.draw(st.integers(2 * half + 1, 20))
    centres = data.draw(st.lists(st.integers(half, length - half - 1), max_size=6))
    track = np.random.default_rng(length).integers(0, 100, (*channels, length)).astype(np.int16)
    made = gather(track, np.array(centres, np.int64), 2 * half + 1)
    assert made.shape == (len(centres), *channels, 2 * half + 1)
    assert made.dtype == track.dtype
    for window, centre in zip(made, centres, strict=True):
        np.testing.assert_array_equal(window, track[..., centre - half : centre + half + 1])


def test_a_window_is_a_copy():
    track = np.zeros((2, 9), np.float32)
    gather(track, np.array([4]), 3)[:] = 1
    assert not track.any()


@pytest.mark.parametrize("centre", [-1, 0, 1, 8, 9, 10])
def test_a_window_past_an_end_is_refused(centre):
    with pytest.raises(ValueError, match="beyond the end"):
        gather(np.zeros((2, 10), np.float32), np.array([5, centre]), 5)


@settings(max_examples=60)
@given(hnp.arrays(np.float32, st.integers(11, 40), elements=st.sampled_from([0.1, 0.2, 0.9, np.nan])))
def test_the_strongest_window_that_holds_a_position(scores):
    half = 5
    best = find_strongest_windows(scores, half)
    assert best.shape == (scores.size - 2 * half,)
    for position, found in enumerate(best.tolist()):
        around = scores[position : position + 2 * half + 1]
        if np.isnan(around).all():
            assert found == -1
        else:
            assert found - position == int(np.nanargmax(around))
