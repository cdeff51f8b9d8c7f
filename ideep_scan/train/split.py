"""Split of a genome into training, validation and test: by contig, by gene, or by stretches of a contig.

Every method cuts the contigs into intervals of one part.
A window that reaches into an interval of another part belongs to none, so windows of two parts never share a base.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ideep_scan.kernels.intervals import merge
from ideep_scan.records.places import Places
from ideep_scan.records.transcript import Transcript
from ideep_scan.train.training_data import TEST, TRAIN, VALIDATION

NO_PART = -1
SHARES = (0.8, 0.1, 0.1)  # of training, validation and test sites
_LEAST_SHARE = 0.05  # of sites for validation or test, below which another method is tried
_STRETCHES = 20
_NUMBER = 7  # of the random order of genes with equally many sites


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Parts of a genome.

    Attributes
    ----------
    method : str
        "contigs", "genes" or "stretches".
    intervals : mapping of str to tuple[np.ndarray, np.ndarray]
        By contig, int64 starts of intervals (the first is very low), and their parts.
    """

    method: str
    intervals: Mapping[str, tuple[np.ndarray, np.ndarray]]

    def find_parts(self, places: Places, half: int) -> np.ndarray:
        """Find the part of each window.

        Parameters
        ----------
        places : Places
            Centres of n windows.
        half : int
            Bases of a window on each side of its centre.

        Returns
        -------
        np.ndarray
            Int8 (n,), TRAIN, VALIDATION or TEST; NO_PART for a window across two parts, and for unknown contigs.
        """
        parts = np.full(len(places), NO_PART, np.int8)
        for chrom, (starts, labels) in self.intervals.items():
            rows = np.flatnonzero(places.chrom == chrom)
            first = np.searchsorted(starts, places.centre[rows] - half, "right") - 1
            last = np.searchsorted(starts, places.centre[rows] + half, "right") - 1
            changes = np.append(0, np.cumsum(labels[1:] != labels[:-1]))
            parts[rows] = np.where(changes[first] == changes[last], labels[first], NO_PART)
        return parts


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """Stretches of transcripts of either strand that overlap or are closer than a window.

    Attributes
    ----------
    chrom : np.ndarray
        Object (n,), names of contigs, ascending.
    starts, ends : np.ndarray
        Int64 (n,), ascending on each contig.
    group : np.ndarray
        Int64 (n,). Clusters with transcripts of one gene have one number.
    """

    chrom: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    group: np.ndarray


def find_clusters(transcripts: Iterable[Transcript], window: int) -> Clusters:
    """Join transcripts to clusters.

    Parameters
    ----------
    transcripts : iterable of Transcript
        The annotation.
    window : int
        Width of a window, nt.

    Returns
    -------
    Clusters
        The clusters by contig and start. A contig has one group for each gene or set of genes that share a cluster.
    """
    by_contig: dict[str, list[Transcript]] = defaultdict(list)
    for transcript in transcripts:
        by_contig[transcript.chrom].append(transcript)
    chrom: list[str] = []
    starts, ends, groups = [], [], []
    for name in sorted(by_contig):
        members = by_contig[name]
        first = np.array([transcript.start for transcript in members], np.int64)
        last = np.array([transcript.end for transcript in members], np.int64)
        lows, highs = merge(first, last + window)
        numbers = np.searchsorted(lows, first, "right") - 1 + len(chrom)
        parents = list(range(len(chrom), len(chrom) + len(lows)))
        _join_genes(parents, numbers, [transcript.gene_id for transcript in members], offset=len(chrom))
        chrom += [name] * len(lows)
        starts.append(lows)
        ends.append(highs - window)
        groups += parents
    empty = np.zeros(0, np.int64)
    return Clusters(
        np.array(chrom, object),
        np.concatenate([empty, *starts]),
        np.concatenate([empty, *ends]),
        np.array(groups, np.int64),
    )


def _join_genes(parents: list[int], numbers: np.ndarray, genes: list[str], *, offset: int) -> None:
    """Give clusters that share a gene the number of the first of them."""

    def find(number: int) -> int:
        while parents[number - offset] != number:
            number = parents[number - offset]
        return number

    first_of: dict[str, int] = {}
    for number, gene in zip(numbers.tolist(), genes, strict=True):
        one, other = find(first_of.setdefault(gene, number)), find(number)
        parents[max(one, other) - offset] = min(one, other)
    parents[:] = [find(number) for number in range(offset, offset + len(parents))]


def plan_split(
    clusters: Clusters,
    sites: Places,
    test_regions: Sequence[tuple[str, int, int]] = (),
    seed: int = 0,
) -> Split:
    """Plan the split: by contig if each part gets enough sites, else by gene, else by stretches.

    Parameters
    ----------
    clusters : Clusters
        All transcripts.
    sites : Places
        The sites. Each lies in a cluster.
    test_regions : sequence of tuple[str, int, int]
        Regions for the test; clusters that touch one belong to it. Empty: the test is chosen as well.
    seed : int
        Seed of the order of genes with equally many sites.

    Returns
    -------
    Split
        The parts of the genome. Equal inputs in any order give equal splits.
    """
    counts = _count_sites(clusters, sites)
    fixed = np.full(len(counts), NO_PART, np.int8)
    for chrom, start, end in test_regions:
        fixed[(clusters.chrom == chrom) & (clusters.starts < end) & (start < clusters.ends)] = TEST
    fixed[np.isin(clusters.group, clusters.group[fixed == TEST])] = TEST
    by_contig = np.unique(clusters.chrom.astype(str), return_inverse=True)[1]
    for method, groups in (("contigs", by_contig), ("genes", clusters.group)):
        parts = assign_groups(groups, counts, clusters.ends - clusters.starts, fixed=fixed, seed=seed)
        sizes = np.array([counts[parts == part].sum() for part in (TRAIN, VALIDATION, TEST)])
        least = np.full(3, max(_LEAST_SHARE * sizes.sum(), 1))
        if test_regions:
            least[TEST] = 1
        if (sizes >= least).all() or (method == "genes" and test_regions):
            return Split(method, _cut_between(clusters, parts))
    return Split("stretches", _cut_stretches(sites))


def _count_sites(clusters: Clusters, sites: Places) -> np.ndarray:
    """Count the sites in each cluster."""
    counts = np.zeros(len(clusters.starts), np.int64)
    for chrom in set(clusters.chrom.tolist()):
        rows = np.flatnonzero(clusters.chrom == chrom)
        centres = sites.centre[sites.chrom == chrom]
        before = np.searchsorted(clusters.starts[rows], centres, "right") - 1
        np.add.at(counts, rows[before[before >= 0]], 1)
    return counts


def assign_groups(
    groups: np.ndarray, counts: np.ndarray, lengths: np.ndarray, *, seed: int, fixed: np.ndarray | None = None
) -> np.ndarray:
    """Assign groups to parts: the one with most sites first, each to the part that lacks most.

    Groups without sites are assigned by their length in the same way.

    Parameters
    ----------
    groups : np.ndarray
        Int64 (n,), group of each member.
    counts, lengths : np.ndarray
        Int64 (n,), number of sites and length of each member.
    seed : int
        Seed of the order of groups with equally many sites.
    fixed : np.ndarray or None
        Int8 (n,), TEST for members that are for the test, which then gets no others; NO_PART for the others.

    Returns
    -------
    np.ndarray
        Int8 (n,), TRAIN, VALIDATION or TEST.
    """
    fixed = np.full(len(groups), NO_PART, np.int8) if fixed is None else fixed
    parts = fixed.copy()
    free = np.flatnonzero(fixed == NO_PART)
    if not free.size:
        return parts
    shares = np.array(SHARES if free.size == fixed.size else (*SHARES[:2], 0.0))
    names, numbers = np.unique(groups[free], return_inverse=True)
    chosen = np.zeros(len(names), np.int8)
    order = np.random.default_rng((_NUMBER, seed)).permutation(len(names))
    sites = np.bincount(numbers, counts[free], len(names))
    sizes = np.bincount(numbers, lengths[free], len(names))
    for weights, members in ((sites, order[sites[order] > 0]), (sizes, order[sites[order] == 0])):
        targets = np.where(shares > 0, shares / shares.sum() * weights[members].sum(), -np.inf)
        for group in members[np.argsort(-weights[members], kind="stable")].tolist():
            part = int(np.argmax(targets))
            chosen[group] = part
            targets[part] -= weights[group]
    parts[free] = chosen[numbers]
    return parts


def _cut_between(clusters: Clusters, parts: np.ndarray) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Cut contigs in the middle between clusters."""
    intervals = {}
    for chrom in sorted(set(clusters.chrom.tolist())):
        rows = np.flatnonzero(clusters.chrom == chrom)
        ends, starts = clusters.ends[rows][:-1], clusters.starts[rows][1:]
        cuts = np.append(np.iinfo(np.int64).min // 2, ends + (starts - ends) // 2)
        intervals[str(chrom)] = cuts, parts[rows]
    return intervals


def _cut_stretches(sites: Places) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Cut contigs into stretches with equally many sites; every tenth is for validation, every tenth for the test."""
    pattern = np.full(_STRETCHES // 2, TRAIN, np.int8)
    pattern[_STRETCHES // 4 - 1], pattern[-1] = VALIDATION, TEST
    intervals = {}
    for chrom in sorted(set(sites.chrom.tolist())):
        centres = np.sort(sites.centre[sites.chrom == chrom])
        positions = np.unique(centres[np.arange(1, _STRETCHES) * len(centres) // _STRETCHES])
        cuts = np.append(np.iinfo(np.int64).min // 2, positions)
        intervals[str(chrom)] = cuts, np.resize(pattern, len(cuts))
    return intervals
