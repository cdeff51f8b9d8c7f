"""Effects of variants: highest scores of both haplotypes, strongest change, and sites gained or lost.

Only windows that hold a changed letter can change, and only these are scored.
The reference is scored once where the windows of neighbouring variants overlap.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, fields, replace
from enum import IntEnum

import numpy as np

from ideep_scan.features.featurizer import Featurizer
from ideep_scan.kernels.onehot import decode
from ideep_scan.kernels.smoothing import smooth_scores
from ideep_scan.models.scale import logit
from ideep_scan.models.tile_scores import TileScorer
from ideep_scan.records.span import STRANDS
from ideep_scan.variants.alignment import Alignment
from ideep_scan.variants.haplotype import Line, score_lines
from ideep_scan.variants.normalization import Allele, normalize_allele
from ideep_scan.variants.pairs import LocusLookup, Pair, pair_haplotypes

BATCH = 1024  # alleles whose scores are in memory together


class SiteChange(IntEnum):
    """Fate of a site among the positions that see a change, at a model's threshold.

    The threshold applies to smoothed scores if the model smooths.
    Only positions that see the change take part in the mean.

    GAINED: no position reaches the threshold on the reference, one does on the alternate haplotype.
    LOST: the reverse.
    KEPT: a position reaches it on both.
    MOVED: both haplotypes reach it, but at no common position.
    NONE: neither reaches it.
    """

    NONE = 0
    KEPT = 1
    GAINED = 2
    LOST = 3
    MOVED = 4


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """Effects of alleles, one row per allele, model and strand that was scored, in this order.

    A position sees a change if its window holds a changed letter.

    Attributes
    ----------
    allele : np.ndarray
        Int64 array (n,), index of the allele.
    model : np.ndarray
        Int64 array (n,), index of the scorer.
    strand : np.ndarray
        Int8 array (n,), index into `records.span.STRANDS`.
    reference : np.ndarray
        Float32 array (n,), highest score among the positions that see the change; NaN if none is scored.
    alternate : np.ndarray
        Float32 array (n,), the same on the alternate haplotype, inserted letters included.
    delta : np.ndarray
        Float32 array (n,), alternate minus reference score at `position`; NaN without a position.
    position : np.ndarray
        Int64 array (n,), 0-based genome position where the log odds change most in absolute value.
        It is the first if several tie, and -1 if no position has both scores.
    log_odds : np.ndarray
        Float32 array (n,), change of the natural log odds there; NaN without a position.
    site : np.ndarray
        Int8 array (n,), `SiteChange` at the model's threshold.
    """

    allele: np.ndarray
    model: np.ndarray
    strand: np.ndarray
    reference: np.ndarray
    alternate: np.ndarray
    delta: np.ndarray
    position: np.ndarray
    log_odds: np.ndarray
    site: np.ndarray

    def __len__(self) -> int:
        return len(self.allele)

    def __getitem__(self, rows: np.ndarray) -> Effects:
        return Effects(*(column[rows] for column in self._columns()))

    def _columns(self) -> Iterator[np.ndarray]:
        return (getattr(self, field.name) for field in fields(self))

    @classmethod
    def join(cls, tables: Sequence[Effects]) -> Effects:
        """Concatenate one or more tables."""
        return cls(*(np.concatenate(columns) for columns in zip(*(table._columns() for table in tables), strict=True)))


def score_alleles(
    alleles: Sequence[Allele],
    loci: LocusLookup,
    featurizer: Featurizer,
    *,
    scorers: Sequence[TileScorer],
    thresholds: np.ndarray,
    smoothing: np.ndarray | None = None,
    pool: Executor | None = None,
) -> Effects:
    """Compute the effect of each allele on every model and strand.

    Equal haplotypes get equal figures, however their alleles are written.
    Figures of one allele do not depend on the other alleles, apart from rounding: within 1e-5 of the log odds.

    Parameters
    ----------
    alleles : sequence of Allele
        Changes of one haplotype each, in any order; their REF is the reference's.
    loci : LocusLookup
        Spans in which positions are scored.
    featurizer : Featurizer
        Computes the features for all models.
    scorers : sequence of TileScorer
        The models.
    thresholds : np.ndarray
        Float array (models,), threshold of each model's sites.
    smoothing : np.ndarray or None
        Int array (models,), width in nt over which each model averages log odds before it calls sites; None for no
        smoothing. Only `Effects.site` depends on it.
    pool : Executor or None
        Threads that score one tile each; None scores in this thread.

    Returns
    -------
    Effects
        Without rows for alleles and strands without a scored position.
        An allele that changes nothing has a delta of 0.
    """
    source = featurizer.sources.sequence

    def letters(chrom: str, start: int, end: int) -> str:
        return decode(source.codes(chrom, start, end)).replace("U", "T")

    rows_of: dict[Allele, list[int]] = defaultdict(list)
    for number, allele in enumerate(alleles):
        rows_of[normalize_allele(allele, letters)].append(number)
    distinct = sorted(rows_of, key=lambda allele: (allele[0].chrom, allele[0].start))
    widths = np.zeros(len(scorers), np.int64) if smoothing is None else smoothing
    parts = [_no_effects()]
    for first in range(0, len(distinct), BATCH):
        batch = distinct[first : first + BATCH]
        effects = _score_batch(
            batch, loci, featurizer, scorers=scorers, thresholds=thresholds, smoothing=widths, pool=pool
        )
        parts.append(_repeat(effects, [rows_of[allele] for allele in batch]))
    table = Effects.join(parts)
    return table[np.lexsort((table.strand, table.model, table.allele))]


def _score_batch(
    alleles: Sequence[Allele],
    loci: LocusLookup,
    featurizer: Featurizer,
    *,
    scorers: Sequence[TileScorer],
    thresholds: np.ndarray,
    smoothing: np.ndarray,
    pool: Executor | None,
) -> Effects:
    """Compute the effects of sorted, canonical alleles."""
    pairs: list[Pair] = []

    def lines() -> Iterator[Line]:
        for pair in pair_haplotypes(alleles, loci, featurizer):
            pairs.append(pair)
            yield from (pair.reference, pair.alternate)

    scores = score_lines(lines(), featurizer, scorers, pool)
    groups: dict[Alignment, list[Pair]] = defaultdict(list)
    for pair in pairs:
        groups[pair.alignment].append(pair)
    return Effects.join([_no_effects(), *(_compare(group, scores, thresholds, smoothing) for group in groups.values())])


def _compare(
    pairs: Sequence[Pair], scores: Mapping[Line, np.ndarray], thresholds: np.ndarray, smoothing: np.ndarray
) -> Effects:
    """Compare the haplotypes of pairs with one alignment; pairs without a score are left out."""
    alignment = pairs[0].alignment
    reference = _gather([scores[p.reference][:, p.reference_first :] for p in pairs], alignment.reference_sees)
    alternate = _gather([scores[p.alternate][:, p.alternate_first :] for p in pairs], alignment.alternate_sees)
    is_scored = np.isfinite(reference).any((1, 2)) | np.isfinite(alternate).any((1, 2))
    pairs = [pair for pair, scored in zip(pairs, is_scored, strict=True) if scored]
    reference, alternate = reference[is_scored], alternate[is_scored]
    shape = reference.shape[:2]
    change = subtract_log_odds(reference[..., alignment.reference_pairs], alternate[..., alignment.alternate_pairs])
    delta = alternate[..., alignment.alternate_pairs] - reference[..., alignment.reference_pairs]
    best = np.where(np.isnan(change), -1, np.abs(change)).argmax(2)[..., None]
    log_odds = np.take_along_axis(change, best, 2)[..., 0]
    starts = np.array([pair.start for pair in pairs], np.int64)[:, None]
    position = np.where(np.isnan(log_odds), -1, starts + alignment.reference_pairs[best[..., 0]])
    return Effects(
        np.broadcast_to(np.array([pair.allele for pair in pairs], np.int64)[:, None], shape).ravel(),
        np.broadcast_to(np.arange(shape[1]), shape).ravel(),
        np.broadcast_to(np.array([STRANDS.index(p.reference.strand) for p in pairs], np.int8)[:, None], shape).ravel(),
        reference=np.fmax.reduce(reference, 2).ravel(),
        alternate=np.fmax.reduce(alternate, 2).ravel(),
        delta=np.take_along_axis(delta, best, 2).ravel(),
        position=position.ravel(),
        log_odds=log_odds.astype(np.float32).ravel(),
        site=_site_changes(alignment, _smooth(reference, smoothing), _smooth(alternate, smoothing), thresholds).ravel(),
    )


def _gather(rows: Sequence[np.ndarray], sees: np.ndarray) -> np.ndarray:
    """Stack the scores of positions that see a change: float32 (pairs, models, letters); NaN elsewhere."""
    return np.where(sees, np.stack([row[:, : sees.size] for row in rows]), np.float32(np.nan))


def _smooth(scores: np.ndarray, smoothing: np.ndarray) -> np.ndarray:
    """Smooth scores (pairs, models, letters) along the letters of each pair, over the width of each model."""
    if not smoothing.any() or not scores.size:
        return scores
    out = scores.copy()
    for model, width in enumerate(smoothing.tolist()):
        if width < 2:
            continue
        half = width // 2
        rows = np.pad(scores[:, model], ((0, 0), (0, half)), constant_values=np.nan)  # rows do not reach each other
        out[:, model] = smooth_scores(rows.ravel(), half).reshape(rows.shape)[:, : scores.shape[2]]
    return out


def _site_changes(
    alignment: Alignment, reference: np.ndarray, alternate: np.ndarray, thresholds: np.ndarray
) -> np.ndarray:
    """Classify scores (pairs, models, letters): int8 array (pairs, models) of `SiteChange`."""
    limit = np.asarray(thresholds, np.float32)[:, None]
    before, after = reference >= limit, alternate >= limit
    common = (before[..., alignment.reference_pairs] & after[..., alignment.alternate_pairs]).any(2)
    lost, gained = before.any(2), after.any(2)
    kinds = [common, lost & gained, lost, gained]
    return np.select(kinds, [SiteChange.KEPT, SiteChange.MOVED, SiteChange.LOST, SiteChange.GAINED], 0).astype(np.int8)


def _repeat(effects: Effects, numbers: Sequence[Sequence[int]]) -> Effects:
    """Copy the rows of each allele for all alleles that mean the same."""
    counts = np.array([len(copies) for copies in numbers])[effects.allele]
    rows = np.repeat(np.arange(len(effects)), counts)
    alleles = np.concatenate([np.zeros(0, np.int64), *(np.asarray(numbers[number]) for number in effects.allele)])
    return replace(effects[rows], allele=alleles)


def _no_effects() -> Effects:
    """Return a table without rows."""
    types = (np.int64, np.int64, np.int8, np.float32, np.float32, np.float32, np.int64, np.float32, np.int8)
    return Effects(*(np.zeros(0, dtype) for dtype in types))


@dataclass(frozen=True, slots=True)
class Change:
    """Scores of both haplotypes at one position.

    Attributes
    ----------
    index : int
        Index of the position in the scores.
    reference, alternate : float
        Scores, 0-1.
    log_odds : float
        Alternate minus reference, natural log odds.
    """

    index: int
    reference: float
    alternate: float
    log_odds: float


def subtract_log_odds(reference: np.ndarray, alternate: np.ndarray) -> np.ndarray:
    """Subtract the natural log odds of the reference from those of the alternate; NaN where either is not scored."""
    return logit(alternate) - logit(reference)


def find_strongest_change(reference: np.ndarray, alternate: np.ndarray) -> Change | None:
    """Find the position where the log odds of two haplotypes differ most.

    Parameters
    ----------
    reference, alternate : ndarray
        float32, shape (n,), scores 0-1 on the reference's coordinates; NaN = not scored.

    Returns
    -------
    Change or None
        None if no position has both scores.
    """
    change = subtract_log_odds(reference, alternate)
    scored = np.flatnonzero(np.isfinite(change))
    if not scored.size:
        return None
    index = int(scored[np.abs(change[scored]).argmax()])
    return Change(index, float(reference[index]), float(alternate[index]), float(change[index]))
