"""Runs that agree with their inputs, and runs whose files were changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import runs

from ideep_scan.errors import InputError
from ideep_scan.jobs.verify.run import VerifySummary
from ideep_scan.models.store_names import SHARED

Verify = Callable[..., VerifySummary]
START, END = 108_000, 108_100


def test_an_untouched_run_agrees(small_run: Path, verify: Verify) -> None:
    before = runs.data_files(small_run)
    summary = verify(small_run, files=True)
    assert summary.count == 0
    assert summary.differences == ()
    assert summary.positions == 2 * (END - START)
    assert summary.empty > 0
    assert summary.sites > 0
    assert 0.0001 < summary.largest < 0.00051
    assert runs.data_files(small_run) == before


def test_a_run_with_an_annotation_agrees(complete_run: Path, verify: Verify) -> None:
    summary = verify(complete_run)
    assert summary.count == 0
    assert (summary.positions, summary.models) == (300, 1)


@pytest.mark.parametrize("name", ["hub.txt", "hits/ELAVL1.bed.gz", "index.html"])
def test_one_changed_byte_of_a_file_is_found(copy: Path, verify: Verify, name: str) -> None:
    path = copy / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert verify(copy).count == 0
    summary = verify(copy, files=True)
    assert summary.count == 1
    assert summary.differences[0].startswith(f"{name}: was changed after the run wrote it")


@pytest.mark.parametrize("name", ["motifs/ELAVL1.tsv.gz", "hits/ELAVL1.tsv.gz", "tracks/ELAVL1.plus.bw"])
def test_a_missing_file_is_one_difference(copy: Path, verify: Verify, name: str) -> None:
    (copy / name).unlink()
    assert verify(copy).differences == (f"{name}: is listed in the manifest but is missing",)


@pytest.mark.parametrize(
    "options",
    [
        {"stride": 3, "strand": "minus", "gtf": None, "regions": "exA:108,001-108,400"},
        {"gene": ("EXA1",)},
        {"gene": ("EXA1", "EXB1"), "spliced": True, "threshold": 0.02},
        {"model": SHARED, "rbp": ("ELAVL1", "QKI"), "tracks": "within,contributions", "gtf": None,
         "regions": "exA:108,001-108,300", "format": "zarr"},
        {"model": SHARED, "tracks": "within,contributions", "gtf": None, "regions": "exA:108,001-108,300"},
        {"model": SHARED, "precision": "bf16", "gtf": None, "regions": "exA:108,001-108,200"},
    ],
)  # fmt: skip
def test_runs_with_other_settings_agree(example: Path, verify: Verify, tmp_path: Path, options: dict[str, Any]) -> None:
    if options.get("format") == "zarr":
        pytest.importorskip("zarr")
    runs.scan(example, tmp_path / "out", **options)
    summary = verify(tmp_path / "out")
    assert summary.differences == ()
    assert summary.positions > 50
    assert bool(summary.contributions) == ("contributions" in options.get("tracks", ""))


@pytest.mark.parametrize("make", [lambda path: None, Path.mkdir, Path.touch])
def test_a_folder_without_a_run_is_refused(tmp_path: Path, verify: Verify, make: Callable[[Path], object]) -> None:
    make(tmp_path / "none")
    with pytest.raises(InputError, match="finished run"):
        verify(tmp_path / "none")


@pytest.mark.parametrize(
    ("name", "message"),
    [(".shards", "not finished: finish it with ideep-scan genome --resume"), ("hub.txt", "is a hub")],
)
def test_a_folder_of_another_kind_is_named(tmp_path: Path, verify: Verify, name: str, message: str) -> None:
    (tmp_path / "none" / name).mkdir(parents=True)
    with pytest.raises(InputError, match=message):
        verify(tmp_path / "none")
