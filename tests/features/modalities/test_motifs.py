"""Motif scores of windows: one value per PWM, from the window alone, on the strand of the RNA."""

from __future__ import annotations

import numpy as np
import pytest
import toys

from ideep_scan.features.featurizer import Featurizer
from ideep_scan.features.modalities.motifs import Motifs
from ideep_scan.features.sources import Sources
from ideep_scan.kernels.packed_motifs import pack
from ideep_scan.records.walk import Walk

# UGCAUG, a motif that is not its own reverse complement, in counts of A C G U.
COUNTS = np.array([[1, 1, 1, 97], [1, 1, 97, 1], [1, 97, 1, 1], [97, 1, 1, 1], [1, 1, 1, 97], [1, 1, 97, 1]], float)
UNIFORM = np.full((5, 4), 25.0)
AROUND = "ACCAAACCCAAACACCAACCAC" * 10


def scores(letters, scored, strand="+"):
    sources = Sources(toys.ToyGenome({"c": letters}), motifs=pack([COUNTS, UNIFORM]))
    featurizer = Featurizer(toys.SPEC, sources, ("motifs",))
    return featurizer.tile(Walk("c", strand, ((0, len(letters)),)), np.array(scored)).centre["motifs"]


def test_a_motif_in_the_window_raises_the_score_of_its_pwm():
    letters = AROUND[:101] + "TGCATG" + AROUND[:120]
    made = scores(letters, [50, 103, 157])
    assert made.shape == (2, 3)
    assert made.dtype == np.float32
    assert made[0, 1] > 5
    assert made[1, 1] < 3
    assert made[0, [0, 2]].tolist() == [0, 0]  # windows that end before the motif, or begin after it


def test_only_the_strand_of_the_rna_is_scored():
    letters = AROUND[:100] + "CATGCA" + AROUND[:100]  # the motif on the minus strand
    assert scores(letters, [102])[0, 0] < 1
    assert scores(letters, [102], "-")[0, 0] > 5


@pytest.mark.parametrize("position", [50, 140])
def test_bases_beyond_the_window_change_nothing(position):
    letters = toys.world().letters["chr1"][:200].replace("N", "A")
    inside = letters[position - 50 : position + 51]
    for others in ("A", "TGCATG"):
        around = (others * 200)[: position - 50] + inside + (others * 200)[: 200 - position - 51]
        assert scores(around, [position]).tolist() == scores(letters, [position]).tolist()


def test_the_centre_has_a_value_per_motif_and_needs_motifs():
    assert Motifs().centre_size(toys.SPEC) == 3
    assert Motifs().window_shape(toys.SPEC) is None
    assert not Motifs().is_offered(Sources(toys.ToyGenome({"c": "A"})))
