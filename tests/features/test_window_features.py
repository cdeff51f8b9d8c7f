"""Materialised windows: what `featurizer.tile` gives for each place, in the order of the places."""

from __future__ import annotations

import numpy as np
import pytest
from toys import SPEC, world

from ideep_scan.features import window_features
from ideep_scan.features.modalities.registry import list_centre_sizes, list_window_shapes
from ideep_scan.features.window_features import compute_features
from ideep_scan.records.places import Places
from ideep_scan.records.walk import Walk

WORLD = world()
FEATURIZER = WORLD.featurizer()


def some_places(n: int = 60, seed: int = 0) -> Places:
    """Places on both contigs and strands in no order, some twice, some past what is known."""
    rng = np.random.default_rng(seed)
    chrom = rng.choice(["chr1", "chr2"], n).astype(object)
    strand = rng.choice(["+", "-"], n).astype(object)
    centre = np.where(chrom == "chr1", rng.integers(0, 700, n), rng.integers(0, 230, n))
    chrom[-2:], strand[-2:], centre[-2:] = chrom[0], strand[0], centre[0]
    return Places(chrom, strand, centre)


@pytest.mark.parametrize("per_tile", [512, 7, 1])
def test_each_window_equals_the_tile_of_its_place(monkeypatch, per_tile):
    monkeypatch.setattr(window_features, "WINDOWS_PER_TILE", per_tile)
    places = some_places()
    done: list[int] = []
    features = compute_features(FEATURIZER, places, done.append)
    windows, centres = features.batch(np.arange(len(places)))
    assert sum(done) == len(places)
    assert max(done) <= per_tile
    for i in range(len(places)):
        middle = int(places.centre[i])
        walk = Walk(str(places.chrom[i]), places.strand[i], ((middle - SPEC.half, middle + SPEC.half + 1),))
        tile = FEATURIZER.tile(walk, np.array([SPEC.half]))
        for name, track in tile.window.items():
            cut = (SPEC.window - list_window_shapes(SPEC)[name][1]) // 2
            expected = track[:, cut : SPEC.window - cut]
            assert windows[name][i].numpy().tobytes() == np.ascontiguousarray(expected).tobytes(), (name, i)
        for name, values in tile.centre.items():
            assert centres[name][i].numpy().tobytes() == values[:, 0].tobytes(), (name, i)


def test_shapes_types_and_modalities():
    features = compute_features(FEATURIZER, some_places(9))
    assert features.modalities == {"sequence", "region", "motifs", "structure", "cobinding"}
    for name, (channels, width) in list_window_shapes(SPEC).items():
        assert features.windows[name].shape == (9, channels, width)
    assert {name: array.shape for name, array in features.centres.items()} == {
        name: (9, size) for name, size in list_centre_sizes(SPEC).items()
    }
    assert features.windows["sequence"].dtype == np.float16
    assert features.windows["region"].dtype == features.windows["cobinding"].dtype == np.uint8
    windows, centres = features.batch(np.array([8, 1]))
    assert all(str(tensor.dtype) == "torch.float32" for tensor in (*windows.values(), *centres.values()))
    np.testing.assert_array_equal(windows["region"].numpy(), features.windows["region"][[8, 1]])


def test_a_batch_is_a_copy():
    features = compute_features(FEATURIZER, some_places(5))
    before = features.windows["structure"].copy(), features.centres["region"].copy()
    windows, centres = features.batch(np.arange(5))
    windows["structure"] *= 0
    centres["region"] += 1
    np.testing.assert_array_equal(features.windows["structure"], before[0])
    np.testing.assert_array_equal(features.centres["region"], before[1])


def test_only_what_the_featurizer_makes():
    features = compute_features(WORLD.featurizer(modalities=("sequence", "motifs")), some_places(4))
    assert features.modalities == {"sequence", "motifs"}
    assert set(features.windows) == {"sequence"}
