"""The feature spec: its digest, its shapes, and the way through a bundle's header and back."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys

import pytest

from ideep_scan.errors import InputError, SpecMismatch
from ideep_scan.features.modalities.registry import list_centre_sizes, list_window_shapes
from ideep_scan.features.spec import VERSION, FeatureSpec
from ideep_scan.models.bundle import load_bundle
from ideep_scan.models.store import list_entries
from ideep_scan.models.store_names import IDEEP

SPEC = FeatureSpec(("M1", "M2"), ("expA", "expB", "expC"))


def test_shapes():
    assert (SPEC.window, SPEC.half, SPEC.max_unknown) == (101, 50, 10)
    assert list_window_shapes(SPEC) == {
        "sequence": (4, 101),
        "region": (5, 101),
        "structure": (1, 41),
        "cobinding": (3, 101),
    }
    assert list_centre_sizes(SPEC) == {"region": 96, "motifs": 2, "cobinding": 3}


def test_through_json_and_back():
    there = json.loads(json.dumps(SPEC.to_dict()))
    assert FeatureSpec.from_dict(there) == SPEC
    assert FeatureSpec.from_dict(there).digest == SPEC.digest


def test_the_digest_of_the_bundled_models_is_fixed():
    (path,) = {entry.path for entry in list_entries(IDEEP) if entry.name == "ELAVL1"}
    bundle = load_bundle(path)
    assert bundle.spec.digest == "2dad190f4b7c52fb8efb5887c5353aed"
    assert bundle.digest == "ce12f79b42c667c2383b97284036d693"
    assert FeatureSpec(bundle.spec.motifs, bundle.spec.experiments).digest == bundle.spec.digest


def test_another_process_computes_the_same_digest():
    code = (
        "from ideep_scan.features.spec import FeatureSpec\n"
        "print(FeatureSpec(('M1', 'M2'), ('expA', 'expB', 'expC')).digest)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == SPEC.digest


def test_every_setting_counts_in_the_digest():
    changed = {
        "motifs": ("M2", "M1"),
        "experiments": ("expA", "expB"),
        "window": 99,
        "landmark_reach": 1000,
        "landmark_bases": 8,
        "structure_window": 20,
        "structure_span": 20,
        "version": VERSION + 1,
        "evidence": ("conservation",),
    }
    assert set(changed) == {field.name for field in dataclasses.fields(FeatureSpec)}
    digests = {dataclasses.replace(SPEC, **{name: value}).digest for name, value in changed.items()}
    assert len(digests | {SPEC.digest}) == len(changed) + 1


@pytest.mark.parametrize("version", [VERSION + 1, 0, None, "1"])
def test_another_version_is_refused_by_name(version):
    with pytest.raises(SpecMismatch, match=f"version {version!r} of the features.*version {VERSION}"):
        FeatureSpec.from_dict({**SPEC.to_dict(), "version": version})


def test_a_spec_without_version_is_refused():
    fields = SPEC.to_dict()
    del fields["version"]
    with pytest.raises(SpecMismatch):
        FeatureSpec.from_dict(fields)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("motifs", "M1"),
        ("motifs", [1]),
        ("motifs", ["M1", "M1"]),
        ("motifs", [""]),
        ("experiments", [str(i) for i in range(1001)]),
        ("window", 100),
        ("window", 10**9),
        ("window", 101.0),
        ("window", True),
        ("window", 59),
        ("structure_window", 51),
        ("structure_span", 31),
        ("structure_span", 0),
        ("landmark_bases", 10**9),
        ("landmark_reach", -1),
        ("surprise", 1),
    ],
)
def test_a_setting_that_no_featurizer_can_have(name, value):
    fields = json.loads(json.dumps(SPEC.to_dict()))
    with pytest.raises(InputError, match="its features are damaged"):
        FeatureSpec.from_dict({**fields, name: value})
    with pytest.raises(InputError, match="its features are damaged"):
        FeatureSpec.from_dict({key: part for key, part in fields.items() if key != "motifs"})
