"""Command `ideep-scan merge`: make the results of a scan whose parts the jobs of an array have scored."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ideep_scan.cli.genome import OPTIONS as SCAN_OPTIONS
from ideep_scan.cli.screen import Screen
from ideep_scan.cli.settings_options import with_options
from ideep_scan.jobs.scan_settings import ScanSettings

OPTIONS = {name: option for name, option in SCAN_OPTIONS.items() if name not in ("shard", "resume", "dask")}


@with_options(ScanSettings, OPTIONS)
def merge(**values: Any) -> None:
    """Make the results of a scan from the shards that `genome --shard` has scored.

    Give the options of these jobs. Nothing is scored; a missing shard ends the command.

    Example: ideep-scan merge --rbp ELAVL1 hg19.fa --gtf genes.gtf -o out
    """
    settings = replace(ScanSettings(**values), resume=True)
    settings.check()
    from ideep_scan.jobs.scan.run import run

    with Screen() as screen:
        summary = run(settings, screen, is_merge=True)
    screen.summarise(summary)
