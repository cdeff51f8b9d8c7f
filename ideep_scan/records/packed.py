"""Short sequences as a genome: the window around the centre of each, end to end on one contig. It reads no file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ideep_scan.kernels.onehot import UNKNOWN
from ideep_scan.kernels.scorable import scorable
from ideep_scan.records.places import Places
from ideep_scan.records.span import middle

CONTIG = "windows"


def central(codes: np.ndarray, window: int) -> np.ndarray:
    """What a sequence has of the window around its centre, a copy; the centre of the whole is the centre of the part.

    Parameters
    ----------
    codes : int8 array (length,), length >= 1.
    window : width of the window, odd.

    Returns
    -------
    int8 array (min(length, window),): `window` codes, or all of a shorter sequence.
    """
    first = max(0, middle(codes.size) - window // 2)
    return codes[first : first + window].copy()


class PackedWindows:
    """A genome of windows; answers like `features.sources.SequenceSource`.

    Parameters
    ----------
    sequences : int8 arrays (length,), length >= 1: codes of the RNA 5'→3', 0-4. What a sequence lacks beside its
        centre is unknown.
    window : width of the windows, odd.
    """

    def __init__(self, sequences: Sequence[np.ndarray], window: int):
        self._window = window
        self._codes = np.full(len(sequences) * window, UNKNOWN, np.int8)
        self._lacking = np.ones(self._codes.size, np.bool_)
        for centre, codes in zip(self._centres(), sequences, strict=True):
            part = central(codes, window)
            start = centre - middle(part.size)
            self._codes[start : start + part.size] = part
            self._lacking[start : start + part.size] = False

    @property
    def contigs(self) -> Mapping[str, int]:
        """The one contig there is, and its length."""
        return {CONTIG: self._codes.size}

    def codes(self, chrom: str, start: int, end: int) -> np.ndarray:
        """Codes of `[start, end)`: int8 array (end - start,), unknown outside of the contig."""
        out = np.full(end - start, UNKNOWN, np.int8)
        first, last = max(start, 0), min(end, self._codes.size)
        if first < last:
            out[first - start : last - start] = self._codes[first:last]
        return out

    def places(self) -> Places:
        """The centre of each sequence, in their order, on the plus strand."""
        centres = self._centres()
        chrom, strand = np.full(centres.size, CONTIG, object), np.full(centres.size, "+", object)
        return Places(chrom, strand, centres)

    def scorable(self, max_unknown: int) -> np.ndarray:
        """Whether each sequence is scored: its centre is known, and at most `max_unknown` of the window's bases that it
        does have are not; what it lacks is not counted. bool array (n,)."""
        if not self._codes.size:
            return np.zeros(0, np.bool_)
        return scorable(np.where(self._lacking, 0, self._codes), self._window, max_unknown)[:: self._window]

    def _centres(self) -> np.ndarray:
        return np.arange(self._window // 2, self._codes.size, self._window, dtype=np.int64)
