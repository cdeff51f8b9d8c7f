"""Command `ideep-scan demo`: scan the embedded example."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ideep_scan.cli import options as opt
from ideep_scan.cli.screen import Screen

Out = Annotated[Path, typer.Option("-o", "--out", help="Folder for the results. An earlier demo in it is replaced.")]


def demo(out: Out = Path("ideep_scan_demo"), threads: opt.Threads = 0) -> None:
    """Scan the embedded example, offline, in about a minute.

    The example is a small simulated genome: two contigs, 13 genes and planted binding sites.

    Example: ideep-scan demo -o demo
    """
    from ideep_scan.jobs.scan.demo import run

    with Screen() as screen:
        summary = run(out, threads, screen)
    screen.summarise(summary)
