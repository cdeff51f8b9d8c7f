#!/usr/bin/env python3
"""Score variants whose effect on a protein was measured elsewhere (docs/variants.md).

    scripts/variants_literature.py ANNOTATION FASTA --out DIR

The cases are in variants_literature.tsv beside this script: hg19, plus strand, with the source of each.
They were collected before any was scored: cases that a search found and whose sequence was available.
A case agrees if the log odds change most in the expected direction, by an absolute delta of 0.02 or more.
Below that, it counts as unchanged.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from ideep_scan import score_variants

CASES = Path(__file__).with_suffix(".tsv")
KEYS = ["chrom", "pos", "ref", "alt", "model", "gene"]
SMALLEST = 0.02


def judge(expected: str, delta: float) -> str:
    """Tell whether a difference of scores has the expected direction."""
    if pd.isna(delta):
        return "not scored"
    if abs(delta) < SMALLEST:
        return "unchanged"
    return "agrees" if (delta < 0) == (expected == "lower") else "disagrees"


def write_vcf(cases: pd.DataFrame, path: Path) -> None:
    """Write the variants of the cases, each once."""
    rows = cases.drop_duplicates(KEYS[:4]).itertuples()
    lines = [f"{row.chrom}\t{row.pos}\t.\t{row.ref}\t{row.alt}\t.\t.\t.\n" for row in rows]
    path.write_text("##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n" + "".join(lines))


def main() -> None:
    """Read the command line, score the cases and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("annotation", type=Path)
    parser.add_argument("fasta", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    cases = pd.read_csv(CASES, sep="\t")
    vcf = options.out / "literature.vcf"
    write_vcf(cases, vcf)
    effects = score_variants(vcf, sorted(set(cases.model)), options.fasta, gtf=options.annotation, model="ideep")
    effects.to_csv(options.out / "literature.tsv", sep="\t", index=False)
    print("| variant | protein | expected | REF | ALT | DELTA | P | verdict |\n|---|---|---|---|---|---|---|---|")
    verdicts = []
    for row in cases.merge(effects, "left", on=KEYS).itertuples():
        verdicts.append(judge(row.expected, row.delta))
        scores = " | ".join(f"{value:.3f}" for value in (row.ref_score, row.alt_score, row.delta))
        share = "." if pd.isna(row.p) else f"{row.p:.2g}"
        print(f"| {row.gene} {row.variant} | {row.model} | {row.expected} | {scores} | {share} | {verdicts[-1]} |")
    print("\n" + ", ".join(f"{verdicts.count(name)} {name}" for name in sorted(set(verdicts))))


if __name__ == "__main__":
    main()
