"""Letters laid along places: the genome's own letters give the genome's own features, others only what they spell."""

from __future__ import annotations

import numpy as np
import pytest
import toys
from toys import MODALITIES

from ideep_scan.features.edited_sequence import featurize_edited_sequence
from ideep_scan.records.walk import Walk

HALF = toys.SPEC.half


@pytest.mark.parametrize("strand", ["+", "-"])
def test_the_genomes_own_letters_give_the_genomes_own_features(strand):
    world = toys.world(3)
    featurizer = world.featurizer()
    walk = Walk("chr1", strand, ((120, 260), (300, 420)))
    scored = np.r_[np.arange(50, 70), np.arange(200, 205)]
    blocks = [featurizer.sources.sequence.codes("chr1", start, end) for start, end in walk.blocks]
    own, made = featurizer.tile(walk, scored), featurize_edited_sequence(featurizer, walk, blocks, scored)
    assert set(made.window) == set(own.window) == {"sequence", "region", "structure", "cobinding"}
    assert set(made.centre) == set(own.centre)
    for mine, theirs in ((made.window, own.window), (made.centre, own.centre)):
        for name in mine:
            np.testing.assert_array_equal(mine[name], theirs[name], err_msg=name)
    np.testing.assert_array_equal(made.scored, scored)


def test_places_may_repeat_and_leave_out():
    featurizer = toys.world(3).featurizer(modalities=("sequence", "region"))
    whole = Walk("chr1", "+", ((0, 300),))
    places = Walk("chr1", "+", ((0, 150), (149, 150), (160, 300)))
    letters = np.zeros(len(places), np.int8)
    tile = featurize_edited_sequence(featurizer, places, [letters], np.array([100]))
    assert (tile.window["sequence"][0] == 1).all()
    region = featurizer.tile(whole, np.array([100])).window["region"]
    np.testing.assert_array_equal(tile.window["region"], region[:, np.r_[0:150, 149, 160:300]])


def test_only_what_is_read_is_made():
    featurizer = toys.world().featurizer(modalities=("sequence",))
    tile = featurize_edited_sequence(
        featurizer, Walk("chr1", "-", ((0, 101),)), [np.zeros(101, np.int8)], np.array([50])
    )
    assert set(tile.window) == {"sequence"}
    assert not tile.centre
    assert set(MODALITIES) > {"sequence"}


def test_letters_without_a_place_are_refused():
    featurizer = toys.world().featurizer(modalities=("sequence",))
    with pytest.raises(ValueError, match="100 letters are given for 101 places"):
        featurize_edited_sequence(featurizer, Walk("chr1", "+", ((0, 101),)), [np.zeros(100, np.int8)], np.array([50]))
