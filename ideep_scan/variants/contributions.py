"""How much each letter contributes to the score around it: in-silico mutagenesis, one base after the other.

A letter's contribution is the log odds of the strongest window that holds it, less the mean of the log odds of that
window with each of the other three bases in its place (in-silico mutagenesis: Zhou and Troyanskaya 2015, Nature Methods
12:931; letters drawn to such a value along the genome: Nair et al. 2022, Nature Genetics 54:1581). It depends on the
place alone, not on what is in view. It opens nothing.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from ideep_scan.features.edited_sequence import respelled
from ideep_scan.features.featurizer import Featurizer, Tile
from ideep_scan.kernels.onehot import UNKNOWN
from ideep_scan.models.calibration import logit
from ideep_scan.records.places import window_walk
from ideep_scan.records.span import Strand

WINDOWS = 512  # scored together


class WindowScorer(Protocol):
    """A model, as `models/scorer.py` makes one."""

    def score(self, tile: Tile) -> np.ndarray:
        """Score of each of `tile.scored`, in their order: float32 array (n,)."""
        ...


def strongest(scores: np.ndarray, half: int) -> np.ndarray:
    """Of the windows that hold a position, the one that scores most.

    Parameters
    ----------
    scores : np.ndarray
        Float32 array (n + 2 * half,), by window centre, of the n positions with `half` more on both sides;
        NaN = not scored.

    Returns
    -------
    np.ndarray
        Int64 array (n,), index into `scores` of that centre (the first of equals); -1 where no window is scored.
    """
    around = np.lib.stride_tricks.sliding_window_view(np.where(np.isnan(scores), -np.inf, scores), 2 * half + 1)
    best = around.argmax(1) + np.arange(len(around))
    return np.where(np.isneginf(around.max(1)), -1, best)


def contributions(
    chrom: str, strand: Strand, start: int, centres: np.ndarray, featurizer: Featurizer, scorer: WindowScorer
) -> np.ndarray:
    """Contributions of a stretch of letters to the windows that they are read in.

    Parameters
    ----------
    start : int
        Genome position of the first letter; the others follow it.
    centres : np.ndarray
        Int64 array (n,), genome position of the centre of each letter's window, which holds it; -1 = none.

    Returns
    -------
    np.ndarray
        Float32 array (n,), fall of the log odds (natural logarithm; positive = the letter speaks for a site), in the
        order of the genome;
        NaN where there is no window, or no known base.
    """
    source, half = featurizer.sources.sequence, featurizer.spec.half
    out = np.full(len(centres), np.nan, np.float32)
    own = source.codes(chrom, start, start + len(centres))
    letters = np.flatnonzero((centres >= 0) & (own != UNKNOWN))
    if not letters.size:
        return out
    at = {int(centre): source.codes(chrom, int(centre) - half, int(centre) + half + 1) for centre in centres[letters]}
    places, windows = list(at), list(at.values())
    for letter in letters.tolist():
        centre = int(centres[letter])
        for code in range(4):
            if code != own[letter]:
                changed = at[centre].copy()
                changed[start + letter - centre + half] = code
                places.append(centre)
                windows.append(changed)
    odds = logit(_score(chrom, strand, places, windows, featurizer, scorer))
    whole = dict(zip(places[: len(at)], odds[: len(at)].tolist(), strict=True))
    mutants = odds[len(at) :].reshape(-1, 3).mean(1)
    out[letters] = np.array([whole[int(centre)] for centre in centres[letters]]) - mutants
    return out


def _score(
    chrom: str,
    strand: Strand,
    places: list[int],
    windows: list[np.ndarray],
    featurizer: Featurizer,
    scorer: WindowScorer,
) -> np.ndarray:
    """Score of windows of given letters at given places, any order: float32 array (n,)."""
    parts = []
    for first in range(0, len(places), WINDOWS):
        centres = np.array(places[first : first + WINDOWS], np.int64)
        walk, at = window_walk(chrom, strand, centres, featurizer.spec.window)
        scores = scorer.score(respelled(featurizer, walk, windows[first : first + WINDOWS], np.sort(at)))
        parts.append(scores if strand == "+" else scores[::-1])
    return np.concatenate(parts)
