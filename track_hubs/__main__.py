"""`python -m track_hubs check HUB`: the check of a hub from the command line. It renders nothing.

Exit code 0: nothing found; 1: something was, a line each on standard output; 2: there is no hub to check.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from track_hubs.check.hub_check import check
from track_hubs.manifest import HubError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m track_hubs", description="Hubs, sessions and pages of tracks.")
    commands = parser.add_subparsers(dest="command", required=True)
    checking = commands.add_parser(
        "check",
        help="check a UCSC hub and the files it names",
        description="Check a UCSC hub in one file and the files it names; one line for each finding.",
        epilog="Example: python -m track_hubs check ideep_scan_out --chrom-sizes hg19.chrom.sizes",
    )
    checking.add_argument("hub", metavar="HUB", help="hub.txt, or its folder")
    checking.add_argument("--chrom-sizes", metavar="FILE", help="contig names and lengths of the assembly")
    checking.add_argument("--no-hubcheck", action="store_true", help="do not run UCSC's hubCheck, if it is there")
    asked = parser.parse_args(arguments)
    try:
        report = check(asked.hub, asked.chrom_sizes, not asked.no_hubcheck)
    except HubError as error:
        print(f"track_hubs: {error}", file=sys.stderr)
        return 2
    try:
        for finding in report.findings:
            print(finding)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads it has seen enough
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, or Python tries once more to empty its buffer
    for note in report.notes:
        print(f"note: {note}", file=sys.stderr)
    print(report.summary, file=sys.stderr)
    return 1 if report.findings else 0


if __name__ == "__main__":
    sys.exit(main())
