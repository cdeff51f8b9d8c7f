"""Blocks of one contig as one line of positions, 5'→3'.

A pre-mRNA, an mRNA and packed windows are all walks.
Here the strand flips on its way in (`Walk.positions`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ideep_scan.records.span import Strand


@dataclass(frozen=True, slots=True)
class Walk:
    """Blocks of a contig on one strand.

    Positions outside of the contig have unknown bases.

    Attributes
    ----------
    chrom : str
        Name of the contig.
    strand : Strand
        Strand on which the blocks are read.
    blocks : tuple[tuple[int, int], ...]
        (start, end) of each block, 0-based half-open, in genome order.
        A pre-mRNA is one block, an mRNA has one block per exon.
        Blocks may overlap, as packed windows do, and may reach past the ends of the contig.

    Examples
    --------
    >>> Walk("chr1", "-", ((2, 4), (7, 9))).positions().tolist()
    [8, 7, 3, 2]
    """

    chrom: str
    strand: Strand
    blocks: tuple[tuple[int, int], ...]

    def __len__(self) -> int:
        return sum(end - start for start, end in self.blocks)

    def positions(self) -> np.ndarray:
        """List the genome position of every step of the walk, 5'→3'.

        Returns
        -------
        np.ndarray
            int64 array (length,), 0-based. On the minus strand the last base of the last block comes first.
        """
        if not self.blocks:
            return np.zeros(0, np.int64)
        positions = np.concatenate([np.arange(start, end, dtype=np.int64) for start, end in self.blocks])
        return positions if self.strand == "+" else positions[::-1]
