#!/usr/bin/env python3
"""Ask whether common variants avoid the loss of predicted sites (docs/variants.md).

    scripts/variants_1000_genomes.py VCF ANNOTATION FASTA --out DIR

VCF has AC and AN of a population, such as the 1000 Genomes project. The effects stay in DIR; a second call reads them.

The analysis was planned before any score was looked at:

- Variants are single-base changes with one alternate allele inside a transcript, once for each strand.
- The minor allele is the one that changes the reference: where it is REF, the effect is reversed.
- Common means a minor allele frequency of 1 % or more, rare a minor allele count of 1 or 2. Others are left out.
- `lost` means that the minor allele takes a site away at the threshold of the run (0.5 for docs/variants.md).
  `lowered` means a delta of -0.1 or less, `gained` and `raised` are the reverse.
  They are compared with variants whose absolute delta is below 0.05.
- The figure is the Mantel-Haenszel odds ratio of common against rare.
  Its strata are gene, region type and type of substitution (CpG transition, other transition, transversion).
  A transition is of CpG if its C or G has a G or C beside it. Below 1 means that selection keeps such variants rare.
- `lost` pooled over all proteins is the one main result. Each protein is a stratum of the pooled figure.
- `lost` against `kept` is a second reading: both kinds lie in a predicted site.
- Intervals are of 2,000 bootstrap samples of genes. P-values come from the deviation of their logarithms.
  They are adjusted over proteins.
- The share of common variants is also shown by bins of delta, pooled over proteins.

One check was added after the first run, to see what the data can show.
It compares parts of transcripts that are known to be under selection with introns, in the same way.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pysam
from variant_statistics import adjust, draw_weights, estimate_text, p_value, summarize

from ideep_scan import score_variants
from ideep_scan.formats.variants.vcf import VcfFile
from ideep_scan.records.estimate import Estimate

COMMON, RARE = 0.01, 2
COUNT = re.compile(r"(?:^|;)(AC|AN)=(\d+)")
SMALL, LARGE = 0.05, 0.1
BINS = (-1, -0.3, -0.1, -0.05, -0.02, 0.02, 0.05, 0.1, 0.3, 1)
REVERSED = {"lost": "gained", "gained": "lost"}
OUTCOMES = ("lost", "lowered", "gained", "raised")


def substitution(ref: str, alt: str, before: str, after: str) -> str:
    """Name the type of a substitution, the same in both directions and on both strands."""
    pair = {ref, alt}
    if pair == {"C", "T"}:
        return "CpG transition" if after == "G" else "other transition"
    if pair == {"A", "G"}:
        return "CpG transition" if before == "C" else "other transition"
    return "transversion"


def read_variants(vcf: Path, fasta: Path) -> Iterator[dict[str, object]]:
    """Yield the common and rare single-base changes with one alternate allele."""
    with pysam.FastaFile(str(fasta)) as genome:
        for record in VcfFile(vcf).records():
            ref, alt = record.ref.upper(), record.alts[0].upper()
            counts = dict(COUNT.findall(record.columns[7].decode()))
            if len(record.alts) != 1 or len(ref) != 1 or alt not in {"A", "C", "G", "T"}:
                continue
            count, total = int(counts["AC"]), int(counts["AN"])
            minor = min(count, total - count)
            if minor == 0 or RARE < minor < COMMON * total:
                continue
            context = genome.fetch(record.chrom, record.start - 1, record.start + 2).upper()
            yield {
                "chrom": record.chrom,
                "pos": record.start + 1,
                "ref": ref,
                "alt": alt,
                "is_common": minor > RARE,
                "is_reversed": count > total - count,
                "substitution": substitution(ref, alt, context[0], context[2]),
            }


def score(variants: pd.DataFrame, options: argparse.Namespace) -> pd.DataFrame:
    """Score the variants through a VCF of their own."""
    path = options.out / "variants.vcf"
    lines = [f"{row.chrom}\t{row.pos}\t.\t{row.ref}\t{row.alt}\t.\t.\t.\n" for row in variants.itertuples()]
    path.write_text("##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n" + "".join(lines))
    return score_variants(path, options.models, options.fasta, gtf=options.annotation, model="ideep")


def orient(effects: pd.DataFrame) -> pd.DataFrame:
    """Give every effect in the direction of the minor allele."""
    sign = np.where(effects.is_reversed, -1.0, 1.0)
    site = effects.site.where(~effects.is_reversed, effects.site.replace(REVERSED))
    return effects.assign(delta=effects.delta * sign, site=site)


def select(effects: pd.DataFrame, outcome: str, other: str = "unchanged") -> pd.DataFrame:
    """Select the variants of an outcome and those that they are compared with; `exposed` tells them apart."""
    masks = {
        "lost": effects.site == "lost",
        "gained": effects.site == "gained",
        "kept": effects.site == "kept",
        "lowered": effects.delta <= -LARGE,
        "raised": effects.delta >= LARGE,
        "unchanged": effects.delta.abs() < SMALL,
    }
    exposed = masks[outcome]
    return effects[exposed | masks[other]].assign(exposed=exposed)


def log_odds_ratio(rows: pd.DataFrame) -> tuple[Estimate, int, int]:
    """Compute the logarithm of the Mantel-Haenszel odds ratio; return it with the exposed rare and common counts."""
    counts = rows.assign(
        a=rows.exposed & rows.is_common,
        b=rows.exposed & ~rows.is_common,
        c=~rows.exposed & rows.is_common,
        d=~rows.exposed & ~rows.is_common,
    )
    cells = counts.groupby(["model", "gene", "region", "substitution"])[["a", "b", "c", "d"]].sum().reset_index()
    total = cells[["a", "b", "c", "d"]].sum(axis=1)
    weights = draw_weights(cells.gene.tolist())
    numerator = weights @ (cells.a * cells.d / total).to_numpy()
    denominator = weights @ (cells.b * cells.c / total).to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.log(numerator) - np.log(denominator)
    return summarize(values), int(cells.b.sum()), int(cells.a.sum())


def as_ratio(estimate: Estimate) -> Estimate:
    """Turn an estimate of a logarithm into that of the ratio."""
    value, low, high = np.exp([estimate.value, estimate.low, estimate.high])
    return Estimate(float(value), float(low), float(high), estimate.sd)


def tabulate_proteins(effects: pd.DataFrame) -> dict[str, Estimate]:
    """Print the odds ratio of `lost` of each protein; return those with variants of both kinds."""
    models = sorted(effects.model.unique())
    figures = {model: log_odds_ratio(select(effects[effects.model == model], "lost")) for model in models}
    usable = {model: figure for model, figure in figures.items() if np.isfinite(figure[0].value)}
    adjusted = dict(zip(usable, adjust([p_value(figure[0], 0) for figure in usable.values()]), strict=True))
    print("\n| protein | lost, rare | lost, common | odds ratio | adjusted p |\n|---|---|---|---|---|")
    for model, (estimate, rare, common) in figures.items():
        cells = (estimate_text(as_ratio(estimate)), f"{adjusted[model]:.2g}") if model in usable else ("-", "-")
        print(f"| {model} | {rare} | {common} | {' | '.join(cells)} |")
    return {model: as_ratio(figure[0]) for model, figure in usable.items()}


def tabulate_pooled(effects: pd.DataFrame) -> dict[str, Estimate]:
    """Print the pooled odds ratios of all outcomes."""
    print("\n| minor allele, all proteins | rare | common | odds ratio | p |\n|---|---|---|---|---|")
    ratios = {}
    for outcome, other in [*((outcome, "unchanged") for outcome in OUTCOMES), ("lost", "kept")]:
        estimate, rare, common = log_odds_ratio(select(effects, outcome, other))
        ratios[f"{outcome} against {other}"] = as_ratio(estimate)
        cells = (f"{outcome} against {other}", str(rare), str(common), estimate_text(as_ratio(estimate)))
        print(f"| {' | '.join(cells)} | {p_value(estimate, 0):.2g} |")
    return ratios


def tabulate_regions(places: pd.DataFrame) -> None:
    """Print the odds ratio of each region type against introns, whatever the scores are."""
    print("\n| region | rare | common | odds ratio against introns | p |\n|---|---|---|---|---|")
    for region in sorted(set(places.region) - {"intron"}):
        rows = places[places.region.isin([region, "intron"])]
        estimate, rare, common = log_odds_ratio(rows.assign(exposed=rows.region == region, region="any", model="any"))
        if np.isfinite(estimate.value):
            cells = (region, str(rare), str(common), estimate_text(as_ratio(estimate)))
            print(f"| {' | '.join(cells)} | {p_value(estimate, 0):.2g} |")


def tabulate_bins(effects: pd.DataFrame) -> dict[str, Estimate]:
    """Print the share of common variants by bins of delta."""
    print("\n| delta of the minor allele | rare | common | share of common |\n|---|---|---|---|")
    shares = {}
    for low, high in pairwise(BINS):
        rows = effects[(effects.delta > low) & (effects.delta <= high)]
        if rows.empty:
            continue
        counts = rows.groupby("gene").is_common.agg(["sum", "count"])
        weights = draw_weights(counts.index.tolist())
        share = summarize(weights @ counts["sum"].to_numpy() / (weights @ counts["count"].to_numpy()))
        shares[f"{low:g} to {high:g}"] = share
        print(
            f"| {low:g} to {high:g} | {(~rows.is_common).sum()} | {rows.is_common.sum()} | {estimate_text(share, 3)} |"
        )
    return shares


def draw(ratios: dict[str, Estimate], shares: dict[str, Estimate], path: Path) -> None:
    """Draw the odds ratios and the share of common variants by delta."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 4.8), layout="constrained")
    for axes, estimates in ((left, dict(reversed(ratios.items()))), (right, shares)):
        values = np.array([estimate.value for estimate in estimates.values()])
        low = values - [estimate.low for estimate in estimates.values()]
        high = np.array([estimate.high for estimate in estimates.values()]) - values
        axes.errorbar(values, range(len(values)), xerr=[low, high], fmt="o", ms=4, lw=1.2, capsize=2, color="#0072b2")
        axes.set_yticks(range(len(values)), list(estimates))
        axes.spines[["top", "right"]].set_visible(False)
    left.axvline(1, color="0.7", lw=1, zorder=0)
    left.set(xscale="log", xlim=(0.05, 20), xlabel="odds of common against rare, site lost against unchanged")
    right.set(xlabel="share of common variants, all proteins", ylabel="delta of the minor allele")
    figure.savefig(path, dpi=150)


def main() -> None:
    """Read the command line, score the variants, print the tables and draw the picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("vcf", type=Path)
    parser.add_argument("annotation", type=Path)
    parser.add_argument("fasta", type=Path)
    parser.add_argument("--models", default="all")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--picture", type=Path, default=Path("docs/images/variants_1000_genomes.png"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    variants = pd.DataFrame(read_variants(options.vcf, options.fasta))
    saved = options.out / "effects.tsv.gz"
    if not saved.exists():
        score(variants, options).to_csv(saved, sep="\t", index=False)
    columns = ["chrom", "pos", "ref", "alt"]
    table = pd.read_csv(saved, sep="\t", low_memory=False).drop_duplicates([*columns, "model", "strand"])
    effects = orient(table[(table.status == "scored") & (table.gene != ".")].merge(variants, on=columns))
    effects = effects[effects.delta.notna()]
    places = effects.drop_duplicates([*columns, "strand"])
    print(f"{(~variants.is_common).sum()} rare and {variants.is_common.sum()} common single-base changes.")
    print(f"Scored on {len(places)} strands of {places.gene.nunique()} genes; {places.is_common.sum()} are common.")
    ratios = tabulate_pooled(effects)
    proteins = tabulate_proteins(effects)
    shares = tabulate_bins(effects)
    tabulate_regions(places)
    draw({"all proteins": ratios["lost against unchanged"], **proteins}, shares, options.picture)


if __name__ == "__main__":
    main()
