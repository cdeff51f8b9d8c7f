"""A genome whose bases are held in memory."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ideep_scan.kernels.onehot import UNKNOWN


class InMemoryGenome:
    """Hold the bases of contigs in memory; the interface is `features.sources.SequenceSource`.

    Parameters
    ----------
    sequences : Mapping[str, np.ndarray]
        Contig name to int8 array (length,): codes of the plus strand in genome order, 0 1 2 3 = A C G U/T, 4 = unknown.

    Examples
    --------
    >>> genome = InMemoryGenome({"chr1": np.array([0, 1, 2], np.int8)})
    >>> genome.codes("chr1", -1, 2).tolist()
    [4, 0, 1]
    """

    def __init__(self, sequences: Mapping[str, np.ndarray]):
        self._sequences = dict(sequences)

    @property
    def contigs(self) -> Mapping[str, int]:
        """Length of each contig in nt."""
        return {name: codes.size for name, codes in self._sequences.items()}

    def codes(self, chrom: str, start: int, end: int) -> np.ndarray:
        """Return the codes of an interval.

        Parameters
        ----------
        chrom : str
            Name of a contig.
        start : int
            First position, 0-based. It may be negative.
        end : int
            Position after the last one. It may exceed the length of the contig.

        Returns
        -------
        np.ndarray
            int8 array (end - start,), a copy. Positions outside the contig are 4 (unknown).

        Raises
        ------
        KeyError
            The genome lacks the contig.
        """
        sequence = self._sequences[chrom]
        codes = np.full(end - start, UNKNOWN, np.int8)
        first, last = max(start, 0), min(end, sequence.size)
        if first < last:
            codes[first - start : last - start] = sequence[first:last]
        return codes
