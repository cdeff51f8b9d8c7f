"""Cost of a scan, estimated before it starts: positions from a sample of the plan, time from a trial of the models."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ideep_scan.features.featurizer import Featurizer
from ideep_scan.features.sources import SequenceSource
from ideep_scan.models.scorer import Scorer, count_scoring_threads
from ideep_scan.models.tile_scores import score_tile
from ideep_scan.records.span import Span
from ideep_scan.records.walk import Walk
from ideep_scan.scan.plan import cut_chunks, plan_tiles

SAMPLED = 24  # chunks
TRIAL_SECONDS = 0.4
TRIAL_WALK = 2**12  # longest tile of the trial on a CPU, in positions: with many models a full tile takes seconds
BYTES_PER_VALUE = 4.6  # of a bigWig with three decimals and its zoom levels, measured on scattered sequence
BYTES_PER_SCORE = 4.1  # of a shard: a float32, and drivers above the threshold
MEMORY = 0.62e9  # bytes of interpreter, torch, annotation and chunks; it does not grow with the genome
NETWORK_MEMORY = 2.3e7  # bytes of a network's weights and intermediate results
MODEL_MEMORY = 1.4e7  # bytes of a model's tracks in progress and open files
MODEL_CLOSING = 0.02  # seconds to close the files of a model, however short
VALUE_CLOSING = 5e-8  # further seconds per value
CONTRIBUTION = 2e-4  # seconds per letter and model: about 11 letters share a window


@dataclass(frozen=True)
class ScanEstimate:
    """Expected cost of a scan.

    Attributes
    ----------
    planned : int
        Positions of the plan.
    positions : int
        Those that will have a score.
    models : tuple of str
        Names of the models.
    modalities : tuple of str
        Modalities that they read.
    seconds : float
        Rough wall time, closing of the files included. It comes from a trial of less than a second on one thread.
    memory : float
        Peak memory in bytes.
    disk : float
        Size in bytes of the bigWigs, and of the shards until the run is complete.
    """

    planned: int
    positions: int
    models: tuple[str, ...]
    modalities: tuple[str, ...]
    seconds: float
    memory: float
    disk: float

    def after(self, seconds: float) -> ScanEstimate:
        """Add the time that opening the inputs has taken."""
        return replace(self, seconds=self.seconds + seconds)


def estimate_scan(
    spans: Sequence[Span],
    source: SequenceSource,
    featurizer: Featurizer,
    scorers: Sequence[Scorer],
    *,
    walk_length: int,
    stride: int,
    remaining: float = 1.0,
    bigwigs: int,
    contributions: int = 0,
    threads: int,
) -> ScanEstimate:
    """Estimate the cost of a scan from a few chunks, spread evenly over the plan.

    Parameters
    ----------
    spans : sequence of Span
        The plan. A plan of a few chunks is counted exactly.
    source : SequenceSource
        Genome.
    featurizer : Featurizer
        Makes the features of the trial.
    scorers : sequence of Scorer
        Scorers of all tracks; a model may have several.
    walk_length : int
        Longest tile of the scan, in positions.
    stride : int
        Distance of scored positions, in nt.
    remaining : float
        Share of the positions that no earlier run has scored.
    bigwigs : int
        Values per position, in all bigWigs.
    contributions : int
        Models whose contributions of letters are computed.
    threads : int
        Threads of the scan.

    Returns
    -------
    ScanEstimate
        Positions, time, memory and disk space.
    """
    spec = featurizer.spec
    pieces = list(cut_chunks(spans))
    sample = [pieces[i] for i in np.unique(np.linspace(0, len(pieces) - 1, SAMPLED).astype(int))]
    device = scorers[0].device
    length = min(walk_length, TRIAL_WALK) if device.type == "cpu" else walk_length
    sampled = 0
    walks: list[tuple[Walk, np.ndarray]] = []
    for piece in sample:
        codes = source.codes(piece.chrom, piece.start - spec.half, piece.end + spec.half)
        sampled += len(piece)
        walks += plan_tiles(codes, piece, spec.window, spec.max_unknown, walk_length=length, stride=stride)
    planned = sum(map(len, spans))
    ratio = planned / max(sampled, 1)
    positions = round(sum(places.size for _, places in walks) * ratio)
    columns = sum(len(walk) for walk, _ in walks) * ratio
    models = tuple(dict.fromkeys(scorer.bundle.name for scorer in scorers))
    networks = len({id(scorer.bundle.network) for scorer in scorers})
    closing = len(models) * MODEL_CLOSING + positions * bigwigs * VALUE_CLOSING
    scoring = (
        remaining * columns * _seconds_per_column(walks, featurizer, scorers) + positions * contributions * CONTRIBUTION
    )
    return ScanEstimate(
        planned,
        positions,
        models,
        modalities=tuple(sorted(featurizer.modalities)),
        seconds=scoring / count_scoring_threads(device, threads) + closing / min(len(models), threads),
        memory=MEMORY + networks * NETWORK_MEMORY + len(scorers) * MODEL_MEMORY,
        disk=positions * (bigwigs * BYTES_PER_VALUE + len(scorers) * BYTES_PER_SCORE),
    )


def _seconds_per_column(
    walks: Sequence[tuple[Walk, np.ndarray]], featurizer: Featurizer, scorers: Sequence[Scorer]
) -> float:
    """Measure the time per position of a walk, halos included.

    It tries the longest walks, because most positions of a scan are in walks of full length.
    """

    def seconds(walk: Walk, places: np.ndarray) -> float:
        started = time.perf_counter()
        tile = featurizer.tile(walk, places)
        score_tile(tile, scorers)
        return time.perf_counter() - started

    longest = sorted(walks, key=lambda pair: -len(pair[0]))
    for walk, places in longest[:1]:
        seconds(walk, places)  # warm-up
    total, columns = 0.0, 0
    for walk, places in longest[1:] or longest:  # another walk, because the fold cache holds the first
        if total > TRIAL_SECONDS:
            break
        total += seconds(walk, places)
        columns += len(walk)
    return total / max(columns, 1)
