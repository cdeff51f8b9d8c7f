"""Cache of computed arrays with a limit of memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

import numpy as np


class ScoreCache:
    """Cache of arrays that drops the least recently used ones.

    Parameters
    ----------
    limit : int
        Largest total size in bytes.
    """

    def __init__(self, limit: int):
        self._limit = limit
        self._size = 0
        self._arrays: OrderedDict[Hashable, np.ndarray] = OrderedDict()

    def get(self, key: Hashable) -> np.ndarray | None:
        """Return the array of a key, or None."""
        array = self._arrays.get(key)
        if array is not None:
            self._arrays.move_to_end(key)
        return array

    def put(self, key: Hashable, array: np.ndarray) -> np.ndarray:
        """Store an array and return it."""
        self._arrays[key] = array
        self._size += array.nbytes
        while self._size > self._limit:
            self._size -= self._arrays.popitem(last=False)[1].nbytes
        return array
