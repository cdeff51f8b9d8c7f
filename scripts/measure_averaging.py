#!/usr/bin/env python3
"""Measure the bundled models on the published test windows with co-binding, without, and averaged: Markdown.

    scripts/measure_averaging.py DATA --fasta hg19.fa --gtf refseq.bed12

DATA holds `clip31/` and `clip31_30000/`. Co-binding sites are the positives of both training sets.
Averages are those of log odds.
The training excluded these windows. With an annotation, it also excluded the genes that contain them
(docs/accuracy-separate-networks.md).
"""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from ideep_scan.benchmark.own_features import OwnFeatures
from ideep_scan.models.bundle import load_bundle
from ideep_scan.models.store import list_entries
from ideep_scan.models.store_names import IDEEP
from ideep_scan.train.fit import predict
from ideep_scan.train.metrics import auc, auprc

ANNOTATED = ("sequence", "region")
WITH_SITES = (*ANNOTATED, "cobinding")
SHOWN = ("without co-binding", "with co-binding", "averaged")


def main() -> None:
    """Read the command line, score the test windows of each model, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--fasta", type=Path, required=True)
    parser.add_argument("--gtf", type=Path, required=True)
    options = parser.parse_args()
    print("| model | " + " | ".join(f"{name}: AUC / auPRC" for name in SHOWN) + " |")
    print("|---" * (len(SHOWN) + 1) + "|")
    rows = []
    with ExitStack() as stack:
        models = sorted(list_entries(IDEEP), key=lambda entry: entry.number or 0)
        experiments = load_bundle(models[0].path).spec.experiments  # the same for all of them
        larger = options.data / "clip31_30000"
        features = OwnFeatures(
            options.data / "clip31", experiments, fasta=options.fasta, gtf=options.gtf, stack=stack, larger=larger
        )
        for entry in models:
            bundle = load_bundle(entry.path)
            split = features.split(entry.card["experiment"], WITH_SITES)
            logits = [predict(bundle.network, split.features, split.test, view) for view in (ANNOTATED, WITH_SITES)]
            label = split.labels[split.test]
            rows.append([(auc(label, scores), auprc(label, scores)) for scores in (*logits, np.mean(logits, axis=0))])
            print(f"| {entry.number} {entry.name} |", row_text(rows[-1]), flush=True)
    print("| mean |", row_text(np.mean(rows, axis=0)))


def row_text(figures: list[tuple[float, float]] | np.ndarray) -> str:
    """Write pairs of AUC and auPRC as cells of a Markdown row."""
    return " | ".join(f"{area:.3f} / {precision:.3f}" for area, precision in figures) + " |"


if __name__ == "__main__":
    main()
