"""Folded blocks of a walk, and the middle of the window that no base outside of it can change."""

from __future__ import annotations

import dataclasses

import numpy as np
import toys

from ideep_scan.features.featurizer import Featurizer
from ideep_scan.features.modalities.structure import Structure
from ideep_scan.features.sources import Sources
from ideep_scan.kernels.onehot import decode
from ideep_scan.records.walk import Walk


class ToyFolder:
    """Fold nothing: the value of a base is its genome position."""

    def __init__(self) -> None:
        self.folded: list[str] = []

    def fold(self, blocks):
        """Note the sequences."""
        self.folded += [decode(codes) for codes, _ in blocks]
        return [positions.astype(np.float32) for _, positions in blocks]


def test_blocks_are_folded_apart_and_joined_5_to_3():
    folder = ToyFolder()
    featurizer = Featurizer(toys.SPEC, Sources(toys.ToyGenome({"c": "AACCGGTT"}), folder=folder), ("structure",))
    window = featurizer.tile(Walk("c", "-", ((1, 3), (4, 7))), np.zeros(0, np.int64)).window["structure"]
    assert folder.folded == ["ACC", "GU"]
    assert window.tolist() == [[6, 5, 4, 2, 1]]


def test_bases_outside_of_the_window_do_not_change_its_values():
    letters = toys.world().letters["chr1"].replace("N", "A")[:301]
    spec, centre = toys.SPEC, 150
    width = Structure().window_shape(spec)[1]
    values = []
    for others in ("A", "GC"):
        around = (others * 301)[: centre - spec.half] + letters[centre - spec.half : centre + spec.half + 1]
        around += (others * 301)[: 301 - len(around)]
        featurizer = toys.World({"c": around}).featurizer(modalities=("structure",))
        window = featurizer.tile(Walk("c", "+", ((0, 301),)), np.array([centre])).window["structure"]
        values.append(window[0, centre - width // 2 : centre + width // 2 + 1])
    np.testing.assert_allclose(values[0], values[1], atol=1e-6)
    assert 0 < values[0].min() < values[0].max() <= 1


def test_the_tensor_leaves_out_what_reads_beyond_the_window():
    spec = dataclasses.replace(toys.SPEC, window=101, structure_window=30)
    assert Structure().window_shape(spec) == (1, 41)
    assert not Structure().is_offered(Sources(toys.ToyGenome({"c": "A"})))
