"""Bundled models by name: the table, and what is not one model."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ideep_scan import list_models, open_model
from ideep_scan.errors import InputError
from ideep_scan.models.store import list_entries
from ideep_scan.models.store_names import IDEEP


@pytest.fixture(scope="module")
def models() -> pd.DataFrame:
    return list_models()


def test_each_store_has_its_own_models():
    shared, ideep = list_models("shared"), list_models("ideep")
    assert len(ideep) == 31
    assert ideep["protein"].nunique() == 20
    assert set(ideep["protein"]) != set(shared["protein"])
    assert open_model("ELAVL1", "ideep").digest != open_model("ELAVL1", "shared").digest
    assert open_model("ELAVL1").digest == open_model("ELAVL1", "shared").digest
    with pytest.raises(InputError, match="--model both is not known"):
        list_models("both")


def test_the_table_has_a_row_per_bundle(models):
    assert models["name"].tolist() == [entry.name for entry in list_entries()]
    assert models["name"].is_unique


def test_figures_are_numbers_between_0_and_1(models):
    for column in ("AUC", "auPRC", "lowest_fdr"):
        assert models[column].dtype == np.float64
        assert models[column].dropna().between(0, 1).all()
    assert models["recommended"].dtype == bool


def test_each_protein_has_one_recommended_model(models):
    counts = models.groupby("protein")["recommended"].sum()
    assert counts.le(1).all()  # a published experiment may stay if its protein has no recommended model
    assert counts.sum() >= 100


@pytest.mark.parametrize("name", ["elavl1", "HuR", "path"])
def test_a_symbol_an_alias_and_a_path_open_the_same_model(monkeypatch, name):
    path = next(entry.path for entry in list_entries(IDEEP) if entry.name == "ELAVL1")
    monkeypatch.setattr("ideep_scan.api.models.load_bundle", lambda opened, *_: opened)
    assert open_model(path if name == "path" else name, IDEEP) == path
    assert open_model(path) == path


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("all", r"'all' means \d+ models: name one of them"),
        ("ELAVL9", "no model for 'ELAVL9': did you mean ELAVL"),
        ("no.safetensors", "no such bundle"),
        ("", "no model for ''"),
    ],
)
def test_what_is_not_one_model_is_refused(name, reason):
    with pytest.raises(InputError, match=reason):
        open_model(name)
