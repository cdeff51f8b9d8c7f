"""Calling of sites: from tracks of scores to intervals.

`scan/site_report.py` describes the sites.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ideep_scan.features.modalities.registry import list_names
from ideep_scan.kernels.peaks import find_peaks
from ideep_scan.records.scores import Hit, ScoreTrack
from ideep_scan.records.span import STRANDS, Strand
from ideep_scan.scan.call_settings import CallSettings
from ideep_scan.scan.genome_order import Reorder


class SiteCaller:
    """Call the sites of one model from its tracks, wherever the genome was cut.

    A site extends from its first to its last position at the threshold.
    Its summit is the highest score, the first in 5'→3' direction if several tie.
    Tracks come contig by contig, in genome order on each strand, without overlap; the strands may alternate.
    Positions between two tracks are not scored.

    Parameters
    ----------
    settings : CallSettings
        Threshold, gap and stride.
    strands : sequence of Strand
        Strands of the tracks.
        A site is returned when no strand can still give an earlier one.
    """

    def __init__(self, settings: CallSettings, strands: Sequence[Strand] = STRANDS):
        self._settings = settings
        self._chrom: str | None = None
        self._open: dict[Strand, Hit | None] = dict.fromkeys(strands)
        self._reached: dict[Strand, int] = dict.fromkeys(strands, 0)
        self._closed: Reorder[Hit] = Reorder()

    def feed(self, track: ScoreTrack) -> list[Hit]:
        """Read the next track.

        Parameters
        ----------
        track : ScoreTrack
            Scores and drivers.

        Returns
        -------
        list of Hit
            Complete sites of both strands; over all calls they are in genome order.

        Raises
        ------
        ValueError
            The track starts before the end of the previous one.
        """
        earlier = [] if track.chrom == self._chrom else self.flush()
        self._chrom = track.chrom
        strand, end = track.strand, track.start + len(track.values)
        if track.start < self._reached[strand]:
            raise ValueError(
                f"track at {track.chrom}:{track.start} ({strand}) starts before the end of the previous track"
            )
        self._reached[strand] = end
        for site in self._sites(track):
            self._extend(site)
        open_site = self._open[strand]
        if open_site is not None and end - open_site.end > self._settings.joined:
            self._close(strand)
        return earlier + self._closed.release(min(self._horizon(strand) for strand in self._open))

    def flush(self) -> list[Hit]:
        """Return the remaining sites after the last track of a contig.

        Returns
        -------
        list of Hit
            The sites, in genome order.
        """
        for strand in self._open:
            self._close(strand)
            self._reached[strand] = 0
        return self._closed.release()

    def _sites(self, track: ScoreTrack) -> list[Hit]:
        values = np.ascontiguousarray(track.values, np.float32)
        starts, ends, summits = find_peaks(
            values, np.float32(self._settings.threshold), self._settings.joined, track.strand == "-"
        )
        drivers = np.full(len(summits), -1) if track.drivers is None else track.drivers[summits]
        columns = (starts + track.start, ends + track.start, summits + track.start, values[summits], drivers)
        return [
            Hit(track.chrom, start, end, track.strand, summit, score, None if driver < 0 else list_names()[driver])
            for start, end, summit, score, driver in zip(*(column.tolist() for column in columns), strict=True)
        ]

    def _extend(self, site: Hit) -> None:
        """Join a site to the open one of its strand, or close that one and open this one."""
        previous = self._open[site.strand]
        if previous is not None and site.start - previous.end <= self._settings.joined:
            higher = site.score > previous.score or (site.score == previous.score and site.strand == "-")
            best = site if higher else previous
            site = replace(best, start=previous.start, end=site.end)
        else:
            self._close(site.strand)
        self._open[site.strand] = site

    def _close(self, strand: Strand) -> None:
        site = self._open[strand]
        if site is not None:
            self._closed.add([site])
            self._open[strand] = None

    def _horizon(self, strand: Strand) -> int:
        """Return the earliest position at which the next site of a strand may start."""
        site = self._open[strand]
        return self._reached[strand] if site is None else site.start
