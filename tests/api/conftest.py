"""A finished run of one gene of the embedded example, made through the Python API."""

from __future__ import annotations

from pathlib import Path

import pytest

import ideep_scan


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> ideep_scan.Run:
    example = ideep_scan.find_example()
    out = tmp_path_factory.mktemp("run") / "out"
    return ideep_scan.scan_genome(example.fasta, "ELAVL1", out, gtf=example.gtf, genes="EXB2", model="ideep")


@pytest.fixture(scope="session")
def finished(run: ideep_scan.Run) -> Path:
    return run.folder
