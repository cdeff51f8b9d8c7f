"""The recipe of the bundled models."""

from __future__ import annotations

import pytest

from ideep_scan.features.modalities.registry import list_names
from ideep_scan.models.bundle_header import read_header
from ideep_scan.models.store import list_bundles
from ideep_scan.models.store_names import IDEEP, SHARED
from ideep_scan.train import recipe


@pytest.mark.parametrize(
    ("store", "hidden", "shape"),
    [(IDEEP, recipe.HIDDEN, recipe.RESIDUAL), (SHARED, recipe.SHARED_HIDDEN, recipe.SHARED)],
)
def test_bundled_models_have_the_shape_of_the_recipe(store, hidden, shape):
    for path in list_bundles(store):
        network = read_header(path).network
        assert dict(network.hidden) == hidden
        assert {name: getattr(network, name) for name in shape} == dict(shape)


@pytest.mark.parametrize(("hidden", "keep"), [(recipe.HIDDEN, recipe.KEEP), (recipe.SHARED_HIDDEN, recipe.SHARED_KEEP)])
def test_a_recipe_names_modalities(hidden, keep):
    assert {*hidden, "sequence"} == set(keep) <= set(list_names())
