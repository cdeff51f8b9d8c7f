#!/usr/bin/env python3
"""Measure what the filters of the separate networks have learned (docs/motifs.md).

    scripts/measure_filters.py DATA [--models NAMES]

DATA holds clip31/.
Filters are read on the 1,000 published test windows of each experiment, as `ideep-scan motifs` reads them.
One table shows silent, enriched and merged filters; the other whether the known motif of the protein is found.
A known motif is one of the 102 human RNAcompete motifs; it is found if a filter resembles it at p < 0.05 and E < 0.05.
Chance is the share of draws in which it is found although bases and positions of each filter's motif are shuffled.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ideep_scan.benchmark.data import SEQUENCES, locate_published_file
from ideep_scan.formats.clip31 import read_windows
from ideep_scan.formats.experiments import Experiment, read_experiments
from ideep_scan.formats.pwm_table import read_pwms
from ideep_scan.models.activations import FirstFilters
from ideep_scan.models.bundle import load_bundle
from ideep_scan.models.store import Entry, list_entries
from ideep_scan.models.store_names import IDEEP
from ideep_scan.motifs.clusters import cluster_motifs
from ideep_scan.motifs.enrichment import compute_enrichment
from ideep_scan.motifs.filter_motifs import compute_filter_motifs
from ideep_scan.motifs.known_matches import KnownMotifs
from ideep_scan.records.pwm import Pwm

LIMIT = 0.05
DRAWS = 10
LEADING = 4  # clusters whose consensus the table shows


class BestMatch(NamedTuple):
    """The match of a protein's own motif with the lowest E-value."""

    e_value: float
    known: str
    consensus: str

    @property
    def found(self) -> bool:
        """True if the match counts."""
        return self.e_value < LIMIT


def find_own(known: KnownMotifs, symbols: set[str], pwms: Sequence[Pwm]) -> BestMatch:
    """Find the motif that resembles a known motif of the protein most."""
    rows = zip(pwms, known.match(pwms, 1.0), strict=True)
    own = [
        BestMatch(match.e_value, match.id, pwm.name) for pwm, row in rows for match in row if match.symbol in symbols
    ]
    return min(own)


def shuffle(pwm: Pwm, random: np.random.Generator) -> Pwm:
    """Shuffle the positions of a motif, and its bases, the same way at all positions."""
    return replace(pwm, counts=pwm.counts[random.permutation(len(pwm))][:, random.permutation(4)])


def measure_model(entry: Entry, experiment: Experiment, data: Path, known: KnownMotifs) -> tuple[str, str | None]:
    """Measure one model: its row of either table; no row of the second if no motif of its protein is known."""
    windows = read_windows(locate_published_file(data, experiment.experiment, "test", SEQUENCES))
    bound, filters = windows.label == 1, FirstFilters(load_bundle(entry.path).network)
    start = time.perf_counter()
    motifs = compute_filter_motifs(filters, windows.codes[bound], entry.name, entry.protein)
    occurrences = compute_enrichment(motifs.pwms, windows.codes, bound)
    clusters = cluster_motifs(motifs.pwms, occurrences, windows.codes[bound])
    seconds = time.perf_counter() - start
    names = {pwm.id: pwm.name for pwm in motifs.pwms}
    leading = " ".join(names[cluster.members[0]] for cluster in clusters[:LEADING])
    enriched = sum(row.enrichment is not None and row.enrichment.q_value < LIMIT for row in occurrences)
    counts = f"{len(filters.weights)} | {len(motifs.silent)} | {enriched} | {len(clusters)}"
    first = f"| {entry.name} | {counts} | {leading} | {seconds:.1f} |"
    symbols = {entry.protein, *experiment.aliases} & {pwm.symbol for pwm in known.pwms}
    if not symbols:
        return first, None
    best = find_own(known, symbols, motifs.pwms)
    everywhere = compute_filter_motifs(filters, windows.codes, entry.name, entry.protein)
    unbound = find_own(known, symbols, everywhere.pwms)
    random = np.random.default_rng(entry.number)
    draws = [find_own(known, symbols, [shuffle(pwm, random) for pwm in motifs.pwms]).found for _ in range(DRAWS)]
    verdict = "yes" if best.found else "no"
    figures = f"{best.e_value:.3g} | {verdict} | {unbound.e_value:.3g} | {np.mean(draws):.1f}"
    return first, f"| {entry.name} | {best.known} | {best.consensus} | {figures} |"


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--models", nargs="+", help="names of models; all by default")
    arguments = parser.parse_args()
    known = KnownMotifs("RNAcompete", read_pwms())
    experiments = {experiment.number: experiment for experiment in read_experiments()}
    entries = sorted(list_entries(IDEEP), key=lambda entry: entry.number or 0)
    chosen = [entry for entry in entries if not arguments.models or entry.name in arguments.models]
    rows = [measure_model(entry, experiments[entry.number or 0], arguments.data / "clip31", known) for entry in chosen]
    print("| model | filters | silent | enriched | clusters | consensus of the leading clusters | s |")
    print("|---|---|---|---|---|---|---|", *(first for first, _ in rows), sep="\n", end="\n\n")
    print("| model | known motif | filter | E | found | E with unbound windows | chance |")
    print("|---|---|---|---|---|---|---|", *(second for _, second in rows if second), sep="\n")


if __name__ == "__main__":
    main()
