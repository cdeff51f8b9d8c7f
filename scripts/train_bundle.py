#!/usr/bin/env python3
"""Train the bundled model of one protein from the published CLIP windows, measure it, and write bundle and card.

    scripts/train_bundle.py --data DATA --cobinding TABLE --protein ELAVL1 --alias HuR --out ideep_scan/data/models

DATA holds clip31/, clip31_30000/, hg19/ and annotation/; TABLE is made by scripts/build_cobinding.py. Every window of
the protein's experiments is used, each place once. Never learned from: windows that overlap a clip31 test window of
any experiment, RefSeq genes that hold a test window of this protein, chr20, the first megabase of chr1 and of chr17.
chr3 and chr21 are validation: they stop the training and decide which modalities pay. Test windows and chr20 are
read once, for the card.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from build_cobinding import REACH, training_files

from ideep_scan import __version__
from ideep_scan.features.featurizer import Featurizer, Sources
from ideep_scan.features.regions import RegionMap
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.features.structure import Folder
from ideep_scan.formats.clip31 import read_windows
from ideep_scan.formats.fold_cache import FoldCache
from ideep_scan.formats.pwm_table import read_pwms
from ideep_scan.formats.sites import read_cobinding_table, read_sites
from ideep_scan.jobs.inputs import Genome, open_genome
from ideep_scan.kernels.cluster_score import pack
from ideep_scan.models.bundle import ModelBundle, network_for
from ideep_scan.models.network import IDeepNetwork
from ideep_scan.models.scorer import Scorer
from ideep_scan.records.places import Places
from ideep_scan.records.span import STRANDS
from ideep_scan.scan.plan import chunks, loci
from ideep_scan.scan.sweep import sweep
from ideep_scan.train.dataset import Features, build
from ideep_scan.train.examples import Examples, in_genes_of, in_regions, joined, overlapping
from ideep_scan.train.fit import FitSettings, fit, predict
from ideep_scan.train.metrics import Estimate, auc, auprc, bootstrap, ranks
from ideep_scan.train.pretrain import PretrainSettings, pretrain

HELD_REGIONS = (("chr20", 0, 10**9), ("chr1", 0, 10**6), ("chr17", 0, 10**6))
VALIDATION = ("chr3", "chr21")
KINDS = {
    "FASTA": ("sequence",),
    "FASTA + annotation": ("sequence", "region"),
    "FASTA + annotation + motif scores": ("sequence", "region", "motifs"),
    "FASTA + structure": ("sequence", "structure"),
    "FASTA + annotation + structure": ("sequence", "region", "structure"),
    "FASTA + annotation + co-binding": ("sequence", "region", "cobinding"),
}
STOP_ON = ("FASTA", "FASTA + annotation", "FASTA + annotation + co-binding")
HIDDEN = {"region": 128, "motifs": 64, "structure": 32, "cobinding": 64}
NEIGHBOURHOOD = 20_000


def examples_of(path: Path) -> Examples:
    """The windows of one published file."""
    windows = read_windows(path)
    return Examples(
        Places(windows.chrom.astype(object), windows.strand.astype(object), windows.start + 50), windows.label
    )


def test_file(data: Path, experiment: str) -> Path:
    return data / "clip31" / experiment / "5000" / "test_sample_0" / "sequences.fa.gz"


def say(*words: object) -> None:
    print(*words, file=sys.stderr, flush=True)


@dataclass
class Material:
    """Everything that training and measuring read."""

    genome: Genome
    spec: FeatureSpec
    sources: Sources
    examples: Examples
    features: Features
    train: np.ndarray
    validation: np.ndarray
    tests: dict[str, Examples]
    sites: Examples
    counts: dict[str, int]

    def rows(self, wanted: Examples) -> np.ndarray:
        """Rows of `examples` at the places of `wanted`."""
        places = self.examples.places
        index = {key: i for i, key in enumerate(zip(places.chrom, places.strand, places.centre, strict=True))}
        other = wanted.places
        return np.array([index[key] for key in zip(other.chrom, other.strand, other.centre, strict=True)])


def gather(data: Path, table: Path, protein: str, stack: ExitStack) -> Material:
    """Read the data, draw the line between seen and unseen, and make the features of all windows."""
    names = sorted(path.name for path in (data / "clip31").iterdir())
    own = [name for name in names if protein.lower() in name.lower()]
    genome = open_genome(data / "hg19" / "hg19_sparse.fa.gz", data / "annotation" / "refseq_hg19.bed12.gz", stack)
    assert genome.annotation is not None
    transcripts = genome.annotation.transcripts
    pwms = read_pwms()
    spec = FeatureSpec(tuple(pwm.id for pwm in pwms), tuple(names))
    pool = stack.enter_context(ProcessPoolExecutor())
    cache = FoldCache()
    stack.callback(cache.close)
    sources = Sources(
        genome.source,
        RegionMap(transcripts),
        {name: read_sites(path, genome.resolver) for name, path in read_cobinding_table(table, names).items()},
        pack([pwm.counts for pwm in pwms]),
        Folder(spec.structure_window, spec.structure_span, lambda f, jobs: pool.map(f, jobs, chunksize=64), cache),
    )
    tests = {name: examples_of(test_file(data, name)) for name in names}
    sites = joined(examples_of(path) for name in own for path in training_files(data, name))
    examples = joined([sites, *(tests[name] for name in own)])
    places = examples.places
    own_tests = joined(tests[name] for name in own)
    held = {
        "clip31 test windows of any experiment": overlapping(places, joined(tests.values()).places, spec.window),
        f"RefSeq genes with a {protein} test window": in_genes_of(places, own_tests.places, transcripts, spec.window),
        "chr20, first megabase of chr1 and chr17": in_regions(places, HELD_REGIONS, spec.window),
    }
    unseen = np.logical_or.reduce(list(held.values()))
    validation = ~unseen & np.isin(places.chrom, VALIDATION)
    train = ~unseen & ~validation
    counts = {
        "windows": len(examples),
        **{f"held out: {why}": int(rows.sum()) for why, rows in held.items()},
        "training": int(train.sum()),
        "training positives": int(examples.label[train].sum()),
        "validation": int(validation.sum()),
        "validation positives": int(examples.label[validation].sum()),
    }
    say(json.dumps(counts, indent=1))
    started = time.time()
    features = build(Featurizer(spec, sources, sources.offered()), places)
    say(f"features of {len(places)} windows in {time.time() - started:.0f} s")
    return Material(
        genome, spec, sources, examples, features, np.flatnonzero(train), np.flatnonzero(validation),
        {name: tests[name] for name in own}, sites, counts,
    )  # fmt: skip


def trained(
    material: Material, own: tuple[int, ...], settings: FitSettings, boltzmann: bool
) -> tuple[IDeepNetwork, dict[str, float]]:
    """One network, trained from the seed of `settings`; its deep-belief branches from Boltzmann machines if asked."""
    torch.manual_seed(settings.seed)
    network = network_for(material.spec, HIDDEN, own)
    started = time.time()
    if boltzmann:

        def tell(*said: object) -> None:
            say("pre-training", *said, f"{time.time() - started:.0f} s")

        pretrain(network, material.features, material.train, PretrainSettings(seed=settings.seed), tell)

    def report(epoch: int, loss: float, aucs: dict[str, float]) -> None:
        say(
            f"epoch {epoch:2d} loss {loss:.4f}",
            {k: round(v, 4) for k, v in aucs.items()},
            f"{time.time() - started:.0f} s",
        )

    kinds = {name: KINDS[name] for name in STOP_ON}
    rows = material.train, material.validation
    best = fit(network, material.features, material.examples.label, *rows, kinds, settings, report)
    return network, best


def shown(estimate: Estimate) -> dict[str, float]:
    return {name: round(value, 4) for name, value in asdict(estimate).items()}


def gains(material: Material, network: IDeepNetwork) -> dict[str, Any]:
    """What each modality adds to the validation AUC of sequence (region) or of sequence and region (the others)."""
    rows = material.validation
    label = material.examples.label[rows]
    out = {}
    for name in ("region", "motifs", "structure", "cobinding"):
        base = ("sequence",) if name == "region" else ("sequence", "region")
        before = predict(network, material.features, rows, base)
        after = predict(network, material.features, rows, (*base, name))
        gain = bootstrap(lambda y, a, b: auc(y, a) - auc(y, b), label, after, before)
        out[name] = {"beside": " + ".join(base), **shown(gain)}
    return out


def against_published(material: Material, network: IDeepNetwork) -> dict[str, Any]:
    """AUC and auPRC on the published test windows, by experiment and kind of input."""
    out: dict[str, Any] = {}
    for experiment, test in material.tests.items():
        rows = material.rows(test)
        out[experiment] = {}
        for kind, modalities in KINDS.items():
            scores = predict(network, material.features, rows, modalities)
            figures: dict[str, Callable[..., float]] = {"AUC": auc, "auPRC": auprc}
            out[experiment][kind] = {
                name: shown(bootstrap(figure, test.label, scores)) for name, figure in figures.items()
            }
    return out


def within_transcripts(material: Material, bundle: ModelBundle) -> dict[str, Any]:
    """Mean rank of each site of chr20 among the scored positions within 20 kb on its strand, by kind of input."""
    source, annotation = material.genome.source, material.genome.annotation
    assert annotation is not None
    place = material.sites.places
    here = (place.chrom == "chr20") & (material.sites.label == 1)
    sites = list(zip(place.centre[here].tolist(), place.strand[here].tolist(), strict=True))
    regions = [("chr20", max(0, c - NEIGHBOURHOOD), c + NEIGHBOURHOOD + 1) for c, _ in sites]
    contigs = {"chr20": source.contigs["chr20"]}
    out = {}
    for kind in ("FASTA", "FASTA + annotation", "FASTA + annotation + structure"):
        featurizer = Featurizer(material.spec, material.sources, KINDS[kind])
        scorer = Scorer(bundle, KINDS[kind], torch.device("cpu"))
        tracks = {strand: np.full(contigs["chr20"], np.nan, np.float32) for strand in STRANDS}
        spans = loci(contigs, annotation.transcripts if "region" in KINDS[kind] else None, regions)
        for chunk, (track,) in sweep(chunks(spans), source, featurizer, [scorer]):
            tracks[chunk.strand][chunk.start : chunk.end] = track.values
        rank, known = ranks(tracks, sites, NEIGHBOURHOOD)
        rank, known = rank[~np.isnan(rank)], known[~np.isnan(rank)]
        out[kind] = {
            f"at least {least} scored positions": {
                "sites": int((known >= least).sum()),
                **shown(bootstrap(lambda r: float(r.mean()), rank[known >= least])),
            }
            for least in (10_000, 5_000, 3_000, 1_000, 1)
        }
        say(kind, json.dumps(out[kind]))
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cobinding", type=Path, required=True)
    parser.add_argument("--protein", default="ELAVL1")
    parser.add_argument("--alias", action="append", default=[])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=FitSettings.epochs)
    parser.add_argument("--pretrain", action="store_true", help="start deep-belief branches from Boltzmann machines")
    args = parser.parse_args()
    with ExitStack() as stack:
        material = gather(args.data, args.cobinding, args.protein, stack)
        experiments = material.spec.experiments
        own = tuple(i for i, name in enumerate(experiments) if name in material.tests)
        settings = FitSettings(seed=args.seed, epochs=args.epochs)
        network, validation = trained(material, own, settings, args.pretrain)
        gained = gains(material, network)
        say(json.dumps(gained, indent=1))
        pays = tuple(name for name, gain in gained.items() if gain["low"] > 0)
        bundle = ModelBundle(args.protein, args.protein, material.spec, network, tuple(args.alias), ("sequence", *pays))
        card = {
            "recommended": True,
            "made": f"scripts/train_bundle.py, ideep-scan {__version__}, {time.strftime('%Y-%m-%d')}",
            "experiments": list(material.tests),
            "assembly": "hg19",
            "annotation": "RefSeq (hg19, 58,322 transcripts)",
            "annotation digest": material.genome.receipts()["annotation"],
            "counts": material.counts,
            "validation AUC (chr3, chr21)": validation,
            "gain": gained,
            "published test windows": against_published(material, network),
            "within transcripts": within_transcripts(material, bundle),
            "co-binding": (
                f"channels are the positives of the training splits, {REACH} nt on each side: capped samples of at "
                "most 7,000 sites, where a full CLIP experiment has tens to hundreds of thousands. The published "
                "negatives come from genes without a site in any experiment, so a co-binding site gives the class away."
            ),
            "threshold": "0.5: more likely site than not at the training mix of classes; not calibrated to a genome",
            "licence": "weights MIT; learned from windows published with iDeep and iDeepS, which carry no licence file",
            "citation": [
                "Pan & Shen 2017, BMC Bioinformatics 18:136 (iDeep)",
                "Strazar et al. 2016, Bioinformatics 32:1527 (the 31 experiments)",
                "Avsec et al. 2018, Bioinformatics 34:1261 (landmarks)",
            ],
        }
        final = ModelBundle(**{**vars(bundle), "card": card})
        args.out.mkdir(parents=True, exist_ok=True)
        final.save(args.out / f"{args.protein}.safetensors")
        say(json.dumps(card, indent=1))


if __name__ == "__main__":
    main()
