#!/usr/bin/env python3
"""Measure what it does to called sites to leave out genes that are not expressed: a Markdown table.

    scripts/measure_expression.py RUN [RUN ...] --gtf refseq.bed12 --peaks eclip.bed.gz parclip.bed.gz

Expression is replaced by CLIP itself: a gene counts as expressed in a cell line if another protein has a peak in it.
Proteins of the same family do not count as others.
A site is true if its summit is within 50 nt of the core of a peak of its protein in that cell line.
A site is silent if no transcript of an expressed gene covers its summit.
The runs must be of one annotation; their sites are added up.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from side_by_side import print_table

import ideep_scan
from ideep_scan.formats.annotation.reader import read_annotation
from ideep_scan.formats.families import find_family
from ideep_scan.formats.peak_lists import PeakList, Place, read_peak_lists
from ideep_scan.kernels.intervals import mark_covered, merge
from ideep_scan.records.transcript import Transcript

NEAR = 50  # nt between a summit and the core of a peak
COLUMNS = (
    "protein", "cells", "genes with a site", "of them silent", "sites", "of them silent", "true sites",
    "of them silent", "precision", "without silent genes",
)  # fmt: skip
Pairs = tuple[np.ndarray, np.ndarray]
_NONE = np.zeros(0, np.int64)


@dataclass(frozen=True, eq=False)
class Sites:
    """Summits of a model on one strand of a contig."""

    place: Place
    summits: np.ndarray


def read_sites(runs: Iterable[Path], model: str) -> list[Sites]:
    """Read the summits of a model in all runs."""
    sites = []
    for run in runs:
        table = ideep_scan.read_run(run).sites(model)
        for (chrom, strand), rows in table.groupby(["chrom", "strand"], observed=True):
            sites.append(Sites((str(chrom), "+" if strand == "+" else "-"), rows["summit"].to_numpy(np.int64)))
    return sites


def join_cores(lists: Sequence[PeakList], place: Place, reach: int) -> Pairs:
    """Merge the cores of some experiments, widened by `reach` nt."""
    pairs = [peaks.list_cores(*place) for peaks in lists]
    starts, ends = (np.concatenate([_NONE, *(pair[side] for pair in pairs)]) for side in (0, 1))
    return merge(starts - reach, ends + reach)


def find_expressed(transcripts: Iterable[Transcript], others: Sequence[PeakList]) -> set[str]:
    """Find the genes with a peak of another protein."""
    points: dict[Place, np.ndarray] = {}
    expressed = set()
    for transcript in transcripts:
        place = transcript.chrom, transcript.strand
        if place not in points:
            points[place] = np.sort(np.concatenate([_NONE, *(peaks.list_points(*place) for peaks in others)]))
        first, last = np.searchsorted(points[place], (transcript.start, transcript.end))
        if first < last:
            expressed.add(transcript.gene_id)
    return expressed


def cover(transcripts: Iterable[Transcript], place: Place) -> Pairs:
    """Merge the transcripts of one strand of a contig."""
    pairs = [(t.start, t.end) for t in transcripts if (t.chrom, t.strand) == place]
    return merge(*np.array(pairs, np.int64).reshape(-1, 2).T)


def count_genes(transcripts: Iterable[Transcript], sites: Sequence[Sites], expressed: set[str]) -> tuple[int, int]:
    """Count the genes with a site, and the silent ones among them."""
    summits = {item.place: np.sort(item.summits) for item in sites}
    genes = set()
    for transcript in transcripts:
        ordered = summits.get((transcript.chrom, transcript.strand), _NONE)
        first, last = np.searchsorted(ordered, (transcript.start, transcript.end))
        if first < last:
            genes.add(transcript.gene_id)
    return len(genes), len(genes - expressed)


def measure(
    sites: Sequence[Sites], transcripts: Sequence[Transcript], own: Sequence[PeakList], others: Sequence[PeakList]
) -> tuple[str, ...]:
    """Measure the sites of one protein in one cell line; return the cells of a row."""
    expressed = find_expressed(transcripts, others)
    kept = [transcript for transcript in transcripts if transcript.gene_id in expressed]
    silent, true = (np.zeros(0, bool) for _ in range(2))
    for item in sites:
        silent = np.append(silent, ~mark_covered(*cover(kept, item.place), item.summits))
        true = np.append(true, mark_covered(*join_cores(own, item.place, NEAR), item.summits))
    genes, silent_genes = count_genes(transcripts, sites, expressed)
    return (
        f"{genes:,}", _share(silent_genes, genes), f"{len(true):,}", _share(silent.sum(), len(true)),
        f"{true.sum():,}", _share((true & silent).sum(), true.sum()), f"{true.mean():.3f}",
        f"{true[~silent].mean():.3f}",
    )  # fmt: skip


def measure_models(
    runs: Sequence[Path], transcripts: Sequence[Transcript], peaks: Iterable[PeakList]
) -> Iterator[tuple[str, ...]]:
    """Measure each model of the runs in each cell line that has peaks of its protein."""
    by_cell: dict[str, list[PeakList]] = {}
    for experiment in peaks:
        by_cell.setdefault(experiment.cell, []).append(experiment)
    for model in ideep_scan.read_run(runs[0]).models:
        sites = read_sites(runs, model)
        contigs = {item.place[0] for item in sites}
        nearby = [transcript for transcript in transcripts if transcript.chrom in contigs]
        for cell, lists in sorted(by_cell.items()):
            own = [peaks for peaks in lists if peaks.protein == model]
            others = [peaks for peaks in lists if find_family(peaks.protein) != find_family(model)]
            if own:
                yield model, cell, *measure(sites, nearby, own, others)


def _share(count: int, total: int) -> str:
    return f"{count / max(total, 1):.1%}"


def main() -> None:
    """Read the command line, measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=Path, nargs="+")
    parser.add_argument("--gtf", type=Path, required=True)
    parser.add_argument("--peaks", type=Path, nargs="+", required=True)
    options = parser.parse_args()
    transcripts = read_annotation(options.gtf).transcripts
    rows = list(measure_models(options.runs, transcripts, read_peak_lists(options.peaks).values()))
    print_table(COLUMNS, rows, None)


if __name__ == "__main__":
    main()
