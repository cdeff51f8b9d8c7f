"""The demo is the whole job on a copy of the embedded example."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
import runs

from ideep_scan.errors import InputError
from ideep_scan.jobs.scan import demo
from ideep_scan.jobs.scan.cost_estimate import ScanEstimate
from ideep_scan.jobs.scan_settings import ScanSettings
from ideep_scan.models.store_names import DEFAULT


def test_demo_is_the_whole_job_and_says_that_it_is_simulated(example: Path, tmp_path: Path) -> None:
    class Short(runs.Watcher):
        def begins(self, expected: ScanEstimate, notes: Sequence[str]) -> None:
            assert not any(re.search(r"/tmp|/var", note) for note in notes)
            super().begins(expected, notes)

    complete_run, out = tmp_path / "run", tmp_path / "demo"
    runs.scan(example, complete_run, model=DEFAULT, threshold=None)
    summary = demo.run(out, 1, Short())
    assert runs.files(out) == runs.files(complete_run)
    tracks = {name: data for name, data in runs.data_files(complete_run).items() if name.startswith("tracks/")}
    assert {name: data for name, data in runs.data_files(out).items() if name in tracks} == tracks
    assert summary.out == out
    for page in ("index.html", "descriptions/ELAVL1.html"):
        assert "Simulated" in (out / page).read_text()


def test_the_copy_of_the_example_vanishes_also_after_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[ScanSettings] = []

    def fail(settings: ScanSettings, monitor: object, note: str) -> None:
        seen.append(settings)
        assert settings.gtf is not None
        for path in (settings.fasta, settings.gtf):
            assert path.read_bytes() == (runs.PACKAGED / path.name).read_bytes()
        raise InputError("is a file; name a folder", settings.out)

    monkeypatch.setattr(demo, "scan", fail)
    with pytest.raises(InputError, match="is a file"):
        demo.run(tmp_path / "out", 3, runs.Watcher())
    (settings,) = seen
    assert (settings.out, settings.threads, settings.overwrite) == (tmp_path / "out", 3, True)
    assert not settings.fasta.parent.exists()
