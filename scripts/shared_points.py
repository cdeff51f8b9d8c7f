"""Sites of the experiments of the shared network as single positions, which judge its models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from shared_data import list_published, read_peaks, read_training_windows
from shared_labels import Head

from ideep_scan.formats.peak_lists import PeakList
from ideep_scan.records.places import Places
from ideep_scan.records.span import STRANDS, Strand


class SitePoints:
    """Sites on one contig: points of peaks, and centres of published positives.

    Published test windows are not among them.

    Parameters
    ----------
    data : Path
        Folder of the data.
    chrom : str
        The contig.
    """

    def __init__(self, data: Path, chrom: str):
        self._chrom = chrom
        self._peaks: Mapping[str, PeakList] = {item.name: item for item in read_peaks(data, {chrom: 0})}
        self._published = {
            item.experiment: [part.places[part.label == 1] for part in read_training_windows(data, item)]
            for item in list_published(data)
        }

    def list_points(self, heads: Sequence[Head]) -> dict[Strand, np.ndarray]:
        """List the sites of some experiments: by strand int64 array (n,), genome positions, ascending, each once."""
        return {strand: np.unique(np.concatenate([self._list(head, strand) for head in heads])) for strand in STRANDS}

    def _list(self, head: Head, strand: Strand) -> np.ndarray:
        if head.published:
            return np.concatenate([self._select(places, strand) for places in self._published[head.name]])
        return self._peaks[head.name].list_points(self._chrom, strand) if head.name in self._peaks else _NONE

    def _select(self, places: Places, strand: Strand) -> np.ndarray:
        return places.centre[(places.chrom == self._chrom) & (places.strand == strand)]


_NONE = np.zeros(0, np.int64)
