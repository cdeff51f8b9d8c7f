"""A run of a model that smooths, and whose calls were measured with peaks: from its calibration to all files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import runs

from ideep_scan.kernels.smoothing import smooth_scores
from ideep_scan.models.calibration import Calibration
from ideep_scan.train.measured_precision import JudgedCalls, measure_precision

KIND, USED = "sequence+region", ("sequence", "region")
START, END = 88_000, 101_000
WIDTH = 40


def calibration() -> dict[str, Any]:
    """An invented calibration: calls are hits with the chance that is their score."""
    rng = np.random.default_rng(0)
    logits = rng.normal(-2, 2, 3000)
    hits = rng.random(3000) < 1 / (1 + np.exp(-logits))
    peaks = np.zeros(hits.sum(), int)
    calls = JudgedCalls(logits, hits, np.arange(3000) % 40, peak_logits=logits[hits], peak_genes=peaks)
    table = measure_precision(calls, 0.02, truth="eCLIP of K562", independent=True, samples=50)
    fields = runs.toy_calibration()
    return {**fields, "smoothing": WIDTH, "smoothed kinds": fields["kinds"], "measured": {KIND: table}}


@pytest.fixture(scope="module")
def run(example: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("measured")
    model = runs.recalibrated(folder, "measured", calibration())
    options = {"rbp": (model,), "modalities": ",".join(USED), "threshold": None}
    summary = runs.scan(example, folder / "out", regions=f"exA:{START + 1}-{END}", **options)
    return folder / "out", summary, json.loads((folder / "out" / "manifest.json").read_text())


def test_sites_are_summits_of_smoothed_scores(run: tuple[Any, ...], scores: runs.Scores) -> None:
    out, summary, _ = run
    rows = runs.table(out)
    (called,) = summary.called
    assert len(rows) == called.sites > 10
    for strand in "+-":
        smooth = smooth_scores(np.ascontiguousarray(scores["exA", strand][START:END]), WIDTH // 2)
        sites = rows[rows["strand"] == strand]
        np.testing.assert_allclose(sites["score"], smooth[sites["summit"] - START], rtol=1e-4)
        inside = np.concatenate([np.arange(site.start, site.end) for site in sites.itertuples()] or [[]]).astype(int)
        assert set(np.flatnonzero(smooth > called.threshold * (1 + 1e-4)) + START) <= set(inside)


def test_precision_ranks_and_threshold_come_from_the_measured_table(run: tuple[Any, ...]) -> None:
    out, summary, manifest = run
    measured = Calibration.from_dict(calibration()).measured_precision(USED)
    assert measured is not None
    (called,) = summary.called
    assert (called.threshold, called.chosen_by, called.smoothing) == (measured.best_threshold(), "best F1", WIDTH)
    rows = runs.table(out)
    np.testing.assert_allclose(
        rows["precision"].astype(float), measured.precision(rows["score"].to_numpy(np.float32), 0.02), rtol=6e-3
    )
    assert rows["rank_in_run"].astype(int).tolist() == rows["score"].rank(method="min", ascending=False).tolist()
    in_gene = rows.groupby("gene_id")["score"].rank(method="min", ascending=False)
    assert rows["rank_in_gene"].astype(int).tolist() == in_gene.tolist()
    receipts = manifest["receipts"]["called"]["ELAVL1"]
    assert receipts["measured precision"]["truth"] == "eCLIP of K562"
    assert receipts["measured precision"]["low"] < receipts["measured precision"]["value"]
    words = manifest["models"]["ELAVL1"]["sites_about"]
    assert "of a peak of another laboratory" in words
    assert "of a peak of another laboratory" in (out / "index.html").read_text()
    assert "precision ${precision}" in (out / "hub.txt").read_text()
