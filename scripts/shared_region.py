"""Scores of all models along the calibration region, which no training read, and the calls of each model there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
from shared_data import open_shared_genome
from shared_training import MODALITIES, SPEC, SharedWork, say

from ideep_scan.features.featurizer import Featurizer
from ideep_scan.features.sources import Sources
from ideep_scan.features.transcript_regions import RegionMap
from ideep_scan.jobs.train.calibration import MAIN
from ideep_scan.jobs.train.locus_scores import LocusScores
from ideep_scan.models.device_network import DeviceNetwork
from ideep_scan.models.network import IDeepNetwork
from ideep_scan.models.scorer import find_device
from ideep_scan.records.scores import ScoreTrack
from ideep_scan.records.span import Span, Strand
from ideep_scan.scan.plan import cut_chunks, plan_loci
from ideep_scan.scan.projection import create_empty_track
from ideep_scan.scan.sweep import sweep

KINDS = {"sequence": ("sequence",), MAIN: MODALITIES}
Points = Mapping[Strand, np.ndarray]


@dataclass(frozen=True)
class OutputRow:
    """A row of a network; a `models.tile_scores.TileScorer`."""

    network: DeviceNetwork
    row: int


def scan_region(
    work: SharedWork,
    network: IDeepNetwork,
    region: tuple[str, int, int],
    points: Sequence[Points],
    *,
    keep_rows: Sequence[bool],
) -> list[dict[str, LocusScores]]:
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
    list of dict[str, LocusScores]
        By combination of modalities, for each model.
    """
    results = [{kind: LocusScores(keep and kind == MAIN) for kind in KINDS} for keep in keep_rows]
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
