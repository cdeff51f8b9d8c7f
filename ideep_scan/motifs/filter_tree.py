"""Hierarchical clustering of filters by the cosine distance of their weights, with average linkage."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class FilterTree(NamedTuple):
    """Tree of filters.

    Attributes
    ----------
    order : tuple of int
        Filters in the order of the leaves, so that no branches cross.
    merges : tuple of (int, int, float)
        Two nodes that merge, and the cosine distance at which they do, from 0 to 2, ascending.
        Nodes below the number of filters are filters; merge k makes the node (number of filters + k).
    """

    order: tuple[int, ...]
    merges: tuple[tuple[int, int, float], ...]


def order_filters(weights: np.ndarray) -> FilterTree:
    """Cluster filters by the cosine distance of their weights, with average linkage.

    Parameters
    ----------
    weights : np.ndarray
        Array (filters, 4, width).
        A filter of zeros has distance 1 to all others.

    Returns
    -------
    FilterTree
        Order of the leaves, and merges.

    Examples
    --------
    >>> weights = np.array([[[1.0], [0]], [[0], [1]], [[2], [0]]])
    >>> order_filters(weights)
    FilterTree(order=(1, 0, 2), merges=((0, 2, 0.0), (1, 3, 1.0)))
    """
    flat = np.asarray(weights, np.float64).reshape(len(weights), -1)
    directions = flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-300)
    distances = np.clip(1 - directions @ directions.T, 0.0, 2.0)
    np.fill_diagonal(distances, np.inf)
    nodes, leaves = list(range(len(flat))), [[filter_] for filter_ in range(len(flat))]
    merges: list[tuple[int, int, float]] = []
    for number in range(len(flat), 2 * len(flat) - 1):
        first, second = sorted(divmod(int(distances.argmin()), len(flat)), key=nodes.__getitem__)
        merges.append((nodes[first], nodes[second], float(distances[first, second])))
        sizes = len(leaves[first]), len(leaves[second])
        row = (sizes[0] * distances[first] + sizes[1] * distances[second]) / sum(sizes)
        distances[first] = distances[:, first] = row
        distances[second] = distances[:, second] = distances[first, first] = np.inf
        nodes[first], leaves[first] = number, leaves[first] + leaves[second]
    order = max(leaves, key=len, default=[])
    return FilterTree(tuple(order), tuple(merges))
