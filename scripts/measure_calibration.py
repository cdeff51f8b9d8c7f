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
from zoo_chr20 import CALIBRATED, NAMED, Tracks, find_chr20_sites
from zoo_data import Universe

from ideep_scan.benchmark.own_features import SITE_REACH
from ideep_scan.models.bundle import ModelBundle, load_bundle
from ideep_scan.models.calibration import Calibration
from ideep_scan.models.store import list_entries
from ideep_scan.models.store_names import IDEEP
from ideep_scan.train.calibrate import Reliability, compute_prior_weights, measure_enrichment, measure_reliability

LEVELS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 0.7)
P_VALUES = (0.1, 0.01, 0.001, 0.0001)
SHOWN = CALIBRATED[:2]  # with and without an annotation
BLOCK = 10_000


def probabilities(logits: np.ndarray) -> np.ndarray:
    """Return the scores of log odds: float64 (n,)."""
    return 1 / (1 + np.exp(-logits.astype(np.float64)))


def quartile_text(values: list[float]) -> str:
    """Write median and quartiles of figures."""
    return "{1:.2f} ({0:.2f}-{2:.2f})".format(*np.quantile(values, (0.25, 0.5, 0.75)))


def measure_pooled_reliability(work: Path, bundles: Mapping[str, ModelBundle], kind: str) -> list[Reliability]:
    """Measure the expected precision of one kind of input on the test windows of all models together."""
    predicted, labels, weights = [], [], []
    for name, bundle in bundles.items():
        model_calibration = Calibration.from_dict(bundle.calibration)
        assert model_calibration.prevalence is not None
        test = np.load(work / "networks" / f"{name}.test.npz")
        predicted.append(
            model_calibration.scales[kind].precision(probabilities(test[kind]), model_calibration.prevalence)
        )
        labels.append(test["label"])
        weights.append(compute_prior_weights(test["label"], model_calibration.prevalence))
    return measure_reliability(np.concatenate(predicted), np.concatenate(labels), np.concatenate(weights), LEVELS)


def draw(reliabilities: Mapping[str, list[Reliability]], path: Path) -> None:
    """Draw the observed share of sites by the expected one, with confidence intervals."""
    figure, axes = plt.subplots(figsize=(5, 4.6), layout="constrained")
    axes.plot([1e-3, 1], [1e-3, 1], color="0.7", lw=1, label="as promised")
    for (kind, rows), color in zip(reliabilities.items(), ("#0072b2", "#d55e00"), strict=True):
        predicted = [row.predicted for row in rows]
        value = np.array([row.observed.value for row in rows])
        spread = [value - [row.observed.low for row in rows], [row.observed.high for row in rows] - value]
        axes.errorbar(predicted, value, spread, fmt="o-", ms=4, lw=1.2, capsize=2, color=color, label=NAMED[kind])
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
    """Read the command line, measure the calibration, print the tables and draw the picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path("zoo_work"))
    parser.add_argument("--out", type=Path, default=Path("docs/images"))
    options = parser.parse_args()
    universe = Universe(options.data, options.work, options.work / "cobinding" / "cobinding.tsv")
    bundles = {entry.card["experiment"]: load_bundle(entry.path) for entry in list_entries(IDEEP)}
    arrays = dict(np.load(options.work / "chr20.npz"))
    tracks = Tracks(arrays.pop("position"), arrays.pop("plus"), arrays)
    reliabilities = {kind: measure_pooled_reliability(options.work, bundles, kind) for kind in SHOWN}
    draw(reliabilities, options.out / "reliability.png")
    for kind, rows in reliabilities.items():
        print(f"\n{NAMED[kind]}\n\n| expected, at least | observed | sites | other windows |\n|---|---|---|---|")
        for row in rows:
            observed = f"{row.observed.value:.3g} ({row.observed.low:.3g}-{row.observed.high:.3g})"
            print(f"| {row.predicted:.3g} | {observed} | {row.positives} | {row.negatives} |")
    is_evaluated = ~tracks.mark_background()
    blocks = tracks.position[is_evaluated] // BLOCK * 2 + tracks.plus[is_evaluated]
    print("\nMedian (quartiles) of the models.\n")
    print("| input | p at most | positions found / expected | enrichment of known sites |\n|---|---|---|---|")
    for number, kind in enumerate(CALIBRATED):
        for p_value in P_VALUES:
            ratios, enrichments = [], []
            for name, bundle in bundles.items():
                scale = Calibration.from_dict(bundle.calibration).scales[kind]
                is_called = scale.p_values(probabilities(tracks.logits[name][number][is_evaluated])) <= p_value
                _, sites = find_chr20_sites(universe, universe.windows(name))
                is_site = tracks.mark_sites(sites, SITE_REACH)[is_evaluated]
                ratios.append(is_called.mean() / p_value)
                if is_called.any() and is_site.any():
                    enrichments.append(measure_enrichment(is_called, is_site, blocks, samples=1).ratio.value)
            cells = (NAMED[kind], f"{p_value:g}", quartile_text(ratios), quartile_text(enrichments))
            print(f"| {' | '.join(cells)}, {len(enrichments)} models |")


if __name__ == "__main__":
    main()
