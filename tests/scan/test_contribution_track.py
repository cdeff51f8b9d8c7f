"""Tracks of contributions against one window at a time."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
import toys

from ideep_scan.features.window_features import compute_features
from ideep_scan.models.contributions import read_codes, select_letters
from ideep_scan.models.gradients import compute_gradients
from ideep_scan.models.scorer import Scorer
from ideep_scan.records.places import Places
from ideep_scan.records.scores import ScoreTrack
from ideep_scan.records.span import Span
from ideep_scan.scan import contribution_track
from ideep_scan.scan.contribution_track import ContributionReader
from ideep_scan.scan.margins import add_margins
from ideep_scan.scan.plan import cut_chunks
from ideep_scan.scan.sweep import sweep

HALF = toys.SPEC.half
READS = ("sequence", "region")
BUNDLE = toys.bundle(net=toys.network(channels=6, dilations=(1, 2)))
SCORER = Scorer(BUNDLE, READS, torch.device("cpu"))


def tracks(
    world: toys.World, span: Span, *, size: int = 10_000, stride: int = 1, pool: ThreadPoolExecutor | None = None
) -> Iterator[tuple[ScoreTrack, ScoreTrack]]:
    """Scores and contributions of each chunk of a span."""
    featurizer = world.featurizer(modalities=READS)
    reader = ContributionReader(featurizer, pool)
    chunks = cut_chunks([span], size)
    for scores in add_margins(sweep(chunks, featurizer.sources.sequence, featurizer, [SCORER], stride=stride), HALF):
        (track,) = scores.tracks
        yield track, reader.read(track, scores.before[0], scores.after[0], scorer=SCORER)


def whole(world: toys.World, span: Span, **options: object) -> tuple[np.ndarray, np.ndarray]:
    """Scores and contributions of a span; NaN in chunks without a score."""
    out = np.full((2, len(span)), np.nan, np.float32)
    for pair in tracks(world, span, **options):
        for row, track in zip(out, pair, strict=True):
            row[track.start - span.start :][: track.values.size] = track.values
    return out[0], out[1]


@pytest.mark.parametrize("strand", ["+", "-"])
@pytest.mark.parametrize("stride", [1, 7])
def test_each_letter_counts_in_the_strongest_window_that_holds_it(strand, stride):
    world, span = toys.world(2), Span("chr1", 385, 460, strand)
    scores, values = whole(world, span, stride=stride)
    featurizer = world.featurizer(modalities=READS)
    assert values.dtype == np.float32
    assert np.isnan(values).any()  # unknown bases
    for offset in range(len(span)):
        position = span.start + offset
        near = range(max(0, offset - HALF), min(len(span), offset + HALF + 1))
        scored = [i for i in near if not np.isnan(scores[i])]
        if world.letters["chr1"][position] in "NRyK" or not scored:
            assert np.isnan(values[offset])
            continue
        centre = span.start + max(scored, key=lambda i: scores[i])
        place = Places(np.array(["chr1"], object), np.array([strand], object), np.array([centre]))
        features = compute_features(featurizer, place)
        codes = read_codes(features.windows["sequence"])
        letters = select_letters(compute_gradients(BUNDLE.network, [0], features)[0], codes)[0]
        along = position - centre if strand == "+" else centre - position
        assert values[offset] == pytest.approx(letters[along + HALF], abs=1e-6)
    assert np.nanmax(np.abs(values)) > 1e-6


@pytest.mark.parametrize("size", [101, 128, 250])
def test_borders_of_chunks_and_threads_change_nothing(monkeypatch, size):
    world, span = toys.world(4), Span("chr1", 0, 700, "-")
    _, expected = whole(world, span)
    monkeypatch.setattr(contribution_track, "WINDOWS", 2)
    with ThreadPoolExecutor(2) as pool:
        _, values = whole(world, span, size=size, pool=pool)
    np.testing.assert_allclose(values, expected, atol=1e-6)
    assert np.count_nonzero(~np.isnan(values)) > 600


@pytest.mark.parametrize("seed", range(4))
def test_a_mirrored_genome_gives_mirrored_tracks(seed):
    world, length = toys.world(seed), 700
    for strand in "+-":
        scores, values = whole(world, Span("chr1", 0, length, strand))
        others = whole(world.mirrored(), Span("chr1", 0, length, toys.FLIP[strand]))
        np.testing.assert_allclose(others[0][::-1], scores, atol=1e-6)
        np.testing.assert_allclose(others[1][::-1], values, atol=1e-6)


def test_equal_scores_are_mirrored_too():
    world, span = toys.World({"chr1": "ACGTTGCATT" * 40}), Span("chr1", 0, 400, "+")
    values = whole(world, span)[1]
    others = whole(world.mirrored(), Span("chr1", 0, 400, "-"))[1]
    np.testing.assert_allclose(others[::-1], values, atol=1e-6)
