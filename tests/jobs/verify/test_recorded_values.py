"""Tracks that are damaged or changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import runs

from ideep_scan.jobs.verify.run import VerifySummary

Verify = Callable[..., VerifySummary]
START, END = 108_000, 108_100


@pytest.mark.parametrize("offset", [8, 200])
def test_a_damaged_track_is_a_difference_not_a_crash(copy: Path, verify: Verify, offset: int) -> None:
    path = copy / "tracks/ELAVL1.plus.bw"
    content = bytearray(path.read_bytes())
    content[offset : offset + 40] = b"\xff" * 40
    path.write_bytes(content)
    summary = verify(copy, files=True)
    assert summary.count >= 1
    assert all(line.startswith("tracks/ELAVL1.plus.bw: ") for line in summary.differences)


def test_a_changed_store_is_found(example: Path, verify: Verify, tmp_path: Path) -> None:
    zarr = pytest.importorskip("zarr")
    out = tmp_path / "out"
    runs.scan(example, out, rbp=("ELAVL1", "QKI"), gtf=None, regions="exA:108,001-108,050", format="zarr")
    array = zarr.open_group(out / "scores.zarr")["exA/plus/score"]
    array[START + 5, 1] = 0.75
    (line, *_) = [line for line in verify(out).differences if "(score)" in line]
    assert line.startswith("scores.zarr (score), QKI: exA:108,006 (+) has 0.75")
