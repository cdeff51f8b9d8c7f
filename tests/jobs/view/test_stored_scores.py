"""Scores in a Zarr store, as the overview of a page reads them: those of the bigWigs of the same scan."""

from __future__ import annotations

import json
import shutil
import urllib.request
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import runs

from ideep_scan.errors import InputError
from ideep_scan.jobs.hub import run as build_hub
from ideep_scan.jobs.hub_settings import HubSettings
from ideep_scan.jobs.view.serve_run import OVERVIEW, serve_run
from ideep_scan.jobs.view.stored_scores import find_stored_scores, read_stored_maxima

pytest.importorskip("zarr")
MODELS = ("ELAVL1", "QKI")
REGION, START, END = "exA:108,001-110,000", 108_000, 110_000
Rows = Callable[[Path, int, int, int], tuple[list[str], np.ndarray]]


@pytest.fixture(scope="module")
def folders(example: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same scan of both strands in each format."""
    root = tmp_path_factory.mktemp("runs")
    for name in ("bigwig", "zarr"):
        runs.scan(example, root / name, rbp=MODELS, gtf=None, regions=REGION, format=name)
    return {name: root / name for name in ("bigwig", "zarr")}


def ask(folder: Path, start: int, end: int, bins: int) -> tuple[list[str], np.ndarray]:
    """Return the problems and the rows that the page of a folder gets."""
    server, address = serve_run(folder)
    with (
        server,
        urllib.request.urlopen(
            f"{address.rpartition('/')[0]}/{OVERVIEW}?chrom=exA&start={start}&end={end}&bins={bins}", timeout=10
        ) as reply,
    ):
        line, content = reply.read().split(b"\n", 1)
    head = json.loads(line)
    return head["problems"], np.frombuffer(content, np.uint8).reshape(-1, 2, head["bins"])


@pytest.mark.parametrize(
    ("start", "end", "bins"), [(START, END, 600), (START - 500, END + 777, 97), (START, START + 9, 600)]
)
def test_bins_are_those_of_the_bigwigs(folders: dict[str, Path], start: int, end: int, bins: int) -> None:
    (no_problem, stored), (_, in_bigwigs) = (ask(folders[name], start, end, bins) for name in ("zarr", "bigwig"))
    assert no_problem == []
    np.testing.assert_array_equal(stored, in_bigwigs)
    assert (stored < 255).any()


def test_wide_bins_are_those_of_the_bigwigs_and_their_neighbours(folders: dict[str, Path]) -> None:
    """Summaries of a bigWig on the border of two bins count in both."""
    _, stored = ask(folders["zarr"], 0, 120_000, 600)
    _, in_bigwigs = ask(folders["bigwig"], 0, 120_000, 600)
    scored = stored < 255
    assert (stored[scored] <= in_bigwigs[scored]).all()
    values = np.where(scored, stored, 0)
    beside = np.maximum.reduce([values, np.roll(values, 1, -1), np.roll(values, -1, -1)])
    assert (in_bigwigs[in_bigwigs < 255] <= beside[in_bigwigs < 255]).all()


def test_a_hub_of_both_runs_has_the_rows_of_each(folders: dict[str, Path], tmp_path: Path) -> None:
    root = folders["zarr"].parent
    build_hub(HubSettings(tuple(folders.values()), out=root / "hub"))
    no_problem, rows = ask(root / "hub", START, END, 300)
    assert no_problem == []
    alone = np.concatenate([ask(folder, START, END, 300)[1] for folder in folders.values()])
    assert sorted(row.tobytes() for row in rows) == sorted(row.tobytes() for row in alone)


def test_what_cannot_be_read_is_named(folders: dict[str, Path], tmp_path: Path) -> None:
    store = folders["zarr"] / "scores.zarr"
    with pytest.raises(InputError, match="no summaries for more than 2,097,152 nt: zoom in"):
        read_stored_maxima(store, "exA", 0, 3_000_000, bins=600)
    assert np.isnan(read_stored_maxima(store, "elsewhere", 0, 10, bins=5)["QKI"]).all()
    copy = tmp_path / "run"
    shutil.copytree(folders["zarr"], copy)
    (copy / "scores.zarr" / "zarr.json").write_text("{")
    (problem,), rows = ask(copy, START, END, 10)
    assert problem == "scores.zarr: cannot be read as a Zarr store of scores: run the scan again"
    assert (rows == 255).all()


def test_groups_with_bigwigs_need_no_store(folders: dict[str, Path]) -> None:
    sites = folders["zarr"] / "hits" / "QKI.bb"
    assert find_stored_scores([{"+": sites}], [sites], [folders["zarr"]]) == [None]
    (found,) = find_stored_scores([{}], [sites], [folders["zarr"]])
    assert found is not None
    assert found.model == "QKI"
    assert found.store == folders["zarr"] / "scores.zarr"
