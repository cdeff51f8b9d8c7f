"""Alignment of two haplotypes, base by base, and the positions whose windows see a change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ideep_scan.records.variant import Variant
from ideep_scan.variants.haplotype import alternate_haplotype

Signature = tuple[tuple[int, int, int], ...]  #: start after the first change, length of REF and of ALT, of each change


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """Alignment of the letters from `half` before the first change of an allele to `half` after its last.

    A position sees a change if its window holds a changed letter, or both neighbours of a deletion or insertion.

    Attributes
    ----------
    reference_sees, alternate_sees : np.ndarray
        Bool arrays (letters of the haplotype,), True for positions that see a change.
    reference_pairs, alternate_pairs : np.ndarray
        Int64 arrays (n,), indices of aligned letters on both haplotypes, ascending.
        Deleted and inserted letters, and letters that see no change, have no partner.
    """

    reference_sees: np.ndarray
    alternate_sees: np.ndarray
    reference_pairs: np.ndarray
    alternate_pairs: np.ndarray


def align(allele: Sequence[Variant], half: int) -> Alignment:
    """Align the haplotype of an allele to the reference.

    Parameters
    ----------
    allele : sequence of Variant
        One or more changes: sorted, disjoint, on one contig.
    half : int
        Half of a window's width, nt.

    Returns
    -------
    Alignment
        The alignment; alleles with equal distances and lengths share it.
    """
    first = allele[0].start
    return _align(tuple((change.start - first, len(change.ref), len(change.alt)) for change in allele), half)


@lru_cache(1024)
def _align(signature: Signature, half: int) -> Alignment:
    changes = [Variant("", start + half, "N" * ref, "N" * alt) for start, ref, alt in signature]
    reference_sees = np.zeros(changes[-1].end + half, np.bool_)
    alternate = alternate_haplotype(changes, np.zeros(reference_sees.size, np.int8), 0)
    alternate_sees = np.zeros(len(alternate), np.bool_)
    shift = 0
    for change in changes:
        reference_sees[change.start - half : change.end + half] = True
        start = change.start + shift
        alternate_sees[start - half : start + len(change.alt) + half] = True
        shift += len(change.alt) - len(change.ref)
    alternate_pairs = np.flatnonzero(alternate_sees & ~alternate.inserted)
    return Alignment(reference_sees, alternate_sees, alternate.places[alternate_pairs], alternate_pairs)
