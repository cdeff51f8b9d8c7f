"""Single places are scored as a scan scores them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from toys import MODALITIES, World, bundle, network, transcript
from toys import world as toy_world

from ideep_scan.features.featurizer import Featurizer
from ideep_scan.models.scorer import Scorer
from ideep_scan.records.places import Places
from ideep_scan.records.span import STRANDS, Span
from ideep_scan.scan import place_scores as under_test
from ideep_scan.scan.place_scores import mark_scorable_places, score_batches, score_places
from ideep_scan.scan.plan import plan_loci
from ideep_scan.scan.sweep import sweep

FEATURIZER = toy_world().featurizer()
SOURCE = FEATURIZER.sources.sequence
SCORERS = [Scorer(bundle(net=network(seed=seed)), MODALITIES, torch.device("cpu")) for seed in (0, 1)]


@pytest.fixture(scope="module")
def scanned() -> dict[tuple[str, str], np.ndarray]:
    """(positions, models) by contig and strand; NaN = not scored."""
    out = {(c, s): np.full((n, 2), np.nan, np.float32) for c, n in SOURCE.contigs.items() for s in STRANDS}
    for _, tracks in sweep(plan_loci(SOURCE.contigs), SOURCE, FEATURIZER, SCORERS):
        for column, track in enumerate(tracks):
            out[track.chrom, track.strand][track.start : track.start + track.values.size, column] = track.values
    return out


@pytest.mark.parametrize("windows", [512, 5, 1])
def test_any_places_in_any_order(scanned, windows, monkeypatch):
    monkeypatch.setattr(under_test, "WINDOWS", windows)
    keys = [(c, s, p) for (c, s), rows in scanned.items() for p in range(0, len(rows), 3 if windows > 5 else 41)]
    keys += keys[:5]
    order = np.random.default_rng(2).permutation(len(keys))
    chrom, strand, centre = zip(*(keys[i] for i in order), strict=True)
    places = Places(np.array(chrom, object), np.array(strand, object), np.array(centre, np.int64))
    expected = np.array([scanned[c, s][p] for c, s, p in zip(chrom, strand, centre, strict=True)])
    scored = mark_scorable_places(places, FEATURIZER)
    np.testing.assert_array_equal(scored, ~np.isnan(expected[:, 0]))
    assert 0 < scored.sum() < scored.size
    np.testing.assert_allclose(score_places(places, scored, FEATURIZER, SCORERS), expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("strand", "+-")
def test_places_whose_windows_are_almost_alike(strand):
    """One window holds an exon's end, all others lie deep in an intron: what a network sums up from few changes."""
    letters = "".join(np.random.default_rng(1).choice(list("ACGT"), 1200))
    exons = [(0, 200), (1000, 1200)]
    world = World({"chr1": letters}, [transcript(exons, None, strand)])
    featurizer = world.featurizer(modalities=("sequence", "region"))
    ((_, tracks),) = sweep([Span("chr1", 0, 1200, strand)], featurizer.sources.sequence, featurizer, SCORERS)
    centre = np.array([210, 980, *range(320, 880, 3)])
    places = Places(np.full(centre.size, "chr1", object), np.full(centre.size, strand, object), centre)
    expected = np.column_stack([track.values[centre] for track in tracks])
    got = score_places(places, np.ones(centre.size, bool), featurizer, SCORERS)
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-5)


def test_no_place_and_no_scored_place():
    none = Places(np.zeros(0, object), np.zeros(0, object), np.zeros(0, np.int64))
    assert mark_scorable_places(none, FEATURIZER).shape == (0,)
    assert score_places(none, np.zeros(0, bool), FEATURIZER, SCORERS).shape == (0, 2)
    one = Places(np.array(["chr1"], object), np.array(["+"], object), np.array([0], np.int64))
    assert np.isnan(score_places(one, mark_scorable_places(one, FEATURIZER), FEATURIZER, SCORERS)).all()


@dataclass(frozen=True, eq=False)
class Batch:
    places: Places
    scored: np.ndarray | None
    featurizer: Featurizer


def draw_places(count: int, seed: int) -> Places:
    """Places on both contigs and strands, some beyond an end of a contig, some twice."""
    rng = np.random.default_rng(seed)
    chrom = rng.choice(list(SOURCE.contigs), count).astype(object)
    lengths = np.array([SOURCE.contigs[name] for name in chrom], np.int64).reshape(count)
    centre = rng.integers(-60, lengths + 60) if count else np.zeros(0, np.int64)
    rows = rng.integers(0, max(count, 1), count)
    return Places(chrom, rng.choice(list("+-"), count).astype(object), centre)[rows]


@pytest.mark.parametrize("threads", [1, 2])
def test_batches_score_as_their_places_do(threads, monkeypatch):
    monkeypatch.setattr(under_test, "WINDOWS", 7)
    draws = [draw_places(count, count) for count in (40, 0, 1, 25)]
    masks = [None, None, np.zeros(1, np.bool_), mark_scorable_places(draws[3], FEATURIZER)]
    batches = [Batch(places, mask, FEATURIZER) for places, mask in zip(draws, masks, strict=True)]
    with ThreadPoolExecutor(threads) as pool:
        results = list(score_batches(batches, SCORERS, pool, 2 * threads))
    assert [batch for batch, _ in results] == batches
    for batch, scores in results:
        expected = score_places(batch.places, batch.scored, FEATURIZER, SCORERS)
        np.testing.assert_array_equal(scores, expected)
        marks = mark_scorable_places(batch.places, FEATURIZER) if batch.scored is None else batch.scored
        np.testing.assert_array_equal(~np.isnan(scores).any(axis=1), marks)
