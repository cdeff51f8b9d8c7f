"""Contribution of each letter of a haplotype to a window that contains it, by mutagenesis.

`models/contributions.py` defines it.
Features that are computed from the letters, such as structure, change with each base.
"""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import replace

import numpy as np

from ideep_scan.features.featurizer import Featurizer
from ideep_scan.kernels.onehot import UNKNOWN
from ideep_scan.models.scale import logit
from ideep_scan.models.tile_scores import TileScorer
from ideep_scan.records.span import Strand
from ideep_scan.variants.haplotype import Haplotype, Line, score_lines

_BASES = 4


def compute_contributions(
    chrom: str,
    strand: Strand,
    haplotype: Haplotype,
    *,
    centres: np.ndarray,
    featurizer: Featurizer,
    scorer: TileScorer,
    pool: Executor | None = None,
) -> np.ndarray:
    """Compute the contribution of each letter of a haplotype.

    Parameters
    ----------
    chrom : str
        Contig of the letters.
    strand : Strand
        Strand to score.
    haplotype : Haplotype
        The n letters, which contain all windows.
    centres : np.ndarray
        Int64 array (n,), index of the centre of each letter's window; -1 for no window.
        The window must contain the letter.
    featurizer : Featurizer
        Computes the features of the windows.
    scorer : TileScorer
        The model.
    pool : Executor or None
        Threads that score; None scores in this thread.

    Returns
    -------
    np.ndarray
        Float32 array (n,), fall of the log odds (natural logarithm), in genome order.
        A positive value means that the letter favours a site.
        NaN where there is no window or the base is unknown.
    """
    half = featurizer.spec.half
    out = np.full(len(haplotype), np.nan, np.float32)
    letters = np.flatnonzero((centres >= 0) & (haplotype.codes != UNKNOWN))
    if not letters.size:
        return out
    originals = {
        int(centre): _window(chrom, strand, haplotype, centre=centre, half=half) for centre in centres[letters]
    }
    mutants = [
        _mutate(originals[int(centres[letter])], letter - int(centres[letter]) + half, code)
        for letter in letters.tolist()
        for code in range(_BASES)
        if code != haplotype.codes[letter]
    ]
    lines = [*originals.values(), *mutants]
    scores = score_lines(lines, featurizer, [scorer], pool)
    odds = logit(np.array([scores[line][0, half] for line in lines]))
    original_odds = dict(zip(originals, odds[: len(originals)].tolist(), strict=True))
    mutant_odds = odds[len(originals) :].reshape(-1, _BASES - 1).mean(1)
    out[letters] = np.array([original_odds[int(centre)] for centre in centres[letters]]) - mutant_odds
    return out


def _window(chrom: str, strand: Strand, haplotype: Haplotype, *, centre: int, half: int) -> Line:
    """Cut out one window, to be scored at its centre."""
    letters = slice(centre - half, centre + half + 1)
    piece = Haplotype(haplotype.codes[letters], haplotype.places[letters], haplotype.inserted[letters])
    return Line(chrom, strand, piece, np.arange(-half, half + 1) == 0)


def _mutate(window: Line, letter: int, code: int) -> Line:
    """Change one letter of a window."""
    codes = window.haplotype.codes.copy()
    codes[letter] = code
    return replace(window, haplotype=replace(window.haplotype, codes=codes))
