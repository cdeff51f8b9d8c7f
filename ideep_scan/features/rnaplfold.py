"""Probability that each base is unpaired, by RNAplfold (ViennaRNA; Bernhart et al. 2006, Lorenz et al. 2011).

The caller supplies the cache of folded sequences and the parallel map.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Protocol

import numpy as np

from ideep_scan.kernels.onehot import decode

PIECE = 1024  # positions folded at a time: a tile has pieces for many cores, and 6 % of bases are folded twice

Job = tuple[str, int, int]


class FoldCache(Protocol):
    """Cache of folded sequences, by their content."""

    def get(self, job: Job) -> np.ndarray | None:
        """Return the values stored for the same sequence, window and span, or None."""
        ...

    def put(self, job: Job, unpaired: np.ndarray) -> None:
        """Store the values of a sequence."""
        ...


def compute_unpaired(job: Job) -> np.ndarray:
    """Compute the probability that each base is unpaired, averaged over all fold windows around it (RNAplfold -u 1).

    Parameters
    ----------
    job : tuple
        RNA letters 5'→3' (N pairs with no base), fold window and largest base-pair span in nt.

    Returns
    -------
    float32 array (length,)
        Probabilities.
        A value depends only on the bases within one fold window, exactly, if both ends of the sequence are further.
        Values nearer to an end must not be used.
    """
    import RNA  # its import takes a second

    letters, window, span = job
    model = RNA.md()
    model.window_size = min(window, len(letters))
    model.max_bp_span = min(span, len(letters))
    out = np.zeros(len(letters) + 1, np.float32)

    def keep(values: Sequence[float], _size: int, i: int, _max: int, kind: int, _data: object) -> None:
        if kind & RNA.PROBS_WINDOW_UP:
            out[i] = values[1]

    RNA.fold_compound(letters, model, RNA.OPTION_WINDOW).probs_window(1, RNA.PROBS_WINDOW_UP, keep)
    return out[1:]


class Folder:
    """Fold blocks of RNA, each distinct sequence once.

    A long block is cut at fixed positions of the genome.
    Each piece is folded with a fold window on both sides, so its values equal those of the whole block.
    Processes fold pieces in parallel, and a later run finds them in the cache even if its tiles differ.

    Parameters
    ----------
    window : int
        Fold window (RNAplfold -W), nt.
    span : int
        Largest span of a base pair (RNAplfold -L), nt.
    run : callable
        A function like `map`, such as that of a process pool.
    cache : FoldCache or None
        Cache of folded sequences; None for no cache.
    """

    def __init__(
        self,
        window: int,
        span: int,
        run: Callable[[Callable[[Job], np.ndarray], Iterable[Job]], Iterable[np.ndarray]] = map,
        cache: FoldCache | None = None,
    ):
        self.window = window
        self.span = span
        self._run = run
        self._cache = cache

    def fold(self, blocks: Sequence[tuple[np.ndarray, np.ndarray]]) -> list[np.ndarray]:
        """Compute the unpaired probabilities of blocks.

        Parameters
        ----------
        blocks : sequence of pairs
            Base codes 5'→3' of each block, and their genome positions, ascending or descending by one.

        Returns
        -------
        list of float32 arrays
            One array per block, as long as the block.
            Values within a fold window of an end of the block must not be used.
        """
        texts = [decode(codes) for codes, _ in blocks]
        cuts = [_cuts(positions) for _, positions in blocks]
        jobs = [
            (text[max(0, first - self.window) : last + self.window], self.window, self.span)
            for text, places in zip(texts, cuts, strict=True)
            for first, last in pairwise(places)
        ]
        folded = iter(self._folded(jobs))
        return [
            np.concatenate(
                [next(folded)[min(first, self.window) :][: last - first] for first, last in pairwise(places)]
                or [np.zeros(0, np.float32)]
            )
            for places in cuts
        ]

    def _folded(self, jobs: Sequence[Job]) -> list[np.ndarray]:
        """Return the values of each job, from the cache or by folding."""
        results = {job: self._cache.get(job) for job in set(jobs)} if self._cache else {}
        new_jobs = [job for job in dict.fromkeys(jobs) if results.get(job) is None]
        for job, values in zip(new_jobs, self._run(compute_unpaired, new_jobs), strict=True):
            results[job] = values
            if self._cache:
                self._cache.put(job, values)
        return [results[job] for job in jobs]  # type: ignore[misc]


def _cuts(positions: np.ndarray) -> list[int]:
    """Return both ends of a block and, if it is long, the indices at which it is cut."""
    inner = np.flatnonzero(np.diff(positions // PIECE)) + 1 if positions.size > PIECE else np.zeros(0, np.int64)
    return [0, *inner.tolist(), *([positions.size] if positions.size else [])]
