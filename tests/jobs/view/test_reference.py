"""Letters of a run's genome: on both strands, and none from a FASTA that is gone, changed or of another genome."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from ideep_scan.jobs.output_folder.run_log import RUN_LOG
from ideep_scan.jobs.view.reference import Reference
from track_hubs.manifest import MANIFEST, Assembly, Manifest


def describe(fasta: str | None, length: int = 8) -> Manifest:
    return Manifest("x", Assembly("x", "x", fasta, {"c": length}), (), {})


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A folder whose log names a FASTA."""
    (tmp_path / "g.fa").write_text(">c\nAACGTTNa\n")
    (tmp_path / MANIFEST).write_text("{}")
    (tmp_path / RUN_LOG).write_text(json.dumps({"inputs": {"fasta": {"path": str(tmp_path / "g.fa")}}}))
    return tmp_path


@pytest.mark.parametrize("fasta", ["g.fa", None])
def test_letters_are_rna_of_their_strand(run: Path, fasta: str | None) -> None:
    reference = Reference(run, describe(fasta))
    assert reference.read("c", 1, 7, "+") == "ACGUUN"
    assert reference.read("c", 1, 7, "-") == "NAACGU"


def test_another_genome_has_no_letters(run: Path) -> None:
    assert Reference(run, describe(None, length=9)).read("c", 1, 7, "+") == ""
    os.utime(run / "g.fa", (4e9, 4e9))
    assert Reference(run, describe(None)).read("c", 1, 7, "+") == ""
    (run / "g.fa").unlink()
    assert Reference(run, describe(None)).read("c", 1, 7, "+") == ""
    assert Reference(run, describe("g.fa")).read("c", 1, 7, "+") == ""
