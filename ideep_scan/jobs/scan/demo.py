"""The demo: a scan of the embedded example, which is copied out of the package first."""

from __future__ import annotations

import shutil
import tempfile
from importlib import resources
from pathlib import Path

from ideep_scan.jobs.scan.run import Monitor, Summary
from ideep_scan.jobs.scan.run import run as scan
from ideep_scan.jobs.scan_settings import ScanSettings

RBP = "ELAVL1"
NOTE = "Simulated: the embedded example is a made-up genome with planted binding sites; nothing here is biology."


def run(out: Path, threads: int, monitor: Monitor) -> Summary:
    """Scan the example into the folder `out` and replace an earlier demo there; see `jobs.scan.run.run`."""
    with tempfile.TemporaryDirectory() as folder:
        example = Path(folder)
        packaged = resources.files("ideep_scan") / "data" / "example"
        for name in ("example.fa.gz", "example.fa.gz.fai", "example.fa.gz.gzi", "genes.gtf"):
            with (packaged / name).open("rb") as source, (example / name).open("wb") as target:
                shutil.copyfileobj(source, target)
        settings = ScanSettings(
            rbp=(RBP,),
            fasta=example / "example.fa.gz",
            gtf=example / "genes.gtf",
            out=out,
            threads=threads,
            overwrite=True,
        )
        return scan(settings, monitor, NOTE)
