"""Arguments of a scan of transcripts from Python: each reaches the job."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest

from ideep_scan.api import scan, transcripts
from ideep_scan.jobs.scan_settings import ScanSettings

GIVEN: dict[str, Any] = {
    "model": "ideep",
    "stride": 3,
    "threshold": 0.25,
    "fdr": 0.5,
    "prevalence": 0.125,
    "modalities": "all",
    "tracks": "score,neglog10p",
    "format": "zarr",
    "email": "a@b.org",
    "device": "cpu",
    "precision": "fp32",
    "batch": 2048,
    "threads": 2,
    "overwrite": True,
    "resume": True,
    "dask": "local",
    "strict": True,
}


def test_every_argument_reaches_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[ScanSettings] = []
    monkeypatch.setattr(scan, "run", lambda settings, monitor: noted.append(settings))
    monkeypatch.setattr(transcripts, "read_run", lambda out: out)
    assert transcripts.scan_transcripts("a.fa", "ELAVL1", "out", regions="NM_1:1-9", **GIVEN) == "out"
    names = {"fasta": Path("a.fa"), "out": Path("out"), "rbp": ("ELAVL1",), "regions": ("NM_1:1-9",)}
    assert noted == [ScanSettings(**names, **GIVEN, transcripts=True)]
    parameters = {*inspect.signature(transcripts.scan_transcripts).parameters}
    assert parameters == {*GIVEN, "fasta", "models", "out", "regions", "progress"}
