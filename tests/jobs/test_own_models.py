"""The user's own models: added, found by name, removed; a name that means another model is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from toys import bundle

from ideep_scan.errors import InputError
from ideep_scan.jobs.own_models import add_model, remove_model
from ideep_scan.models import store
from ideep_scan.models.bundle import save_bundle
from ideep_scan.models.store import choose_entries, list_own_entries


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "own models"
    monkeypatch.setenv(store.OWN_FOLDER, str(folder))
    return folder


def save(folder: Path, name: str, protein: str = "MYRBP") -> Path:
    path = folder / "a.safetensors"
    save_bundle(path, [replace(bundle(name), protein=protein)])
    return path


def test_an_added_model_is_found_by_its_name_in_both_stores(tmp_path: Path, own_folder: Path) -> None:
    path = save(tmp_path, "MYRBP_liver")
    entry = add_model(path)
    path.unlink()
    assert entry.path == own_folder / "MYRBP_liver.safetensors"
    for model in ("shared", "ideep"):
        (found,) = choose_entries(["myrbp-liver"], model)
        assert found.path == entry.path
        assert found.is_own


def test_it_is_not_among_all_and_not_meant_by_its_protein(tmp_path: Path) -> None:
    before = choose_entries(["all-experiments"], "ideep")
    add_model(save(tmp_path, "OWN1", "ELAVL1"))
    assert choose_entries(["all-experiments"], "ideep") == before
    assert [entry.name for entry in choose_entries(["ELAVL1"], "ideep")] == ["ELAVL1"]
    assert [entry.name for entry in choose_entries(["ELAVL1", "OWN1"], "ideep")] == ["ELAVL1", "OWN1"]


@pytest.mark.parametrize("name", ["ELAVL1", "elavl1", "HuR", "TARDBP", "ELAVL1_exp08", "AATF"])
def test_a_name_that_means_a_bundled_model_is_refused(tmp_path: Path, own_folder: Path, name: str) -> None:
    with pytest.raises(InputError, match="already means the bundled model"):
        add_model(save(tmp_path, name))
    assert not own_folder.exists()


def test_a_name_that_is_taken_is_refused(tmp_path: Path) -> None:
    add_model(save(tmp_path, "MYRBP"))
    with pytest.raises(InputError, match="remove that one first"):
        add_model(save(tmp_path, "myrbp"))
    assert [entry.name for entry in list_own_entries()] == ["MYRBP"]


def test_a_damaged_bundle_is_refused(tmp_path: Path, own_folder: Path) -> None:
    path = save(tmp_path, "MYRBP")
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(content)
    with pytest.raises(InputError):
        add_model(path)
    assert not own_folder.exists()


def test_a_removed_model_is_gone(tmp_path: Path) -> None:
    add_model(save(tmp_path, "MYRBP"))
    remove_model("myrbp")
    assert list_own_entries() == []
    with pytest.raises(InputError, match="no model of your own is named 'MYRBP': there are none"):
        remove_model("MYRBP")
    with pytest.raises(InputError, match="no model of your own"):
        remove_model("ELAVL1")


def test_a_broken_file_in_the_folder_does_not_stop_bundled_models(own_folder: Path) -> None:
    own_folder.mkdir()
    (own_folder / "x.safetensors").write_bytes(b"no model")
    assert [entry.name for entry in choose_entries(["ELAVL1"], "ideep")] == ["ELAVL1"]
    with pytest.raises(InputError, match=r"x\.safetensors"):
        choose_entries(["MYRBP"], "ideep")
