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
from ideep_scan.jobs.folding import make_folder
from ideep_scan.jobs.genome import Genome, open_genome
from ideep_scan.jobs.inputs import gather_evidence, open_bundles
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
        evidence = gather_evidence(genome, [bundle], AUTO, None, lambda spec: make_folder(spec, 1, stack))
        scorer = Scorer(bundle, evidence.modalities[bundle.name], find_device("cpu"))
        spans = plan_loci(genome.source.contigs, genome.annotation.transcripts, regions)
        caller = SiteCaller(settings)
        scores: dict[Place, float] = {}
        sites: list[Hit] = []
        for _, (track,) in sweep(cut_chunks(spans), genome.source, evidence.featurizer, [scorer]):
            sites += caller.feed(track)
            for offset in np.flatnonzero(~np.isnan(track.values)).tolist():
                scores[track.chrom, track.strand, track.start + offset] = float(track.values[offset])
        return Scan(scores, sites + caller.flush())


def cut_down(genome: Genome, regions: list[Region]) -> Genome:
    """Reduce a genome to the transcripts that are completely inside one of the regions."""
    assert genome.annotation is not None

    def is_inside(t: Transcript) -> bool:
        return any(t.chrom == chrom and start <= t.start and t.end <= end for chrom, start, end, _ in regions)

    transcripts = tuple(filter(is_inside, genome.annotation.transcripts))
    return replace(genome, annotation=replace(genome.annotation, transcripts=transcripts))


def compare(name: str, first: Scan, second: Scan) -> list[str]:
    """Compare two scans: one row of the table."""
    common = sorted(first.scores.keys() & second.scores.keys())
    a, b = (np.array([scan.scores[place] for place in common]) for scan in (first, second))
    shift = np.abs(a - b)
    common_sites = sum(any(overlaps(site, candidate) for candidate in second.sites) for site in first.sites)
    second_only = sum(not any(overlaps(site, candidate) for candidate in first.sites) for site in second.sites)
    return [
        name,
        f"{len(common):,}",
        f"{len(first.scores) - len(common):,} / {len(second.scores) - len(common):,}",
        f"{np.corrcoef(a, b)[0, 1]:.4f}",
        f"{shift.mean():.4f}",
        f"{np.quantile(shift, 0.95):.4f}",
        f"{shift.max():.4f}",
        f"{a.mean():.3f} / {b.mean():.3f}",
        f"{common_sites} / {len(first.sites) - common_sites} / {second_only}",
    ]


def overlaps(first: Hit, second: Hit) -> bool:
    """Tell whether two sites overlap on one strand."""
    places = (first.chrom, first.strand) == (second.chrom, second.strand)
    return places and first.start < second.end and second.start < first.end


def main() -> None:
    """Read the command line, scan with each annotation, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fasta", type=Path, required=True)
    parser.add_argument("--learned", type=Path, required=True, help="the annotation that the model learned from")
    parser.add_argument("--other", type=Path, required=True)
    parser.add_argument("--regions", required=True, help="as of `ideep-scan genome`")
    parser.add_argument("--rbp", default="ELAVL1")
    parser.add_argument("--threshold", type=float, default=CallSettings.threshold)
    options = parser.parse_args()
    settings = CallSettings(options.threshold)
    with ExitStack() as stack:
        (bundle,) = open_bundles([options.rbp])
        first, second = (open_genome(options.fasta, path, stack) for path in (options.learned, options.other))
        regions, _ = read_regions([options.regions], first.resolver)
        genomes = {"training": first, "inside": cut_down(first, regions), "other": second}
        scans = {name: scan(genome, bundle, regions, settings) for name, genome in genomes.items()}
    columns = (
        "compared", "positions scored by both", "by one only", "correlation", "mean shift", "95 % of shifts below",
        "largest shift", "mean score", f"sites at {options.threshold:g}: both / first / second only",
    )  # fmt: skip
    rows = [
        compare("training against other", scans["training"], scans["other"]),
        compare("training inside the regions against other", scans["inside"], scans["other"]),
        compare("training against training inside the regions", scans["training"], scans["inside"]),
    ]
    for row in (columns, ["---"] * len(columns), *rows):
        print("|", " | ".join(row), "|")


if __name__ == "__main__":
    main()
