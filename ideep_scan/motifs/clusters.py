"""Near-identical motifs of a model as clusters, with copies and spacings of their hits.

Motifs are compared on the same strand, at their best offset.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ideep_scan.kernels.packed_motifs import PSEUDOCOUNT
from ideep_scan.motifs.enrichment import BLOCK, P_VALUE, MotifOccurrence
from ideep_scan.motifs.hits import MotifScanner
from ideep_scan.records.learned_motif import MotifCluster
from ideep_scan.records.pwm import Pwm

CUT = 0.7  # similarity from which motifs are near-identical
SHARED = 0.7  # part of each motif that must lie in the positions that both share
MOST_COPIES = 5  # the last entry of `MotifCluster.copies` counts more as well


def compute_similarities(pwms: Sequence[Pwm]) -> np.ndarray:
    """Compare motifs pairwise at their best offset, on the same strand.

    A motif is its probabilities minus 0.25, so positions without information weigh nothing.
    The similarity is the cosine over the positions that two motifs share.
    An offset counts only if these positions hold at least `SHARED` of the squares of either motif.

    Parameters
    ----------
    pwms : sequence of Pwm
        The motifs, of any widths.

    Returns
    -------
    np.ndarray
        Float64 array (motifs, motifs), symmetric, -1 to 1; -1 if no offset counts.
    """
    width = max(map(len, pwms), default=0)
    excess, present = np.zeros((len(pwms), width, 4)), np.zeros((len(pwms), width))
    for row, exists, pwm in zip(excess, present, pwms, strict=True):
        raised = pwm.counts + PSEUDOCOUNT
        row[: len(pwm)] = raised / raised.sum(axis=1, keepdims=True) - 0.25
        exists[: len(pwm)] = 1
    squares = (excess**2).sum(axis=2)
    totals = np.maximum(squares.sum(axis=1), 1e-12)
    best = np.full((len(pwms), len(pwms)), -1.0)
    for offset in range(1 - width, width):  # the second motif begins this much after the first
        left, right = slice(max(offset, 0), width + min(offset, 0)), slice(max(-offset, 0), width - max(offset, 0))
        first = squares[:, left] @ present[:, right].T
        second = present[:, left] @ squares[:, right].T
        counts = (first >= SHARED * totals[:, None]) & (second >= SHARED * totals)
        products = np.tensordot(excess[:, left], excess[:, right], ([1, 2], [1, 2]))
        cosines = products / np.sqrt(np.maximum(first * second, 1e-24))
        best = np.maximum(best, np.where(counts, cosines, -1.0))
    return np.round(np.maximum(best, best.T), 9)  # rounding errors do not decide


def cluster_motifs(
    pwms: Sequence[Pwm], occurrences: Sequence[MotifOccurrence], codes: np.ndarray, cut: float = CUT
) -> tuple[MotifCluster, ...]:
    """Merge near-identical motifs into clusters, the most enriched first.

    Motifs are taken by enrichment: each joins the first cluster whose founder is near-identical, or founds a cluster.
    So each member is near-identical to its founder, no chain joins different motifs, and founders never merge.

    Parameters
    ----------
    pwms : sequence of Pwm
        The motifs of a model; their ids are unique.
    occurrences : sequence of MotifOccurrence
        Their occurrence, by `compute_enrichment`.
    codes : np.ndarray
        Int8 array (windows, width), the bound windows, for copies and spacings.
    cut : float
        Similarity from which motifs are near-identical; see `compute_similarities`.

    Returns
    -------
    tuple of MotifCluster
        By enrichment of the founder, which is the first member; so are the members.
    """
    order = sorted(range(len(pwms)), key=lambda k: (*_rank(occurrences[k]), pwms[k].id))
    near = compute_similarities([pwms[k] for k in order]) >= cut
    clusters: list[list[int]] = []
    for motif in range(len(order)):
        joined = next((cluster for cluster in clusters if near[motif, cluster[0]]), None)
        if joined is None:
            clusters.append([motif])
        else:
            joined.append(motif)
    copies, spacings = count_copies([pwms[order[cluster[0]]] for cluster in clusters], codes)
    return tuple(
        MotifCluster(tuple(pwms[order[k]].id for k in cluster), tuple(row.tolist()), tuple(distances.tolist()))
        for cluster, row, distances in zip(clusters, copies, spacings, strict=True)
    )


def _rank(occurrence: MotifOccurrence) -> tuple[float, float]:
    """Return what sorts motifs by enrichment; by bound windows with a hit if none are unbound."""
    test = occurrence.enrichment
    if test is None:
        return 0.0, -float(occurrence.distances.sum())
    return test.p_value, -float(np.nan_to_num(test.odds_ratio, nan=0.0))


def count_copies(pwms: Sequence[Pwm], codes: np.ndarray, p_value: float = P_VALUE) -> tuple[np.ndarray, np.ndarray]:
    """Count the hits of each motif that do not overlap, by window and by the distance of neighbours.

    Hits are taken from the 5' end, each as soon as it begins after the end of the last.

    Parameters
    ----------
    pwms : sequence of Pwm
        The motifs.
    codes : np.ndarray
        Int8 array (windows, width), bases 5'→3', 0-4.
    p_value : float
        The highest p-value of a hit; see `compute_enrichment`.

    Returns
    -------
    copies : np.ndarray
        Int64 array (motifs, `MOST_COPIES` + 1): windows with 0, 1, 2, ... hits; the last counts more as well.
    spacings : np.ndarray
        Int64 array (motifs, width): neighbouring hits by the distance of their first bases, nt.
    """
    scanner = MotifScanner(pwms, p_value, best_matches=True)
    copies = np.zeros((len(pwms), MOST_COPIES + 1), np.int64)
    spacings = np.zeros((len(pwms), codes.shape[1]), np.int64)
    for start in range(0, len(codes), BLOCK):
        block = codes[start : start + BLOCK]
        matches = scanner.scan_windows(block)
        order = np.lexsort((matches.first, matches.window, matches.motif))
        window, first, motif = (column[order] for column in (matches.window, matches.first, matches.motif))
        group = motif * len(block) + window
        kept = _select_disjoint(group, first, scanner.index.widths[motif])
        totals = np.bincount(group[kept], minlength=len(pwms) * len(block)).reshape(len(pwms), -1)
        for hits in range(MOST_COPIES + 1):
            copies[:, hits] += (np.minimum(totals, MOST_COPIES) == hits).sum(axis=1)
        together = np.diff(group[kept]) == 0
        np.add.at(spacings, (motif[kept][1:][together], np.diff(first[kept])[together]), 1)
    return copies, spacings


def _select_disjoint(group: np.ndarray, first: np.ndarray, width: np.ndarray) -> np.ndarray:
    """Select hits that do not overlap within a group, from the 5' end; all arrays are sorted by group, then first."""
    rest = np.arange(len(group))
    selected = []
    while rest.size:
        groups, leads = np.unique(group[rest], return_index=True)
        leaders = rest[leads]
        selected.append(leaders)
        ends = (first + width)[leaders]
        rest = rest[first[rest] >= ends[np.searchsorted(groups, group[rest])]]
    return np.sort(np.concatenate([*selected, np.empty(0, np.int64)]))
