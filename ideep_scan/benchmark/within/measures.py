"""Measures of a score at all scored positions inside genes.

Rows are positions. The key of a row is its place 5'→3'; keys of different genes are far apart.
So one array gives distances along a gene, on both strands.
"""

from __future__ import annotations

import numpy as np

from ideep_scan.kernels.compile_cache import compiled
from ideep_scan.kernels.points import measure_distance
from ideep_scan.scan.call_settings import REACH

TILE = 600  # nt in which PARNET and RBPNet rank positions
TILE_NEAR = 5  # nt around the 5' end of a peak that count there
_TIE_SEED = 0


def smooth(values: np.ndarray, keys: np.ndarray, width: int) -> np.ndarray:
    """Average values over the rows within half a width on both sides.

    Parameters
    ----------
    values : np.ndarray
        Float array (n,).
    keys : np.ndarray
        Int64 array (n,), ascending.
    width : int
        Width in nt; 0 returns the values.

    Returns
    -------
    np.ndarray
        Float64 array (n,).
    """
    if width == 0:
        return np.asarray(values, np.float64)
    first = np.searchsorted(keys, keys - width // 2)
    last = np.searchsorted(keys, keys + width // 2, side="right")
    sums = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    return (sums[last] - sums[first]) / (last - first)


def sort_rows(scores: np.ndarray) -> np.ndarray:
    """Sort rows by descending score; equal scores are in random order, always the same.

    Parameters
    ----------
    scores : np.ndarray
        Float array (n,), read as float16: scores of 16 bits are sorted in linear time.

    Returns
    -------
    np.ndarray
        Int64 array (n,), indices of the rows.
    """
    shuffled = np.random.default_rng(_TIE_SEED).permutation(scores.size)
    return shuffled[np.argsort(_encode_descending(np.asarray(scores, np.float16))[shuffled], kind="stable")]


def compute_average_precision(labels: np.ndarray, scores: np.ndarray) -> float:
    """Compute the average precision; rows of one score count together.

    Parameters
    ----------
    labels : np.ndarray
        Bool array (n,).
    scores : np.ndarray
        Float array (n,).

    Returns
    -------
    float
        Average precision; NaN without a label.

    Examples
    --------
    >>> compute_average_precision(np.array([True, False, True]), np.array([3.0, 2.0, 1.0]))
    0.8333333333333333
    """
    order = np.argsort(-scores, kind="stable")
    return average_sorted(labels[order], find_group_ends(scores[order]))


def count_pairs(
    labels: np.ndarray, scores: np.ndarray, genes: np.ndarray, order: np.ndarray, *, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """Count the pairs of each gene that the score puts in the right order, as for the area under its ROC curve.

    A pair is a labelled row and another row of the same gene. A pair of equal scores counts half.

    Parameters
    ----------
    labels : np.ndarray
        Bool array (n,).
    scores : np.ndarray
        Float array (n,).
    genes : np.ndarray
        Int array (n,), 0 to `count` - 1.
    order : np.ndarray
        Int64 array (n,), the rows by descending score.
    count : int
        Number of genes.

    Returns
    -------
    tuple[np.ndarray, np.ndarray]
        Pairs in the right order and all pairs, float64 arrays (count,).
    """
    by_gene = order[np.argsort(genes[order].astype(np.uint16 if count < 1 << 16 else np.int64), kind="stable")]
    sorted_genes, sorted_labels = genes[by_gene], labels[by_gene]
    positives = np.bincount(genes[labels], minlength=count).astype(np.float64)
    negatives = np.bincount(genes, minlength=count) - positives
    changes = (np.diff(scores[by_gene]) != 0) | (np.diff(sorted_genes) != 0)
    groups = np.concatenate([[0], np.cumsum(changes)]).astype(np.int64)[: by_gene.size]
    group_negatives = np.bincount(groups, weights=~sorted_labels)
    group_positives = np.bincount(groups, weights=sorted_labels)
    group_genes = np.zeros(group_negatives.size, np.int64)
    group_genes[groups] = sorted_genes
    # Negatives that score higher in the same gene, counted from the first group of the gene on.
    higher = np.cumsum(group_negatives) - group_negatives - (np.cumsum(negatives) - negatives)[group_genes]
    concordant = group_positives * (negatives[group_genes] - higher - group_negatives / 2)
    return np.bincount(group_genes, weights=concordant, minlength=count), positives * negatives


def choose_calls(order: np.ndarray, keys: np.ndarray, distance: int = REACH) -> np.ndarray:
    """Choose rows in an order, each more than `distance` from those chosen before.

    So the calls of a scan are chosen (`kernels/sites.py`), but here on several genes at once.

    Parameters
    ----------
    order : np.ndarray
        Int64 array (n,), indices of the rows, the best first.
    keys : np.ndarray
        Int64 array (n,), ascending.
    distance : int
        Largest distance that is too near.

    Returns
    -------
    np.ndarray
        Int64 array (m,), indices of the rows, the best first.
    """
    return _suppress(np.ascontiguousarray(order), keys, distance)


def compute_tile_precision(
    keys: np.ndarray, points: np.ndarray, scores: np.ndarray, genes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Compute the average precision inside each tile of 600 scored positions that holds the 5' end of a peak.

    Parameters
    ----------
    keys : np.ndarray
        Int64 array (n,), ascending.
    points : np.ndarray
        Int64 array (m,), keys of the 5' ends, ascending.
    scores : np.ndarray
        Float array (n,).
    genes : np.ndarray
        Int array (n,).

    Returns
    -------
    tuple[np.ndarray, np.ndarray]
        Average precision and gene of each tile; tiles with unscored positions are left out.
    """
    positives = measure_distance(keys, points) <= TILE_NEAR
    tiles = keys // TILE
    starts = np.flatnonzero(np.diff(tiles, prepend=tiles[0] - 1)) if tiles.size else np.zeros(0, np.int64)
    sizes = np.diff(np.append(starts, tiles.size))
    starts = starts[sizes == TILE]
    starts = np.array([start for start in starts if positives[start : start + TILE].any()], np.int64)
    precisions = [
        compute_average_precision(positives[start : start + TILE], scores[start : start + TILE]) for start in starts
    ]
    return np.array(precisions), genes[starts]


def find_group_ends(sorted_scores: np.ndarray) -> np.ndarray:
    """Find the last row of each group of equal scores.

    Parameters
    ----------
    sorted_scores : np.ndarray
        Float array (n,), descending.

    Returns
    -------
    np.ndarray
        Int64 array (n,), for each row the index of the last row with its score.
    """
    ends = np.flatnonzero(np.append(np.diff(sorted_scores) != 0, True)) if sorted_scores.size else np.zeros(0, np.int64)
    return np.repeat(ends, np.diff(ends, prepend=-1))


def average_sorted(labels: np.ndarray, ends: np.ndarray) -> float:
    """Compute the average precision of sorted rows.

    Parameters
    ----------
    labels : np.ndarray
        Bool array (n,), by descending score.
    ends : np.ndarray
        Int64 array (n,), as `find_group_ends` returns it.

    Returns
    -------
    float
        Average precision; NaN without a label.
    """
    if not labels.any():
        return float("nan")
    return float(np.mean(np.cumsum(labels)[ends[labels]] / (ends[labels] + 1)))


def _encode_descending(scores: np.ndarray) -> np.ndarray:
    """Encode float16 scores as uint16 whose ascending order is the descending order of the scores."""
    bits = (scores + np.float16(0)).view(np.uint16)  # -0 becomes 0
    return np.where(bits >> 15, bits, ~bits & np.uint16(0x7FFF))


@compiled()
def _suppress(order: np.ndarray, keys: np.ndarray, distance: int) -> np.ndarray:
    taken = np.zeros(keys.size, np.bool_)
    chosen = np.empty(keys.size, np.int64)
    count = 0
    for row in order:
        if taken[row]:
            continue
        chosen[count] = row
        count += 1
        other = row
        while other >= 0 and keys[row] - keys[other] <= distance:
            taken[other] = True
            other -= 1
        other = row + 1
        while other < keys.size and keys[other] - keys[row] <= distance:
            taken[other] = True
            other += 1
    return chosen[:count]
