"""Effect of a variant on the score: the alternate haplotype is scored and aligned to the reference, base by base.

Only windows that contain the variant can change, and only these are scored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ideep_scan.features.edited_sequence import featurize_edited_sequence
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
    """The alternate haplotype around a variant, wide enough for all windows that can differ from the reference.

    Attributes
    ----------
    codes : np.ndarray
        Int8 array (n + 2 * half,), plus strand, in genome order.
    places : np.ndarray
        Int64 array (n + 2 * half,), reference position of each letter.
        Letters beside the variant keep their position.
        The first letters of the alternate allele have the positions of the letters that they replace.
        Additional letters have the last of these positions.
    inserted : np.ndarray
        Bool array (n + 2 * half,), True for additional letters.
    """

    codes: np.ndarray
    places: np.ndarray
    inserted: np.ndarray


def haplotype(variant: Variant, featurizer: Featurizer) -> Haplotype:
    """Build the alternate haplotype, with all windows that contain a letter of the variant, and their halos.

    Parameters
    ----------
    variant : Variant
        The variant.
    featurizer : Featurizer
        Source of the reference sequence, and width of a window.

    Returns
    -------
    Haplotype
        The letters around the variant.
    """
    source, flank = featurizer.sources.sequence, 2 * featurizer.spec.half
    left, right = variant.start - flank, variant.end + flank
    alt = encode(variant.alt.encode())
    before, after = source.codes(variant.chrom, left, variant.start), source.codes(variant.chrom, variant.end, right)
    last = max(variant.end - 1, variant.start)
    alt_places = np.minimum(variant.start + np.arange(alt.size), last)
    inserted = np.arange(alt.size) >= len(variant.ref)
    flank_inserted = np.zeros(flank, np.bool_)
    return Haplotype(
        np.concatenate([before, alt, after]),
        np.concatenate([np.arange(left, variant.start), alt_places, np.arange(variant.end, right)]),
        np.concatenate([flank_inserted, inserted, flank_inserted]),
    )


def alternate_scores(
    haplotype: Haplotype, spans: Sequence[Span], featurizer: Featurizer, scorers: Sequence[WindowScorer]
) -> np.ndarray:
    """Score the alternate haplotype on one strand.

    Parameters
    ----------
    haplotype : Haplotype
        The letters around a variant.
    spans : sequence of Span
        One or more spans of one contig and strand.
        Only letters in them are scored; halos may reach beyond.
    featurizer : Featurizer
        Computes the features.
    scorers : sequence of WindowScorer
        The models.

    Returns
    -------
    np.ndarray
        Float32 array (scorers, letters), in genome order; NaN means "not scored".
    """
    spec, chrom, strand, size = featurizer.spec, spans[0].chrom, spans[0].strand, haplotype.codes.size
    mask = np.zeros(size, np.bool_)
    for span in spans:
        mask |= (span.start <= haplotype.places) & (haplotype.places < span.end)
    mask[: spec.half] = mask[size - spec.half :] = False
    mask[spec.half : size - spec.half] &= scorable(haplotype.codes, spec.window, spec.max_unknown)
    out = np.full((len(scorers), size), np.nan, np.float32)
    letters = np.flatnonzero(mask)
    if letters.size:
        walk = Walk(chrom, strand, _blocks(haplotype.places))
        if strand == "-":
            letters = letters[::-1]
        scored = letters if strand == "+" else size - 1 - letters
        tile = featurize_edited_sequence(featurizer, walk, [haplotype.codes], scored)
        for row, scorer in zip(out, scorers, strict=True):
            row[letters] = scorer.score(tile)
    return out


def aligned(haplotype: Haplotype, scores: np.ndarray, start: int, length: int) -> tuple[np.ndarray, np.ndarray]:
    """Align the scores of a haplotype's letters to the reference.

    Parameters
    ----------
    haplotype : Haplotype
        The letters around a variant.
    scores : np.ndarray
        Float32 array (letters,); NaN means "not scored".
    start : int
        First reference position, 0-based.
    length : int
        Number of reference positions.

    Returns
    -------
    tuple[np.ndarray, np.ndarray]
        Float32 array (length,), NaN where a base is deleted, not scored, or outside the haplotype.
        Float32 array (k,), the scores of the inserted letters, in genome order.
    """
    out = np.full(length, np.nan, np.float32)
    offsets = haplotype.places - start
    mask = ~haplotype.inserted & (offsets >= 0) & (offsets < length)
    out[offsets[mask]] = scores[mask]
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
    """Group ascending positions into blocks of neighbours; a repeated position is a block each time."""
    cuts = np.flatnonzero(np.diff(places) != 1) + 1
    return tuple((int(run[0]), int(run[-1]) + 1) for run in np.split(places, cuts))
