"""Contribution of each letter of a chunk to the log odds of the strongest window that holds it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from threading import Lock

import numpy as np

from ideep_scan.features.featurizer import Featurizer
from ideep_scan.features.window_features import Features, compute_features
from ideep_scan.kernels.windows import find_strongest_windows
from ideep_scan.models.contributions import read_codes, select_letters
from ideep_scan.models.gradients import compute_gradients
from ideep_scan.models.ordered_map import map_in_order
from ideep_scan.models.scorer import Scorer
from ideep_scan.records.places import Places
from ideep_scan.records.scores import ScoreTrack

WINDOWS = 256  # windows of a task
QUEUE_LIMIT = 2  # tasks of a model in the queue


class ContributionReader:
    """Compute tracks of contributions by gradients.

    Threads may share it: one of them at a time computes features.

    Parameters
    ----------
    featurizer : Featurizer
        Computes the features of windows.
    pool : Executor or None
        Threads that compute gradients; None computes them in the caller's thread.
    """

    def __init__(self, featurizer: Featurizer, pool: Executor | None = None):
        self._featurizer = featurizer
        self._pool = pool
        self._lock = Lock()

    def read(self, track: ScoreTrack, before: np.ndarray, after: np.ndarray, *, scorer: Scorer) -> ScoreTrack:
        """Compute the contributions of the letters of a chunk.

        Parameters
        ----------
        track : ScoreTrack
            Scores of the chunk.
        before, after : np.ndarray
            Float32 arrays (half a window,), scores beside the chunk; NaN means "not scored".
        scorer : Scorer
            The model of the scores.

        Returns
        -------
        ScoreTrack
            Log odds, in genome order.
            NaN where no window is scored that holds the letter, and at unknown bases.
        """
        half = self._featurizer.spec.half
        # 5'→3', so that of equal scores the first one along the RNA counts on both strands.
        direction = 1 if track.strand == "+" else -1
        scores = np.concatenate([before, track.values, after])[::direction]
        best = find_strongest_windows(scores, half)
        values = np.full(best.size, np.nan, np.float32)
        letters = np.flatnonzero(best >= 0)
        windows, numbers = np.unique(best[letters], return_inverse=True)
        first = track.start - half
        centres = (first + windows) if direction == 1 else (first + scores.size - 1 - windows)
        if windows.size:
            contributions = np.concatenate(list(self._read_windows(track, centres, scorer)))
            values[letters] = contributions[numbers, letters + 2 * half - best[letters]]
        return ScoreTrack(track.chrom, track.strand, track.start, values[::direction].copy())

    def _read_windows(self, track: ScoreTrack, centres: np.ndarray, scorer: Scorer) -> Iterator[np.ndarray]:
        """Yield the contributions of the letters of windows, 5'→3': float32 arrays (windows, width)."""

        def differentiate(features: Features) -> np.ndarray:
            hypothetical = compute_gradients(scorer.bundle.network, [scorer.row], features)[0]
            return select_letters(hypothetical, read_codes(features.windows["sequence"]))

        yield from map_in_order(differentiate, self._features(track, centres, scorer), self._pool, QUEUE_LIMIT)

    def _features(self, track: ScoreTrack, centres: np.ndarray, scorer: Scorer) -> Iterator[Features]:
        """Yield the features of windows that a model reads."""
        for first in range(0, centres.size, WINDOWS):
            part = centres[first : first + WINDOWS]
            chrom, strand = (np.full(part.size, text, object) for text in (track.chrom, track.strand))
            with self._lock:
                features = compute_features(self._featurizer, Places(chrom, strand, part))
            yield features.only(*scorer.modalities)
