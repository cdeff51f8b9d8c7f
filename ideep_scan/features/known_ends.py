"""A genome whose contigs are complete RNAs: no base is missing beyond their ends."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ideep_scan.features.sources import SequenceSource


class KnownEnds:
    """Tell which positions of complete RNAs are scored; it is itself a `SequenceSource`.

    Positions beyond a contig count as known bases here, so windows that reach past an end are scored.
    Features are computed from the sequence itself, where these positions are unknown.

    Parameters
    ----------
    source : SequenceSource
        The sequence.

    Examples
    --------
    >>> from ideep_scan.records.in_memory_genome import InMemoryGenome
    >>> KnownEnds(InMemoryGenome({"t": np.array([3, 4], np.int8)})).codes("t", -1, 3).tolist()
    [0, 3, 4, 0]
    """

    def __init__(self, source: SequenceSource):
        self._source = source

    @property
    def contigs(self) -> Mapping[str, int]:
        """Length of each contig in nt."""
        return self._source.contigs

    def codes(self, chrom: str, start: int, end: int) -> np.ndarray:
        """Return the codes of an interval: int8 array (end - start,), 0 beyond the contig."""
        codes = self._source.codes(chrom, start, end).copy()
        positions = np.arange(start, end)
        codes[(positions < 0) | (positions >= self.contigs[chrom])] = 0
        return codes
