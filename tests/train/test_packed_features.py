"""Packed windows are the windows."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.features.window_features import Features
from ideep_scan.train.packed_features import list_patterns, pack_features


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(1, 8))
def test_round_trip(seed, count, flags):
    rng = np.random.default_rng(seed)
    sequence = list_patterns(None)[rng.integers(0, 5, (count, 7))].transpose(0, 2, 1).astype(np.float16)
    region = rng.integers(0, 2, (count, flags, 7)).astype(np.uint8)
    centre = rng.integers(0, 2048, (count, 3)).astype(np.float32)
    features = Features({"sequence": sequence, "region": region}, {"region": centre})
    packed = pack_features(features)
    assert {array.dtype for array in packed.columns.values()} == {np.dtype(np.uint8)}
    rows = rng.integers(0, count, 4)
    for expected, decoded in zip(features.batch(rows), packed.batch(rows), strict=True):
        assert set(expected) == set(decoded)
        for name, tensor in expected.items():
            assert torch.equal(tensor, decoded[name])
            assert decoded[name].is_contiguous()
    for name in ("sequence", "region", "motifs"):
        assert packed.has(name, rows).tolist() == [name != "motifs"] * 4


def test_patterns_of_bases_and_flags():
    assert list_patterns(None)[4].tolist() == [0.25] * 4
    assert list_patterns(3)[0b110].tolist() == [0, 1, 1]
