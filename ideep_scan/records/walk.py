"""Blocks of one contig read 5'→3' as one coordinate line: the one noun for pre-mRNA, mRNA and packed windows.

This is where the strand flips on its way in (`positions`). It does not touch sequence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ideep_scan.records.span import Strand


@dataclass(frozen=True, slots=True)
class Walk:
    """Blocks of `chrom` on `strand`, each `(start, end)` 0-based half-open, in the order of the genome.

    Blocks may overlap one another (packed windows do) and may reach past the ends of the contig; positions out
    there read as unknown bases. A pre-mRNA is one block, an mRNA one block per exon.
    """

    chrom: str
    strand: Strand
    blocks: tuple[tuple[int, int], ...]

    def __len__(self) -> int:
        return sum(end - start for start, end in self.blocks)

    def positions(self) -> np.ndarray:
        """Genome position of every step of the walk, 5'→3'.

        Returns
        -------
        int64 array (length,), 0-based. On the minus strand the last base of the last block comes first.
        """
        if not self.blocks:
            return np.zeros(0, np.int64)
        line = np.concatenate([np.arange(start, end, dtype=np.int64) for start, end in self.blocks])
        return line if self.strand == "+" else line[::-1]
