"""The whole benchmark on a toy of the published data: what it leaves, what it does anew, and what it does not."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import toy_clip31
from sklearn.metrics import average_precision_score, roc_auc_score
from toy_clip31 import NAMES, Toy

from ideep_scan.benchmark import run as benchmark
from ideep_scan.benchmark.records import Cell
from ideep_scan.benchmark.run import BenchmarkSummary, run
from ideep_scan.benchmark.settings import BenchmarkSettings
from ideep_scan.benchmark.workbench import Workbench
from ideep_scan.errors import IdeepScanError

METHODS = ("region", "motifs", "iDeep")


class Watcher:
    def __init__(self) -> None:
        self.cells, self.notes, self.advanced = 0, (), 0

    def begins(self, cells: int, notes: Sequence[str]) -> None:
        self.cells, self.notes = cells, tuple(notes)

    def advance(self, cells: int) -> None:
        self.advanced += cells


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Toy:
    return toy_clip31.write(tmp_path_factory.mktemp("toy"))


def asked(toy: Toy, out: Path, **more: Any) -> BenchmarkSettings:
    return BenchmarkSettings(**{"data": toy.data, "out": out, "method": METHODS, "threads": 1, **more})


@pytest.fixture(scope="module")
def first(toy: Toy, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, BenchmarkSummary, Watcher]:
    """A run of three methods on three experiments, iDeep by the own protocol as well, cross-validated in two parts."""
    out, watcher = tmp_path_factory.mktemp("first") / "deep" / "out", Watcher()
    anchors = out.parents[1] / "anchors.tsv"
    anchors.write_text(
        "id\texperiment\tiDeep_rerun_AUC\tboot_SD\tiDeep+spline_AUC\tiDeep_rerun_auPRC\tspline_auPRC\n"
        "1\ta\t0.999\t0.0001\t0.5\t0.4\t0.3\n2\tb\t0.1\t0.01\t0.2\t0.3\t0.4\n\tMEAN\t1\t1\t1\t1\t1\n"
    )
    summary = run(asked(toy, out, fasta=toy.fasta, gtf=toy.gtf, anchors=anchors, folds=2), watcher)
    return out, summary, watcher


def files(out: Path) -> dict[str, bytes]:
    """What a run left, without the page, which states the time that training took."""
    results = {path.relative_to(out).as_posix(): path for path in out.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in results.items()}


def scores(out: Path) -> dict[str, np.ndarray]:
    return {path.relative_to(out).as_posix(): np.load(path)["scores"] for path in sorted(out.rglob("*.npz"))}


def test_every_cell_is_kept_with_its_receipt(first: tuple[Path, BenchmarkSummary, Watcher]) -> None:
    out, summary, watcher = first
    cells = len(NAMES) * (len(METHODS) + 1) * 3  # each with two folds
    assert (summary.computed, summary.reused, watcher.cells, watcher.advanced) == (cells, 0, cells, cells)
    assert watcher.notes == ()
    assert len(scores(out)) == cells
    assert not list(out.rglob("*.part"))
    with np.load(out / "scores" / "published" / "iDeep" / "2_TOY_BETA.npz", allow_pickle=False) as file:
        receipt = json.loads(str(file["receipt"]))
        assert (file["scores"].shape, file["labels"].sum()) == ((40,), 10)
    assert set(receipt) == {"seed", "method", "data", "fold"}
    assert receipt["method"].startswith("IDeep(modalities=('sequence', 'region'")
    folds = [np.load(out / f"scores/own/iDeep/1_TOY_ALPHA.fold{k}of2.npz")["labels"] for k in (1, 2)]
    assert [len(labels) for labels in folds] == [30, 30]
    assert sum(labels.sum() for labels in folds) == 15


def test_tables_say_what_scikit_learn_says_of_the_scores(first: tuple[Path, BenchmarkSummary, Watcher]) -> None:
    out, summary, _ = first
    table = pd.read_csv(out / "benchmark.tsv", sep="\t")
    page = (out / "benchmark.md").read_text()
    assert len(table) == len(NAMES) * (len(METHODS) + 1)
    for row in table.itertuples():
        with np.load(out / "scores" / row.protocol / row.method / f"{row.experiment}.npz") as file:
            assert pytest.approx(roc_auc_score(file["labels"], file["scores"])) == row.AUC
            assert row.auPRC == pytest.approx(average_precision_score(file["labels"], file["scores"]))
        assert row.AUC_low <= row.AUC <= row.AUC_high
        folds = [np.load(out / f"scores/{row.protocol}/{row.method}/{row.experiment}.fold{k}of2.npz") for k in (1, 2)]
        expected = [roc_auc_score(fold["labels"], fold["scores"]) for fold in folds]
        assert [float(part) for part in row.cross_validation_AUC.split(",")] == pytest.approx(expected)
        assert f"{row.AUC:.3f}" in page
        assert f"{row.auPRC:.3f}" in page
    means = table.groupby(["protocol", "method"])[["AUC", "auPRC"]].mean()
    for protocol, method, experiments, auc, auprc in summary.means:
        assert experiments == 3
        assert (auc, auprc) == pytest.approx(tuple(means.loc[protocol, method]))
        assert f"| {method} | 3 | {auc:.3f} ± " in page


def test_the_page_tells_protocols_apart_and_names_who_is_behind(first: tuple[Path, BenchmarkSummary, Watcher]) -> None:
    out, _, _ = first
    page = (out / "benchmark.md").read_text()
    published, own = page.split("## Published matrices")[1].split("## Own featurizer")
    assert "| iDeep | 3 |" in published
    assert "| region | 3 |" not in own
    main = published.split("### iDeep\n")[1].split("###")[0]
    lines = {line.split(" ")[1]: line for line in main.splitlines() if line.startswith("| ")}
    assert "| 0.999 | 0.400 | **behind** |" in lines["1"]
    assert "| 0.100 | 0.300 |  |" in lines["2"]
    assert "|  |  |  |" in lines["10"]
    assert "with landmarks: AUC" in own
    assert "with landmarks" not in published
    linked = [part.split(")")[0] for part in page.split("](")[1:]]
    assert linked
    for name in linked:
        assert (out / name).read_bytes().startswith(b"\x89PNG")
        assert (out / name).with_suffix(".svg").read_text().startswith("<?xml")


def test_a_second_run_trains_nothing_and_changes_nothing(
    toy: Toy, first: tuple[Path, BenchmarkSummary, Watcher], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, summary, _ = first
    before = files(out)
    monkeypatch.setattr(Workbench, "result", None)
    watcher = Watcher()
    anchors = out.parents[1] / "anchors.tsv"
    again = run(asked(toy, out, fasta=toy.fasta, gtf=toy.gtf, anchors=anchors, folds=2), watcher)
    assert (again.computed, again.reused, again.means) == (0, summary.computed, summary.means)
    assert watcher.advanced == watcher.cells
    assert any("finished already" in note for note in watcher.notes)
    assert files(out) == before


def spoil_receipt(path: Path) -> None:
    with np.load(path) as file:
        arrays = dict(file)
    arrays["receipt"] = np.array(json.dumps({**json.loads(str(arrays["receipt"])), "seed": 7}))
    np.savez(path, **arrays)


def spoil_scores(path: Path) -> None:
    with np.load(path) as file:
        arrays = dict(file)
    arrays["scores"] = np.full_like(arrays["scores"], np.nan)
    np.savez(path, **arrays)


@pytest.mark.parametrize(
    "spoil",
    [
        Path.unlink,
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"PK\x03\x04 no archive"),
        lambda path: path.write_bytes(path.read_bytes()[:-30]),
        lambda path: path.write_bytes(path.read_bytes().replace(b"scores", b"scared")),
        spoil_receipt,
        spoil_scores,
    ],
    ids=["gone", "empty", "no archive", "cut", "other names", "another seed", "NaN"],
)
def test_only_the_cell_that_is_not_sound_is_done_anew(
    spoil: Any, toy: Toy, first: tuple[Path, BenchmarkSummary, Watcher], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(first[0], out)
    expected = scores(out)
    spoil(out / "scores" / "published" / "region" / "10_TOY_GAMMA.npz")
    summary = run(asked(toy, out), Watcher())
    assert (summary.computed, summary.reused) == (1, len(NAMES) * len(METHODS) - 1)
    for name, values in scores(out).items():
        np.testing.assert_array_equal(values, expected[name])


def test_another_seed_or_other_data_is_another_cell(toy: Toy, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(toy.data, data)
    here = {"data": data, "method": ("region",)}
    run(asked(toy, tmp_path / "out", **here), Watcher())
    assert run(asked(toy, tmp_path / "out", **here), Watcher()).computed == 0
    part = data / NAMES[1] / "5000" / "test_sample_0" / "motif_fea.gz"
    part.write_bytes((data / NAMES[2] / "5000" / "test_sample_0" / "motif_fea.gz").read_bytes())
    assert run(asked(toy, tmp_path / "out", **here), Watcher()).computed == 1
    assert run(asked(toy, tmp_path / "out", seed=1, **here), Watcher()).computed == 3


def test_processes_and_order_do_not_matter(
    toy: Toy, first: tuple[Path, BenchmarkSummary, Watcher], tmp_path: Path
) -> None:
    """Two processes on two methods; and single cells in another order than the whole run's."""
    expected = scores(first[0])
    run(asked(toy, tmp_path / "out", threads=2, experiment=("2", "GAMMA"), method=("motifs", "iDeep")), Watcher())
    results = scores(tmp_path / "out")
    assert len(results) == 4
    with Workbench(asked(toy, tmp_path), NAMES) as bench:
        for method in ("iDeep", "region"):
            cell = Cell("published", method, NAMES[0])
            results[f"scores/published/{method}/{NAMES[0]}.npz"] = bench.result(cell).scores
    for name, values in results.items():
        np.testing.assert_array_equal(values, expected[name], err_msg=name)


def test_a_run_that_fails_keeps_what_is_finished(toy: Toy, tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    shutil.copytree(toy.data, data)
    broken = data / NAMES[1] / "5000" / "training_sample_0" / "matrix_RNAfold.tab.gz"
    broken.write_bytes(broken.read_bytes()[:-9])
    for threads in (1, 2):
        with pytest.raises(IdeepScanError, match=r"matrix_RNAfold\.tab\.gz: is truncated") as caught:
            run(asked(toy, out, data=data, threads=threads, method=("region",)), Watcher())
        assert "\n" not in str(caught.value)
    assert scores(out).keys() >= {"scores/published/region/1_TOY_ALPHA.npz"}
    assert not (out / "benchmark.md").exists()


@pytest.mark.parametrize(("gone", "said"), [({"sklearn"}, "scikit-learn"), ({"matplotlib"}, "matplotlib")])
def test_what_must_be_installed(gone: set[str], said: str, toy: Toy, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(benchmark, "find_spec", lambda name: None if name in gone else object())
    with pytest.raises(IdeepScanError, match=rf"needs {said}: pip install 'ideep-scan\[train\]'"):
        run(asked(toy, tmp_path / "out"), Watcher())
    assert not (tmp_path / "out").exists()


def test_own_is_left_out_and_said_so_without_a_genome(toy: Toy, tmp_path: Path) -> None:
    watcher = Watcher()
    summary = run(asked(toy, tmp_path / "out", method=("motifs",), experiment=("1",)), watcher)
    assert {protocol for protocol, *_ in summary.means} == {"published"}
    (note,) = watcher.notes
    assert "--fasta and --gtf" in note
    assert note in (tmp_path / "out" / "benchmark.md").read_text()
