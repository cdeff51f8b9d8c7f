#!/usr/bin/env python3
"""Build co-binding channels from the published CLIP windows: one BED per experiment, and the table for `--cobinding`.

    scripts/build_cobinding.py DATA OUT

DATA holds `clip31/` and `clip31_30000/` (the benchmark of Strazar et al. 2016 as published with iDeep and iDeepS).
A site is a positive of a *training* split: its crosslinked position with 15 nt on each side.
That is the median width of the sites in the published co-binding matrices.
The published positives are capped samples: at most 6,000 + 1,000 sites of an experiment.
A full CLIP experiment has tens to hundreds of thousands.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from ideep_scan.benchmark.data import list_site_files
from ideep_scan.benchmark.own_features import SITE_REACH
from ideep_scan.formats.clip31 import read_windows


def training_files(data: Path, experiment: str) -> list[Path]:
    """List the sequence files of the training splits of one experiment."""
    return list_site_files(data / "clip31", experiment, data / "clip31_30000")


def main() -> None:
    """Write the BED files and their table."""
    data, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    experiments = sorted(path.name for path in (data / "clip31").iterdir())
    with (out / "cobinding.tsv").open("w") as table:
        for experiment in experiments:
            sites = set()
            for path in training_files(data, experiment):
                windows = read_windows(path)
                bound = windows.label == 1
                centres = windows.start[bound] + np.int64(50)
                sites |= set(
                    zip(windows.chrom[bound].tolist(), centres.tolist(), windows.strand[bound].tolist(), strict=True)
                )
            with (out / f"{experiment}.bed").open("w") as bed:
                for chrom, centre, strand in sorted(sites):
                    bed.write(f"{chrom}\t{max(0, centre - SITE_REACH)}\t{centre + SITE_REACH + 1}\t.\t0\t{strand}\n")
            print(experiment, f"{experiment}.bed", sep="\t", file=table)
            print(f"{experiment}: {len(sites)} sites", file=sys.stderr)


if __name__ == "__main__":
    main()
