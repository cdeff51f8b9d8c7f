"""Labelled windows to learn from: join several sets, and exclude what must stay unseen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ideep_scan.kernels.intervals import mark_covered, merge
from ideep_scan.records.places import Places
from ideep_scan.records.transcript import Transcript


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Windows with labels.

    Attributes
    ----------
    places : Places
        Centres of n windows.
    label : np.ndarray
        Int8 (n,), 1 if a site is centred there, else 0.
    """

    places: Places
    label: np.ndarray

    def __len__(self) -> int:
        return len(self.label)

    def __getitem__(self, rows: np.ndarray) -> Examples:
        return Examples(self.places[rows], self.label[rows])


def join(parts: Iterable[Examples]) -> Examples:
    """Join sets of examples, each place once.

    Parameters
    ----------
    parts : iterable of Examples
        One or more sets.

    Returns
    -------
    examples : Examples
        All places, sorted; label 1 where labels disagree.
    """
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


def mark_overlapping(places: Places, others: Places, window: int) -> np.ndarray:
    """Mark windows that share a base with the window of another place, on either strand.

    Parameters
    ----------
    places : Places
        Centres of n windows.
    others : Places
        Centres of the other windows.
    window : int
        Width of all windows, nt.

    Returns
    -------
    np.ndarray
        Bool (n,).
    """
    points = zip(others.chrom, others.centre, others.centre + 1, strict=True)
    return _touching(places, window, points, window)


def mark_in_genes_of(places: Places, held_out: Places, transcripts: Iterable[Transcript], window: int) -> np.ndarray:
    """Mark windows that touch a gene that also touches a held-out window.

    A gene is all transcripts with one gene id on one contig.
    Strands do not matter, so genes on the opposite strand count too.

    Parameters
    ----------
    places : Places
        Centres of n windows.
    held_out : Places
        Centres of the held-out windows.
    transcripts : iterable of Transcript
        The annotation.
    window : int
        Width of all windows, nt.

    Returns
    -------
    np.ndarray
        Bool (n,).
    """
    genes: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for transcript in transcripts:
        genes[transcript.chrom, transcript.gene_id].append((transcript.start, transcript.end))
    intervals = [(chrom, start, end, gene) for (chrom, gene), parts in genes.items() for start, end in parts]
    by_chrom: dict[str, np.ndarray] = {
        str(chrom): np.sort(held_out.centre[held_out.chrom == chrom]) for chrom in np.unique(held_out.chrom)
    }
    half = window // 2
    genes_held_out = set()
    for chrom, start, end, gene in intervals:
        centres = by_chrom.get(chrom)
        if centres is not None and np.searchsorted(centres, start - half) < np.searchsorted(centres, end + half):
            genes_held_out.add((chrom, gene))
    return _touching(places, window, ((c, a, b) for c, a, b, gene in intervals if (c, gene) in genes_held_out))


def mark_in_regions(places: Places, regions: Iterable[tuple[str, int, int]], window: int) -> np.ndarray:
    """Mark windows that touch a region.

    Parameters
    ----------
    places : Places
        Centres of n windows.
    regions : Iterable[tuple[str, int, int]]
        `(chrom, start, end)`, 0-based and half-open.
    window : int
        Width of the windows, nt.

    Returns
    -------
    np.ndarray
        Bool (n,).
    """
    return _touching(places, window, regions)


def _touching(
    places: Places, window: int, intervals: Iterable[tuple[str, int, int]], other_window: int = 1
) -> np.ndarray:
    """Mark windows that share a base with an interval, extended by half of `other_window` on each side."""
    reach = window // 2 + other_window // 2
    by_chrom: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for chrom, start, end in intervals:
        if start < end:
            by_chrom[str(chrom)].append((start - reach, end + reach))
    out = np.zeros(len(places), bool)
    for chrom, pairs in by_chrom.items():
        rows = np.flatnonzero(places.chrom == chrom)
        out[rows] = mark_covered(*merge(*np.array(pairs, np.int64).T), places.centre[rows])
    return out
