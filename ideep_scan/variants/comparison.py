"""Comparison of both haplotypes of an allele, letter by letter: scores, and contributions to one window.

Contributions are those of the window where the log odds change most, so they explain the change.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from ideep_scan.features.featurizer import Featurizer
from ideep_scan.models.tile_scores import TileScorer
from ideep_scan.records.span import Strand
from ideep_scan.records.variant import Variant
from ideep_scan.variants.contributions import compute_contributions
from ideep_scan.variants.haplotype import (
    Haplotype,
    Line,
    alternate_haplotype,
    reference_haplotype,
    score_lines,
)
from ideep_scan.variants.normalization import Allele
from ideep_scan.variants.pairs import LocusLookup, cover_positions, mark_known

GAP = -1  #: code of a column without a letter


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """One haplotype along the columns of a comparison.

    Attributes
    ----------
    codes : np.ndarray
        Int8 array (n,), letters of the plus strand, 0-4; `GAP` where the haplotype has no letter.
    scores : np.ndarray
        Float32 array (n,), score of the window around each letter; NaN if it is not scored.
    contributions : np.ndarray
        Float32 array (n,), contribution of each letter to the log odds of the window at the position.
        NaN outside of that window.
    """

    codes: np.ndarray
    scores: np.ndarray
    contributions: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Aligned haplotypes, in genome order.

    Attributes
    ----------
    places : np.ndarray
        Int64 array (n,), reference position of each column; inserted letters have that of a neighbour.
    is_changed : np.ndarray
        Bool array (n,), True for the columns of REF and ALT letters.
    reference, alternate : Lane
        The haplotypes.
    """

    places: np.ndarray
    is_changed: np.ndarray
    reference: Lane
    alternate: Lane


def compare_haplotypes(
    allele: Allele,
    strand: Strand,
    position: int,
    *,
    loci: LocusLookup,
    featurizer: Featurizer,
    scorer: TileScorer,
    pool: Executor | None = None,
) -> Comparison:
    """Compare the haplotypes of an allele in all windows with a change, and in the window at a position.

    Parameters
    ----------
    allele : Allele
        The changes, in canonical form.
    strand : Strand
        Strand to score.
    position : int
        Genome position of a window that sees a change and that both haplotypes have.
    loci : LocusLookup
        Spans in which positions are scored.
    featurizer : Featurizer
        Computes the features.
    scorer : TileScorer
        The model.
    pool : Executor or None
        Threads that score; None scores in this thread.

    Returns
    -------
    Comparison
        Columns from the first to the last letter of these windows.
    """
    half, chrom = featurizer.spec.half, allele[0].chrom
    first = min(allele[0].start, position) - half
    last = max(allele[-1].end, position + 1) + half
    # A window further on each side, because the windows of the outermost letters reach out.
    start, end = first - 2 * half, last + 2 * half
    reference = reference_haplotype(featurizer.sources.sequence.codes(chrom, start, end), start)
    alternate = alternate_haplotype(allele, reference.codes, start)
    covered = cover_positions(loci, chrom, start, end).get(strand, np.zeros(end - start, np.bool_))
    lanes = []
    for haplotype in (reference, alternate):
        is_inside = (haplotype.places >= first) & (haplotype.places < last)
        mask = mark_known(haplotype, featurizer) & is_inside & covered[haplotype.places - start]
        line = Line(chrom, strand, haplotype, mask)
        scores = score_lines([line], featurizer, [scorer], pool)[line][0]
        centres = np.full(len(haplotype), -1)
        centre = int(np.flatnonzero((haplotype.places == position) & ~haplotype.inserted)[0])
        centres[centre - half : centre + half + 1] = centre
        contributions = compute_contributions(
            chrom, strand, haplotype, centres=centres, featurizer=featurizer, scorer=scorer, pool=pool
        )
        lanes.append((haplotype, scores, contributions))
    columns = align_letters(allele, start, end)
    places, is_changed = _places(reference, alternate, columns), _changes(allele, start, end)
    visible = (places >= first) & (places < last)
    reference_lane, alternate_lane = (
        _lane(haplotype, scores, contributions, letters=letters[visible])
        for (haplotype, scores, contributions), letters in zip(lanes, columns, strict=True)
    )
    return Comparison(places[visible], is_changed[visible], reference_lane, alternate_lane)


def align_letters(allele: Sequence[Variant], start: int, end: int) -> tuple[np.ndarray, np.ndarray]:
    """Align the letters of both haplotypes of an interval in columns.

    Parameters
    ----------
    allele : sequence of Variant
        The changes, inside the interval.
    start, end : int
        Interval of the reference, 0-based half-open.

    Returns
    -------
    tuple[np.ndarray, np.ndarray]
        Int64 arrays (columns,), index of the letter on the reference and on the alternate haplotype; `GAP` for none.

    Examples
    --------
    >>> align_letters([Variant("chr1", 6, "A", "GG")], 5, 8)
    (array([ 0,  1, -1,  2]), array([0, 1, 2, 3]))
    """
    reference, alternate = [], []
    position, count = start, 0
    for change in allele:
        shared = change.start - position
        width = max(len(change.ref), len(change.alt))
        numbers = np.arange(width)
        reference += [np.arange(shared) + position - start]
        reference += [np.where(numbers < len(change.ref), numbers + change.start - start, GAP)]
        alternate += [np.arange(shared) + count]
        alternate += [np.where(numbers < len(change.alt), numbers + count + shared, GAP)]
        position, count = change.end, count + shared + len(change.alt)
    reference.append(np.arange(position - start, end - start))
    alternate.append(np.arange(end - position) + count)
    return np.concatenate(reference), np.concatenate(alternate)


def _places(reference: Haplotype, alternate: Haplotype, columns: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Return the reference position of each column."""
    letters, others = columns
    return np.where(letters == GAP, alternate.places[others], reference.places[letters])


def _changes(allele: Allele, start: int, end: int) -> np.ndarray:
    """Mark the columns of the changes."""
    parts = []
    position = start
    for change in allele:
        is_change = change.ref != change.alt
        parts += [np.zeros(change.start - position, np.bool_)]
        parts += [np.full(max(len(change.ref), len(change.alt)), is_change)]
        position = change.end
    return np.concatenate([*parts, np.zeros(end - position, np.bool_)])


def _lane(haplotype: Haplotype, scores: np.ndarray, contributions: np.ndarray, *, letters: np.ndarray) -> Lane:
    """Select the letters of columns."""
    is_gap = letters == GAP
    return Lane(
        np.where(is_gap, GAP, haplotype.codes[letters]).astype(np.int8),
        np.where(is_gap, np.float32(np.nan), scores[letters]),
        np.where(is_gap, np.float32(np.nan), contributions[letters]),
    )
