"""The recipe of the bundled models."""

from __future__ import annotations

from ideep_scan.features.modalities.registry import list_names
from ideep_scan.models.bundle import read_header
from ideep_scan.models.store import list_entries
from ideep_scan.train.recipe import HIDDEN, KEEP, RESIDUAL


def test_bundled_models_have_the_shape_of_the_recipe():
    for entry in list_entries():
        network = read_header(entry.path).network
        assert dict(network.hidden) == HIDDEN
        assert {name: getattr(network, name) for name in RESIDUAL} == dict(RESIDUAL)


def test_a_recipe_names_modalities():
    assert {*HIDDEN, "sequence"} == set(KEEP) <= set(list_names())
