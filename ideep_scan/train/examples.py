"""Which windows a model may learn from: labelled places joined, and what must stay unseen taken out.

It reads no files and makes no features.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ideep_scan.kernels.intervals import covered, merge
from ideep_scan.records.places import Places
from ideep_scan.records.transcript import Transcript


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Windows with a label: 1 = a site is centred there, 0 = not; `places` and `label` (int8) have one length."""

    places: Places
    label: np.ndarray

    def __len__(self) -> int:
        return len(self.label)

    def __getitem__(self, rows: np.ndarray) -> Examples:
        return Examples(self.places[rows], self.label[rows])


def joined(parts: Iterable[Examples]) -> Examples:
    """All examples of several sets, each place once, sorted by place; where labels disagree it is a site."""
    parts = list(parts)
    chrom = np.concatenate([part.places.chrom for part in parts])
    strand = np.concatenate([part.places.strand for part in parts])
    centre = np.concatenate([part.places.centre for part in parts])
    label = np.concatenate([part.label for part in parts])
    order = np.lexsort((-label, strand, centre, chrom))
    chrom, strand, centre, label = chrom[order], strand[order], centre[order], label[order]
    same = (chrom[1:] == chrom[:-1]) & (centre[1:] == centre[:-1]) & (strand[1:] == strand[:-1])
    first = np.append(True, ~same)[: len(label)]
    return Examples(Places(chrom[first], strand[first], centre[first]), label[first])


def overlapping(places: Places, others: Places, window: int) -> np.ndarray:
    """Whether each window shares a base with the window of one of `others`, of either strand: bool (n,)."""
    points = zip(others.chrom, others.centre, others.centre + 1, strict=True)
    return _touching(places, window, points, window)


def in_genes_of(places: Places, held: Places, transcripts: Iterable[Transcript], window: int) -> np.ndarray:
    """Whether the window of each place touches a gene that holds (touches) a window of `held`: bool (n,).

    A gene is all transcripts of one gene id on one contig; strands do not matter, so that antisense is out as well.
    """
    genes: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for transcript in transcripts:
        genes[transcript.chrom, transcript.gene_id].append((transcript.start, transcript.end))
    stretches = [(chrom, start, end, gene) for (chrom, gene), parts in genes.items() for start, end in parts]
    by_chrom: dict[str, np.ndarray] = {
        str(chrom): np.sort(held.centre[held.chrom == chrom]) for chrom in np.unique(held.chrom)
    }
    half = window // 2
    taken = set()
    for chrom, start, end, gene in stretches:
        centres = by_chrom.get(chrom)
        if centres is not None and np.searchsorted(centres, start - half) < np.searchsorted(centres, end + half):
            taken.add((chrom, gene))
    return _touching(places, window, ((c, a, b) for c, a, b, gene in stretches if (c, gene) in taken))


def in_regions(places: Places, regions: Iterable[tuple[str, int, int]], window: int) -> np.ndarray:
    """Whether the window of each place touches one of `(chrom, start, end)`, 0-based half-open: bool (n,)."""
    return _touching(places, window, regions)


def _touching(
    places: Places, window: int, intervals: Iterable[tuple[str, int, int]], other_window: int = 1
) -> np.ndarray:
    """Whether each window shares a base with an interval, itself widened by half of `other_window` on each side."""
    reach = window // 2 + other_window // 2
    by_chrom: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for chrom, start, end in intervals:
        if start < end:
            by_chrom[str(chrom)].append((start - reach, end + reach))
    out = np.zeros(len(places), bool)
    for chrom, pairs in by_chrom.items():
        rows = np.flatnonzero(places.chrom == chrom)
        out[rows] = covered(*merge(*np.array(pairs, np.int64).T), places.centre[rows])
    return out
