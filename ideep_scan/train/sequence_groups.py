"""Groups of windows that share sequence. They stay in one part of a split."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ideep_scan.kernels.onehot import UNKNOWN

SHARED = 30  # known bases in a row that two windows of a group share


def group_sequences(codes: np.ndarray, labels: Sequence[str | None], shared: int = SHARED) -> np.ndarray:
    """Group windows that share a stretch of sequence or a label.

    A window with fewer known bases than `shared` in a row shares sequence only with equal windows.

    Parameters
    ----------
    codes : np.ndarray
        Int8 (n, width): 0 1 2 3 = A C G U, 4 = unknown.
    labels : sequence of str or None
        Label of each window, such as its contig; None for none.
    shared : int
        Length of a shared stretch, at most the width.

    Returns
    -------
    np.ndarray
        Int64 (n,), number of the group: the index of its first window.

    Examples
    --------
    >>> group_sequences(np.array([[0, 1, 2], [3, 0, 1], [2, 2, 2]], np.int8), [None] * 3, 2).tolist()
    [0, 0, 2]
    """
    parents = list(range(len(codes)))

    def find(row: int) -> int:
        while parents[row] != row:
            parents[row] = parents[parents[row]]
            row = parents[row]
        return row

    first_of: dict[object, int] = {}
    for row, (window, label) in enumerate(zip(codes, labels, strict=True)):
        text = window.tobytes()
        keys: list[object] = [text[i : i + shared] for i in range(len(window) - shared + 1)]
        keys = [key for key in keys if bytes([UNKNOWN]) not in key]  # type: ignore[operator]
        for key in (*keys, text, *(() if label is None else (label,))):
            one, other = find(first_of.setdefault(key, row)), find(row)
            parents[max(one, other)] = min(one, other)
    return np.array([find(row) for row in range(len(codes))], np.int64)
