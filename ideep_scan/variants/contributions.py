"""Contribution of each letter to the score around it: in-silico mutagenesis, one base at a time.

A letter's contribution is a difference of log odds, for the window with the highest score among those that contain it.
From the log odds of that window we subtract their mean for the three other bases at the letter.
References: Zhou and Troyanskaya 2015, Nature Methods 12:931, for in-silico mutagenesis;
Nair et al. 2022, Nature Genetics 54:1581, for letters drawn at the height of their contribution.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from ideep_scan.features.edited_sequence import featurize_edited_sequence
from ideep_scan.features.featurizer import Featurizer, Tile
from ideep_scan.kernels.onehot import UNKNOWN
from ideep_scan.models.calibration import logit
from ideep_scan.records.places import build_window_walk
from ideep_scan.records.span import Strand

WINDOWS = 512  # windows per network call


class WindowScorer(Protocol):
    """A model, such as `models.scorer.Scorer`."""

    def score(self, tile: Tile) -> np.ndarray:
        """Score of each of `tile.scored`, in their order: float32 array (n,)."""
        ...


def find_strongest_windows(scores: np.ndarray, half: int) -> np.ndarray:
    """Find the window with the highest score among those that contain a position.

    Parameters
    ----------
    scores : np.ndarray
        Float32 array (n + 2 * half,), scores by window centre.
        The n positions have `half` more on both sides; NaN means "not scored".
    half : int
        Half of a window's width, nt.

    Returns
    -------
    np.ndarray
        Int64 array (n,), index of that centre in `scores`, the first if several tie.
        It is -1 where no window is scored.
    """
    around = np.lib.stride_tricks.sliding_window_view(np.where(np.isnan(scores), -np.inf, scores), 2 * half + 1)
    best = around.argmax(1) + np.arange(len(around))
    return np.where(np.isneginf(around.max(1)), -1, best)


def compute_contributions(
    chrom: str, strand: Strand, start: int, *, centres: np.ndarray, featurizer: Featurizer, scorer: WindowScorer
) -> np.ndarray:
    """Compute the contribution of each letter of an interval.

    Parameters
    ----------
    chrom : str
        Contig of the letters.
    strand : Strand
        Strand to score.
    start : int
        Genome position of the first of n letters, 0-based.
    centres : np.ndarray
        Int64 array (n,), genome position of the centre of each letter's window; -1 for no window.
        The window must contain the letter.
    featurizer : Featurizer
        Computes the features of the windows.
    scorer : WindowScorer
        The model.

    Returns
    -------
    np.ndarray
        Float32 array (n,), fall of the log odds (natural logarithm), in genome order.
        A positive value means that the letter favours a site.
        NaN where there is no window or the base is unknown.
    """
    source, half = featurizer.sources.sequence, featurizer.spec.half
    out = np.full(len(centres), np.nan, np.float32)
    reference = source.codes(chrom, start, start + len(centres))
    letters = np.flatnonzero((centres >= 0) & (reference != UNKNOWN))
    if not letters.size:
        return out
    originals = {
        int(centre): source.codes(chrom, int(centre) - half, int(centre) + half + 1) for centre in centres[letters]
    }
    places, windows = list(originals), list(originals.values())
    for letter in letters.tolist():
        centre = int(centres[letter])
        for code in range(4):
            if code != reference[letter]:
                changed = originals[centre].copy()
                changed[start + letter - centre + half] = code
                places.append(centre)
                windows.append(changed)
    odds = logit(_score(chrom, strand, places, windows=windows, featurizer=featurizer, scorer=scorer))
    original_odds = dict(zip(places[: len(originals)], odds[: len(originals)].tolist(), strict=True))
    mutant_odds = odds[len(originals) :].reshape(-1, 3).mean(1)
    out[letters] = np.array([original_odds[int(centre)] for centre in centres[letters]]) - mutant_odds
    return out


def _score(
    chrom: str,
    strand: Strand,
    places: list[int],
    *,
    windows: list[np.ndarray],
    featurizer: Featurizer,
    scorer: WindowScorer,
) -> np.ndarray:
    """Score windows of given letters at given positions, in any order: float32 array (n,)."""
    parts = []
    for first in range(0, len(places), WINDOWS):
        centres = np.array(places[first : first + WINDOWS], np.int64)
        walk, scored = build_window_walk(chrom, strand, centres, featurizer.spec.window)
        scores = scorer.score(
            featurize_edited_sequence(featurizer, walk, windows[first : first + WINDOWS], np.sort(scored))
        )
        parts.append(scores if strand == "+" else scores[::-1])
    return np.concatenate(parts)
