"""A genome whose contigs are isoforms: the bases of their exons, joined."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ideep_scan.features.sources import SequenceSource
from ideep_scan.kernels.onehot import complement
from ideep_scan.records.isoforms import Isoforms
from ideep_scan.records.walk import Walk


class SplicedSequence:
    """Read isoforms from a genome, each as its sense strand; it is itself a `SequenceSource`.

    Bases beyond an end of an isoform are those of the genome beside the transcript.

    Parameters
    ----------
    source : SequenceSource
        The genome.
    isoforms : Isoforms
        Isoforms on its contigs.

    Examples
    --------
    >>> from ideep_scan.records.in_memory_genome import InMemoryGenome
    >>> from ideep_scan.records.transcript import Transcript
    >>> genome = InMemoryGenome({"chr1": np.array([0, 1, 2, 3, 0, 1], np.int8)})
    >>> transcript = Transcript("t", "g", "G", "chr1", "+", np.array([(1, 2), (4, 6)]))
    >>> SplicedSequence(genome, Isoforms([transcript], genome.contigs)).codes("t", -1, 3).tolist()
    [0, 1, 0, 1]
    """

    def __init__(self, source: SequenceSource, isoforms: Isoforms):
        self._source = source
        self._isoforms = isoforms

    @property
    def contigs(self) -> Mapping[str, int]:
        """Length of each isoform in nt."""
        return self._isoforms.lengths

    def codes(self, chrom: str, start: int, end: int) -> np.ndarray:
        """Return the codes of an interval of an isoform: int8 array (end - start,)."""
        walk = self._isoforms.locate(Walk(chrom, "+", ((start, end),)))
        codes = np.concatenate([self._source.codes(walk.chrom, *block) for block in walk.blocks])
        return codes if walk.strand == "+" else complement(codes[::-1])
