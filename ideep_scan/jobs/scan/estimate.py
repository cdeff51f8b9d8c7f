"""What a scan will take, before it starts: positions from a sample of the plan, time from a trial of the models."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ideep_scan.features.featurizer import Featurizer
from ideep_scan.features.sources import SequenceSource
from ideep_scan.models.scorer import Scorer
from ideep_scan.records.span import Span
from ideep_scan.records.walk import Walk
from ideep_scan.scan.plan import chunks, tiles

SAMPLED = 24
TRIAL_SECONDS = 0.4
TRIAL_WALK = 2**12  # positions of a tile in the trial, at most: with many models one takes seconds
BYTES_PER_VALUE = 4.6  # of a bigWig with three decimals and its zoom levels, measured on scattered sequence
MEMORY = 0.62e9  # interpreter, torch, annotation and chunks, bytes; it does not grow with the genome
MODEL_MEMORY = 3.1e7  # its weights, tracks of chunks under way and open files
MODEL_CLOSING = 0.02  # seconds that closing the files of a model takes, however short they are
VALUE_CLOSING = 1.5e-7  # and for each of its values


@dataclass(frozen=True)
class ScanEstimate:
    """What lies ahead: planned positions (`planned`, known or not), of them scored (`positions`), and what it costs.

    `seconds` is rough: it comes from a trial of less than a second on one thread. Closing the files is in it.
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
    walk_length: int,
    stride: int,
    bigwigs: int,
    threads: int,
) -> ScanEstimate:
    """Look at a few chunks spread evenly over the plan, and score some of their walks.

    Parameters
    ----------
    spans : the plan. A plan of a few chunks is counted exactly.
    scorers : all that score; a model may have several.
    bigwigs : values to be written for each position.
    threads : that score tiles beside each other.
    """
    spec = featurizer.spec
    pieces = list(chunks(spans))
    sample = [pieces[i] for i in np.unique(np.linspace(0, len(pieces) - 1, SAMPLED).astype(int))]
    length, seen = min(walk_length, TRIAL_WALK), 0
    found: list[tuple[Walk, np.ndarray]] = []
    for piece in sample:
        codes = source.codes(piece.chrom, piece.start - spec.half, piece.end + spec.half)
        seen += len(piece)
        found += tiles(codes, piece, spec.window, spec.max_unknown, walk_length=length, stride=stride)
    planned = sum(map(len, spans))
    share = planned / max(seen, 1)
    positions = round(sum(places.size for _, places in found) * share)
    columns = sum(len(walk) for walk, _ in found) * share
    models = tuple(dict.fromkeys(scorer.bundle.name for scorer in scorers))
    closing = len(models) * MODEL_CLOSING + positions * bigwigs * VALUE_CLOSING
    return ScanEstimate(
        planned,
        positions,
        models,
        tuple(sorted(featurizer.modalities)),
        columns * _trial(found, featurizer, scorers) / threads + closing / min(len(models), threads),
        MEMORY + len(scorers) * MODEL_MEMORY,
        positions * bigwigs * BYTES_PER_VALUE,
    )


def _trial(found: Sequence[tuple[Walk, np.ndarray]], featurizer: Featurizer, scorers: Sequence[Scorer]) -> float:
    """Seconds that a position of a walk takes, halos included: what a scattered sequence costs goes by those.

    The longest walks are tried: most of a scan is in walks as long as they may be.
    """

    def seconds(walk: Walk, places: np.ndarray) -> float:
        started = time.perf_counter()
        tile = featurizer.tile(walk, places)
        for scorer in scorers:
            scorer.score(tile)
        return time.perf_counter() - started

    longest, spent, tried = sorted(found, key=lambda pair: -len(pair[0])), 0.0, 0
    for one in longest[:1]:
        seconds(*one)  # warms up
    for one in longest[1:] or longest:  # another walk: what was folded is not folded again
        if spent > TRIAL_SECONDS:
            break
        spent, tried = spent + seconds(*one), tried + len(one[0])
    return spent / max(tried, 1)
