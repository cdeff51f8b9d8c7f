"""What a variant does to the score: the alternate haplotype is scored and laid beside the reference, base by base.

Only windows that hold the variant can change, and only they are scored anew. It opens nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ideep_scan.features.edited_sequence import respelled
from ideep_scan.features.featurizer import Featurizer
from ideep_scan.kernels.onehot import encode
from ideep_scan.kernels.scorable import scorable
from ideep_scan.models.calibration import logit
from ideep_scan.records.span import Span
from ideep_scan.records.variant import Variant
from ideep_scan.records.walk import Walk
from ideep_scan.variants.contributions import WindowScorer


@dataclass(frozen=True, slots=True, eq=False)
class Haplotype:
    """The alternate haplotype around a variant, as far as windows on it can differ from the reference's.

    Attributes
    ----------
    codes : np.ndarray
        Int8 array (n + 2 * half,), plus strand, in the order of the genome.
    places : np.ndarray
        Int64 array (n + 2 * half,), where each letter lies on the reference.
        Letters left and right of the variant lie where they did; of an alternate allele the first letters lie at those
        that they replace, and what is longer than the reference's at the last one of these.
    inserted : np.ndarray
        Bool array (n + 2 * half,), letters that have no place of their own.
    """

    codes: np.ndarray
    places: np.ndarray
    inserted: np.ndarray


def haplotype(variant: Variant, featurizer: Featurizer) -> Haplotype:
    """The alternate haplotype with all windows that hold a letter of the variant, and their halos."""
    source, flank = featurizer.sources.sequence, 2 * featurizer.spec.half
    left, right = variant.start - flank, variant.end + flank
    alt = encode(variant.alt.encode())
    before, after = source.codes(variant.chrom, left, variant.start), source.codes(variant.chrom, variant.end, right)
    last = max(variant.end - 1, variant.start)
    own = np.minimum(variant.start + np.arange(alt.size), last)
    beyond = np.arange(alt.size) >= len(variant.ref)
    none = np.zeros(flank, np.bool_)
    return Haplotype(
        np.concatenate([before, alt, after]),
        np.concatenate([np.arange(left, variant.start), own, np.arange(variant.end, right)]),
        np.concatenate([none, beyond, none]),
    )


def alternate_scores(
    haplotype: Haplotype, spans: Sequence[Span], featurizer: Featurizer, scorers: Sequence[WindowScorer]
) -> np.ndarray:
    """Scores of the alternate haplotype on one strand.

    Parameters
    ----------
    spans : sequence of Span
        One or more of one contig and strand; only letters that lie in them are scored, halos reach further.

    Returns
    -------
    np.ndarray
        Float32 array (scorers, letters of the haplotype), in the order of the genome;
        NaN = not scored.
    """
    spec, chrom, strand, size = featurizer.spec, spans[0].chrom, spans[0].strand, haplotype.codes.size
    mask = np.zeros(size, np.bool_)
    for span in spans:
        mask |= (span.start <= haplotype.places) & (haplotype.places < span.end)
    mask[: spec.half] = mask[size - spec.half :] = False
    mask[spec.half : size - spec.half] &= scorable(haplotype.codes, spec.window, spec.max_unknown)
    out = np.full((len(scorers), size), np.nan, np.float32)
    at = np.flatnonzero(mask)
    if at.size:
        walk = Walk(chrom, strand, _blocks(haplotype.places))
        if strand == "-":
            at = at[::-1]
        scored = at if strand == "+" else size - 1 - at
        tile = respelled(featurizer, walk, [haplotype.codes], scored)
        for row, scorer in zip(out, scorers, strict=True):
            row[at] = scorer.score(tile)
    return out


def aligned(haplotype: Haplotype, scores: np.ndarray, start: int, length: int) -> tuple[np.ndarray, np.ndarray]:
    """Scores of the haplotype's letters on the reference's coordinate line.

    Parameters
    ----------
    scores : np.ndarray
        Float32 array (letters,), NaN = not scored.
    start, length : int
        The stretch of the reference.

    Returns
    -------
    tuple[np.ndarray, np.ndarray]
        Float32 array (length,), NaN where a base is deleted, not scored, or not of the haplotype; and float32 array
        (k,), the scores of the inserted letters, in the order of the genome.
    """
    out = np.full(length, np.nan, np.float32)
    at = haplotype.places - start
    kept = ~haplotype.inserted & (at >= 0) & (at < length)
    out[at[kept]] = scores[kept]
    return out, scores[haplotype.inserted]


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


def log_odds_change(reference: np.ndarray, alternate: np.ndarray) -> np.ndarray:
    """Subtract the natural log odds of the reference from those of the alternate; NaN where either is not scored."""
    return logit(alternate) - logit(reference)


def strongest_change(reference: np.ndarray, alternate: np.ndarray) -> Change | None:
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
    change = log_odds_change(reference, alternate)
    scored = np.flatnonzero(np.isfinite(change))
    if not scored.size:
        return None
    index = int(scored[np.abs(change[scored]).argmax()])
    return Change(index, float(reference[index]), float(alternate[index]), float(change[index]))


def _blocks(places: np.ndarray) -> tuple[tuple[int, int], ...]:
    """Rising places as blocks of neighbours; a place that repeats is a block of its own each time."""
    cuts = np.flatnonzero(np.diff(places) != 1) + 1
    return tuple((int(run[0]), int(run[-1]) + 1) for run in np.split(places, cuts))
