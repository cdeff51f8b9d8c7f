#!/usr/bin/env python3
"""Compare gradients with mutagenesis: agreement on the strongest windows of each model, and speed.

    scripts/bench_contributions.py agreement DATA [--model shared|ideep] [--windows 20]
    scripts/bench_contributions.py speed DATA [--rbp TARDBP]

DATA holds a folder per published experiment.
The bound test windows of all experiments are scored by their sequence alone; those with the highest scores count.
The speed is that of one thread; both ways of mutagenesis and gradients take turns on the same windows.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch
from side_by_side import describe_machine, measure_medians

from ideep_scan.features.featurizer import Featurizer
from ideep_scan.features.sources import Sources
from ideep_scan.features.window_features import encode_windows
from ideep_scan.formats.clip31 import read_windows
from ideep_scan.jobs.inputs import open_bundles
from ideep_scan.kernels.onehot import UNKNOWN
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.contributions import Agreement, measure_agreement, select_letters
from ideep_scan.models.gradients import compute_gradients
from ideep_scan.models.mutagenesis import compute_mutagenesis
from ideep_scan.models.scorer import Scorer
from ideep_scan.records.in_memory_genome import InMemoryGenome
from ideep_scan.variants.contributions import compute_contributions
from ideep_scan.variants.haplotype import reference_haplotype

_WINDOWS = "5000/test_sample_0/sequences.fa.gz"
_TIMED = 8  # windows of a measurement


def read_bound_windows(data: Path) -> np.ndarray:
    """Read the bound test windows of all experiments: int8 array (n, 101)."""
    tables = [read_windows(path) for path in sorted(data.glob(f"*/{_WINDOWS}"))]
    return np.unique(np.concatenate([table.codes[table.label == 1] for table in tables]), axis=0)


def rank_windows(bundles: Sequence[ModelBundle], codes: np.ndarray, count: int) -> Iterator[np.ndarray]:
    """Yield the strongest windows of each model; models of one network are scored together."""
    odds: dict[int, np.ndarray] = {}
    for bundle in bundles:
        if id(bundle.network) not in odds:
            odds[id(bundle.network)] = np.concatenate([score(bundle, part) for part in np.array_split(codes, 50)])
        yield codes[np.argsort(-odds[id(bundle.network)][:, bundle.row], kind="stable")[:count]]


@torch.inference_mode()
def score(bundle: ModelBundle, codes: np.ndarray) -> np.ndarray:
    """Compute the log odds of windows by all outputs of a network: float32 array (n, outputs)."""
    windows, centres = encode_windows(codes).batch(np.arange(len(codes)))
    return bundle.network(windows, centres, {"sequence": torch.ones(len(codes), dtype=torch.bool)}).numpy()


def compare(bundle: ModelBundle, codes: np.ndarray) -> Agreement:
    """Correlate both estimates over the letters of some windows."""
    features = encode_windows(codes)
    both = (compute_gradients, compute_mutagenesis)
    first, second = (select_letters(way(bundle.network, [bundle.row], features)[0], codes) for way in both)
    return measure_agreement(first, second)


def print_agreement(data: Path, model: str, count: int) -> None:
    """Print a line per model, then the medians."""
    bundles, codes = open_bundles(["all"], model), read_bound_windows(data)
    print(f"{len(codes):,} windows, {count} of each model\n\n| model | Pearson | Spearman |\n|---|---|---|")
    agreements = []
    for bundle, windows in zip(bundles, rank_windows(bundles, codes, count), strict=True):
        agreement = compare(bundle, windows)
        agreements.append(agreement)
        print(f"| {bundle.name} | {agreement.pearson:.2f} | {agreement.spearman:.2f} |", flush=True)
    medians = [statistics.median(values) for values in zip(*((a.pearson, a.spearman) for a in agreements), strict=True)]
    print(f"| median | {medians[0]:.2f} | {medians[1]:.2f} |")


def mutate_letter_by_letter(scorer: Scorer, codes: np.ndarray) -> np.ndarray:
    """Compute the contributions of letters as the report of variants does: float32 array (n, width)."""
    count, width = codes.shape
    padded = np.pad(codes, ((0, 0), (width, width)), constant_values=UNKNOWN)
    centres = np.where(np.arange(3 * width) // width == 1, width + width // 2, -1)
    out = np.empty((count, 3 * width), np.float32)
    for row, letters in zip(out, padded, strict=True):
        featurizer = Featurizer(scorer.bundle.spec, Sources(InMemoryGenome({"window": letters})), scorer.modalities)
        row[:] = compute_contributions(
            "window",
            "+",
            reference_haplotype(letters, 0),
            centres=centres,
            featurizer=featurizer,
            scorer=scorer,
        )
    return out[:, width : 2 * width]


def print_speed(data: Path, name: str) -> None:
    """Print the processor time per window of each way."""
    torch.set_num_threads(1)
    codes = read_bound_windows(data)
    print(f"{describe_machine()}\n\n| network | way | ms per window |\n|---|---|---|")
    for model in ("shared", "ideep"):
        (bundle,) = open_bundles([name], model)
        (windows,) = rank_windows([bundle], codes, _TIMED)
        for way, value in measure_ways(bundle, windows).items():
            print(f"| {model} | {way} | {value * 1e3:.2f} |")


def measure_ways(bundle: ModelBundle, codes: np.ndarray) -> dict[str, float]:
    """Measure processor seconds per window of each way; both ways of mutagenesis must agree."""
    features, scorer = encode_windows(codes), Scorer(bundle, ["sequence"], torch.device("cpu"))
    mutants = select_letters(compute_mutagenesis(bundle.network, [bundle.row], features)[0], codes)
    np.testing.assert_allclose(mutate_letter_by_letter(scorer, codes), mutants, atol=2e-3)
    ways = {
        "gradients": partial(compute_gradients, bundle.network, [bundle.row], features),
        "mutagenesis of windows": partial(compute_mutagenesis, bundle.network, [bundle.row], features),
        "mutagenesis letter by letter": partial(mutate_letter_by_letter, scorer, codes),
    }
    return {way: seconds / len(codes) for way, seconds in measure_medians(ways, 3, time.process_time).items()}


def main() -> None:
    """Run the part that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=["agreement", "speed"])
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", choices=["shared", "ideep"], default="shared")
    parser.add_argument("--windows", type=int, default=20)
    parser.add_argument("--rbp", default="TARDBP")
    options = parser.parse_args()
    if options.part == "agreement":
        print_agreement(options.data, options.model, options.windows)
    else:
        print_speed(options.data, options.rbp)


if __name__ == "__main__":
    main()
