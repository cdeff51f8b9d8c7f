"""Scores to binding sites. It knows no calibration and no annotation: `scan/site_report.py` says what a site is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ideep_scan.features.modalities.registry import names
from ideep_scan.kernels.peaks import peaks
from ideep_scan.records.scores import Hit, ScoreTrack
from ideep_scan.records.span import STRANDS, Strand
from ideep_scan.scan.genome_order import Reorder
from ideep_scan.scan.settings import CallSettings


class SiteCaller:
    """Calls sites of one model from its tracks, whatever places the genome was cut at.

    A site reaches from its first to its last position at the threshold; its summit is the highest score, the first
    in 5'→3' direction of several. Tracks come contig by contig, in the order of the genome on each strand, without
    overlap; the strands may alternate. What lies between two tracks is not scored.

    Parameters
    ----------
    strands : sequence of Strand
        Those of which tracks come.
        A site is handed on when none of them can yield an earlier one.
    """

    def __init__(self, settings: CallSettings, strands: Sequence[Strand] = STRANDS):
        self._settings = settings
        self._chrom: str | None = None
        self._open: dict[Strand, Hit | None] = dict.fromkeys(strands)
        self._reached: dict[Strand, int] = dict.fromkeys(strands, 0)
        self._closed: Reorder[Hit] = Reorder()

    def feed(self, track: ScoreTrack) -> list[Hit]:
        """Take the next track.

        Returns
        -------
        list of Hit
            Sites that are complete, of both strands, in the order of the genome (over all calls).
        """
        before = [] if track.chrom == self._chrom else self.flush()
        self._chrom = track.chrom
        strand, end = track.strand, track.start + len(track.values)
        if track.start < self._reached[strand]:
            raise ValueError(f"track at {track.chrom}:{track.start} ({strand}) starts before the end of the one before")
        self._reached[strand] = end
        for site in self._sites(track):
            self._take(site)
        waiting = self._open[strand]
        if waiting is not None and end - waiting.end > self._settings.joined:
            self._close(strand)
        return before + self._closed.release(min(self._horizon(each) for each in self._open))

    def flush(self) -> list[Hit]:
        """The sites that are left, when the tracks of a contig are at their end."""
        for strand in self._open:
            self._close(strand)
            self._reached[strand] = 0
        return self._closed.release()

    def _sites(self, track: ScoreTrack) -> list[Hit]:
        values = np.ascontiguousarray(track.values, np.float32)
        starts, ends, summits = peaks(
            values, np.float32(self._settings.threshold), self._settings.joined, track.strand == "-"
        )
        drivers = np.full(len(summits), -1) if track.drivers is None else track.drivers[summits]
        columns = (starts + track.start, ends + track.start, summits + track.start, values[summits], drivers)
        return [
            Hit(track.chrom, start, end, track.strand, summit, score, None if driver < 0 else names()[driver])
            for start, end, summit, score, driver in zip(*(column.tolist() for column in columns), strict=True)
        ]

    def _take(self, site: Hit) -> None:
        """Join a site to the open one of its strand, or open it in its place."""
        waiting = self._open[site.strand]
        if waiting is not None and site.start - waiting.end <= self._settings.joined:
            higher = site.score > waiting.score or (site.score == waiting.score and site.strand == "-")
            best = site if higher else waiting
            site = replace(best, start=waiting.start, end=site.end)
        else:
            self._close(site.strand)
        self._open[site.strand] = site

    def _close(self, strand: Strand) -> None:
        site = self._open[strand]
        if site is not None:
            self._closed.add([site])
            self._open[strand] = None

    def _horizon(self, strand: Strand) -> int:
        """Where the next site of a strand may start at the earliest."""
        site = self._open[strand]
        return self._reached[strand] if site is None else site.start
