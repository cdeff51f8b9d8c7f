import numpy as np

from ideep_scan.train.sequence_groups import group_sequences


def test_overlapping_windows_are_one_group():
    genome = np.random.default_rng(0).integers(0, 4, 2000).astype(np.int8)
    codes = np.stack([genome[i : i + 101] for i in (0, 60, 1000, 1200, 1250, 71)])
    assert group_sequences(codes, [None] * 6).tolist() == [0, 0, 2, 3, 3, 0]
    assert group_sequences(codes, ["x", None, "x", None, None, None]).tolist() == [0, 0, 0, 3, 3, 0]


def test_unknown_bases_are_not_shared():
    codes = np.full((3, 101), 4, np.int8)
    codes[:2, 50] = [0, 1]
    codes[2] = codes[0]
    assert group_sequences(codes, [None] * 3).tolist() == [0, 1, 0]
