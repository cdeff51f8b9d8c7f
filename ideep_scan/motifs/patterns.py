"""Patterns of TF-MoDISco: recurring stretches of letters with similar contributions.

Shrikumar et al. 2018 (arXiv 1811.00416) describe the method; modisco-lite computes it.
A seqlet is a stretch of a window with strong contributions; a pattern is a group of aligned seqlets.
All seqlets are on the RNA's own strand (`motifs/same_strand.py`).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ideep_scan.motifs.same_strand import SeqletGroup, group_seqlets

MINIMUM_WINDOWS = 100  # bound windows below which no pattern is looked for
MINIMUM_SEQLETS = 20  # of a pattern
CORE = 7  # positions of a seqlet's core; most RNA-binding domains read 4-8 bases
FLANK = 4  # positions on each side of the core
SHOWN = 0.25  # a pattern ends at positions whose letters contribute this share of the strongest position
CLEAR = 0.5  # and whose most frequent letter has this share
_SETTINGS: dict[str, Any] = {
    "sliding_window_size": CORE,
    "flank_size": FLANK,
    "min_metacluster_size": MINIMUM_SEQLETS,
    "final_min_cluster_size": MINIMUM_SEQLETS,
    "max_seqlets_per_metacluster": 2000,
    "trim_to_window_size": CORE + 3,
    "initial_flank_to_add": 2,
    "n_leiden_runs": 2,
    "nearest_neighbors_to_compute": 200,
}
_LETTERS = np.vstack([np.eye(4, dtype=np.float32), np.zeros((1, 4), np.float32)])  # rows of A C G U and unknown


class Pattern(NamedTuple):
    """A recurring stretch of letters with similar contributions, trimmed to its core.

    Attributes
    ----------
    counts : np.ndarray
        Float64 array (width, 4): letters of the aligned seqlets; unknown bases count nothing.
    contributions : np.ndarray
        Float32 array (width, 4): mean contribution of A C G U over all seqlets, log odds.
    windows : np.ndarray
        Int64 array (seqlets,), rows of the windows, strongest seqlet first.
    starts : np.ndarray
        Int64 array (seqlets,), index of the first base in the window.
    raises : bool
        True if the letters raise the score, False if they lower it.
    """

    counts: np.ndarray
    contributions: np.ndarray
    windows: np.ndarray
    starts: np.ndarray
    raises: bool

    def __len__(self) -> int:
        return len(self.counts)


class PatternSearch(NamedTuple):
    """Result of a search for patterns.

    Attributes
    ----------
    patterns : tuple of Pattern
        Those that raise the score, then those that lower it; the most seqlets first.
    reason : str or None
        One sentence that says why there is no pattern; None if there are patterns.
    """

    patterns: tuple[Pattern, ...]
    reason: str | None = None


def find_patterns(codes: np.ndarray, hypothetical: np.ndarray) -> PatternSearch:
    """Find patterns in the contributions of bound windows.

    The result depends neither on the number of threads nor on an earlier search.

    Parameters
    ----------
    codes : np.ndarray
        Int8 array (n, width), bases 5'→3', 0-4.
    hypothetical : np.ndarray
        Float32 array (n, 4, width), hypothetical contributions, log odds.
        Mutagenesis gives clearer patterns than gradients.

    Returns
    -------
    PatternSearch
        The patterns, or the reason why there is none.

    Raises
    ------
    InputError
        modisco-lite is not installed.
    """
    if len(codes) < MINIMUM_WINDOWS:
        return PatternSearch((), f"patterns need {MINIMUM_WINDOWS} bound windows, there are {len(codes)}")
    onehot = _LETTERS[codes]
    scores = np.ascontiguousarray(hypothetical.transpose(0, 2, 1), np.float32)
    contributions = onehot * scores
    if not contributions.any():
        return PatternSearch((), "no letter contributes to the score")
    groups = group_seqlets(onehot, scores, _SETTINGS)
    if groups is None:
        return PatternSearch((), "contributions are too uniform to find seqlets")
    patterns = tuple(
        _trim(group, onehot, contributions, raises=raises)
        for raises, signed in zip((True, False), groups, strict=True)
        for group in signed
    )
    return PatternSearch(patterns, None if patterns else f"no pattern has {MINIMUM_SEQLETS} seqlets")


def _trim(group: SeqletGroup, onehot: np.ndarray, contributions: np.ndarray, *, raises: bool) -> Pattern:
    """Trim a group to the positions between the first and the last that contribute by a clear letter."""
    places = (group.windows[:, None], group.starts[:, None] + np.arange(group.width))
    means, counts = contributions[places].mean(0), onehot[places].sum(0, dtype=np.float64)
    strength = np.abs(means.sum(1))
    is_clear = counts.max(1) >= CLEAR * len(group.windows)
    is_clear[strength.argmax()] = True
    core = np.flatnonzero(is_clear & (strength >= SHOWN * strength.max()))
    shown = slice(core[0], core[-1] + 1)
    return Pattern(counts[shown], means[shown], group.windows, group.starts + core[0], raises)
