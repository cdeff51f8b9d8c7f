"""A genome of short sequences: the window around the centre of each sequence, end to end on one contig."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ideep_scan.kernels.onehot import UNKNOWN
from ideep_scan.kernels.scorable import mark_scorable
from ideep_scan.records.in_memory_genome import InMemoryGenome
from ideep_scan.records.places import Places
from ideep_scan.records.span import find_middle

CONTIG = "windows"


def crop_centre(codes: np.ndarray, window: int) -> np.ndarray:
    """Crop a sequence to the window around its centre.

    The centre of the result is the centre of the sequence.

    Parameters
    ----------
    codes : np.ndarray
        int8 array (length,), length >= 1.
    window : int
        Width of the window in nt, odd.

    Returns
    -------
    np.ndarray
        int8 array (min(length, window),), a copy.

    Examples
    --------
    >>> crop_centre(np.array([0, 1, 2, 3, 0], np.int8), 3).tolist()
    [1, 2, 3]
    """
    first = max(0, find_middle(codes.size) - window // 2)
    return codes[first : first + window].copy()


class PackedWindows(InMemoryGenome):
    """Lay the windows around the centres of sequences end to end on one contig.

    Parameters
    ----------
    sequences : Sequence[np.ndarray]
        int8 arrays (length,), length >= 1: codes of the RNA 5'→3', 0-4.
        Positions of a window outside its sequence are unknown (4).
    window : int
        Width of the windows in nt, odd.
    """

    def __init__(self, sequences: Sequence[np.ndarray], window: int):
        self._window = window
        self._codes = np.full(len(sequences) * window, UNKNOWN, np.int8)
        self._is_padding = np.ones(self._codes.size, np.bool_)
        for centre, codes in zip(self._centres(), sequences, strict=True):
            part = crop_centre(codes, window)
            start = centre - find_middle(part.size)
            self._codes[start : start + part.size] = part
            self._is_padding[start : start + part.size] = False
        super().__init__({CONTIG: self._codes})

    def places(self) -> Places:
        """Return the centre of each sequence on the plus strand, in the order of the sequences."""
        centres = self._centres()
        chrom = np.full(centres.size, CONTIG, object)
        strand = np.full(centres.size, "+", object)
        return Places(chrom, strand, centres)

    def scorable(self, max_unknown: int) -> np.ndarray:
        """Find the sequences that can be scored.

        The base at the centre must be known.
        Positions of the window outside the sequence do not count as unknown bases.

        Parameters
        ----------
        max_unknown : int
            Highest number of unknown bases of a sequence within its window.

        Returns
        -------
        np.ndarray
            bool array (n,), one element per sequence.
        """
        if not self._codes.size:
            return np.zeros(0, np.bool_)
        codes = np.where(self._is_padding, 0, self._codes)
        return mark_scorable(codes, self._window, max_unknown)[:: self._window]

    def _centres(self) -> np.ndarray:
        return np.arange(self._window // 2, self._codes.size, self._window, dtype=np.int64)
