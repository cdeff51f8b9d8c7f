#!/usr/bin/env python3
"""Measure how far scores and sites change with the annotation: Markdown tables.

    scripts/measure_annotation.py --fasta hg19.fa --regions chr20:1-250000 --rbp ELAVL1 --rbp QKI \
        --annotation RefSeq=refseq.bed12 --annotation GENCODE=gencode.gtf

Every annotation is compared with the first one, which should be the one that the models learned from.
A landmark can be outside of a region, so an annotation should reach beyond the regions.
The last table says at which changes of the region type the scores shift.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ideep_scan.features.transcript_regions import RegionMap, region_name
from ideep_scan.formats.scan_regions import read_regions
from ideep_scan.jobs.folding import make_folder
from ideep_scan.jobs.genome import Genome, open_genome
from ideep_scan.jobs.inputs import gather_evidence, open_bundles
from ideep_scan.jobs.model_settings import AUTO
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.scorer import Scorer, find_device
from ideep_scan.models.store_names import SHARED
from ideep_scan.records.scores import Hit
from ideep_scan.records.span import STRANDS, Region, Strand
from ideep_scan.scan.call_settings import CallSettings
from ideep_scan.scan.plan import cut_chunks, plan_loci
from ideep_scan.scan.site_caller import SiteCaller
from ideep_scan.scan.sweep import sweep

MIN_POSITIONS = 1000  # of a change of the region type in the last table


@dataclass(frozen=True)
class Scan:
    """Scores, region types and sites of a scan.

    Attributes
    ----------
    scores : np.ndarray
        Float32 (models, positions) of both strands of the regions; NaN = not scored.
    types : np.ndarray
        Name of the region type of each position.
    sites : list of list of Hit
        Sites of each model.
    transcripts : int
        Number of transcripts in the regions.
    """

    scores: np.ndarray
    types: np.ndarray
    sites: list[list[Hit]]
    transcripts: int


def scan(genome: Genome, bundles: list[ModelBundle], regions: list[Region], settings: CallSettings) -> Scan:
    """Score the transcribed positions of the regions as `ideep-scan genome` does."""
    assert genome.annotation is not None
    places = {(chrom, start, strand): i for i, (chrom, start, _, strand) in enumerate(split_strands(regions))}
    scores = [np.full((len(bundles), end - start), np.nan, np.float32) for _, start, end, _ in split_strands(regions)]
    callers = [SiteCaller(settings) for _ in bundles]
    sites: list[list[Hit]] = [[] for _ in bundles]
    with ExitStack() as stack:
        evidence = gather_evidence(genome, bundles, AUTO, None, lambda spec: make_folder(spec, 1, stack))
        scorers = [Scorer(bundle, evidence.modalities[bundle.name], find_device("cpu")) for bundle in bundles]
        spans = plan_loci(genome.source.contigs, genome.annotation.transcripts, regions)
        for _, tracks in sweep(cut_chunks(spans), genome.source, evidence.featurizer, scorers):
            for row, (track, caller) in enumerate(zip(tracks, callers, strict=True)):
                sites[row] += caller.feed(track)
                for (chrom, start, strand), i in places.items():
                    if (chrom, strand) == (track.chrom, track.strand):
                        lay(scores[i][row], start, track.values, track.start)
    for row, caller in enumerate(callers):
        sites[row] += caller.flush()
    inside = sum(
        any(t.chrom == chrom and t.start < end and start < t.end for chrom, start, end, _ in regions)
        for t in genome.annotation.transcripts
    )
    return Scan(np.concatenate(scores, axis=1), name_types(genome, regions), sites, inside)


def split_strands(regions: list[Region]) -> list[tuple[str, int, int, Strand]]:
    """List each region once per strand."""
    return [(chrom, start, end, strand) for chrom, start, end, _ in regions for strand in STRANDS]


def lay(row: np.ndarray, start: int, values: np.ndarray, values_start: int) -> None:
    """Copy the scores of a track to their positions in a region."""
    first, last = max(start, values_start), min(start + len(row), values_start + len(values))
    if first < last:
        row[first - start : last - start] = values[first - values_start : last - values_start]


def name_types(genome: Genome, regions: list[Region]) -> np.ndarray:
    """Name the region type of every position of the regions."""
    names = np.array([region_name(mask) for mask in range(32)])
    region_map = RegionMap(genome.transcripts)
    return np.concatenate(
        [
            names[region_map.find_types(chrom, strand, np.arange(start, end))]
            for chrom, start, end, strand in split_strands(regions)
        ]
    )


def compare(model: str, row: int, name: str, first: Scan, second: Scan) -> list[str]:
    """Compare the scores and sites of a model in two scans: one row of the table."""
    a, b = first.scores[row], second.scores[row]
    common = ~np.isnan(a) & ~np.isnan(b)
    shift = np.abs(a - b)[common]
    second_sites, first_sites = second.sites[row], first.sites[row]
    shared = sum(any(overlaps(site, other) for other in second_sites) for site in first_sites)
    added = sum(not any(overlaps(site, other) for other in first_sites) for site in second_sites)
    return [
        model,
        name,
        f"{np.corrcoef(a[common], b[common])[0, 1]:.3f}",
        f"{shift.mean():.4f}",
        f"{np.quantile(shift, 0.95):.3f}",
        f"{shift.max():.2f}",
        f"{a[common].mean():.4f} / {b[common].mean():.4f}",
        f"{shared} / {len(first_sites) - shared} / {added}",
    ]


def overlaps(first: Hit, second: Hit) -> bool:
    """Tell whether two sites overlap on one strand."""
    places = (first.chrom, first.strand) == (second.chrom, second.strand)
    return places and first.start < second.end and second.start < first.end


def count_types(name: str, first: Scan, second: Scan) -> list[str]:
    """Count transcripts, positions and region types of an annotation beside the first: one row of the table."""
    scored, other = ~np.isnan(second.scores[0]), ~np.isnan(first.scores[0])
    shares = [f"{(second.types[scored] == kind).mean():.1%}" for kind in ("CDS", "5'UTR", "3'UTR", "exon", "intron")]
    return [name, f"{second.transcripts}", f"{scored.sum():,}", f"{(scored & other).sum():,}", *shares]


def group_shifts(name: str, first: Scan, second: Scan) -> list[list[str]]:
    """Average the shift over all models, by the region type in both annotations: rows of the table."""
    common = ~np.isnan(first.scores[0]) & ~np.isnan(second.scores[0])
    shift = np.abs(first.scores - second.scores)[:, common].mean(axis=0)
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, kinds in enumerate(zip(first.types[common].tolist(), second.types[common].tolist(), strict=True)):
        groups[kinds].append(i)
    ordered = sorted(groups.items(), key=lambda item: -len(item[1]))
    return [
        [name, before, after, f"{len(rows):,}", f"{shift[rows].mean():.4f}"]
        for (before, after), rows in ordered
        if len(rows) >= MIN_POSITIONS
    ]


def print_table(columns: list[str], rows: list[list[str]]) -> None:
    """Print a Markdown table and an empty line."""
    for row in (columns, ["---"] * len(columns), *rows):
        print("|", " | ".join(row), "|")
    print()


def main() -> None:
    """Read the command line, scan with each annotation, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fasta", type=Path, required=True)
    parser.add_argument("--annotation", action="append", required=True, metavar="NAME=PATH", help="two or more times")
    parser.add_argument("--regions", required=True, help="as of `ideep-scan genome`")
    parser.add_argument("--rbp", action="append", required=True)
    parser.add_argument("--model", default=SHARED, help="networks that names mean, as of `ideep-scan genome`")
    parser.add_argument("--threshold", type=float, default=CallSettings.threshold)
    options = parser.parse_args()
    settings = CallSettings(options.threshold)
    paths = dict(pair.split("=", 1) for pair in options.annotation)
    with ExitStack() as stack:
        bundles = list(open_bundles(options.rbp, options.model))
        genomes = {name: open_genome(options.fasta, Path(path), stack) for name, path in paths.items()}
        regions, _ = read_regions([options.regions], next(iter(genomes.values())).resolver)
        scans = {name: scan(genome, bundles, regions, settings) for name, genome in genomes.items()}
    (first_name, first), *others = scans.items()
    print_table(
        ["annotation", "transcripts", "scored", f"also with {first_name}", "CDS", "5'UTR", "3'UTR", "exon", "intron"],
        [count_types(name, first, other) for name, other in scans.items()],
    )
    print_table(
        ["model", "annotation", "correlation", "mean shift", "95 % of shifts below", "largest", "mean score",
         f"sites at {options.threshold:g}: both / {first_name} only / this only"],
        [compare(bundle.name, i, name, first, other) for i, bundle in enumerate(bundles) for name, other in others],
    )  # fmt: skip
    print_table(
        ["annotation", f"type with {first_name}", "type with this", "positions", "mean shift"],
        [row for name, other in others for row in group_shifts(name, first, other)],
    )


if __name__ == "__main__":
    main()
