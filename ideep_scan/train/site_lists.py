"""Sites of several lists: collapse neighbours to the strongest, and count the replicates that agree."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ideep_scan.records.places import Places, group_by_strand

NEAR = 15  # nt, the distance within which two sites are one


def collapse(places: Places, strength: np.ndarray, distance: int = NEAR) -> np.ndarray:
    """Choose the strongest site among those that are close together.

    Sites are visited from the strongest to the weakest; each removes all others within the distance on its strand.
    The result does not depend on the order of the sites.

    Parameters
    ----------
    places : Places
        n sites, in any order.
    strength : np.ndarray
        Float (n,). NaN is weaker than every number.
    distance : int
        Highest distance of two sites that are one, nt.

    Returns
    -------
    np.ndarray
        Int64, indices of the sites that remain, by contig name, strand and position.

    Examples
    --------
    >>> places = Places(np.array(["chr1"] * 3, object), np.array(["+"] * 3, object), np.array([10, 20, 40]))
    >>> collapse(places, np.array([1.0, 2.0, 1.0])).tolist()
    [1, 2]
    """
    values = np.where(np.isnan(strength), -np.inf, strength)
    indices = []
    for _, rows in sorted(group_by_strand(places.chrom, places.strand).items()):
        rows = rows[np.lexsort((-values[rows], places.centre[rows]))]
        centres = places.centre[rows]
        first = np.searchsorted(centres, centres - distance, "left").tolist()
        last = np.searchsorted(centres, centres + distance, "right").tolist()
        free = np.ones(len(rows), bool)
        chosen = np.zeros(len(rows), bool)
        for i in np.lexsort((centres, -values[rows])).tolist():
            if free[i]:
                chosen[i] = True
                free[first[i] : last[i]] = False
        indices.append(rows[chosen])
    return np.concatenate(indices) if indices else np.zeros(0, np.int64)


def count_replicates(places: Places, lists: Sequence[Places], distance: int = NEAR) -> np.ndarray:
    """Count the lists that have a site close to each place.

    Parameters
    ----------
    places : Places
        n places.
    lists : sequence of Places
        The sites of each replicate.
    distance : int
        Highest distance, nt.

    Returns
    -------
    np.ndarray
        Int64 (n,).
    """
    counts = np.zeros(len(places), np.int64)
    groups = group_by_strand(places.chrom, places.strand)
    for sites in lists:
        for key, members in group_by_strand(sites.chrom, sites.strand).items():
            rows = groups.get(key)
            if rows is not None:
                centres = np.sort(sites.centre[members])
                first = np.searchsorted(centres, places.centre[rows] - distance, "left")
                counts[rows] += first < np.searchsorted(centres, places.centre[rows] + distance, "right")
    return counts
