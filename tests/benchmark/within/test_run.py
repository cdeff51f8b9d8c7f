"""The benchmark inside transcripts on a toy: its files, the cache of scores, and data that judge nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
import toy_within
from toy_within import ECLIP, PARCLIP, REPLICATE, ToyWithin

from ideep_scan.benchmark.within import models, run
from ideep_scan.benchmark.within.run import WithinSummary
from ideep_scan.benchmark.within.settings import WithinSettings
from ideep_scan.errors import InputError


class Watcher:
    def __init__(self) -> None:
        self.steps, self.advanced = 0, 0

    def begins(self, steps: int, notes: Sequence[str]) -> None:
        self.steps = steps

    def advance(self, steps: int) -> None:
        self.advanced += steps


@pytest.fixture(autouse=True)
def toy_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "open_models", lambda sources: toy_within.make_models(sources[0]))


def start(toy: ToyWithin, out: Path, watcher: Watcher | None = None) -> WithinSummary:
    return run.run(WithinSettings(toy.data, toy.fasta, toy.gtf, out, ("ideep",)), watcher or Watcher())


def test_a_run_writes_tables_and_figures_and_the_next_one_reads_its_scores(
    toy: ToyWithin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watcher, out = Watcher(), tmp_path / "out"
    summary = start(toy, out, watcher)
    assert (summary.lists, watcher.steps) == (3, watcher.advanced)
    assert summary.positions == len(toy.ground)
    table = pd.read_csv(out / "within.tsv", sep="\t", na_values=".")
    assert set(table["list"]) == {ECLIP, REPLICATE, PARCLIP}
    assert set(table["part"]) == {"all", "chr19+chr20", "chr20"}
    rows = table[(table["part"] == "all") & (table["list"] == ECLIP)].set_index("predictor")
    assert rows.index[0] == "region type"
    assert rows.loc["other experiments", "AUC_genes"] > 0.99  # the other list of the protein has the same peaks
    assert rows.loc["other experiments", "R_precision"] == 1
    assert rows.loc["ideep", "relation"] == "other"
    assert rows.loc["ideep", "called_precision"] >= 0 or rows.loc["ideep", "called_per_kb"] == 0
    assert (table["auPRC_low"] <= table["auPRC"]).all()
    assert (table["auPRC"] <= table["auPRC_high"]).all()
    page = (out / "within.md").read_text()
    assert "| region type |" in page
    assert f"| {ECLIP} |" in page
    for name in ("within_curves.png", "within_ratios.svg"):
        assert (out / "figures" / name).stat().st_size > 0
    monkeypatch.setattr(models, "compute_scores", None)  # nothing is scored again
    assert len(start(toy, out).means) == len(summary.means)
    pd.testing.assert_frame_equal(pd.read_csv(out / "within.tsv", sep="\t", na_values="."), table)


def test_lists_of_other_proteins_are_an_error(toy: ToyWithin, tmp_path: Path) -> None:
    (tmp_path / "peaks").mkdir()
    (tmp_path / "peaks" / "a.bed").write_text("chr20\t900\t960\tXYZ_K562_F\t0\t+\n")
    settings = WithinSettings(tmp_path / "peaks", toy.fasta, toy.gtf, tmp_path / "out")
    with pytest.raises(InputError, match="no list of peaks judges a model"):
        run.run(settings, Watcher())
    assert not (tmp_path / "out").exists()
