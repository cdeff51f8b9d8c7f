"""Call the sites of a model in its score tracks, describe them, and write tracks and sites."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ideep_scan.jobs.inputs import Evidence
from ideep_scan.jobs.learned_motifs import read_learned_pwms
from ideep_scan.jobs.scan.outputs import ModelOutput
from ideep_scan.jobs.scan_settings import SCORE
from ideep_scan.jobs.site_summary import SiteSummary
from ideep_scan.jobs.thresholds import ModelThreshold
from ideep_scan.motifs.hits import MotifScanner
from ideep_scan.records.scores import LEARNED, Hit, ScoreTrack
from ideep_scan.records.span import Strand
from ideep_scan.scan.end_margins import EndMargins
from ideep_scan.scan.isoform_sites import IsoformRegions
from ideep_scan.scan.site_caller import SiteCaller
from ideep_scan.scan.site_report import Genes, RegionTypes, Scanner, SiteReporter


@dataclass
class ModelWriter:
    """Calls, reports and writes the sites of one model.

    Attributes
    ----------
    threshold : ModelThreshold
        Threshold of the model.
    caller : SiteCaller
        Calls sites at that threshold.
    reporter : SiteReporter
        Describes them.
    output : ModelOutput
        Writes them.
    margins : EndMargins or None
        Ends of transcripts, where no site is called; None on a genome.
    strict_sites : int
        Sites so far that reach the stricter threshold: it would call the same summits.
    """

    threshold: ModelThreshold
    caller: SiteCaller
    reporter: SiteReporter
    output: ModelOutput
    margins: EndMargins | None = None
    strict_sites: int = 0

    def take(self, chunk_tracks: Callable[[], dict[str, ScoreTrack]]) -> None:
        """Write the tracks of a chunk, and the sites that end in it.

        Parameters
        ----------
        chunk_tracks : callable
            Makes the tracks of the chunk, by kind.
        """
        tracks = chunk_tracks()
        self.output.add_tracks(tracks)
        scores = tracks[SCORE]
        self._add(self.caller.feed(scores if self.margins is None else self.margins.hide(scores)))

    def finish(self) -> int:
        """Write the last sites, close the files, and return the number of sites."""
        self._add(self.caller.flush())
        self.output.add_motifs(self.reporter.flush())
        return self.output.finish()

    def _add(self, sites: Sequence[Hit]) -> None:
        """Count and write sites."""
        self._count_strict(sites)
        self.output.add_sites(self.reporter.report(sites))

    def _count_strict(self, sites: Sequence[Hit]) -> None:
        """Count the sites that reach the stricter threshold."""
        stricter = self.threshold.stricter
        if stricter is not None:
            limit = np.float32(stricter.threshold)
            self.strict_sites += sum(1 for site in sites if site.score >= limit)

    def summarise(self, sites: int, positions: int) -> SiteSummary:
        """Describe the sites that were called at the scored positions."""
        strict_sites = None if self.threshold.stricter is None else self.strict_sites
        return self.threshold.summarise(sites, strict_sites, positions, highest=self.caller.highest)


def make_writers(
    outputs: Sequence[ModelOutput],
    thresholds: Sequence[ModelThreshold],
    strands: Sequence[Strand],
    *,
    genes: Genes | None,
    evidence: Evidence,
    margins: EndMargins | None = None,
    writer: Callable[..., ModelWriter] = ModelWriter,
) -> list[ModelWriter]:
    """Make the writer of each model.

    Parameters
    ----------
    outputs : sequence of ModelOutput
        Output files of each model.
    thresholds : sequence of ModelThreshold
        Threshold of each model.
    strands : sequence of Strand
        Strands of the scan.
    genes : Genes or None
        Names the genes of sites; None without an annotation.
    evidence : Evidence
        Its regions and PWMs describe sites.
    margins : EndMargins or None
        Ends of transcripts, where no site is called.
    writer : callable
        Makes a writer from its fields.

    Returns
    -------
    list of ModelWriter
        One per model, in their order.
    """
    known = MotifScanner(evidence.pwms)
    learned = read_learned_pwms([output.bundle for output in outputs])
    models = []
    for threshold, output, pwms in zip(thresholds, outputs, learned, strict=True):
        scanners = (known, MotifScanner(pwms, origin=LEARNED)) if pwms else (known,)
        reporter = make_reporter(threshold, genes, evidence, scanners=scanners, protein=output.bundle.protein)
        caller = SiteCaller(threshold.settings, strands)
        models.append(writer(threshold, caller, reporter, output, margins))
    return models


def make_reporter(
    threshold: ModelThreshold,
    genes: Genes | None,
    evidence: Evidence,
    *,
    scanners: Sequence[Scanner] = (),
    protein: str = "",
) -> SiteReporter:
    """Make what describes the sites of a model.

    Parameters
    ----------
    threshold : ModelThreshold
        Threshold of the model.
    genes : Genes or None
        Names the genes of sites; None without an annotation.
    evidence : Evidence
        Its sequence and regions describe sites.
    scanners : sequence of Scanner, optional
        Find motif hits.
    protein : str, optional
        Gene symbol of the protein of the model, whose motifs have priority.

    Returns
    -------
    SiteReporter
        Turns sites into rows of the table.
    """
    isoforms = evidence.featurizer.sources.isoforms
    regions: RegionTypes | None = evidence.regions
    if isoforms is not None and evidence.regions is not None:
        regions = IsoformRegions(evidence.regions, isoforms)
    return SiteReporter(
        evidence.featurizer.codes,
        evidence.featurizer.spec.window,
        regions=regions,
        genes=genes,
        scanners=scanners,
        protein=protein,
        p_values=None if threshold.site_scale is None else threshold.site_scale.p_values,
        precision=threshold.precision(),
    )
