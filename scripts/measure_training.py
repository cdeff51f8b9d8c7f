#!/usr/bin/env python3
"""Measure `ideep-scan train`: the learning curve, kinds of negatives, and the figure and tables of docs/train.md.

    scripts/measure_training.py DATA --work WORK [--figure docs/figures/training.png]

DATA is the folder of the data, as `scripts/train_zoo` has it.
Sites are published positives of three experiments, those of TARDBP iCLIP in HEK293 (lifted from hg38), and `--lists`.
Each model is judged twice.
Held-out windows are the published test windows, which lie in other genes.
Held-out transcripts are those of `train/regions.py`, judged by the peaks of another laboratory.
WORK caches the figures of each model in `results.jsonl`, so that a stopped measurement goes on.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from chains import lift_sites
from shared_data import list_published, open_shared_genome, read_peaks, read_test_windows, read_training_windows
from shared_training import MODALITIES, say
from training_cases import KINDS, Case, HeldOutRows, World, fit_network, join_places, list_points, make_data
from training_figures import draw_figure, print_tables

from ideep_scan.features.window_features import Features
from ideep_scan.formats.peak_lists import read_peak_lists
from ideep_scan.models.bundle import ModelBundle, load_models
from ideep_scan.models.network import IDeepNetwork
from ideep_scan.models.store import list_bundles
from ideep_scan.records.places import Places
from ideep_scan.train.fit import predict
from ideep_scan.train.metrics import auc, bootstrap
from ideep_scan.train.own_network import begin_from_shared

# Number of a published experiment -> the list of peaks of another laboratory that judges it.
EXPERIMENTS = {"27": "TARDBP_K562", "23": "PUM2_K562", "30": "U2AF2_HepG2"}
LIFTED = ("clip_signal/tardbp_iclip_hek293_hg38.bed.gz", "chains/hg38ToHg19.over.chain.gz")
LIFTED_NAME = "TARDBP_HEK293_ICLIP"
SIZES = {100: 3, 300: 3, 1000: 3, 3000: 1, 5000: 1, 10_000: 1}  # sites -> draws
STARTS = ("zoo", "scratch")
RATIO = 4  # windows without a site for each site
SMALL = 1000  # sites; larger models are trained last


@dataclass(frozen=True, eq=False)
class Judge:
    """Held-out windows and held-out transcripts of an experiment."""

    tests: Features | None
    labels: np.ndarray
    ground: HeldOutRows
    ground_features: Features


@dataclass(frozen=True)
class Run:
    """One model to train."""

    experiment: str
    sites: int
    start: str
    negatives: str
    draw: int


Opened = tuple[Case, Judge, ModelBundle | None]


def open_list(world: World, path: Path) -> Opened:
    """Open a list of sites, which is judged by its own sites in held-out transcripts."""
    (sites,) = read_peak_lists([path], contigs=world.genome.source.contigs).values()
    none = Places(np.zeros(0, object), np.zeros(0, object), np.zeros(0, np.int64))
    case = world.make_case(sites.name.replace("_", " "), list_points(sites), none, none)
    ground = world.lay_ground(sites)
    assert ground is not None
    return case, Judge(None, np.zeros(0, np.int8), ground, world.compute_features(ground.places)), None


def open_published(data: Path, world: World, numbers: Sequence[str]) -> Iterator[Opened]:
    """Yield published experiments with what judges them, and the bundled models of the same experiments."""
    (path,) = list_bundles()
    models = {model.name: model for model in load_models(path)}
    peaks = read_peaks(data, world.genome.source.contigs)
    for item in list_published(data):
        number = item.experiment.split("_")[0]
        if number in numbers:
            sets = read_training_windows(data, item)
            tests = read_test_windows(data, item)
            positives = join_places([part.places[part.label == 1] for part in sets])
            least = min(sets, key=len)
            case = world.make_case(
                f"{item.protein} ({number})", unique(positives), least.places[least.label == 0], tests.places
            )
            (judge,) = [x for x in peaks if x.name.startswith(EXPERIMENTS[number]) and not x.is_parclip][:1]
            ground = world.lay_ground(judge)
            assert ground is not None
            features = world.compute_features(tests.places), world.compute_features(ground.places)
            model = models.get(f"{item.protein}_exp{number}")
            yield case, Judge(features[0], tests.label, ground, features[1]), model


def unique(places: Places) -> Places:
    """Keep each place once, in the order of the genome."""
    keys = sorted(set(zip(places.chrom.tolist(), places.centre.tolist(), places.strand.tolist(), strict=True)))
    chrom, centre, strand = zip(*keys, strict=True)
    return Places(np.array(chrom, object), np.array(strand, object), np.array(centre, np.int64))


def list_runs(case: Case, model: ModelBundle | None) -> Iterator[Run]:
    """List the models of an experiment: the bundled one, those of the learning curve, and those of other negatives."""
    if model is not None:
        yield Run(case.name, 0, "bundled", "both", 0)
    for draw in range(max(SIZES.values())):
        for size, draws in SIZES.items():
            if draw < draws and len(case.pool) >= size:
                for start in STARTS:
                    yield Run(case.name, size, start, "both", draw)
        for kind in KINDS:
            if kind != "both" and (kind != "published" or len(case.negatives)):
                yield Run(case.name, 1000, "zoo", kind, draw)


def train(world: World, case: Case, run: Run) -> tuple[IDeepNetwork, float]:
    """Train a model; return it with the CPU seconds of the fit."""
    rng = np.random.default_rng((run.sites, run.draw))
    drawn = case.pool[np.sort(rng.permutation(len(case.pool))[: run.sites])]
    others = world.draw_negatives(case, run.negatives, drawn, count=RATIO * len(drawn), rng=rng)
    data = make_data(drawn, others, world.genome.loci, rng)
    features = world.compute_features(data.places)
    begin = time.process_time()
    network = fit_network(run.start, features, data, run.draw)
    return network, time.process_time() - begin


def judge(network: IDeepNetwork, by: Judge) -> dict[str, list[float]]:
    """Measure the AUC on held-out windows and inside held-out transcripts, each with its 95 % interval."""
    figures = {}
    if by.tests is not None:
        logits = predict(network, by.tests, np.arange(len(by.labels)), MODALITIES)
        test = bootstrap(auc, by.labels, logits, samples=200)
        figures["test"] = [test.value, test.low, test.high]
    logits = predict(network, by.ground_features, np.arange(len(by.ground.label)), MODALITIES)
    inside = np.array(list(measure_inside(by.ground, logits)))
    within = bootstrap(lambda values: float(values.mean()), inside, samples=200)
    figures["within"] = [within.value, within.low, within.high]
    return figures


def measure_inside(ground: HeldOutRows, logits: np.ndarray) -> Iterator[float]:
    """Yield the AUC of each transcript with positions of both labels."""
    for gene in np.unique(ground.gene):
        rows = ground.gene == gene
        if len(np.unique(ground.label[rows])) == 2:
            yield auc(ground.label[rows], logits[rows])


def select(model: ModelBundle) -> IDeepNetwork:
    """Make a network of the output of one bundled model."""
    network = begin_from_shared(model.network, model.spec)
    with torch.no_grad():
        network.output.weight.copy_(model.network.output.weight[model.row])
        network.output.bias.copy_(model.network.output.bias[model.row])
    return network


def lift_list(data: Path, work: Path) -> list[Path]:
    """Lift the iCLIP sites of TARDBP in HEK293 cells to hg19; nothing if the data lack them."""
    bed, chains = (data / name for name in LIFTED)
    out = work / "tardbp_hek293_hg19.bed"
    if not out.exists():
        if not (bed.exists() and chains.exists()):
            return []
        work.mkdir(parents=True, exist_ok=True)
        lift_sites(bed, chains, LIFTED_NAME, out)
    return [out]


def read_results(cache: Path) -> list[dict[str, Any]]:
    """Read the figures of all models that are done."""
    return [json.loads(line) for line in cache.read_text().splitlines()] if cache.exists() else []


def measure(data: Path, cache: Path, numbers: Sequence[str], lists: Sequence[Path]) -> None:
    """Train and judge all models that the cache lacks."""
    cache.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack, cache.open("a") as file:
        world = World(open_shared_genome(data, stack))
        opened = [*open_published(data, world, numbers), *(open_list(world, path) for path in lists)]
        runs = [(run, item) for item in opened for run in list_runs(item[0], item[2])]
        for run, (case, by, model) in sorted(runs, key=lambda pair: (pair[0].sites > SMALL, pair[0].draw)):
            if run not in {Run(*item["run"]) for item in read_results(cache)}:
                network, seconds = (select(model), 0.0) if model and not run.sites else train(world, case, run)
                result = {"run": list(vars(run).values()), "pool": len(case.pool), "seconds": seconds}
                line = json.dumps({**result, **judge(network, by)})
                file.write(f"{line}\n")
                file.flush()
                say(line)


def main() -> None:
    """Measure, print the tables, and draw the figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--figure", type=Path)
    parser.add_argument("--experiments", nargs="*", choices=EXPERIMENTS, default=list(EXPERIMENTS))
    parser.add_argument("--lists", nargs="*", type=Path, default=[], help="BED files in hg19")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    cache = arguments.work / "results.jsonl"
    measure(
        arguments.data, cache, arguments.experiments, [*lift_list(arguments.data, arguments.work), *arguments.lists]
    )
    results = read_results(cache)
    print_tables(results)
    if arguments.figure:
        draw_figure(results, arguments.figure)


if __name__ == "__main__":
    main()
