"""Paths of inputs in settings."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from ideep_scan.errors import InputError
from ideep_scan.jobs.cluster.input_paths import list_paths, make_absolute, replace_paths
from ideep_scan.jobs.scan_settings import ScanSettings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ScanSettings:
    monkeypatch.chdir(tmp_path)
    for name in ("g.fa", "g.fa.fai", "a.gtf", "r.bed", "m.safetensors", "p.bw", "s.txt"):
        Path(name).touch()
    return ScanSettings(
        ("ELAVL1", "m.safetensors"),
        Path("g.fa"),
        gtf=Path("a.gtf"),
        chrom_sizes=Path("s.txt"),
        regions=("chr1:1-5", "./r.bed"),
        evidence=("conservation=p.bw",),
        out=Path("out"),
    )


def test_every_path_becomes_absolute(settings: ScanSettings, tmp_path: Path) -> None:
    absolute = make_absolute(settings)
    assert absolute == replace(
        settings,
        rbp=("ELAVL1", f"{tmp_path}/m.safetensors"),
        fasta=tmp_path / "g.fa",
        gtf=tmp_path / "a.gtf",
        chrom_sizes=tmp_path / "s.txt",
        regions=("chr1:1-5", f"{tmp_path}/r.bed"),
        evidence=(f"conservation={tmp_path}/p.bw",),
        out=tmp_path / "out",
    )
    assert make_absolute(absolute) == absolute


def test_the_files_of_a_run(settings: ScanSettings) -> None:
    assert set(list_paths(settings)) == {"g.fa", "g.fa.fai", "a.gtf", "s.txt", "./r.bed", "m.safetensors", "p.bw"}


def test_paths_that_were_moved(settings: ScanSettings, tmp_path: Path) -> None:
    moved = replace_paths(make_absolute(settings), lambda path: path.replace(str(tmp_path), "/elsewhere"))
    assert all(path.startswith("/elsewhere/") for path in list_paths(moved))
    assert moved.regions == ("chr1:1-5", "/elsewhere/r.bed")


def test_a_pipe_is_refused(settings: ScanSettings, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in ("pipe", "-"):
        with pytest.raises(InputError, match=f"--dask: {path} is a pipe"):
            make_absolute(replace(settings, gtf=Path(path)))
