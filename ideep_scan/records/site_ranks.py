"""Ranks of the sites of a run by their scores."""

from __future__ import annotations

import numpy as np


def rank_sites(scores: np.ndarray, genes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rank sites within their genes and within the run.

    The rank is 1 plus the number of sites with a higher score, so sites with equal scores share a rank.

    Parameters
    ----------
    scores : np.ndarray
        Float array (n,).
    genes : np.ndarray
        Int array (n,), number of the gene of each site; -1 outside of genes.

    Returns
    -------
    in_gene : np.ndarray
        Int64 array (n,); 0 outside of genes.
    in_run : np.ndarray
        Int64 array (n,).

    Examples
    --------
    >>> rank_sites(np.array([0.5, 0.9, 0.5]), np.array([0, 1, 0]))
    (array([1, 1, 1]), array([2, 1, 2]))
    """
    in_run = np.searchsorted(np.sort(-scores), -scores) + 1
    order = np.lexsort((in_run, genes))
    starts = np.diff(genes[order], prepend=-2) != 0  # of each gene
    new = starts | (np.diff(in_run[order], prepend=0) != 0)  # a lower score than before, or another gene
    places = np.arange(len(order))
    first_of_gene = np.maximum.accumulate(np.where(starts, places, 0))
    first_of_rank = np.maximum.accumulate(np.where(new, places, 0))
    in_gene = np.empty(len(order), np.int64)
    in_gene[order] = first_of_rank - first_of_gene + 1
    return np.where(genes < 0, 0, in_gene), in_run
