"""Motifs that models have learned, found by the weights of the model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from toy_motifs import make_collection, make_motif, ship

from ideep_scan.errors import InputError
from ideep_scan.jobs.learned_motifs import read_learned_pwms
from ideep_scan.models.bundle import ModelBundle, load_bundle
from ideep_scan.models.store import find_entries, list_entries
from ideep_scan.models.store_names import IDEEP


@pytest.fixture(scope="module")
def bundle() -> ModelBundle:
    (entry,) = find_entries(["ELAVL1"], list_entries(IDEEP))
    return load_bundle(entry.path, entry.name)


def test_a_collection_belongs_to_the_model_with_its_weights(
    bundle: ModelBundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection = make_collection([make_motif("ELAVL1.pattern00", "UUAUUU"), make_motif("x", "GGG", q_value=1)], bundle)
    ship([collection], tmp_path, monkeypatch)
    own, other = read_learned_pwms([bundle, replace(bundle, row=1)])
    assert [(pwm.id, pwm.name, pwm.symbol) for pwm in own] == [("ELAVL1.pattern00", "UUAUUU", "ELAVL1")]
    assert other == ()


def test_without_collections_nothing_is_learned(
    bundle: ModelBundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ship([], tmp_path, monkeypatch)
    assert read_learned_pwms([bundle]) == [()]
    monkeypatch.setattr("ideep_scan.jobs.learned_motifs.find_archive", lambda store: tmp_path / "absent.zip")
    assert read_learned_pwms([bundle]) == [()]


def test_a_damaged_archive_is_one_clear_line(
    bundle: ModelBundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ship([], tmp_path, monkeypatch).write_bytes(b"PK damaged")
    with pytest.raises(InputError, match="is damaged"):
        read_learned_pwms([bundle])
