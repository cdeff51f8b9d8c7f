#!/usr/bin/env python3
"""Measure how far scores change with another annotation than that of the training: a Markdown table.

    scripts/measure_annotation.py --fasta hg19.fa --learned refseq.bed12 --other gencode.gtf --regions chr20:1-250000

The other annotation may hold only the genes of the regions.
A landmark can be far outside of a region, so a change has two sources.
One is the difference of the annotations in the region, the other the genes that are missing elsewhere.
Therefore each is also compared with the training annotation cut down to the transcripts inside the regions.
"""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ideep_scan.formats.scan_regions import read_regions
from ideep_scan.jobs.folding import folding
from ideep_scan.jobs.inputs import Genome, gather_evidence, open_bundles, open_genome
from ideep_scan.jobs.model_settings import AUTO
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.scorer import Scorer, find_device
from ideep_scan.records.scores import Hit
from ideep_scan.records.span import Region
from ideep_scan.records.transcript import Transcript
from ideep_scan.scan.call_settings import CallSettings
from ideep_scan.scan.plan import cut_chunks, plan_loci
from ideep_scan.scan.site_caller import SiteCaller
from ideep_scan.scan.sweep import sweep

Place = tuple[str, str, int]


@dataclass(frozen=True)
class Scan:
    """Score by place, and the sites called from them."""

    scores: dict[Place, float]
    sites: list[Hit]


def scan(genome: Genome, bundle: ModelBundle, regions: list[Region], settings: CallSettings) -> Scan:
    """Score the transcribed positions of the regions as `ideep-scan genome` does."""
    assert genome.annotation is not None
    with ExitStack() as stack:
        evidence = gather_evidence(genome, [bundle], AUTO, None, lambda spec: folding(spec, 1, stack))
        scorer = Scorer(bundle, evidence.modalities[bundle.name], find_device("cpu"))
        spans = plan_loci(genome.source.contigs, genome.annotation.transcripts, regions)
        caller = SiteCaller(settings)
        scores: dict[Place, float] = {}
        sites: list[Hit] = []
        for _, (track,) in sweep(cut_chunks(spans), genome.source, evidence.featurizer, [scorer]):
            sites += caller.feed(track)
            for at in np.flatnonzero(~np.isnan(track.values)).tolist():
                scores[track.chrom, track.strand, track.start + at] = float(track.values[at])
        return Scan(scores, sites + caller.flush())


def within(genome: Genome, regions: list[Region]) -> Genome:
    """Reduce a genome to the transcripts that are completely inside one of the regions."""
    assert genome.annotation is not None

    def inside(t: Transcript) -> bool:
        return any(t.chrom == chrom and start <= t.start and t.end <= end for chrom, start, end, _ in regions)

    kept = tuple(filter(inside, genome.annotation.transcripts))
    return replace(genome, annotation=replace(genome.annotation, transcripts=kept))


def compared(name: str, one: Scan, other: Scan) -> list[str]:
    """One row of the table."""
    both = sorted(one.scores.keys() & other.scores.keys())
    a, b = (np.array([scan.scores[place] for place in both]) for scan in (one, other))
    shift = np.abs(a - b)
    shared = sum(any(met(site, found) for found in other.sites) for site in one.sites)
    alone = sum(not any(met(site, found) for found in one.sites) for site in other.sites)
    return [
        name,
        f"{len(both):,}",
        f"{len(one.scores) - len(both):,} / {len(other.scores) - len(both):,}",
        f"{np.corrcoef(a, b)[0, 1]:.4f}",
        f"{shift.mean():.4f}",
        f"{np.quantile(shift, 0.95):.4f}",
        f"{shift.max():.4f}",
        f"{a.mean():.3f} / {b.mean():.3f}",
        f"{shared} / {len(one.sites) - shared} / {alone}",
    ]


def met(one: Hit, other: Hit) -> bool:
    """Tell whether two sites overlap on one strand."""
    places = (one.chrom, one.strand) == (other.chrom, other.strand)
    return places and one.start < other.end and other.start < one.end


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fasta", type=Path, required=True)
    parser.add_argument("--learned", type=Path, required=True, help="the annotation that the model learned from")
    parser.add_argument("--other", type=Path, required=True)
    parser.add_argument("--regions", required=True, help="as of `ideep-scan genome`")
    parser.add_argument("--rbp", default="ELAVL1")
    parser.add_argument("--threshold", type=float, default=CallSettings.threshold)
    args = parser.parse_args()
    settings = CallSettings(args.threshold)
    with ExitStack() as stack:
        (bundle,) = open_bundles([args.rbp])
        learned, other = (open_genome(args.fasta, path, stack) for path in (args.learned, args.other))
        regions, _ = read_regions([args.regions], learned.resolver)
        worlds = {"whole": learned, "there": within(learned, regions), "other": other}
        scans = {name: scan(genome, bundle, regions, settings) for name, genome in worlds.items()}
    heads = (
        "compared", "positions scored by both", "by one only", "correlation", "mean shift", "95 % of shifts below",
        "largest shift", "mean score", f"sites at {args.threshold:g}: both / first / second only",
    )  # fmt: skip
    rows = [
        compared("learned, whole against other", scans["whole"], scans["other"]),
        compared("learned, only there against other", scans["there"], scans["other"]),
        compared("learned, whole against only there", scans["whole"], scans["there"]),
    ]
    for row in (heads, ["---"] * len(heads), *rows):
        print("|", " | ".join(row), "|")


if __name__ == "__main__":
    main()
