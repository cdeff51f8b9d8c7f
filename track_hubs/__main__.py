"""Command line of the package: `python -m track_hubs check HUB`.

Exit codes: 0 if the hub has no findings, 1 if it has some (one line each on standard output), 2 if there is no hub.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from track_hubs.check.hub_check import check
from track_hubs.manifest import HubError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m track_hubs", description="Check UCSC track hubs.")
    commands = parser.add_subparsers(dest="command", required=True)
    check_parser = commands.add_parser(
        "check",
        help="check a UCSC hub and its files",
        description="Check a UCSC hub (hub.txt) and its files. Print one line for each finding.",
        epilog="Example: python -m track_hubs check ideep_scan_out --chrom-sizes hg19.chrom.sizes",
    )
    check_parser.add_argument("hub", metavar="HUB", help="hub.txt or its folder")
    check_parser.add_argument("--chrom-sizes", metavar="FILE", help="table of contig names and lengths of the assembly")
    check_parser.add_argument(
        "--no-hubcheck", action="store_true", help="do not run UCSC's hubCheck, even if it is on the PATH"
    )
    options = parser.parse_args(arguments)
    try:
        report = check(options.hub, options.chrom_sizes, not options.no_hubcheck)
    except HubError as error:
        print(f"track_hubs: {error}", file=sys.stderr)
        return 2
    try:
        for finding in report.findings:
            print(finding)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader closed the pipe, e.g. `head`
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, or Python flushes the closed pipe at exit
    for note in report.notes:
        print(f"note: {note}", file=sys.stderr)
    print(report.summary, file=sys.stderr)
    return 1 if report.findings else 0


if __name__ == "__main__":
    sys.exit(main())
