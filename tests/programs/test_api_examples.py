"""Examples in the docstrings of the Python API."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ideep_scan

MODULES = [
    "ideep_scan.api.arguments",
    "ideep_scan.api.example",
    "ideep_scan.api.models",
    "ideep_scan.api.finished_run",
    "ideep_scan.api.intersect",
    "ideep_scan.api.scan",
    "ideep_scan.api.sites",
    "ideep_scan.api.training",
    "ideep_scan.api.transcripts",
    "ideep_scan.api.variants",
    "ideep_scan.models.threads",
]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    example = ideep_scan.find_example()
    out = tmp_path_factory.mktemp("run") / "out"
    return ideep_scan.scan_genome(example.fasta, "ELAVL1", out, gtf=example.gtf, genes="EXB2").folder


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name: str, finished: Path, tmp_path: Path) -> None:
    module = import_module(name)
    public = {public: getattr(ideep_scan, public) for public in ideep_scan.__all__}
    names = {**vars(module), **public, "pd": pd, "np": np, "folder": tmp_path, "finished": finished}
    results = doctest.testmod(module, globs=names, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert results.attempted > 0
    assert results.failed == 0


@pytest.mark.parametrize("name", [name for name in ideep_scan.__all__ if name[0].islower()])
def test_each_function_has_an_example(name: str) -> None:
    assert ">>>" in (getattr(ideep_scan, name).__doc__ or "")
