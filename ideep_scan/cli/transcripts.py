"""Command `ideep-scan transcripts`: read the options, scan each record of a FASTA, print the summary."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ideep_scan.cli import options as opt
from ideep_scan.cli.genome import OPTIONS as SCAN_OPTIONS
from ideep_scan.cli.screen import Screen
from ideep_scan.cli.settings_options import with_options
from ideep_scan.jobs.scan_settings import ScanSettings

Fasta = Annotated[Path, typer.Argument(help="Transcripts: FASTA, plain or gzipped; sense strands.")]
# Options that need a genome or an annotation; --shard needs a command that merges.
_OF_GENOMES = (
    "gtf", "spliced", "cobinding", "evidence", "gene", "expression", "min_tpm", "strand", "chrom_sizes", "assembly",
    "shard",
)  # fmt: skip
OPTIONS = {
    **{name: option for name, option in SCAN_OPTIONS.items() if name not in _OF_GENOMES},
    "fasta": Fasta,
    "regions": opt.TranscriptRegions,
}


@with_options(ScanSettings, OPTIONS)
def transcripts(**values: Any) -> None:
    """Scan transcripts, each a record of a FASTA, for binding sites.

    Coordinates are those of the transcripts. Writes score tracks (bigWig), binding sites (BED, bigBed, table), motif
    hits in the sites, and a page with a picture of each transcript.

    Example: ideep-scan transcripts --rbp ELAVL1 gencode.transcripts.fa.gz -o out
    """
    settings = ScanSettings(**values, transcripts=True)
    settings.check()
    from ideep_scan.jobs.scan.run import run

    with Screen() as screen:
        summary = run(settings, screen)
    screen.summarise(summary)
