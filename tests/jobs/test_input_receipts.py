"""Receipts state what a run read; an input that changes meanwhile ends it and leaves nothing."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
import runs

from ideep_scan.errors import InputError
from ideep_scan.formats.input_file import InputFile, identify
from ideep_scan.jobs import predict
from ideep_scan.jobs.input_receipts import InputReceipts
from ideep_scan.jobs.predict_settings import PredictSettings
from ideep_scan.jobs.scan.cost_estimate import ScanEstimate


class Meddler(runs.Watcher):
    """Replaces a file by one that holds the same, once the scan has begun."""

    def __init__(self, path: Path):
        super().__init__()
        self.path = path

    def begins(self, expected: ScanEstimate | int, notes: Sequence[str]) -> None:
        other = self.path.with_name("other")
        other.write_bytes(self.path.read_bytes())
        os.replace(other, self.path)


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    folder = runs.copy_example(tmp_path / "example")
    (folder / "chrom.sizes").write_text("exA\t120000\nexB\t80000\n")
    (folder / "regions.bed").write_text("exA\t5000\t5600\n")
    return folder


@pytest.mark.parametrize("name", ["example.fa.gz", "genes.gtf", "chrom.sizes", "regions.bed"])
def test_an_input_that_is_replaced_ends_the_run(inputs: Path, tmp_path: Path, name: str) -> None:
    asked = {"chrom_sizes": inputs / "chrom.sizes", "regions": (str(inputs / "regions.bed"),)}
    with pytest.raises(InputError, match=f"{name}: was replaced, overwritten or removed"):
        runs.scan(inputs, tmp_path / "out", Meddler(inputs / name), **asked)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["example.fa.gz", "planted_sites.bed"])
def test_an_input_that_is_replaced_ends_a_prediction(inputs: Path, tmp_path: Path, name: str) -> None:
    out = tmp_path / "out.tsv"
    asked = PredictSettings(
        ("ELAVL1",), inputs / "planted_sites.bed", fasta=inputs / "example.fa.gz", threads=1, device="cpu", out=out
    )
    with pytest.raises(InputError, match=f"{name}: was replaced, overwritten or removed"):
        predict.run(asked, Meddler(inputs / name), io.StringIO())
    assert not out.exists()


def test_manifest_and_log_state_every_input(complete_run: Path, example: Path) -> None:
    receipts = json.loads((complete_run / "manifest.json").read_text())["receipts"]["inputs"]
    locations = json.loads((complete_run / "run_log.json").read_text())["inputs"]
    assert list(receipts) == list(locations) == ["fasta", "annotation"]
    for role, name in (("fasta", "example.fa.gz"), ("annotation", "genes.gtf")):
        device, inode, size, modified = identify((example / name).stat())
        assert receipts[role] == {"name": name, "digest": InputFile(example / name).digest(), "size": size}
        place = {"path": str(example / name), "device": device, "inode": inode, "mtime_ns": modified}
        assert locations[role] == place


def test_a_run_that_fails_does_not_wait_for_digests(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("content")
    file = InputFile(path)
    with pytest.raises(KeyError), InputReceipts({"a": file}):
        raise KeyError
    assert file.digest() == InputFile(path).digest()
