"""Command `ideep-scan shards`: list the parts of a scan for the jobs of an array."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ideep_scan.cli.genome import OPTIONS as SCAN_OPTIONS
from ideep_scan.cli.settings_options import with_options
from ideep_scan.cli.streams import say
from ideep_scan.jobs.scan_settings import ScanSettings

Count = Annotated[int, typer.Option("--count", metavar="N", help="Number of parts.", show_default=False)]
OPTIONS = {
    name: option for name, option in SCAN_OPTIONS.items() if name not in ("shard", "resume", "overwrite", "dask")
}


@with_options(ScanSettings, OPTIONS)
def shards(*, count: Count, **values: Any) -> None:
    """List N parts of a scan, each for a job of an array.

    Prints a table: part, shards, positions, and where the part begins. Job i gives `genome --shard i/N` with the same
    options; when all jobs have ended, `merge` makes the results.

    Example: ideep-scan shards --rbp ELAVL1 hg19.fa --gtf genes.gtf -o out --count 100
    """
    settings = ScanSettings(**values)
    settings.check()
    from ideep_scan.jobs.scan.array_job import list_parts

    parts = list_parts(settings, count)
    say("part\tshards\tpositions\tbegins")
    for part in parts:
        first = part.shards[0].chunks[0] if part.shards else None
        begins = "." if first is None else f"{first.chrom}:{first.start + 1}-{first.end}({first.strand})"
        say(f"{part.number}/{count}\t{len(part.shards)}\t{part.positions}\t{begins}")
