"""A run with `--format zarr`, against the same run with bigWigs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import runs

from ideep_scan.api.finished_run import read_run
from ideep_scan.errors import InputError
from ideep_scan.jobs import scan_settings
from track_hubs.check.hub_check import check

zarr = pytest.importorskip("zarr")
REGION, CHROM, START, END = "exA:108,001-110,000", "exA", 108_000, 110_000
MODELS = ("ELAVL1", "QKI")


@pytest.fixture(scope="module")
def folders(example: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A run of both strands in each format, with a further track."""
    out = {name: tmp_path_factory.mktemp(name) / "run" for name in ("bigwig", "zarr")}
    for name, folder in out.items():
        runs.scan(example, folder, rbp=MODELS, gtf=None, regions=REGION, format=name, tracks="score,neglog10p")
    return out


def test_the_store_has_the_values_of_the_bigwigs(folders: dict[str, Path]) -> None:
    store = zarr.open_group(folders["zarr"] / "scores.zarr", mode="r")
    assert store.attrs["models"] == list(MODELS)
    assert store.attrs["contigs"] == runs.LENGTHS
    assert store.attrs["assembly"] == "example"
    for strand, side in runs.SIDES.items():
        for column, model in enumerate(MODELS):
            for kind, name in (("score", model), ("neglog10p", f"{model}.neglog10p")):
                expected = runs.track(folders["bigwig"], strand, name)[CHROM]
                assert np.isfinite(expected[START:END]).any()
                np.testing.assert_array_equal(store[f"{CHROM}/{side}/{kind}"][:, column], expected)


def test_python_reads_the_same_scores(folders: dict[str, Path]) -> None:
    stored, in_bigwigs = read_run(folders["zarr"]), read_run(folders["bigwig"])
    for model in MODELS:
        np.testing.assert_array_equal(
            stored.scores(model, CHROM, START, END, "+"), in_bigwigs.scores(model, CHROM, START, END, "+")
        )


def test_the_hub_shows_sites_alone_and_the_page_says_why(folders: dict[str, Path]) -> None:
    out = folders["zarr"]
    assert not (out / "tracks").exists()
    assert "bigWig" not in (out / "hub.txt").read_text()
    assert not check(out / "hub.txt", hubcheck=False, digests=True, unknown_genome=False).findings
    for page in ("index.html", "descriptions/run.html"):
        assert "The scores are in scores.zarr, which browsers do not read" in (out / page).read_text()
    assert runs.table(out).equals(runs.table(folders["bigwig"]))


def test_the_manifest_has_the_digest_of_each_file(folders: dict[str, Path]) -> None:
    manifest = json.loads((folders["zarr"] / "manifest.json").read_text())
    stored = {name for name in runs.files(folders["zarr"]) if name.startswith("scores.zarr/")}
    assert stored == {name for name in manifest["files"] if name.startswith("scores.zarr/")}
    assert "scores.zarr/exA/plus/score/c/0/0" in stored


def test_a_run_with_bigwigs_replaces_a_store(example: Path, tmp_path: Path) -> None:
    for name in ("zarr", "bigwig"):
        runs.scan(example, tmp_path, regions=REGION, format=name, overwrite=True)
        assert (tmp_path / "scores.zarr").exists() == (name == "zarr")
        assert (tmp_path / "tracks").exists() == (name == "bigwig")


def test_zarr_that_is_not_installed_is_one_line(example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_settings, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"--format zarr needs zarr, .*pip install 'ideep-scan\[zarr\]'"):
        runs.scan(example, tmp_path / "out", format="zarr")
    assert not (tmp_path / "out").exists()
