"""The strongest effects of a stream of scored records, in a bounded heap."""

from __future__ import annotations

import heapq
from math import isnan
from typing import NamedTuple

from ideep_scan.formats.variants.vcf import VcfRecord
from ideep_scan.jobs.variants.scoring import ScoredRecord
from ideep_scan.records.variant_effect import VariantEffect


class RankedEffect(NamedTuple):
    """An effect with its record.

    Attributes
    ----------
    size : float
        Absolute delta.
    order : int
        Minus the number of effects before it, so that the first of equal ones ranks highest.
    record : VcfRecord
        The record.
    effect : VariantEffect
        The effect.
    """

    size: float
    order: int
    record: VcfRecord
    effect: VariantEffect


class StrongestEffects:
    """Keep the effects with the largest absolute delta.

    Parameters
    ----------
    limit : int
        Number of effects to keep.

    Attributes
    ----------
    total : int
        Number of effects that were added.
    """

    def __init__(self, limit: int):
        self._limit = limit
        self._heap: list[RankedEffect] = []
        self.total = 0

    def add(self, scored: ScoredRecord) -> None:
        """Add the effects of a record. The effect of a haplotype counts once, with its first record."""
        for effect in (*scored.effects, *scored.haplotypes):
            if isnan(effect.delta):
                continue
            entry = RankedEffect(abs(effect.delta), -self.total, scored.record, effect)
            self.total += 1
            is_weaker = len(self._heap) == self._limit and entry < self._heap[0]
            if is_weaker or any(other.effect is effect for other in self._heap):
                continue
            if len(self._heap) < self._limit:
                heapq.heappush(self._heap, entry)
            else:
                heapq.heapreplace(self._heap, entry)

    def ranked(self) -> list[RankedEffect]:
        """Return the effects, the strongest first; of equal ones, the first first."""
        return sorted(self._heap, reverse=True)
