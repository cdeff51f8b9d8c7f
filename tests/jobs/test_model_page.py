"""What browsers are told of the bundled models."""

from __future__ import annotations

import numpy as np
import pytest

from ideep_scan.formats.experiments import PROTOCOLS
from ideep_scan.jobs.model_page import compute_roc, describe_model
from ideep_scan.models.bundle import load_bundle
from ideep_scan.models.scale import Scale
from ideep_scan.models.store import find_entries, list_entries
from ideep_scan.models.store_names import IDEEP
from track_hubs.manifest import Assembly, Manifest, from_json, to_json
from track_hubs.model_figures import compute_area


@pytest.fixture(scope="module")
def model():
    bundle = load_bundle(find_entries(["ELAVL1"], list_entries(IDEEP))[0].path)
    return describe_model(bundle, ("sequence", "region"))


def test_a_bundled_model_is_told_of_in_full(model) -> None:
    assert (model.protein, model.reads) == ("ELAVL1", ("sequence", "region"))
    assert model.assay in PROTOCOLS
    assert model.motif_id == model.card["strongest motif"]["id"]
    assert model.motif_name.startswith(f"{model.card['strongest motif']['match']}_")
    assert all(sum(row) == pytest.approx(1, abs=0.001) for row in model.motif)
    assert model.roc[0] == (0, 0)
    assert model.roc[-1] == (1, 1)
    assert 0.9 < compute_area(model.roc) < 1
    manifest = Manifest("t", Assembly("hg19", "h", None, {}), (), models={"ELAVL1": model})
    assert from_json(to_json(manifest)).models["ELAVL1"].roc == model.roc


def test_the_curve_is_that_of_the_evidence_that_was_read(model) -> None:
    bundle = load_bundle(find_entries(["ELAVL1"], list_entries(IDEEP))[0].path)
    alone = describe_model(bundle, ("sequence",))
    assert compute_area(alone.roc) < compute_area(model.roc)
    assert describe_model(bundle, ("motifs",)).roc == ()


def test_a_curve_counts_what_is_above_each_knot() -> None:
    scale = Scale(np.array([-1.0, 0.0, 1.0]), 100, np.array([100, 20, 5]), 1.0, 40, np.array([40, 30, 20]))
    assert compute_roc(scale) == ((0.0, 0.0), (0.05, 0.5), (0.2, 0.75), (1.0, 1.0))
    assert compute_roc(Scale(np.array([-1.0, 0.0]), 100, np.array([100, 20]), 1.0, 5, None)) == ()
