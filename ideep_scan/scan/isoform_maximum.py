"""Tracks of a locus on the genome: the highest value of its isoforms at each position."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np

from ideep_scan.records.isoforms import Isoforms
from ideep_scan.records.scores import ScoreTrack


class IsoformMaximum:
    """Gather the tracks of the isoforms of one locus.

    Parameters
    ----------
    isoforms : Isoforms
        The isoforms.
    """

    def __init__(self, isoforms: Isoforms):
        self._isoforms = isoforms
        self._name = ""
        self._positions: list[np.ndarray] = []
        self._values: dict[str, list[np.ndarray]] = {}

    def add(self, tracks: Mapping[str, ScoreTrack]) -> None:
        """Add tracks of an isoform, by kind.

        Parameters
        ----------
        tracks : mapping of str to ScoreTrack
            Tracks of one interval of the isoform.
        """
        first = next(iter(tracks.values()))
        self._name = first.chrom
        places = np.arange(first.start, first.start + first.values.size)
        self._positions.append(self._isoforms.find_positions(first.chrom, places))
        for kind, track in tracks.items():
            self._values.setdefault(kind, []).append(track.values)

    def take(self) -> Iterator[dict[str, ScoreTrack]]:
        """Return the tracks of the locus, and forget them.

        Yields
        ------
        dict of str to ScoreTrack
            By kind, the highest values at consecutive positions of the genome, in genome order.
            NaN where no isoform has a score.
        """
        if not self._positions:
            return
        positions, order, starts = _group(np.concatenate(self._positions))
        highest = {
            kind: np.fmax.reduceat(np.concatenate(values)[order], starts) for kind, values in self._values.items()
        }
        transcript = self._isoforms.get_transcript(self._name)
        self._positions, self._values = [], {}
        runs = np.flatnonzero(np.diff(positions) != 1) + 1
        for first, last in pairwise([0, *runs.tolist(), positions.size]):
            yield {
                kind: ScoreTrack(transcript.chrom, transcript.strand, int(positions[first]), values[first:last])
                for kind, values in highest.items()
            }


def _group(positions: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the different positions, the order that sorts all of them, and where each one begins in that order."""
    order = np.argsort(positions, kind="stable")
    ordered = positions[order]
    starts = np.flatnonzero(np.diff(ordered, prepend=ordered[0] - 1))
    return ordered[starts], order, starts
