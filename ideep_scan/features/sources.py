"""What the featurizer reads from, as protocols. It opens nothing: `formats/` implements them, `jobs/` wires them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from ideep_scan.records.span import Strand


class SequenceSource(Protocol):
    """A genome, or anything that answers like one."""

    @property
    def contigs(self) -> Mapping[str, int]:
        """Length of each contig, in the order of the file."""
        ...

    def codes(self, chrom: str, start: int, end: int) -> np.ndarray:
        """Bases of the plus strand in genome order.

        Returns
        -------
        int8 array (end - start,): 0 1 2 3 = A C G U/T whatever the case, 4 = unknown; positions outside of the
        contig are unknown. The caller must not write into it.
        """
        ...


class SiteSource(Protocol):
    """The sites of one CLIP experiment."""

    def covered(self, chrom: str, strand: Strand, positions: np.ndarray) -> np.ndarray:
        """Whether each genome position (int64 array (n,), any order) lies in a site: bool array (n,).

        A site without a strand counts on both.
        """
        ...
