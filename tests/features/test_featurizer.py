"""Tiles: what is refused, what is unknown, what is absent, and every tensor against the slow twin."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import twin
from toys import MODALITIES, SPEC, ToyGenome, World, mirror_letters, world

from ideep_scan.errors import InputError
from ideep_scan.features.featurizer import Featurizer, join_tiles
from ideep_scan.features.modalities.registry import list_centre_sizes, list_offered, list_window_shapes
from ideep_scan.features.sources import Sources
from ideep_scan.kernels.onehot import decode
from ideep_scan.kernels.windows import gather
from ideep_scan.records.walk import Walk

WORLD = world()
LENGTH = len(WORLD.letters["chr1"])
EMPTY = np.zeros(0, np.int64)
FULL = WORLD.sources()


@pytest.mark.parametrize(
    ("sources", "modalities"),
    [
        (Sources(FULL.sequence), ("sequence",)),
        (dataclasses.replace(FULL, sites={}), ("sequence", "region", "motifs", "structure")),
        (dataclasses.replace(FULL, regions=None), ("sequence", "motifs", "structure", "cobinding")),
        (dataclasses.replace(FULL, motifs=None), ("sequence", "region", "structure", "cobinding")),
        (dataclasses.replace(FULL, folder=None), ("sequence", "region", "motifs", "cobinding")),
        (FULL, MODALITIES),
    ],
)
def test_missing_evidence_is_refused_before_the_first_tile(sources, modalities):
    assert list_offered(sources) == modalities
    Featurizer(SPEC, sources, modalities)
    for name in set(MODALITIES) - set(modalities):
        with pytest.raises(InputError, match=f"no input offers {name}"):
            Featurizer(SPEC, sources, ("sequence", name))


def test_an_unknown_modality_is_refused():
    with pytest.raises(InputError, match="no input offers shape"):
        Featurizer(SPEC, FULL, ("sequence", "shape"))


@pytest.mark.parametrize("used", [("sequence",), ("region",), ("sequence", "motifs"), ("cobinding",), MODALITIES])
def test_a_tile_holds_what_was_asked_and_no_more(used):
    tile = Featurizer(SPEC, FULL, used).tile(Walk("chr1", "+", ((0, 150),)), np.array([60, 75]))
    assert set(tile.window) == set(used) - {"motifs"}
    assert set(tile.centre) == set(used) - {"sequence", "structure"}
    for name, track in tile.window.items():
        assert (track.dtype, track.shape) == (np.float32, (list_window_shapes(SPEC)[name][0], 150))
    for name, values in tile.centre.items():
        assert (values.dtype, values.shape) == (np.float32, (list_centre_sizes(SPEC)[name], 2))


@pytest.mark.parametrize("strand", "+-")
def test_past_the_ends_of_a_contig_bases_are_unknown(strand):
    featurizer = Featurizer(SPEC, Sources(ToyGenome({"c": "ACGT"})), ("sequence",))
    track = featurizer.tile(Walk("c", strand, ((-3, 6),)), EMPTY).window["sequence"]
    assert (track[:, : 3 if strand == "+" else 2] == 0.25).all()
    assert (track[:, 7 if strand == "+" else 6 :] == 0.25).all()
    known = track[:, 3:7] if strand == "+" else track[:, 2:6]
    np.testing.assert_array_equal(known, np.eye(4))  # ACGT is its own reverse complement


def test_blocks_are_read_in_the_order_of_the_rna():
    letters = "AACCGGTTNACGTACCA"
    featurizer = Featurizer(SPEC, Sources(ToyGenome({"c": letters})), ("sequence",))
    blocks = ((1, 4), (3, 9), (12, 19))
    spliced = "ACC" + "CGGTTN" + "TACCANN"
    assert decode(featurizer.codes(Walk("c", "+", blocks))) == spliced.replace("T", "U")
    minus = Walk("c", "-", blocks)
    assert decode(featurizer.codes(minus)) == mirror_letters(spliced).replace("T", "U")


def test_a_walk_without_a_position_to_score():
    tile = Featurizer(SPEC, FULL, MODALITIES).tile(Walk("chr1", "+", ((10, 40),)), EMPTY)
    assert {name: values.shape for name, values in tile.centre.items()} == {
        name: (size, 0) for name, size in list_centre_sizes(SPEC).items()
    }
    assert all(track.shape[1] == 30 for track in tile.window.values())


@pytest.mark.parametrize("strand", "+-")
@pytest.mark.parametrize("position", [0, 33, 139, 280, 418, LENGTH - 1])
def test_tensors_equal_the_slow_twin(strand, position):
    walk = Walk("chr1", strand, ((position - 80, position + 81),))
    tile = Featurizer(SPEC, FULL, MODALITIES).tile(walk, np.array([80]))
    windows, centres = twin.features(WORLD, SPEC, MODALITIES, "chr1", strand, position)
    assert set(windows) == set(tile.window)
    assert set(centres) == set(tile.centre)
    for name, track in tile.window.items():
        made = gather(track, tile.scored, list_window_shapes(SPEC)[name][1])[0]
        np.testing.assert_allclose(made, windows[name], atol=1e-6, err_msg=name)
    for name, values in tile.centre.items():
        np.testing.assert_allclose(values[:, 0], centres[name], atol=2e-5, err_msg=name)


def test_soft_masked_letters_read_as_others():
    walk, scored = Walk("chr1", "-", ((0, 200),)), np.arange(50, 150)
    upper = World({"chr1": WORLD.letters["chr1"].upper()}, WORLD.transcripts, WORLD.sites, WORLD.motifs)
    one, other = (of.featurizer().tile(walk, scored) for of in (WORLD, upper))
    for name in one.window:
        np.testing.assert_array_equal(one.window[name], other.window[name])
    for name in one.centre:
        np.testing.assert_array_equal(one.centre[name], other.centre[name])


def test_joined_tiles_have_the_columns_and_scored_positions_of_each():
    featurizer = WORLD.featurizer()
    walks = [
        (Walk("chr1", "+", ((100, 400),)), np.array([50, 60, 200])),
        (Walk("chr1", "-", ((300, 420),)), np.array([55])),
        (Walk("chr1", "+", ((-20, 130),)), EMPTY),
    ]
    tiles = [featurizer.tile(walk, scored) for walk, scored in walks]
    joined = join_tiles(tiles)
    assert joined.scored.tolist() == [50, 60, 200, 355]
    first_column = first_place = 0
    for tile, (walk, scored) in zip(tiles, walks, strict=True):
        for name, track in tile.window.items():
            np.testing.assert_array_equal(joined.window[name][:, first_column:][:, : len(walk)], track)
        for name, values in tile.centre.items():
            np.testing.assert_array_equal(joined.centre[name][:, first_place:][:, : len(scored)], values)
        first_column += len(walk)
        first_place += len(scored)
    assert {track.shape[1] for track in joined.window.values()} == {first_column}
    assert join_tiles(tiles[:1]) is tiles[0]
