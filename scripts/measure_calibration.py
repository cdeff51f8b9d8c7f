#!/usr/bin/env python3
"""Test the calibration of the bundled models: reliability, p-values elsewhere on chr20, enrichment of sites.

    scripts/measure_calibration.py DATA --work WORK --out docs/images

WORK is the work folder of scripts/train_zoo. The script prints Markdown and draws reliability.png.
Reliability is measured on the published test windows, reweighted to each model's prior.
P-values and enrichment are measured on the parts of chr20 next to the background.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from zoo_chr20 import CALIBRATED, NAMED, Tracks, sites_on_chr20
from zoo_data import Universe

from ideep_scan.benchmark.own_features import SITE_REACH
from ideep_scan.models.bundle import ModelBundle, load_bundle
from ideep_scan.models.calibration import Calibration
from ideep_scan.models.store import list_entries
from ideep_scan.train.calibrate import Reliability, compute_prior_weights, measure_enrichment, measure_reliability

LEVELS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 0.7)
P_VALUES = (0.1, 0.01, 0.001, 0.0001)
SHOWN = CALIBRATED[:2]  # with and without an annotation
BLOCK = 10_000


def expit(logits: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-logits.astype(np.float64)))


def quartiles(values: list[float]) -> str:
    return "{1:.2f} ({0:.2f}-{2:.2f})".format(*np.quantile(values, (0.25, 0.5, 0.75)))


def pooled_reliability(work: Path, bundles: Mapping[str, ModelBundle], kind: str) -> list[Reliability]:
    predicted, labels, weights = [], [], []
    for name, bundle in bundles.items():
        made = Calibration.from_dict(bundle.calibration)
        assert made.prevalence is not None
        test = np.load(work / "networks" / f"{name}.test.npz")
        predicted.append(made.scales[kind].precision(expit(test[kind]), made.prevalence))
        labels.append(test["label"])
        weights.append(compute_prior_weights(test["label"], made.prevalence))
    return measure_reliability(np.concatenate(predicted), np.concatenate(labels), np.concatenate(weights), LEVELS)


def draw(found: Mapping[str, list[Reliability]], path: Path) -> None:
    figure, axes = plt.subplots(figsize=(5, 4.6), layout="constrained")
    axes.plot([1e-3, 1], [1e-3, 1], color="0.7", lw=1, label="as promised")
    for (kind, rows), color in zip(found.items(), ("#0072b2", "#d55e00"), strict=True):
        at = [row.predicted for row in rows]
        value = np.array([row.observed.value for row in rows])
        spread = [value - [row.observed.low for row in rows], [row.observed.high for row in rows] - value]
        axes.errorbar(at, value, spread, fmt="o-", ms=4, lw=1.2, capsize=2, color=color, label=NAMED[kind])
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="expected share of true sites, at least",
        ylabel="share of test windows that are sites",
    )
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=150)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path("zoo_work"))
    parser.add_argument("--out", type=Path, default=Path("docs/images"))
    args = parser.parse_args()
    universe = Universe(args.data, args.work, args.work / "cobinding" / "cobinding.tsv")
    bundles = {entry.card["experiment"]: load_bundle(entry.path) for entry in list_entries()}
    arrays = dict(np.load(args.work / "chr20.npz"))
    tracks = Tracks(arrays.pop("position"), arrays.pop("plus"), arrays)
    found = {kind: pooled_reliability(args.work, bundles, kind) for kind in SHOWN}
    draw(found, args.out / "reliability.png")
    for kind, rows in found.items():
        print(f"\n{NAMED[kind]}\n\n| expected, at least | observed | sites | other windows |\n|---|---|---|---|")
        for row in rows:
            seen = f"{row.observed.value:.3g} ({row.observed.low:.3g}-{row.observed.high:.3g})"
            print(f"| {row.predicted:.3g} | {seen} | {row.positives} | {row.negatives} |")
    rest = ~tracks.background()
    blocks = tracks.position[rest] // BLOCK * 2 + tracks.plus[rest]
    print("\nMedian (quartiles) of the models.\n")
    print("| input | p at most | positions found / expected | enrichment of known sites |\n|---|---|---|---|")
    for number, kind in enumerate(CALIBRATED):
        for p_value in P_VALUES:
            ratios, enriched = [], []
            for name, bundle in bundles.items():
                scale = Calibration.from_dict(bundle.calibration).scales[kind]
                called = scale.p_values(expit(tracks.logits[name][number][rest])) <= p_value
                _, sites = sites_on_chr20(universe, universe.windows(name))
                known = tracks.at_sites(sites, SITE_REACH)[rest]
                ratios.append(called.mean() / p_value)
                if called.any() and known.any():
                    enriched.append(measure_enrichment(called, known, blocks, samples=1).ratio.value)
            print(
                f"| {NAMED[kind]} | {p_value:g} | {quartiles(ratios)} | {quartiles(enriched)}, {len(enriched)} models |"
            )


if __name__ == "__main__":
    main()
