"""Arguments of a scan from Python: each reaches the job, and the job leaves the caller's process as it was."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest
import torch

from ideep_scan.api import scan as api
from ideep_scan.errors import InputError
from ideep_scan.jobs.scan_settings import ScanSettings

GIVEN: dict[str, Any] = {
    "fasta": "a.fa",
    "models": ["ELAVL1", Path("x.safetensors")],
    "out": "out",
    "model": "ideep",
    "gtf": "genes.gtf",
    "cobinding": "table.tsv",
    "evidence": {"conservation": "phyloP.bw"},
    "genes": "ABC",
    "regions": ["chr1:1-9", Path("a.bed")],
    "strand": "plus",
    "stride": 3,
    "threshold": 0.25,
    "fdr": 0.5,
    "prevalence": 0.125,
    "modalities": "all",
    "tracks": "score,neglog10p",
    "format": "zarr",
    "chrom_sizes": "sizes.tsv",
    "assembly": "hg19",
    "email": "a@b.org",
    "device": "cpu",
    "precision": "fp32",
    "batch": 2048,
    "threads": 2,
    "overwrite": True,
    "resume": True,
    "dask": "local",
    "strict": True,
    "spliced": True,
    "expression": "quant.sf",
    "min_tpm": 0.5,
}
NAMES = {"models": "rbp", "genes": "gene"}
SETTINGS = {
    "rbp": ("ELAVL1", "x.safetensors"),
    "gene": ("ABC",),
    "regions": ("chr1:1-9", "a.bed"),
    "evidence": ("conservation=phyloP.bw",),
    **{name: Path(GIVEN[name]) for name in ("fasta", "out", "gtf", "cobinding", "chrom_sizes", "expression")},
}


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[ScanSettings, Any]]:
    """Note the settings and the monitor of each job instead of running it."""
    noted: list[tuple[ScanSettings, Any]] = []
    monkeypatch.setattr(api, "run", lambda settings, monitor: noted.append((settings, monitor)))
    monkeypatch.setattr(api, "read_run", lambda out: out)
    return noted


def test_every_argument_reaches_the_job(jobs):
    assert api.scan_genome(**GIVEN) == "out"
    ((settings, _),) = jobs
    for name, value in GIVEN.items():
        field = NAMES.get(name, name)
        assert getattr(settings, field) == SETTINGS.get(field, value), name


def test_the_function_has_every_setting_with_its_default(jobs):
    parameters = inspect.signature(api.scan_genome).parameters
    assert {*GIVEN, "progress"} == set(parameters)
    api.scan_genome("a.fa", "ELAVL1", "out")
    assert jobs[0][0] == ScanSettings(rbp=("ELAVL1",), fasta=Path("a.fa"), out=Path("out"))


def test_progress_is_shown_on_request_only(jobs, capfd):
    api.scan_genome("a.fa", "ELAVL1", "out")
    _, monitor = jobs[0]
    monitor.begins(None, ["a note"])
    monitor.advance(5)
    monitor.closing(1, 2)
    assert capfd.readouterr() == ("", "")
    api.scan_genome("a.fa", "ELAVL1", "out", progress=True)
    assert type(jobs[1][1]).__name__ == "Screen"


def test_torch_has_its_threads_again_after_an_error(monkeypatch):
    before = torch.get_num_threads()

    def fail(settings: ScanSettings, monitor: object) -> None:
        torch.set_num_threads(before + 1)
        raise InputError("is empty", "a.fa")

    monkeypatch.setattr(api, "run", fail)
    with pytest.raises(InputError, match=r"a\.fa: is empty"):
        api.scan_genome("a.fa", "ELAVL1", "out")
    assert torch.get_num_threads() == before


def test_an_input_that_is_missing_is_an_error_before_the_folder_is_made(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        api.scan_genome(tmp_path / "no.fa", "ELAVL1", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
