"""Overview of a finished run: the highest score of every model and strand in each bin of an interval."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.bigwig.open_files import OpenBigWigs, describe_problem
from ideep_scan.jobs.view.queries import parse_interval, parse_whole
from ideep_scan.jobs.view.stored_scores import StoredScores, read_stored_maxima
from track_hubs.server.http_server import Reply

STRANDS = "+-"
MAX_BINS = 2000
NOT_SCORED = 255  # byte of a bin without a score
HIGHEST = 254  # byte of the score 1
_PROBLEMS = 5  # files that an answer names
_NO_SCORES = "the page names no bigWig and no Zarr store; scan again"


class Overview:
    """Score tracks of a run, opened at the first request and kept open.

    Parameters
    ----------
    tracks : sequence of dict of str to Path
        For each group of the page, in its order, the bigWig of each strand.
    stored : sequence of StoredScores or None
        For each group, its scores in a Zarr store.
    """

    def __init__(self, tracks: Sequence[dict[str, Path]], stored: Sequence[StoredScores | None] = ()):
        self._tracks = tracks
        self._stored: dict[Path, dict[int, str]] = {}  # model of each group, by store
        for group, scores in enumerate(stored):
            if scores is not None:
                self._stored.setdefault(scores.store, {})[group] = scores.model
        self._files = OpenBigWigs()
        self._lock = Lock()

    def answer(self, query: dict[str, str]) -> Reply:
        """Answer `chrom`, `start`, `end` (0-based, half-open) and `bins`: a line of JSON, then the bytes of the bins.

        The line holds the number of bins and what cannot be read.
        A byte is a score from 0 to 1 in 254 steps, or 255 where no position was scored.
        Rows are the groups of the page in their order, each plus strand first.
        """
        try:
            chrom, start, end, bins = _parse_query(query)
        except InputError as error:
            return Reply("text/plain; charset=utf-8", f"{error}\n".encode(), 400)
        rows, problems = self.read(chrom, start, end, bins)
        head = json.dumps({"bins": bins, "problems": problems[:_PROBLEMS]})
        return Reply("application/octet-stream", head.encode() + b"\n" + rows.tobytes())

    def read(self, chrom: str, start: int, end: int, bins: int) -> tuple[np.ndarray, list[str]]:
        """Read the highest scores of an interval.

        Returns
        -------
        rows : np.ndarray
            Uint8 array (groups, 2, bins).
        problems : list of str
            Files that cannot be read, with the reason; or that no group has a file.
        """
        scores = np.full((len(self._tracks), len(STRANDS), bins), np.nan, np.float32)
        problems = [_NO_SCORES] if self._tracks and not any(self._tracks) and not self._stored else []
        with self._lock:
            for group, paths in enumerate(self._tracks):
                for strand, path in paths.items():
                    try:
                        row = self._files.read_maxima(path, chrom, start, end, bins)
                    except InputError as error:
                        problems.append(describe_problem(path, error))
                        continue
                    scores[group, STRANDS.index(strand)] = row
            for store, models in self._stored.items():
                try:
                    maxima = read_stored_maxima(store, chrom, start, end, bins=bins)
                    for group, model in models.items():
                        scores[group] = maxima[model]
                except InputError as error:
                    problems.append(describe_problem(store, error))
        return encode_scores(scores), problems


def encode_scores(scores: np.ndarray) -> np.ndarray:
    """Encode scores from 0 to 1 as bytes.

    Parameters
    ----------
    scores : np.ndarray
        Float array of any shape; NaN means "not scored".

    Returns
    -------
    np.ndarray
        Uint8 array of the same shape.

    Examples
    --------
    >>> encode_scores(np.array([0, 0.5, 1, np.nan])).tolist()
    [0, 127, 254, 255]
    """
    steps = np.rint(np.clip(np.nan_to_num(scores), 0, 1) * HIGHEST).astype(np.uint8)
    return np.where(np.isnan(scores), np.uint8(NOT_SCORED), steps)


def _parse_query(query: dict[str, str]) -> tuple[str, int, int, int]:
    """Read a query; bins are at most as many as positions."""
    chrom, start, end = parse_interval(query)
    bins = parse_whole(query, "bins")
    if not 0 < bins <= MAX_BINS:
        raise InputError(f"give 1 to {MAX_BINS} bins")
    return chrom, start, end, min(bins, end - start)
