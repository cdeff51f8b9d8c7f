#!/usr/bin/env python3
"""Measure what the bundled network is worth for proteins that it never learned from: a Markdown table.

    scripts/measure_unseen.py DATA

Each protein is that of a list of peaks with too few sites to be an output of the bundled network.
Models are trained on four fifths of the loci and judged by the others, in turn.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import torch
from shared_data import open_shared_genome, read_peaks
from shared_training import MODALITIES, say
from training_cases import Case, World, fit_network, join_places, list_points, make_data

from ideep_scan.formats.peak_lists import PeakList
from ideep_scan.models.bundle_header import check_header
from ideep_scan.models.safetensors_layout import open_layout
from ideep_scan.models.store import list_bundles
from ideep_scan.records.places import Places
from ideep_scan.train.fit import predict
from ideep_scan.train.loci import find_loci
from ideep_scan.train.metrics import auc

LEAST = 12  # sites with a known window
FOLDS = 5
RATIO = 4  # windows without a site for each site
STARTS = ("zoo", "scratch")


def list_unseen(data: Path, world: World) -> Iterator[tuple[PeakList, Places]]:
    """Yield lists of proteins that are neither models of the bundle nor among its absent names."""
    (path,) = list_bundles()
    with open_layout(path) as layout:
        header = check_header(layout)
    known = {*header.absent, *(name for model in header.models for name in (model.protein, *model.aliases))}
    for peaks in read_peaks(data, world.genome.source.contigs):
        if peaks.protein not in known:
            points = list_points(peaks)
            sites = points[world.are_known(points)]
            if len(sites) >= LEAST:
                yield peaks, sites


def measure(world: World, peaks: PeakList, sites: Places) -> dict[str, float]:
    """Measure the AUC of both starts, the mean over the folds that hold a site."""
    rng = np.random.default_rng(0)
    loci = world.genome.loci
    case = Case(peaks.name, sites, sites[np.arange(0)], np.append(np.zeros(len(loci), bool), True))
    others = world.draw_negatives(case, "both", sites, count=RATIO * len(sites), rng=rng)
    folds = rng.integers(0, FOLDS, len(loci) + 1)
    aucs: dict[str, list[float]] = {start: [] for start in STARTS}
    for fold in range(FOLDS):
        test, learned = ([p[(folds[find_loci(p, loci)] == fold) == side] for p in (sites, others)] for side in (1, 0))
        if all(map(len, test)):
            data = make_data(learned[0], learned[1], loci, rng)
            features, judged = world.compute_features(data.places), world.compute_features(join_places(test))
            labels = np.repeat([1, 0], [len(part) for part in test])
            for start in STARTS:
                network = fit_network(start, features, data, fold)
                aucs[start].append(auc(labels, predict(network, judged, np.arange(len(labels)), MODALITIES)))
    return {start: float(np.mean(values)) for start, values in aucs.items()}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    torch.set_num_threads(1)
    print("| list | sites | from the bundled network | from scratch |\n|---|---|---|---|")
    gains = []
    with ExitStack() as stack:
        world = World(open_shared_genome(parser.parse_args().data, stack))
        for peaks, sites in list_unseen(parser.parse_args().data, world):
            figures = measure(world, peaks, sites)
            gains.append(figures["zoo"] - figures["scratch"])
            name = ", ".join(peaks.name.split("_")[:2])
            print(f"| {name} | {len(sites)} | {figures['zoo']:.3f} | {figures['scratch']:.3f} |", flush=True)
    say(f"median gain {np.median(gains):.3f}, {sum(gain > 0 for gain in gains)} of {len(gains)} gain")


if __name__ == "__main__":
    main()
