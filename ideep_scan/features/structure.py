"""How likely each base is unpaired, by RNAplfold's local folding (ViennaRNA; Bernhart et al. 2006, Lorenz et al. 2011).

It keeps no files: whoever wires a run hands in a cache and a map that works in parallel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Protocol

import numpy as np

from ideep_scan.kernels.onehot import decode

PIECE = 1024  # positions folded at a time: enough pieces in a tile for many cores, and 6 % of bases folded twice

Job = tuple[str, int, int]


class FoldCache(Protocol):
    """Where folded sequences are kept, by content."""

    def get(self, job: Job) -> np.ndarray | None:
        """What was put for the same sequence, window and span, or None."""
        ...

    def put(self, job: Job, unpaired: np.ndarray) -> None: ...


def unpaired(job: Job) -> np.ndarray:
    """Probability that each base is unpaired, averaged over all fold windows that hold it (RNAplfold -u 1).

    Parameters
    ----------
    job : RNA letters 5'→3' (N pairs with nothing), fold window and largest base-pair span in nt.

    Returns
    -------
    float32 array (length,). A value further than the fold window from both ends of the sequence depends on the
    bases within that window only, to the last bit; nearer to an end it does not, and must not be used.
    """
    import RNA  # a second of start-up that only those pay who fold

    letters, window, span = job
    model = RNA.md()
    model.window_size = min(window, len(letters))
    model.max_bp_span = min(span, len(letters))
    out = np.zeros(len(letters) + 1, np.float32)

    def keep(values: Sequence[float], _size: int, i: int, _max: int, what: int, _data: object) -> None:
        if what & RNA.PROBS_WINDOW_UP:
            out[i] = values[1]

    RNA.fold_compound(letters, model, RNA.OPTION_WINDOW).probs_window(1, RNA.PROBS_WINDOW_UP, keep)
    return out[1:]


class Folder:
    """Folds blocks, each sequence once.

    A long block is cut at fixed places of the genome and each piece folded with the fold window on both sides, so that
    its values are those of the whole block: pieces go to many processes, and a later run finds them in the cache
    however it cuts its tiles.

    Parameters
    ----------
    window, span : RNAplfold's -W and -L, nt.
    run : a `map`, e.g. that of a process pool.
    cache : looked up before folding and fed after it; None keeps nothing.
    """

    def __init__(
        self,
        window: int,
        span: int,
        run: Callable[[Callable[[Job], np.ndarray], Iterable[Job]], Iterable[np.ndarray]] = map,
        cache: FoldCache | None = None,
    ):
        self.window, self.span = window, span
        self._run, self._cache = run, cache

    def fold(self, blocks: Sequence[tuple[np.ndarray, np.ndarray]]) -> list[np.ndarray]:
        """Unpaired probabilities of blocks.

        Parameters
        ----------
        blocks : of each its base codes 5'→3' and their positions in the genome, rising or falling by one.

        Returns
        -------
        float32 arrays of the blocks' lengths. Nearer to an end of a block than the fold window they must not be used.
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
        known = {job: self._cache.get(job) for job in set(jobs)} if self._cache else {}
        missing = [job for job in dict.fromkeys(jobs) if known.get(job) is None]
        for job, values in zip(missing, self._run(unpaired, missing), strict=True):
            known[job] = values
            if self._cache:
                self._cache.put(job, values)
        return [known[job] for job in jobs]  # type: ignore[misc]


def _cuts(positions: np.ndarray) -> list[int]:
    """Ends of a block and, where it is long, the places between them at which it is cut."""
    inner = np.flatnonzero(np.diff(positions // PIECE)) + 1 if positions.size > PIECE else np.zeros(0, np.int64)
    return [0, *inner.tolist(), *([positions.size] if positions.size else [])]
