"""Scores of all models along the calibration region, which no training read, and the calls of each model there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

import numpy as np
from shared_data import open_shared_genome
from shared_training import MODALITIES, SPEC, SharedWork, say

from ideep_scan.benchmark.within.ranking import NEAR
from ideep_scan.features.featurizer import Featurizer
from ideep_scan.features.sources import Sources
from ideep_scan.features.transcript_regions import RegionMap
from ideep_scan.kernels.points import measure_distance, thin
from ideep_scan.models.device_network import DeviceNetwork
from ideep_scan.models.network import IDeepNetwork
from ideep_scan.models.scale import logit
from ideep_scan.models.scorer import find_device
from ideep_scan.records.scores import ScoreTrack
from ideep_scan.records.span import Span, Strand
from ideep_scan.scan.call_settings import REACH
from ideep_scan.scan.plan import cut_chunks, plan_loci
from ideep_scan.scan.projection import create_empty_track
from ideep_scan.scan.site_caller import find_summits
from ideep_scan.scan.smoothing import smooth_track
from ideep_scan.scan.sweep import sweep

SMOOTHING = 60  # nt over which log odds are averaged before sites are called; chosen on the validation windows
MAIN = "sequence+region"
KINDS = {"sequence": ("sequence",), MAIN: MODALITIES}
AWAY = 100  # nt: background positions are further from all sites of the model
AT_SITE = 15  # nt: positions of a site are at most this far from its point
STRIDE = 4  # every fourth position of the background is kept
Points = Mapping[Strand, np.ndarray]


@dataclass(frozen=True)
class OutputRow:
    """A row of a network; a `models.tile_scores.TileScorer`."""

    network: DeviceNetwork
    row: int


@dataclass(frozen=True, eq=False)
class RegionScores:
    """Log odds of one model along the region, by combination of modalities, in pieces of loci.

    Attributes
    ----------
    background, smoothed : list of np.ndarray
        Float32 arrays, every fourth position that is away from the model's sites: scores, and smoothed scores.
    sites : list of np.ndarray
        Float32 arrays, scores at the model's sites.
    calls, hits, call_loci : list of np.ndarray
        Smoothed scores of all summits in loci with a site, whether each is near a site, and its locus.
    peaks, peak_loci : list of np.ndarray
        Highest smoothed score of a summit near each site, -inf for none, and its locus.
    near, judged : list of int
        Positions of these loci that are near a site, and all of them.
    row_labels, row_logits : list of np.ndarray
        For models with `keep_rows`: whether each of these positions is in a site, and its smoothed score.
    """

    keep_rows: bool = False
    background: list[np.ndarray] = field(default_factory=list)
    smoothed: list[np.ndarray] = field(default_factory=list)
    sites: list[np.ndarray] = field(default_factory=list)
    calls: list[np.ndarray] = field(default_factory=list)
    hits: list[np.ndarray] = field(default_factory=list)
    call_loci: list[np.ndarray] = field(default_factory=list)
    peaks: list[np.ndarray] = field(default_factory=list)
    peak_loci: list[np.ndarray] = field(default_factory=list)
    near: list[int] = field(default_factory=list)
    judged: list[int] = field(default_factory=list)
    row_labels: list[np.ndarray] = field(default_factory=list)
    row_logits: list[np.ndarray] = field(default_factory=list)

    def add(self, track: ScoreTrack, points: np.ndarray, locus: int) -> None:
        """Add the scores of a complete locus, whose model has sites at some points."""
        scored = ~np.isnan(track.values)
        positions = np.flatnonzero(scored) + track.start
        logits = logit(track.values[scored]).astype(np.float32)
        smooth = logit(smooth_track(track, SMOOTHING).smooth[scored]).astype(np.float32)
        distances = measure_distance(positions, points)
        kept = np.flatnonzero(distances > AWAY)[::STRIDE]
        self.background.append(logits[kept])
        self.smoothed.append(smooth[kept])
        self.sites.append(logits[distances <= AT_SITE])
        scored_points = points[np.isin(points, positions)]
        if scored_points.size:
            self._judge(track, scored_points, locus)
            self.near.append(int((measure_distance(positions, scored_points) <= NEAR).sum()))
            self.judged.append(len(positions))
            if self.keep_rows:
                self.row_labels.append(distances <= AT_SITE)
                self.row_logits.append(smooth)

    def _judge(self, track: ScoreTrack, points: np.ndarray, locus: int) -> None:
        """Find all summits of a locus, and compare them with its sites."""
        summits, scores = find_summits(track, SMOOTHING)
        logits = logit(scores)
        self.calls.append(logits)
        self.hits.append(measure_distance(summits, points) <= NEAR)
        self.call_loci.append(np.full(len(summits), locus))
        targets = thin(points, REACH)
        first, last = np.searchsorted(summits, targets - NEAR), np.searchsorted(summits, targets + NEAR, "right")
        self.peaks.append(np.array([logits[i:j].max(initial=-np.inf) for i, j in zip(first, last, strict=True)]))
        self.peak_loci.append(np.full(len(targets), locus))


def scan_region(
    work: SharedWork,
    network: IDeepNetwork,
    region: tuple[str, int, int],
    points: Sequence[Points],
    *,
    keep_rows: Sequence[bool],
) -> list[dict[str, RegionScores]]:
    """Score each position of the region's loci with all models in one pass.

    Parameters
    ----------
    work : SharedWork
        The data.
    network : IDeepNetwork
        A network whose first outputs are the models.
    region : tuple[str, int, int]
        Contig, start and end.
    points : sequence of Points
        Sites of each model by strand, ascending.
    keep_rows : sequence of bool
        True for models whose ranking of all positions is to be measured.

    Returns
    -------
    list of dict[str, RegionScores]
        By combination of modalities, for each model.
    """
    results = [{kind: RegionScores(keep and kind == MAIN) for kind in KINDS} for keep in keep_rows]
    device = find_device("auto")
    for number, (kind, modalities) in enumerate(KINDS.items()):
        scorer = DeviceNetwork(network, modalities, device)
        for locus, tracks in enumerate(_scan_loci(work, scorer, region, models=len(points))):
            for result, track, sites in zip(results, tracks, points, strict=True):
                inside = sites[track.strand]
                inside = inside[(inside >= track.start) & (inside < track.start + len(track.values))]
                result[kind].add(track, inside, locus)
        say(f"scanned {region[0]}:{region[1]}-{region[2]} from {kind} ({number + 1} of {len(KINDS)})")
    return results


def _scan_loci(
    work: SharedWork, scorer: DeviceNetwork, region: tuple[str, int, int], *, models: int
) -> Iterator[list[ScoreTrack]]:
    """Yield a track for each model over each locus with a score."""
    rows = [OutputRow(scorer, row) for row in range(models)]
    with ExitStack() as stack:
        genome = open_shared_genome(work.data, stack)
        sources = Sources(genome.source, RegionMap(genome.transcripts), {}, None, None)
        featurizer = Featurizer(SPEC, sources, MODALITIES)
        contigs = {region[0]: genome.source.contigs[region[0]]}
        for span in plan_loci(contigs, genome.transcripts, [region]):
            chunks = list(sweep(cut_chunks([span]), genome.source, featurizer, rows))
            if chunks:
                yield [_join_tracks(span, [tracks[row] for _, tracks in chunks]) for row in range(models)]


def _join_tracks(span: Span, parts: Sequence[ScoreTrack]) -> ScoreTrack:
    """Join the tracks of a locus's chunks; NaN where a chunk has no score."""
    track = create_empty_track(span)
    for part in parts:
        first = part.start - span.start
        track.values[first : first + len(part.values)] = part.values
    return track
