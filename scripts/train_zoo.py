#!/usr/bin/env python3
"""Train the bundled models, measure and calibrate them, and write bundles with their cards.

    scripts/train_zoo DATA [--model shared|ideep|all] [--work DIR] [--out DIR] [--epochs NUMBER] [--within FILE]
                      [--only NUMBER ...]

DATA holds clip31/, clip31_30000/, clip_peaks/, hg19/, annotation/ and anchors/.
The work folder caches each stage, so a second run continues where the first stopped.

The shared network learns from all experiments at once.
Its stages are windows, labels, features and training (shared_training.py), then its bundle (shared_bundle.py).
The first bundle has all models; --within gives the figures by which models ship (docs/candidates.md).
`ideep_scan/train/regions.py` has the regions that it never reads.

The separate networks are one per published experiment.
Their stages are features of all windows, a network per experiment, their scores along chr20, and bundles.
Training never reads windows that overlap a clip31 test window of any experiment.
It also leaves out RefSeq genes with a test window of the experiment, chr20, and the first megabase of chr1 and chr17.
chr3 and chr21 are the validation data.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch
from shared_bundle import write_shared
from shared_training import EPOCHS, SharedWork, train_shared
from zoo_chr20 import AWAY, CALIBRATED, Tracks, find_chr20_sites, rank_sites, scan
from zoo_data import Universe, Windows, say
from zoo_measure import (
    KINDS,
    find_strongest_motif,
    find_top_region,
    measure_bare_windows,
    measure_gains,
    measure_published,
    read_anchors,
    select_modalities,
    site_logits,
)

from ideep_scan.benchmark.own_features import SITE_REACH
from ideep_scan.features.window_features import Features
from ideep_scan.formats.input_file import InputFile
from ideep_scan.jobs.source_date import add_source_date
from ideep_scan.models.bundle import ModelBundle, create_network, load_bundle
from ideep_scan.models.network import IDeepNetwork
from ideep_scan.models.scorer import find_device
from ideep_scan.records.span import STRANDS
from ideep_scan.scan.plan import plan_loci
from ideep_scan.train.calibrate import fit_calibration
from ideep_scan.train.fit import FitSettings, fit
from ideep_scan.train.recipe import HIDDEN, KEEP, RESIDUAL
from ideep_scan.version import __version__

SETTINGS = FitSettings(
    epochs=8,
    batch=128,
    learning_rate=2e-3,
    schedule="one-cycle",
    keep=KEEP,
)
STOP_ON = ("FASTA", "FASTA + annotation", "FASTA + annotation + co-binding")
MODALITIES = ("sequence", *HIDDEN)
LIMITS = (
    "background: RefSeq transcript positions of chr20:1-2 Mb, every fourth, more than 100 nt from a known site of the "
    "experiment (which are capped samples, so that unknown sites are among them); one megabase stands for the genome. "
    "Sites: positives of chr3 and chr21, which training did not see, but by which modalities were chosen."
)
COMMON = {
    "assembly": "hg19",
    "annotation": "RefSeq (hg19, 58,322 transcripts)",
    "threshold": "0.5: likelier site than not at the training mix of classes; --fdr calls by expected false share",
    "licence": "weights MIT; learned from windows published with iDeep and iDeepS, which carry no licence file",
    "citation": [
        "Pan & Shen 2017, BMC Bioinformatics 18:136 (iDeep)",
        "Strazar et al. 2016, Bioinformatics 32:1527 (the 31 experiments)",
        "Pan et al. 2018, BMC Genomics 19:511 (iDeepS, the 30,000 windows)",
        "Avsec et al. 2018, Bioinformatics 34:1261 (landmarks)",
    ],
}
SPECIAL = ("MNase", "mutation", "knock-down")  # notes of experiments that do not stand for the protein as it is
Loci = dict[tuple[str, str], tuple[np.ndarray, np.ndarray]]  # of a contig and strand: starts and ends


def train_one(data: Path, work: Path, table: Path, name: str) -> str:
    """Train and measure the model of one experiment; save both in the work folder. Return a summary line."""
    torch.set_num_threads(1)
    universe, begin = Universe(data, work, table), time.time()
    windows = universe.windows(name)
    features = universe.features(windows.rows, MODALITIES)
    torch.manual_seed(SETTINGS.seed)
    network = create_network(universe.spec, HIDDEN, universe.masked_channels(name), **RESIDUAL)
    network = network.to(find_device("auto"))
    kinds = {kind: KINDS[kind] for kind in STOP_ON}
    validation = fit(
        network,
        features,
        windows.labels,
        train=windows.train,
        validation=windows.validation,
        kinds=kinds,
        settings=SETTINGS,
    )
    network = network.cpu().half().float().eval()  # what the bundle will hold
    card = make_card(name, network, features, windows)
    card["validation AUC (chr3, chr21)"] = {kind: round(value, 4) for kind, value in validation.items()}
    rows = {
        "validation": windows.validation[windows.labels[windows.validation] == 1],
        "chr20": find_chr20_sites(universe, windows)[0],
        "test": windows.test,
    }
    for part, part_rows in rows.items():
        arrays: dict[str, Any] = {**site_logits(network, features, part_rows), "label": windows.labels[part_rows]}
        np.savez(work / "networks" / f"{name}.{part}.npz", **arrays)
    experiment, model_name = windows.experiment, windows.experiment.model_name(False)
    bundle = ModelBundle(model_name, experiment.protein, universe.spec, network, experiment.aliases, card=card)
    bundle.save(work / "networks" / f"{name}.safetensors")
    aucs = [card["published test windows"][kind]["AUC"]["value"] for kind in STOP_ON]
    bare = card["bare windows"]["AUC"]["value"]
    return f"{model_name}: test AUC {aucs}, bare windows {bare}, {time.time() - begin:.0f} s"


def make_card(name: str, network: IDeepNetwork, features: Features, windows: Windows) -> dict[str, Any]:
    """Measure a trained network, for the card of its bundle."""
    experiment = windows.experiment
    return {
        "experiment": name,
        "experiments": [name],
        "number": experiment.number,
        "protocol": experiment.protocol,
        "note": experiment.note,
        "counts": windows.counts(),
        "gain": measure_gains(network, features, windows),
        "published test windows": measure_published(network, features, windows),
        "bare windows": measure_bare_windows(network, features, windows),
        "top region": find_top_region(features, windows),
        "strongest motif": find_strongest_motif(features, windows),
    }


def choose_recommended(bundles: dict[str, ModelBundle]) -> dict[str, str]:
    """Choose the recommended experiment of each protein: the best on validation, special experiments last."""
    by_protein = defaultdict(list)
    for name, bundle in bundles.items():
        by_protein[bundle.protein].append(name)
    return {
        protein: max(names, key=lambda name: (_is_plain(bundles[name]), _validation_auc(bundles[name])))
        for protein, names in by_protein.items()
    }


def _is_plain(bundle: ModelBundle) -> bool:
    """Tell whether an experiment is neither of a mutant nor of treated RNA or cells."""
    return not any(word in bundle.card["note"] for word in SPECIAL)


def _validation_auc(bundle: ModelBundle) -> float:
    aucs = bundle.card["validation AUC (chr3, chr21)"]
    return float((aucs["FASTA"] + aucs["FASTA + annotation"]) / 2)


def _recommendation_text(bundle: ModelBundle, bundles: dict[str, ModelBundle], recommended: dict[str, str]) -> str:
    aucs = {
        candidate.card["number"]: round(_validation_auc(candidate), 3)
        for candidate in bundles.values()
        if candidate.protein == bundle.protein
    }
    if len(aucs) == 1:
        return "the only experiment of the protein"
    figures = ", ".join(f"experiment {number}: {value}" for number, value in sorted(aucs.items()))
    number = bundles[recommended[bundle.protein]].card["number"]
    text = f"mean validation AUC of FASTA alone and with an annotation: recommended is experiment {number} ({figures})"
    special = [
        candidate for candidate in bundles.values() if candidate.protein == bundle.protein and not _is_plain(candidate)
    ]
    for candidate in special:
        text += f"; experiment {candidate.card['number']} ({candidate.card['note']}) only if there were no other"
    return text


def calibrate_model(
    universe: Universe, tracks: Tracks, windows: Windows, name: str, transcribed: Loci
) -> dict[str, Any]:
    """Compute the calibration of one model from its scores along chr20:1-2 Mb and at its validation sites."""
    _, sites = find_chr20_sites(universe, windows)
    rows = tracks.mark_background() & ~tracks.mark_sites(sites, AWAY)
    background = {kind: track[rows] for kind, track in zip(CALIBRATED, tracks.logits[name], strict=True)}
    positives = np.load(universe.work / "networks" / f"{name}.validation.npz")
    share, source = _prevalence(universe, windows, transcribed)
    return fit_calibration(background, {kind: positives[kind] for kind in CALIBRATED}, share, source, LIMITS)


def _prevalence(universe: Universe, windows: Windows, transcribed: Loci) -> tuple[float, str]:
    """Compute the default prior: the share of positions in a known site, on transcribed strands that hold one."""
    places = universe.places[windows.rows[windows.labels == 1]]
    bound = sites = 0
    for (chrom, strand), (starts, ends) in transcribed.items():
        centres = np.sort(places.centre[(places.chrom == chrom) & (places.strand == strand)])
        counts = np.searchsorted(centres, ends) - np.searchsorted(centres, starts)
        bound += int((ends - starts)[counts > 0].sum())
        sites += int(counts.sum())
    width = 2 * SITE_REACH + 1
    source = (
        f"{sites} known sites of {width} nt on {bound / 1e6:.0f} Mb of RefSeq pre-mRNA that hold at least one; the "
        "sites are a capped sample and other transcripts count for nothing: the order of magnitude in bound genes"
    )
    return sites * width / bound, source


def _read_loci(universe: Universe) -> Loci:
    """Read the loci of RefSeq."""
    with ExitStack() as stack:
        genome = universe.genome(stack)
        assert genome.annotation is not None
        spans = list(plan_loci(genome.source.contigs, genome.annotation.transcripts))
    loci_by_strand: Loci = {}
    for chrom in {span.chrom for span in spans}:
        for strand in STRANDS:
            intervals = sorted((span.start, span.end) for span in spans if (span.chrom, span.strand) == (chrom, strand))
            starts, ends = np.array(intervals, np.int64).reshape(-1, 2).T
            loci_by_strand[chrom, strand] = starts, ends
    return loci_by_strand


def write_bundles(universe: Universe, options: argparse.Namespace) -> None:
    """Write bundles with complete cards and calibration, from the networks and their scores along chr20."""
    bundles = {name: load_bundle(universe.work / "networks" / f"{name}.safetensors") for name in universe.names}
    tracks = scan(universe, bundles, universe.work)
    recommended, anchors, transcribed = choose_recommended(bundles), read_anchors(options.data), _read_loci(universe)
    receipt = add_source_date(f"scripts/train_zoo, ideep-scan {__version__}")
    annotation = InputFile(options.data / "annotation" / "refseq_hg19.bed12.gz").digest()
    folder = options.out / "ideep"
    folder.mkdir(parents=True, exist_ok=True)
    for name, bundle in bundles.items():
        windows = universe.windows(name)
        is_recommended = recommended[bundle.protein] == name
        card = {
            **bundle.card,
            **COMMON,
            "annotation digest": annotation,
            "made": receipt,
            "recommended": is_recommended,
            "recommended why": _recommendation_text(bundle, bundles, recommended),
            "published figures": anchors[bundle.card["number"]],
            "within transcripts": rank_sites(universe, tracks, windows, name),
        }
        table = calibrate_model(universe, tracks, windows, name, transcribed)
        modalities = select_modalities(bundle.card["gain"])
        final = replace(
            bundle,
            name=windows.experiment.model_name(is_recommended),
            modalities=modalities,
            card=card,
            calibration=table,
        )
        path = folder / f"{final.name}.safetensors"
        final.save(path, half=True)
        say(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB")
        if options.commit:
            subprocess.run(["git", "add", path], check=True)
            subprocess.run(["git", "commit", "-q", "-m", f"Train {final.name}: {name[:40]}", "--", path], check=True)


def train_separate(options: argparse.Namespace) -> None:
    """Run the stages of the separate networks that are not done."""
    (options.work / "networks").mkdir(parents=True, exist_ok=True)
    table = options.work / "cobinding" / "cobinding.tsv"
    if not table.exists():
        builder = Path(__file__).parent / "build_cobinding.py"
        subprocess.run([sys.executable, builder, options.data, table.parent], check=True)
    begin, universe = time.time(), Universe(options.data, options.work, table)
    universe.make_features()
    say(f"features: {time.time() - begin:.0f} s")
    names = [
        experiment.experiment
        for experiment in sorted(universe.experiments.values(), key=lambda experiment: experiment.number)
        if (not options.only or experiment.number in options.only)
        and not (options.work / "networks" / f"{experiment.experiment}.safetensors").exists()
    ]
    with ProcessPoolExecutor(options.workers, get_context("spawn")) as pool:
        for line in pool.map(partial(train_one, options.data, options.work, table), names):
            say(line)
    say(f"networks: {time.time() - begin:.0f} s")
    if not options.only:
        write_bundles(universe, options)
        say(f"bundles: {time.time() - begin:.0f} s")


def train_together(options: argparse.Namespace) -> None:
    """Run the stages of the shared network that are not done."""
    work = SharedWork(options.data, options.work / "shared")
    work.prepare()
    network = train_shared(work, options.epochs)
    write_shared(work, network, options.out / "shared.safetensors", options.within)


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", choices=("shared", "ideep", "all"), default="all", help="networks to train")
    parser.add_argument("--work", type=Path, default=Path("zoo_work"), help="kept between runs; 4 GB")
    parser.add_argument("--out", type=Path, default=Path("ideep_scan/data/models"))
    parser.add_argument("--epochs", type=float, default=EPOCHS, help="passes of the shared network over its windows")
    parser.add_argument(
        "--within", type=Path, help="within.tsv of a benchmark of the shared draft; selects the models that ship"
    )
    parser.add_argument("--only", type=int, action="append", help="train these separate networks and stop (repeatable)")
    parser.add_argument("--workers", type=int, default=2, help="separate networks trained at a time, each on one core")
    parser.add_argument("--commit", action="store_true", help="commit each separate bundle to git as it is finished")
    options = parser.parse_args()
    if options.model in ("shared", "all"):
        train_together(options)
    if options.model in ("ideep", "all"):
        train_separate(options)


if __name__ == "__main__":
    main()
