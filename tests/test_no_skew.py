"""Training and scanning see the same: one featurizer, one network, whatever the tile, the strand or the neighbours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest
import torch
import twin
from toys import FLIP, MODALITIES, SPEC, World, bundle, network, world

from ideep_scan.features.featurizer import Featurizer
from ideep_scan.features.modalities.registry import list_window_shapes
from ideep_scan.features.spliced_sequence import SplicedSequence
from ideep_scan.features.window_features import compute_features
from ideep_scan.kernels.windows import gather
from ideep_scan.models.dense import DenseNetwork
from ideep_scan.models.scorer import Scorer
from ideep_scan.records.isoforms import Isoforms
from ideep_scan.records.places import Places
from ideep_scan.records.span import STRANDS, Strand
from ideep_scan.records.walk import Walk
from ideep_scan.scan.plan import cut_chunks, plan_loci
from ideep_scan.scan.sweep import sweep

WORLD = world()
LENGTH = len(WORLD.letters["chr1"])
BUNDLE = bundle(net=network(own=(2,)))
WIDTHS = {name: width for name, (_, width) in list_window_shapes(SPEC).items()}
HALF = SPEC.half


def inner(blocks: tuple[tuple[int, int], ...], strand: Strand) -> tuple[Walk, np.ndarray]:
    """A walk and the indices of all positions whose windows lie in one block."""
    walk = Walk("chr1", strand, blocks)
    lengths = [end - start for start, end in (blocks if strand == "+" else blocks[::-1])]
    ends = np.cumsum(lengths)
    return walk, np.concatenate([np.arange(e - n + HALF, e - HALF) for n, e in zip(lengths, ends, strict=True)])


def scan(
    of: World, size: int = 250, walk_length: int = 400, annotated: bool = False, stride: int = 1
) -> dict[tuple[str, str], np.ndarray]:
    """Scores of every contig and strand as `ideep-scan genome` makes them; NaN = not scored."""
    featurizer = of.featurizer()
    source = featurizer.sources.sequence
    scorer = Scorer(BUNDLE, MODALITIES, torch.device("cpu"))
    pieces = cut_chunks(plan_loci(source.contigs, of.transcripts if annotated else None), size)
    out = {(c, s): np.full(n, np.nan, np.float32) for c, n in source.contigs.items() for s in STRANDS}
    for _, (track,) in sweep(pieces, source, featurizer, [scorer], walk_length=walk_length, stride=stride):
        out[track.chrom, track.strand][track.start : track.start + track.values.size] = track.values
    return out


@contextmanager
def threads(count: int) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def scores() -> dict[tuple[str, str], np.ndarray]:
    return scan(WORLD)


@pytest.mark.parametrize("strand", STRANDS)
@pytest.mark.parametrize(
    "blocks",
    [((-HALF, LENGTH + HALF),), ((-130, 170),), ((LENGTH - 170, LENGTH + 130),), ((60, 190), (330, 470))],
    ids=["whole contig", "left end", "right end", "two exons"],
)
def test_training_sees_the_windows_of_a_tile(strand, blocks):
    featurizer = WORLD.featurizer()
    walk, scored = inner(blocks, strand)
    tile = featurizer.tile(walk, scored)
    centres = walk.positions()[scored]
    some = np.unique(np.append(np.arange(0, centres.size, 7), centres.size - 1))
    rows = np.random.default_rng(1).permutation(some)
    places = Places(np.full(rows.size, "chr1", object), np.full(rows.size, strand, object), centres[rows])
    seen = compute_features(featurizer, places)
    assert set(seen.windows) == set(tile.window) == {"sequence", "region", "structure", "cobinding"}
    assert set(seen.centres) == set(tile.centre) == {"region", "motifs", "cobinding"}
    windows, values = seen.batch(np.arange(rows.size))
    for name, track in tile.window.items():
        cut = gather(track, scored[rows], WIDTHS[name])
        assert cut.dtype == np.float32
        assert windows[name].numpy().tobytes() == cut.tobytes(), name
    for name, columns in tile.centre.items():
        assert columns.dtype == np.float32
        assert values[name].numpy().tobytes() == np.ascontiguousarray(columns[:, rows].T).tobytes(), name


@pytest.mark.parametrize(
    ("size", "walk_length", "stride", "count"), [(10_000, 5_000, 1, 1), (97, 160, 3, 2), (250, 101, 10, 1)]
)
def test_any_chunk_walk_or_thread_count_gives_the_same_scores(scores, size, walk_length, stride, count):
    with threads(count):
        other = scan(WORLD, size, walk_length, stride=stride)
    for key, values in scores.items():
        np.testing.assert_allclose(other[key][::stride], values[::stride], rtol=0, atol=1e-5)


def test_a_repeated_run_is_byte_equal(scores):
    again = scan(WORLD)
    assert all(again[key].tobytes() == values.tobytes() for key, values in scores.items())


def test_the_toy_scores_say_something(scores):
    values = np.concatenate(list(scores.values()))
    assert np.nanstd(values) > 0.05
    assert 0 < np.isnan(values).sum() < values.size / 2
    tile = WORLD.featurizer().tile(*inner(((0, 400),), "+"))
    whole = Scorer(BUNDLE, MODALITIES, torch.device("cpu")).score(tile)
    for name in MODALITIES:
        without = Scorer(BUNDLE, set(MODALITIES) - {name}, torch.device("cpu")).score(tile)
        assert np.abs(without - whole).max() > 1e-3, name


@pytest.mark.parametrize("annotated", [False, True])
def test_a_mirrored_genome_has_mirrored_scores(annotated):
    here, there = scan(WORLD, annotated=annotated), scan(WORLD.mirrored(), annotated=annotated)
    for (chrom, strand), values in here.items():
        np.testing.assert_allclose(there[chrom, FLIP[strand]][::-1], values, rtol=0, atol=1e-5)


@pytest.mark.parametrize("strand", STRANDS)
def test_a_tile_scores_as_its_windows_do(strand):
    walk, scored = inner(((-HALF, LENGTH + HALF),), strand)
    tile = WORLD.featurizer().tile(walk, scored)
    windows = {name: torch.from_numpy(gather(track, scored, WIDTHS[name])) for name, track in tile.window.items()}
    centres = {name: torch.from_numpy(values.T.copy()) for name, values in tile.centre.items()}
    present = dict.fromkeys(MODALITIES, torch.ones(scored.size, dtype=torch.bool))
    with torch.inference_mode():
        windowed = BUNDLE.network(windows, centres, present)
        dense = DenseNetwork(BUNDLE.network).logits(
            {name: torch.from_numpy(track) for name, track in tile.window.items()},
            {name: torch.from_numpy(values) for name, values in tile.centre.items()},
            torch.from_numpy(scored),
        )
    torch.testing.assert_close(dense.sigmoid(), windowed.sigmoid(), rtol=0, atol=1e-5)


def test_what_is_known_beyond_a_window_cannot_be_recovered():
    """The same 101 letters amid N flanks of many lengths, amid real bases, and alone between the contig's ends."""
    centre = 250
    text = WORLD.letters["chr1"]
    first, last = centre - HALF, centre + HALF + 1
    tiles = []
    for left, right in [(0, 0), (0, 40), (1, 3), (29, 30), (31, 200), (200, 0), (first, LENGTH - last)]:
        flanked = "N" * (first - left) + text[first - left : last + right] + "N" * (LENGTH - last - right)
        of = World({"chr1": flanked}, WORLD.transcripts, WORLD.sites, WORLD.motifs)
        for strand in STRANDS:
            for margin in (0, 60, 180):
                at = centre - first + margin
                walk = Walk("chr1", strand, ((first - margin, last + margin),))
                tile = of.featurizer().tile(walk, np.array([at]))
                windows = {name: gather(track, tile.scored, WIDTHS[name]) for name, track in tile.window.items()}
                tiles.append((strand, windows, tile.centre))
    for strand, windows, centres in tiles:
        _, first_windows, first_centres = next(tile for tile in tiles if tile[0] == strand)
        for name, array in windows.items():
            np.testing.assert_array_equal(array, first_windows[name], err_msg=name)
        for name, array in centres.items():
            np.testing.assert_array_equal(array, first_centres[name], err_msg=name)


@pytest.mark.parametrize("used", [MODALITIES, ("sequence", "region"), ("sequence",), ("sequence", "cobinding")])
@pytest.mark.parametrize("strand", STRANDS)
def test_scores_equal_those_of_the_slow_twin(strand, used):
    walk, scored = inner(((-HALF, LENGTH + HALF),), strand)
    tile = WORLD.featurizer(modalities=used).tile(walk, scored)
    made = Scorer(BUNDLE, used, torch.device("cpu")).score(tile)
    weights = {name: tensor.numpy() for name, tensor in BUNDLE.network.state_dict().items()}
    for position in (0, 20, 141, 279, 411, LENGTH - 1):
        i = position if strand == "+" else LENGTH - 1 - position
        expected = twin.probability(WORLD, SPEC, BUNDLE.network.config, weights, used, "chr1", strand, position)
        assert made[i] == pytest.approx(expected, abs=1e-5)


def test_joined_exons_score_as_the_genome_where_the_window_is_in_one_exon(scores):
    isoforms = Isoforms(WORLD.transcripts, {chrom: len(text) for chrom, text in WORLD.letters.items()})
    sources = WORLD.featurizer().sources
    spliced = SplicedSequence(sources.sequence, isoforms)
    featurizer = Featurizer(SPEC, replace(sources, sequence=spliced, isoforms=isoforms), MODALITIES)
    scorer = Scorer(BUNDLE, MODALITIES, torch.device("cpu"))
    chunks = cut_chunks(plan_loci(isoforms.lengths, strands=STRANDS[:1]), 250)
    compared = across = 0
    for _, (track,) in sweep(chunks, spliced, featurizer, [scorer], walk_length=400):
        transcript = isoforms.get_transcript(track.chrom)
        around = np.arange(track.start - HALF, track.start + track.values.size + HALF)
        steps = np.abs(np.diff(isoforms.find_positions(track.chrom, around))) == 1
        whole = np.convolve(steps, np.ones(2 * HALF), "valid") == 2 * HALF
        places = isoforms.find_positions(track.chrom, around[HALF:-HALF])
        expected = scores[transcript.chrom, transcript.strand][places]
        np.testing.assert_allclose(track.values[whole], expected[whole], rtol=0, atol=2e-6)
        compared += np.count_nonzero(~np.isnan(expected[whole]))
        across += np.count_nonzero(np.abs(track.values[~whole] - expected[~whole]) > 1e-3)
    assert compared > 200
    assert across > 20
