"""CLIP sites of other proteins: covered positions, and experiments without a file."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import toys

from ideep_scan.features.featurizer import Featurizer
from ideep_scan.features.modalities.base import NO_PLACE, Inputs
from ideep_scan.features.modalities.cobinding import Cobinding
from ideep_scan.features.sources import Sources
from ideep_scan.records.walk import Walk

GENOME = toys.ToyGenome({"chr1": "ACGT" * 50})


def tile(sites, strand="-"):
    sources = Sources(GENOME, sites={name: toys.ToySites(rows) for name, rows in sites.items()})
    featurizer = Featurizer(toys.SPEC, sources, ("cobinding",))
    return featurizer.tile(Walk("chr1", strand, ((0, 101),)), np.array([50, 51]))


def test_an_experiment_without_a_file_is_flagged_and_reads_zero():
    made = tile({"expC": [("chr1", 10, 20, "-")]})
    assert made.centre["cobinding"].tolist() == [[1, 1], [1, 1], [0, 0]]
    covered = np.zeros((3, 101), np.float32)
    covered[2, 101 - 20 : 101 - 10] = 1
    np.testing.assert_array_equal(made.window["cobinding"], covered)


def test_an_experiment_without_a_site_is_known_to_have_none():
    made = tile({"expA": [], "expB": [("chr1", 10, 20, "+"), ("chr2", 0, 90, "-")]})
    assert not made.window["cobinding"].any()
    assert made.centre["cobinding"][:, 0].tolist() == [0, 0, 1]


def test_an_experiment_that_the_spec_does_not_name_changes_nothing():
    made = tile({"expA": [("chr1", 0, 9, ".")], "other": [("chr1", 0, 90, ".")]})
    assert made.window["cobinding"].sum(axis=1).tolist() == [9, 0, 0]


def test_shapes_have_a_channel_per_experiment():
    spec = dataclasses.replace(toys.SPEC, experiments=("a", "b"))
    assert (Cobinding().window_shape(spec), Cobinding().centre_size(spec)) == ((2, 101), 2)
    assert Cobinding.centre_flags_channels


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        (Inputs(annotation=False, cobinding=True), None),
        (Inputs(annotation=True, cobinding=False), "no table of CLIP sites was given (--cobinding)"),
        (Inputs(annotation=True, cobinding=False, genome=False), NO_PLACE),
    ],
)
def test_an_absence_says_what_to_give(inputs, reason):
    assert Cobinding().explain_absence(inputs) == reason


def test_it_is_offered_with_any_file():
    assert not Cobinding().is_offered(Sources(GENOME))
    assert Cobinding().is_offered(Sources(GENOME, sites={"other": toys.ToySites([])}))
