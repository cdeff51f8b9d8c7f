"""The report on motifs as a job."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from ideep_scan.api.silent_monitor import SilentMonitor
from ideep_scan.errors import InputError
from ideep_scan.jobs.inputs import open_bundles
from ideep_scan.jobs.motifs import run as job
from ideep_scan.jobs.motifs.run import MotifSummary, list_digest_notes, run
from ideep_scan.jobs.motifs.settings import MotifSettings
from ideep_scan.models.store import find_folder
from ideep_scan.records.learned_motif import MotifCollection


@pytest.fixture(scope="module")
def summary(labelled: Path, tmp_path_factory: pytest.TempPathFactory) -> MotifSummary:
    out = tmp_path_factory.mktemp("motifs") / "out"
    return run(MotifSettings(("TARDBP",), model="ideep", windows=labelled, out=out), SilentMonitor())


def test_windows_give_a_collection_and_a_manifest_that_names_the_files(summary: MotifSummary) -> None:
    (collection,) = summary.collections
    assert (collection.model, collection.bound, collection.unbound) == ("TARDBP", 30, 25)
    assert collection.windows == "windows of windows.fa"
    manifest = json.loads((summary.out / "manifest.json").read_text())
    assert set(manifest["files"]) == {path.name for path in summary.out.iterdir()} - {"manifest.json", "run_log.json"}
    assert manifest["receipts"]["models"]["TARDBP"]["weights"] == collection.digest
    assert manifest["receipts"]["inputs"]["windows"]["name"] == "windows.fa"


def test_a_collection_of_other_weights_is_a_note(summary: MotifSummary) -> None:
    (bundle,) = open_bundles(("TARDBP",), "ideep")
    (collection,) = summary.collections
    assert list_digest_notes([bundle], [collection]) == ()
    (note,) = list_digest_notes([bundle], [replace(collection, digest="another")])
    assert note.startswith("TARDBP: the motifs were computed with other weights")


def test_a_shipped_collection_is_reported_without_windows(
    summary: MotifSummary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped: dict[str, MotifCollection] = {item.model: item for item in summary.collections}
    monkeypatch.setattr(job, "read_collection", lambda store, model: shipped.get(model))
    again = run(MotifSettings(("TARDBP",), model="ideep", out=tmp_path / "out"), SilentMonitor())
    for name in ("TARDBP.tsv", "TARDBP.meme", "TARDBP.html"):
        assert (again.out / name).read_bytes() == (summary.out / name).read_bytes()
    with pytest.raises(InputError, match="the package has no motifs of the model QKI: compute them from windows"):
        run(MotifSettings(("QKI",), model="ideep", out=tmp_path / "none"), SilentMonitor())
    assert not (tmp_path / "none").exists()


def test_a_bundle_of_the_user_has_no_shipped_collection_whatever_its_name(
    summary: MotifSummary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "read_collection", lambda store, model: summary.collections[0])
    path = shutil.copy(find_folder() / "ideep" / "TARDBP.safetensors", tmp_path / "mine.safetensors")
    with pytest.raises(InputError, match="the package has no motifs of the model TARDBP"):
        run(MotifSettings((str(path),), model="ideep", out=tmp_path / "out"), SilentMonitor())
