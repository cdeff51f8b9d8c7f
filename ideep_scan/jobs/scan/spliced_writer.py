"""Call the sites of a model in isoforms, and write tracks and sites of the genome, locus by locus."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from ideep_scan.jobs.scan.model_writer import ModelWriter
from ideep_scan.jobs.scan_settings import SCORE
from ideep_scan.jobs.site_summary import SiteSummary
from ideep_scan.records.isoforms import Isoforms
from ideep_scan.records.scores import Hit, MotifHit, ScoreTrack, SiteReport
from ideep_scan.scan.genome_order import Reorder
from ideep_scan.scan.isoform_maximum import IsoformMaximum
from ideep_scan.scan.isoform_sites import choose_sites, place_motif, place_site


@dataclass
class SplicedWriter(ModelWriter):
    """A `ModelWriter` that takes the tracks of isoforms.

    A locus is written when the first isoform of the next one comes.
    Sites wait until no later locus can have an earlier one.

    Attributes
    ----------
    isoforms : Isoforms
        The isoforms, in the order of their tracks.
    half : int
        Positions of a window on each side of its summit, where motif hits are looked for.
    """

    isoforms: Isoforms = field(kw_only=True)
    half: int = field(kw_only=True)
    _locus: tuple[str, int, str] = ("", 0, "+")
    _calls: list[Hit] = field(default_factory=list)
    _reports: dict[Hit, SiteReport] = field(default_factory=dict)
    _sites: Reorder[Hit] = field(default_factory=Reorder)
    _motifs: Reorder[MotifHit] = field(default_factory=Reorder)

    def __post_init__(self) -> None:
        self._maximum = IsoformMaximum(self.isoforms)

    def take(self, chunk_tracks: Callable[[], dict[str, ScoreTrack]]) -> None:
        """Take the tracks of a chunk of an isoform; write the previous locus if it is complete.

        Parameters
        ----------
        chunk_tracks : callable
            Makes the tracks of the chunk, by kind.
        """
        tracks = chunk_tracks()
        locus = self.isoforms.find_locus(tracks[SCORE].chrom)
        if locus != self._locus:
            self._write_locus()
            is_same_contig = locus[0] == self._locus[0]
            self._write_sites(locus[1] if is_same_contig else None)
            self._locus = locus
        self._calls += self.caller.feed(tracks[SCORE])
        self._maximum.add(tracks)

    def finish(self) -> int:
        """Write the last locus, close the files, and return the number of sites."""
        self._write_locus()
        self._write_sites(None)
        return self.output.finish()

    def summarise(self, sites: int, positions: int) -> SiteSummary:
        """Describe the sites; their precision was measured on unspliced transcripts."""
        summary = super().summarise(sites, positions)
        if summary.measured is None:
            return summary
        return replace(summary, measured=replace(summary.measured, transcripts="bound unspliced transcripts"))

    def _write_locus(self) -> None:
        """Write the tracks of the locus, and describe its sites."""
        for tracks in self._maximum.take():
            self.output.add_tracks(tracks)
        calls = choose_sites(self._calls + self.caller.flush(), self.isoforms)
        self._calls = []
        self._count_strict(calls)
        for report, motifs in self.reporter.report(calls):
            site = place_site(report.hit, self.isoforms)
            self._reports[site] = replace(report, hit=site)
            self._sites.add([site])
            self._add_motifs(motifs)
        self._add_motifs(self.reporter.flush())

    def _add_motifs(self, hits: Iterable[MotifHit]) -> None:
        self._motifs.add([place_motif(hit, self.isoforms) for hit in hits])

    def _write_sites(self, start: int | None) -> None:
        """Write the sites that no locus from `start` on can precede; None: all."""
        sites = self._sites.release(start)
        self.output.add_sites((self._reports.pop(site), ()) for site in sites)
        self.output.add_motifs(self._motifs.release(None if start is None else start - self.half))
