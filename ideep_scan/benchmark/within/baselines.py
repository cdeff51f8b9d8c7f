"""Predictors that no network makes: region type, motif, peaks of other proteins, peaks of other experiments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from ideep_scan.benchmark.within.ground import Ground
from ideep_scan.features.sources import SequenceSource
from ideep_scan.features.transcript_regions import RegionMap
from ideep_scan.formats.peak_lists import PeakList
from ideep_scan.kernels.onehot import complement
from ideep_scan.kernels.points import measure_distance
from ideep_scan.motifs.log_odds import compute_log_odds
from ideep_scan.records.pwm import Pwm
from ideep_scan.records.span import Span

TYPES = 256  # masks of region types
REACH = 15  # nt on both sides of a position in which the best match of a motif counts
CROWD = 50  # nt on both sides of a position in which peaks of other proteins count
_STEP = 20  # nt between the positions that stand for a gene when region types are counted


def find_region_types(ground: Ground, regions: RegionMap) -> np.ndarray:
    """Look up the region types of all rows: uint8 array (n,), masks as in `features/transcript_regions.py`."""
    types = np.zeros(len(ground), np.uint8)
    for rows, span in ground.iterate_genes():
        types[rows] = regions.find_types(span.chrom, span.strand, ground.positions[rows])
    return types


def learn_region_odds(peaks: PeakList, genes: Iterable[Span], regions: RegionMap) -> np.ndarray:
    """Learn how often peaks lie in each region type, against the types of the genes that hold peaks.

    Parameters
    ----------
    peaks : PeakList
        The list.
    genes : iterable of Span
        Genes to learn from; those without a peak are left out.
    regions : RegionMap
        Region types.

    Returns
    -------
    np.ndarray
        Float64 array (`TYPES`,), log odds; 0 for a type that neither has.
    """
    inside, everywhere = np.zeros(TYPES), np.zeros(TYPES)
    for span in genes:
        points = peaks.list_points(span.chrom, span.strand)
        points = points[np.searchsorted(points, span.start) : np.searchsorted(points, span.end)]
        if points.size:
            sample = np.arange(span.start, span.end, _STEP)
            inside += np.bincount(regions.find_types(span.chrom, span.strand, points), minlength=TYPES)
            everywhere += np.bincount(regions.find_types(span.chrom, span.strand, sample), minlength=TYPES)
    share = (inside + 0.5) / (inside.sum() + 0.5)
    expected = (everywhere + 0.5) / (everywhere.sum() + 0.5)
    return np.where(inside + everywhere > 0, np.log(share / expected), 0.0)


def count_crowd(keys: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Count the peaks around each row.

    Parameters
    ----------
    keys : np.ndarray
        Int64 array (n,), keys of the rows.
    points : np.ndarray
        Int64 array (m,), keys of the peaks, ascending.

    Returns
    -------
    np.ndarray
        Int64 array (n,).
    """
    return np.searchsorted(points, keys + CROWD, side="right") - np.searchsorted(points, keys - CROWD)


def measure_closeness(keys: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Measure how near each row is to a peak.

    Parameters
    ----------
    keys : np.ndarray
        Int64 array (n,), keys of the rows.
    points : np.ndarray
        Int64 array (m,), keys of the peaks, ascending.

    Returns
    -------
    np.ndarray
        Float64 array (n,), 0 from 50 nt on, else up to 50.
    """
    return CROWD - np.minimum(measure_distance(keys, points), CROWD).astype(np.float64)


def score_motifs(ground: Ground, source: SequenceSource, pwms: Sequence[Pwm]) -> np.ndarray:
    """Score the best match of some motifs near each row.

    Parameters
    ----------
    ground : Ground
        The rows.
    source : SequenceSource
        The genome.
    pwms : sequence of Pwm
        Motifs of a protein, at least one.

    Returns
    -------
    np.ndarray
        Float32 array (n,), log2 odds of the best match whose middle is at most `REACH` nt away.
    """
    matrices = [compute_log_odds(pwm).astype(np.float32) / 1000 for pwm in pwms]
    margin = REACH + max(map(len, matrices))
    scores = np.zeros(len(ground), np.float32)
    for gene, span in ground.iterate_genes():
        for rows in ground.cut_rows(gene):
            positions = ground.positions[rows]
            start, end = int(positions.min()) - margin, int(positions.max()) + margin + 1
            codes = source.codes(span.chrom, start, end)
            offsets = positions - start
            if span.strand == "-":
                codes, offsets = complement(codes[::-1]), codes.size - 1 - offsets
            best = np.max([_match(codes, matrix) for matrix in matrices], axis=0)
            scores[rows] = _find_highest(best)[offsets]
    return scores


def _match(codes: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Score a motif with its middle at each base; unknown bases and ends score the lowest."""
    odds = np.column_stack([matrix, matrix.min(axis=1)])
    width, length = len(matrix), codes.size
    sums = np.zeros(length - width + 1, np.float32)
    for base in range(width):
        sums += odds[base][codes[base : length - width + 1 + base]]
    scores = np.full(length, odds.min(axis=1).sum(), np.float32)
    scores[width // 2 : width // 2 + sums.size] = sums
    return scores


def _find_highest(values: np.ndarray) -> np.ndarray:
    """Find the highest value within `REACH` on both sides of each position."""
    padded = np.pad(values, REACH, constant_values=-np.inf)
    highest, covered = padded, 1
    width = 2 * REACH + 1
    while covered < width:
        step = min(covered, width - covered)
        highest = np.maximum(highest[:-step], highest[step:])
        covered += step
    return highest
