#!/usr/bin/env python3
"""Ask whether variants that disrupt splicing move the scores of splicing regulators (docs/variants.md).

    scripts/variants_mfass.py SDV ANNOTATION FASTA [FASTA ...] --out DIR

SDV is the table of splice-disrupting variants of MFASS (Cheung et al. 2019): hg19, plus strand, with the delta index.
A contig is read from the first FASTA that has it. The effects stay in DIR; a second call reads them from there.

The analysis was planned before any score was looked at:

- Cases are the disrupting variants in an internal exon of the annotation or within 40 nt of it, with a known base.
  At least one scored position must see them.
  Variants of the two intron bases next to an exon are left out, since every change there disrupts.
- Controls of a case are other single-base changes of the same exon and its 40 nt on each side, without cases.
  They are on the same side of the same splice site, exonic or intronic as the case.
  Their distance to this site is in the same class (1-3, 4-8, 9-20, 21-40, more), and they are transitions if it is one.
  The number of scored positions that see them is within a fifth of that of the case.
  There are at most 20 for a case, drawn at random. About 4 % of assayed variants disrupt, so few controls do.
- The effect is the absolute change of the log odds on the strand of the exon, from `ideep_scan.score_variants`.
- The figure of a protein is the share of a case's controls with a smaller effect, averaged over cases.
  Ties count half. This is an AUC within exon, kind, distance and type of substitution; 0.5 means no difference.
- Intervals are of 2,000 bootstrap samples of genes. P-values come from their deviation, adjusted over proteins.
- Splicing regulators and negative controls are named below. Their difference of mean AUC is the one main result.
  Other proteins are shown but in neither group.
- The rank correlation of |delta index| and effect is taken among the cases.
- A second reading takes only cases that at least 51 positions see.
"""

from __future__ import annotations

import argparse
import gzip
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from variant_statistics import (
    adjust,
    bootstrap,
    draw_weights,
    estimate_text,
    p_value,
    summarize,
    weighted_spearman,
)

from ideep_scan import score_variants
from ideep_scan.formats.annotation.reader import read_annotation
from ideep_scan.formats.fasta.source import FastaSource
from ideep_scan.kernels.onehot import UNKNOWN, decode
from ideep_scan.kernels.scorable import mark_scorable
from ideep_scan.records.estimate import Estimate
from ideep_scan.records.transcript import Transcript

REGULATORS = ("SRSF1", "U2AF2", "HNRNPC", "TIA1", "TIAL1", "QKI", "HNRNPL", "HNRNPLL", "TARDBP")
NEGATIVE = ("AGO1-4", "AGO2", "IGF2BP1-3", "MOV10", "NSUN2", "PUM2")
FLANK, WINDOW, MAX_UNKNOWN = 40, 101, 10
CLASSES = (4, 9, 21, 41)  # upper ends of the classes of distance
CONTROLS, SEED, WELL_KNOWN = 20, 1, 51
PURINES = frozenset("AG")
Key = tuple[str, int, str, str]


@dataclass(frozen=True, slots=True)
class Exon:
    """An internal exon, 0-based."""

    chrom: str
    start: int
    end: int
    strand: str
    gene: str


@dataclass(frozen=True, slots=True)
class Place:
    """Place of a variant relative to the nearest splice site of its exon."""

    side: str
    is_exonic: bool
    distance: int

    @property
    def group(self) -> tuple[str, bool, int]:
        """The properties that a control shares."""
        return self.side, self.is_exonic, bisect_right(CLASSES, self.distance)


@dataclass(frozen=True, slots=True)
class Case:
    """A case or a control: 0-based position, letters of the plus strand, number of the case that it belongs to."""

    exon: Exon
    position: int
    ref: str
    alt: str
    case: int
    delta_index: float
    seen: int

    @property
    def key(self) -> Key:
        """Columns of the table of effects."""
        return self.exon.chrom, self.position + 1, self.ref, self.alt


def read_cases(path: Path) -> list[tuple[str, int, str, str, float]]:
    """Read the disrupting variants, with 0-based positions."""
    table = pd.read_csv(path, sep="\t")
    return [(row[0], int(row[1]) - 1, row[2], row[3], float(row[4])) for row in table.itertuples(index=False)]


def find_internal_exons(transcripts: Sequence[Transcript]) -> dict[str, list[Exon]]:
    """List the internal exons of each contig by their start, those of most transcripts first."""
    counts = Counter(
        Exon(transcript.chrom, int(start), int(end), transcript.strand, transcript.gene_name)
        for transcript in transcripts
        for start, end in transcript.exons[1:-1]
    )
    exons: dict[str, list[Exon]] = defaultdict(list)
    for exon, _ in sorted(counts.items(), key=lambda item: (item[0].start, -item[1], item[0].end)):
        exons[exon.chrom].append(exon)
    return exons


def choose_exon(exons: Sequence[Exon], position: int) -> Exon | None:
    """Choose the exon of a variant: one that holds it, else the nearest within the flank."""
    first = bisect_left(exons, position - 20_000, key=lambda exon: exon.start)
    last = bisect_right(exons, position + FLANK, key=lambda exon: exon.start)
    near = [exon for exon in exons[first:last] if position < exon.end + FLANK]
    return min(near, key=lambda exon: max(exon.start - position, position - exon.end + 1, 0), default=None)


def locate(exon: Exon, position: int) -> Place:
    """Locate a position by the nearest splice site; the first base on either side has distance 1."""
    from_start, from_end = position - exon.start, exon.end - 1 - position
    is_left = from_start <= from_end
    offset = min(from_start, from_end)
    side = "acceptor" if is_left == (exon.strand == "+") else "donor"
    return Place(side, offset >= 0, offset + 1 if offset >= 0 else -offset)


def is_transition(ref: str, alt: str) -> bool:
    """Tell a transition from a transversion."""
    return (ref in PURINES) == (alt in PURINES)


class KnownSequence:
    """Bases of several FASTA files; a contig is read from the first that has it."""

    def __init__(self, paths: Sequence[Path], stack: ExitStack):
        self._sources = [stack.enter_context(FastaSource(path, scattered=True)) for path in paths]
        self.files = {
            contig: path
            for path, source in reversed(list(zip(paths, self._sources, strict=True)))
            for contig in source.contigs
        }
        self._paths = list(paths)

    def codes(self, chrom: str, start: int, end: int) -> np.ndarray:
        """Return the codes of the bases, in the code of `kernels.onehot`."""
        return self._sources[self._paths.index(self.files[chrom])].codes(chrom, start, end)

    def count_seen(self, exon: Exon) -> tuple[str, np.ndarray]:
        """Return the letters of an exon and its flanks, and how many scored positions see each of them."""
        half = WINDOW // 2
        start, end = exon.start - FLANK, exon.end + FLANK
        codes = self.codes(exon.chrom, start - 2 * half, end + 2 * half)
        is_scored = mark_scorable(codes, WINDOW, MAX_UNKNOWN)
        seen = np.convolve(is_scored, np.ones(WINDOW, int), "valid")
        inner = codes[2 * half : -2 * half]
        letters = decode(inner).replace("U", "T")
        return "".join("N" if code == UNKNOWN else letter for code, letter in zip(inner, letters, strict=True)), seen


def match_controls(
    case: Case, sequence: str, seen: np.ndarray, disrupting: set[tuple[str, int, str, str]]
) -> list[Case]:
    """List the controls of a case."""
    exon, first = case.exon, case.exon.start - FLANK
    group = locate(exon, case.position).group
    controls = []
    for offset, ref in enumerate(sequence):
        position = first + offset
        place = locate(exon, position)
        if ref == "N" or place.group != group or (not place.is_exonic and place.distance <= 2):
            continue
        if abs(int(seen[offset]) - case.seen) > case.seen / 5:
            continue
        for alt in "ACGT":
            control = Case(exon, position, ref, alt, case.case, float("nan"), int(seen[offset]))
            is_similar = alt != ref and is_transition(ref, alt) == is_transition(case.ref, case.alt)
            if is_similar and control.key not in disrupting:
                controls.append(control)
    return controls


def build_pairs(path: Path, exons: dict[str, list[Exon]], genome: KnownSequence) -> tuple[list[Case], Counter[str]]:
    """Make the cases with their controls, and count why variants are left out."""
    variants = read_cases(path)
    disrupting = {(chrom, position + 1, ref, alt) for chrom, position, ref, alt, _ in variants}
    rng = np.random.default_rng(SEED)
    rows: list[Case] = []
    reasons: Counter[str] = Counter()
    for number, (chrom, position, ref, alt, delta_index) in enumerate(variants):
        exon = choose_exon(exons.get(chrom, []), position)
        if exon is None:
            reasons["no internal exon within 40 nt"] += 1
            continue
        sequence, seen = genome.count_seen(exon)
        offset = position - exon.start + FLANK
        place = locate(exon, position)
        if sequence[offset] == "N" or not seen[offset]:
            reasons["sequence unknown"] += 1
        elif sequence[offset] != ref:
            reasons["another reference base"] += 1
        elif not place.is_exonic and place.distance <= 2:
            reasons["first two bases of an intron"] += 1
        else:
            case = Case(exon, position, ref, alt, number, delta_index, int(seen[offset]))
            controls = match_controls(case, sequence, seen, disrupting)
            reasons["case" if controls else "no control"] += 1
            chosen = rng.permutation(len(controls))[:CONTROLS]
            rows += [case, *(controls[index] for index in sorted(chosen))] if controls else []
    return rows, reasons


def annotation_lines(path: Path, contigs: set[str]) -> Iterator[str]:
    """Yield the lines of an annotation on some contigs."""
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as stream:
        yield from (line for line in stream if line.split("\t", 1)[0] in contigs)


def score(rows: Sequence[Case], options: argparse.Namespace, files: dict[str, Path]) -> pd.DataFrame:
    """Score cases and controls, one call for each FASTA."""
    tables = []
    for number, fasta in enumerate(options.fasta):
        contigs = {contig for contig, path in files.items() if path == fasta}
        keys = sorted({row.key for row in rows if row.exon.chrom in contigs})
        if not keys:
            continue
        annotation = options.out / f"transcripts.{number}{Path(options.annotation.stem).suffix or '.bed12'}"
        annotation.write_text("".join(annotation_lines(options.annotation, contigs)))
        texts = [f"{chrom}:{pos} {ref}>{alt}" for chrom, pos, ref, alt in keys]
        tables.append(score_variants(texts, options.models, fasta, gtf=annotation, model="ideep"))
    return pd.concat(tables)


def compare(rows: Sequence[Case], effects: pd.DataFrame) -> pd.DataFrame:
    """Compute the share of controls with a smaller effect, for each case and protein."""
    table = effects.set_index(["chrom", "pos", "ref", "alt", "strand", "model"]).log_odds.abs().to_dict()
    models = sorted(set(effects.model) - {"."})
    records = []
    members: dict[int, list[Case]] = defaultdict(list)
    for row in rows:
        members[row.case].append(row)
    for case, *controls in members.values():
        record: dict[str, Any] = {"gene": case.exon.gene, "delta_index": case.delta_index, "seen": case.seen}
        for model in models:
            effect, *others = (table.get((*row.key, row.exon.strand, model), np.nan) for row in (case, *controls))
            values = np.array(others, float)
            values = values[np.isfinite(values)]
            record[f"effect:{model}"] = effect
            record[f"share:{model}"] = np.mean((values < effect) + 0.5 * (values == effect)) if values.size else np.nan
        records.append(record)
    return pd.DataFrame(records).dropna()


def measure(cases: pd.DataFrame) -> tuple[dict[str, Estimate], dict[str, Estimate], Estimate]:
    """Compute the AUC and the correlation of each protein, and the difference of the two groups."""
    models = [name.removeprefix("share:") for name in cases.columns if name.startswith("share:")]
    weights = draw_weights(cases.gene.tolist())
    samples = {model: weights @ cases[f"share:{model}"].to_numpy() / weights.sum(1) for model in models}
    strength = cases.delta_index.abs().to_numpy()
    correlations = {
        model: bootstrap(weights, weighted_spearman(strength, cases[f"effect:{model}"].to_numpy())) for model in models
    }
    means = [np.mean([samples[model] for model in group if model in samples], 0) for group in (REGULATORS, NEGATIVE)]
    return {model: summarize(values) for model, values in samples.items()}, correlations, summarize(means[0] - means[1])


def group_name(model: str) -> str:
    """Name the group of a protein."""
    return "regulator" if model in REGULATORS else "negative control" if model in NEGATIVE else "other"


def report(cases: pd.DataFrame, title: str) -> dict[str, Estimate]:
    """Print the tables of one reading; return the AUC of each protein."""
    areas, correlations, difference = measure(cases)
    adjusted = adjust([p_value(estimate, 0.5) for estimate in areas.values()])
    print(f"\n{title}: {len(cases)} cases in {cases.gene.nunique()} genes\n")
    print("| protein | group | AUC | adjusted p | rank correlation with the delta index |\n|---|---|---|---|---|")
    order = sorted(zip(areas, adjusted, strict=True), key=lambda item: -areas[item[0]].value)
    for model, value in order:
        cells = (model, group_name(model), estimate_text(areas[model]), f"{value:.2g}")
        print(f"| {' | '.join(cells)} | {estimate_text(correlations[model])} |")
    print(f"\nRegulators minus negative controls, mean AUC: {estimate_text(difference, 3)}")
    return areas


def draw(areas: dict[str, Estimate], path: Path) -> None:
    """Draw the AUC of each protein with its interval."""
    figure, axes = plt.subplots(figsize=(6, 4.8), layout="constrained")
    colors = {"regulator": "#0072b2", "negative control": "#d55e00", "other": "0.5"}
    models = sorted(areas, key=lambda model: areas[model].value)
    for group, color in colors.items():
        rows = [row for row, model in enumerate(models) if group_name(model) == group]
        values = np.array([areas[models[row]].value for row in rows])
        low = values - [areas[models[row]].low for row in rows]
        high = np.array([areas[models[row]].high for row in rows]) - values
        axes.errorbar(values, rows, xerr=[low, high], fmt="o", ms=4, lw=1.2, capsize=2, color=color, label=group)
    axes.axvline(0.5, color="0.7", lw=1, zorder=0)
    axes.set(xlabel="AUC of disrupting variants against matched controls", yticks=range(len(models)))
    axes.set_yticklabels(models)
    axes.legend(frameon=False, loc="lower right")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=150)


def main() -> None:
    """Read the command line, score cases and controls, print the tables and draw the picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("variants", type=Path)
    parser.add_argument("annotation", type=Path)
    parser.add_argument("fasta", type=Path, nargs="+")
    parser.add_argument("--models", default="all")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--picture", type=Path, default=Path("docs/images/variants_mfass.png"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        genome = KnownSequence(options.fasta, stack)
        exons = find_internal_exons(read_annotation(options.annotation).transcripts)
        rows, reasons = build_pairs(options.variants, exons, genome)
        files = genome.files
    print("| variants | count |\n|---|---|")
    for reason, count in reasons.most_common():
        print(f"| {reason} | {count} |")
    print(f"\n{len(rows) - reasons['case']} controls", flush=True)
    saved = options.out / "effects.tsv.gz"
    if not saved.exists():
        score(rows, options, files).to_csv(saved, sep="\t", index=False)
    cases = compare(rows, pd.read_csv(saved, sep="\t", low_memory=False))
    draw(report(cases, "All cases"), options.picture)
    report(cases[cases.seen >= WELL_KNOWN], f"Cases that {WELL_KNOWN} positions see")


if __name__ == "__main__":
    main()
