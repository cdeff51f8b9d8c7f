#!/usr/bin/env python3
"""Draw what models read and say about one region with several annotations, as in docs/annotations.md.

    scripts/draw_annotations.py --fasta hg19.fa --region chr19:531,000-543,000 --strand + --rbp IGF2BP1 \
        --annotation RefSeq=refseq.bed12 --annotation GENCODE=gencode.gtf -o annotations.png

Each annotation has its transcripts, a strip of region types, and the score.
"""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from measure_annotation import Scan, scan

from ideep_scan.formats.scan_regions import read_regions
from ideep_scan.jobs.genome import open_genome
from ideep_scan.jobs.inputs import open_bundles
from ideep_scan.models.store_names import SHARED
from ideep_scan.records.span import STRANDS, Region, Strand
from ideep_scan.records.transcript import Transcript
from ideep_scan.scan.call_settings import CallSettings

_MAX_TRANSCRIPTS = 6
_COLORS = {"CDS": "#0072b2", "5'UTR": "#009e73", "3'UTR": "#d55e00", "exon": "#666666", "intron": "#e3e3e3"}
_INK = "#222222"


def choose_transcripts(transcripts: tuple[Transcript, ...], region: Region, strand: Strand) -> list[Transcript]:
    """Choose the longest transcripts of a strand in a region, in the order of their starts."""
    chrom, start, end, _ = region
    inside = [t for t in transcripts if (t.chrom, t.strand) == (chrom, strand) and t.start < end and start < t.end]
    longest = sorted(inside, key=lambda t: (t.start - t.end, t.id))[:_MAX_TRANSCRIPTS]
    return sorted(longest, key=lambda t: (t.start, t.end))


def draw_transcripts(axes: Axes, transcripts: list[Transcript], name: str, hidden: int) -> None:
    """Draw a row per transcript: a line for introns, boxes for exons, high boxes for coding parts."""
    for row, transcript in enumerate(transcripts):
        axes.plot([transcript.start, transcript.end], [-row, -row], color=_INK, linewidth=0.7)
        for start, end in transcript.exons.tolist():
            axes.fill_between([start, end], -row - 0.16, -row + 0.16, color=_INK, linewidth=0)
            if transcript.cds is not None:
                first, last = max(start, transcript.cds[0]), min(end, transcript.cds[1])
                if first < last:
                    axes.fill_between([first, last], -row - 0.34, -row + 0.34, color=_INK, linewidth=0)
    axes.set_ylim(-max(len(transcripts), 2) + 0.4, 0.6)
    more = f"\nand {hidden} more" if hidden else ""
    axes.set_ylabel(f"{name}{more}", rotation=0, ha="right", va="center", fontsize=9)


def draw_scores(axes: Axes, start: int, scores: np.ndarray, types: np.ndarray) -> None:
    """Draw the score, coloured by the region type of each position, above a strip of the types."""
    positions = np.arange(start, start + len(scores))
    scored = ~np.isnan(scores)
    for kind, color in _COLORS.items():
        mask = scored & (types == kind)
        axes.vlines(positions[mask], 0, scores[mask], color=color if kind != "intron" else "#9a9a9a", linewidth=0.6)
        axes.vlines(positions[mask], -0.25, -0.08, color=color, linewidth=0.6)
    axes.axhline(0, color=_INK, linewidth=0.5)
    axes.axhline(0.5, color="#bbbbbb", linewidth=0.5, linestyle=":")
    axes.set_ylim(-0.3, 1.02)
    axes.set_yticks([0, 1])


def draw(scans: dict[str, tuple[Scan, list[Transcript], int]], region: Region, strand: Strand, title: str) -> Figure:
    """Draw a pair of rows for each annotation."""
    chrom, start, end, _ = region
    heights = [height for _, shown, _ in scans.values() for height in (0.14 * max(len(shown), 2) + 0.1, 0.75)]
    figure = Figure(figsize=(8.4, sum(heights) + 1.1), layout="constrained")
    rows = figure.subplots(2 * len(scans), 1, sharex=True, gridspec_kw={"height_ratios": heights})
    half = slice(0, end - start) if strand == STRANDS[0] else slice(end - start, None)
    for i, (name, (result, shown, hidden)) in enumerate(scans.items()):
        draw_transcripts(rows[2 * i], shown, name, hidden)
        rows[2 * i].set_yticks([])
        draw_scores(rows[2 * i + 1], start, result.scores[0, half], result.types[half])
    for axes in rows:
        axes.spines[["top", "right", "bottom"]].set_visible(False)
        axes.tick_params(axis="x", length=0)
        axes.set_xlim(start, end)
    rows[-1].xaxis.set_major_formatter(lambda value, _: f"{value / 1e3:,.0f}")
    rows[-1].set_xlabel(f"{chrom}, kb, {strand} strand", fontsize=9)
    figure.suptitle(title, fontsize=10)
    patches = [Patch(color=color, label=kind) for kind, color in _COLORS.items()]
    figure.legend(handles=patches, loc="outside lower center", ncols=len(patches), fontsize=8, frameon=False)
    return figure


def main() -> None:
    """Read the command line, scan with each annotation, and draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fasta", type=Path, required=True)
    parser.add_argument("--annotation", action="append", required=True, metavar="NAME=PATH")
    parser.add_argument("--region", required=True)
    parser.add_argument("--strand", choices=STRANDS, default=STRANDS[0])
    parser.add_argument("--rbp", required=True)
    parser.add_argument("-o", "--out", type=Path, required=True)
    options = parser.parse_args()
    mpl.rcParams["font.size"] = 8
    scans = {}
    with ExitStack() as stack:
        bundles = list(open_bundles([options.rbp], SHARED))
        for name, path in (pair.split("=", 1) for pair in options.annotation):
            genome = open_genome(options.fasta, Path(path), stack)
            (region, *_), _ = read_regions([options.region], genome.resolver)
            result = scan(genome, bundles, [region], CallSettings())
            every = genome.annotation.transcripts if genome.annotation is not None else ()
            shown = choose_transcripts(tuple(every), region, options.strand)
            count = sum(
                (t.chrom, t.strand) == (region[0], options.strand) and t.start < region[2] and region[1] < t.end
                for t in every
            )
            scans[name] = result, shown, count - len(shown)
    figure = draw(
        scans, region, options.strand, f"Score of {options.rbp}, coloured by the region type that the model reads"
    )
    figure.savefig(options.out, dpi=110, metadata={"Software": None})


if __name__ == "__main__":
    main()
