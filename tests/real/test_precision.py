"""bfloat16 against single precision, every bundled model on hg19: scores within 0.005, sites the same but 0.5 %."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

import numpy as np
import pytest
import torch

from ideep_scan.jobs.folding import make_folder
from ideep_scan.jobs.genome import open_genome
from ideep_scan.jobs.inputs import gather_evidence, open_bundles
from ideep_scan.models.scorer import Scorer, scoring_pool
from ideep_scan.models.store_names import IDEEP
from ideep_scan.records.scores import Hit, ScoreTrack
from ideep_scan.records.span import STRANDS, Span
from ideep_scan.scan.call_settings import CallSettings
from ideep_scan.scan.plan import cut_chunks
from ideep_scan.scan.site_caller import SiteCaller
from ideep_scan.scan.sweep import sweep

START, END = 1_145_000, 1_150_000  # the end of PSMF1 and what lies behind it
USED = ("sequence", "region")
FURTHEST, MOST_FLIPPED = 0.005, 0.005

Both = list[tuple[list[ScoreTrack], list[ScoreTrack]]]


@pytest.fixture(scope="module")
def both_ways(sparse_hg19, refseq_chr20) -> Both:
    """Tracks of each model, in single precision and in bfloat16."""
    cpu, bundles = torch.device("cpu"), open_bundles(["all-experiments"], IDEEP)
    assert len(bundles) == 31
    spans = [Span("chr20", START, END, strand) for strand in STRANDS]
    with ExitStack() as stack:
        genome = open_genome(sparse_hg19, refseq_chr20, stack)
        evidence = gather_evidence(genome, bundles, ",".join(USED), None, lambda spec: make_folder(spec, 1, stack))
        scorers = [Scorer(bundle, USED, cpu, precision) for bundle in bundles for precision in ("fp32", "bf16")]
        pool = stack.enter_context(scoring_pool(cpu, 2))
        swept = [
            tracks for _, tracks in sweep(cut_chunks(spans), genome.source, evidence.featurizer, scorers, pool=pool)
        ]
    each = [list(tracks) for tracks in zip(*swept, strict=True)]
    return list(zip(each[::2], each[1::2], strict=True))


def test_scores(both_ways: Both):
    for exact, rough in both_ways:
        assert sum(np.isfinite(track.values).sum() for track in exact) == 2 * (END - START)
        furthest = max(np.abs(a.values - b.values).max() for a, b in zip(exact, rough, strict=True))
        assert 0 < furthest <= FURTHEST


def test_sites(both_ways: Both):
    exact, rough = ([sites(each[way]) for each in both_ways] for way in (0, 1))
    assert (count := sum(map(len, exact))) > 400
    assert sum(map(unmet, exact, rough)) <= MOST_FLIPPED * count
    assert sum(map(unmet, rough, exact)) <= MOST_FLIPPED * count


def sites(tracks: Sequence[ScoreTrack]) -> list[Hit]:
    caller = SiteCaller(CallSettings())
    return [site for track in tracks for site in caller.feed(track)] + caller.flush()


def unmet(some: Sequence[Hit], others: Sequence[Hit]) -> int:
    """How many of some sites overlap none of the others."""
    return sum(not any(a.start < b.end and b.start < a.end and a.strand == b.strand for b in others) for a in some)
