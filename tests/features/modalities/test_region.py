"""The annotation around a position: region types, and distances to landmarks."""

from __future__ import annotations

import numpy as np
import pytest
import toys

from ideep_scan.features.modalities.base import NO_PLACE, Inputs
from ideep_scan.features.modalities.region import Region
from ideep_scan.features.sources import Sources
from ideep_scan.features.transcript_regions import LANDMARKS, REGION_TYPES, RegionMap
from ideep_scan.records.walk import Walk

LENGTH = 400
GENE = toys.transcript([(100, 160), (200, 300)], (120, 250))
WORLD = toys.World({"chr1": "ACGT" * (LENGTH // 4), "chr2": "A" * 200}, [GENE])
MIRRORED = WORLD.mirrored()


def tile(world, walk, scored=(50,)):
    return world.featurizer(modalities=("region",)).tile(walk, np.array(scored))


def test_each_type_has_its_channel():
    window = tile(WORLD, Walk("chr1", "+", ((90, 310),))).window["region"]
    expected = np.zeros((5, 220), np.float32)
    intervals = {
        "intron": [(160, 200)],
        "CDS": [(120, 160), (200, 250)],
        "5'UTR": [(100, 120)],
        "3'UTR": [(250, 300)],
        "exon": [(100, 160), (200, 300)],
    }
    for channel, name in zip(expected, REGION_TYPES, strict=True):
        for start, end in intervals[name]:
            channel[start - 90 : end - 90] = 1
    np.testing.assert_array_equal(window, expected)


def test_the_other_strand_and_an_unannotated_contig_have_neither_types_nor_landmarks():
    for walk in (Walk("chr1", "-", ((90, 310),)), Walk("chr2", "+", ((0, 101),))):
        made = tile(WORLD, walk)
        assert not made.window["region"].any()
        assert not made.centre["region"].any()


def test_a_mirrored_gene_reads_the_same_5_to_3():
    scored = np.arange(50, 170)
    plus = tile(WORLD, Walk("chr1", "+", ((90, 310),)), scored)
    minus = tile(MIRRORED, Walk("chr1", "-", ((LENGTH - 310, LENGTH - 90),)), scored)
    np.testing.assert_array_equal(plus.window["region"], minus.window["region"])
    np.testing.assert_array_equal(plus.centre["region"], minus.centre["region"])


def test_landmarks_are_spline_bases_of_the_distance_to_the_nearest():
    """The bases of a landmark sum to 1, and equal distances have equal bases."""
    values = tile(WORLD, Walk("chr1", "+", ((0, LENGTH),)), range(50, 350)).centre["region"]
    rows = values.reshape(len(LANDMARKS), -1, 300)
    np.testing.assert_allclose(rows.sum(axis=1), 1, atol=1e-5)
    tss, gene_start = rows[LANDMARKS.index("TSS")], rows[LANDMARKS.index("gene start")]
    np.testing.assert_array_equal(tss, gene_start)  # one transcript: both at 100
    donor, stop = rows[LANDMARKS.index("donor")], rows[LANDMARKS.index("stop codon")]
    np.testing.assert_array_equal(donor[:, 159 - 50], stop[:, 249 - 50])
    assert not np.array_equal(donor[:, 159 - 50], stop[:, 248 - 50])


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        (Inputs(annotation=True, cobinding=False), None),
        (Inputs(annotation=False, cobinding=True), "no annotation was given (--gtf)"),
        (Inputs(annotation=False, cobinding=False, genome=False), NO_PLACE),
    ],
)
def test_an_absence_says_what_to_give(inputs, reason):
    assert Region().explain_absence(inputs) == reason


def test_shapes_and_offer():
    assert Region().window_shape(toys.SPEC) == (5, 101)
    assert Region().centre_size(toys.SPEC) == 8 * toys.SPEC.landmark_bases
    genome = toys.ToyGenome({"c": "A"})
    assert not Region().is_offered(Sources(genome))
    assert Region().is_offered(Sources(genome, RegionMap([])))
