"""Interfaces of the inputs that features are computed from, and the record that holds those of a run.

`formats/` implements the interfaces, and `jobs/` connects them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ideep_scan.records.span import Strand

if TYPE_CHECKING:  # the kernels behind these need numba, which a list of models does without
    from ideep_scan.features.rnaplfold import Folder
    from ideep_scan.features.transcript_regions import RegionMap
    from ideep_scan.kernels.packed_motifs import PackedMotifs
    from ideep_scan.records.isoforms import Isoforms


class SequenceSource(Protocol):
    """A genome, or an object with the same interface."""

    @property
    def contigs(self) -> Mapping[str, int]:
        """Length of each contig, in the order of the file."""
        ...

    def codes(self, chrom: str, start: int, end: int) -> np.ndarray:
        """Read bases of the plus strand in genome order.

        Returns
        -------
        int8 array (end - start,)
            0 1 2 3 = A C G U/T in either case, 4 = unknown.
            Positions outside of the contig are unknown.
            The caller must not write into the array.
        """
        ...


class SiteSource(Protocol):
    """The sites of one CLIP experiment."""

    def covered(self, chrom: str, strand: Strand, positions: np.ndarray) -> np.ndarray:
        """Mark the positions that a site covers.

        A site without a strand counts on both strands.

        Parameters
        ----------
        chrom : str
            Contig.
        strand : Strand
            Strand of the RNA.
        positions : int64 array (n,)
            Genome positions in any order.

        Returns
        -------
        bool array (n,)
            True at the positions that a site covers.
        """
        ...


class TrackSource(Protocol):
    """Values along a genome, without a strand."""

    def values(self, chrom: str, positions: np.ndarray) -> np.ndarray:
        """Read the values at genome positions.

        Parameters
        ----------
        chrom : str
            Contig.
        positions : int64 array (n,)
            Genome positions in any order; they may lie outside of the contig.

        Returns
        -------
        float32 array (n,)
            Value of each position; NaN if there is none.
        """
        ...


@dataclass(frozen=True)
class Sources:
    """Inputs that features are computed from.

    Attributes
    ----------
    sequence : SequenceSource
        The genome, or its isoforms.
    regions : RegionMap or None
        The annotation; None if it is not given.
    sites : Mapping
        Experiment -> its CLIP sites. An experiment without a file is left out.
    motifs : PackedMotifs or None
        The PWMs in the order of the spec; None if no model reads motif scores.
    folder : Folder or None
        Folds RNA; None if no model reads structure.
    tracks : Mapping
        Name -> a track of the user's own. A track without a file is left out.
    isoforms : Isoforms or None
        Places of the contigs of `sequence` on the genome, which all other inputs refer to; None if they are its own.
    """

    sequence: SequenceSource
    regions: RegionMap | None = None
    sites: Mapping[str, SiteSource] = field(default_factory=dict)
    motifs: PackedMotifs | None = None
    folder: Folder | None = None
    tracks: Mapping[str, TrackSource] = field(default_factory=dict)
    isoforms: Isoforms | None = None
