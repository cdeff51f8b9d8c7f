#!/usr/bin/env python3
"""Add a background of common variants to bundled models, so that effects of variants have p-values.

    scripts/calibrate_variants.py DATA [--model shared|ideep] [--work variants_work]

DATA holds `hg19/`, `annotation/`, `clip31/`, `clip31_30000/` and `variants/`.
The background is every allele of 1000 Genomes in chr20:1-2 Mb whose minor allele frequency is 1 % or more.
It is scored for each combination of modalities: in RefSeq transcripts, or on both strands without an annotation.
No model learned from chr20. Nothing is chosen by these scores.
Scores are kept in the work folder, so that a stopped run continues. Weights of the bundles stay as they are.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from ideep_scan.formats.variants.vcf import VcfFile
from ideep_scan.jobs.cores import count_cores
from ideep_scan.jobs.genome import open_genome
from ideep_scan.jobs.inputs import open_scorers
from ideep_scan.jobs.interval_lookup import IntervalIndex
from ideep_scan.jobs.live.settings import LiveSettings
from ideep_scan.jobs.variants.allele_reader import AlleleReader
from ideep_scan.models.bundle import ModelBundle, load_models, save_bundle
from ideep_scan.models.bundle_header import read_header
from ideep_scan.models.calibration import name_kind
from ideep_scan.models.scorer import scoring_pool
from ideep_scan.models.store import list_entries
from ideep_scan.models.store_names import IDEEP, SHARED, STORES
from ideep_scan.models.variant_background import OTHER, SNV, build_backgrounds, name_change
from ideep_scan.records.variant import Variant
from ideep_scan.scan.call_settings import CallSettings
from ideep_scan.scan.plan import plan_loci
from ideep_scan.train.variant_background import fit_backgrounds
from ideep_scan.variants.effect import Effects, score_alleles
from ideep_scan.variants.normalization import Allele, normalize_allele

VARIANTS = "1000G_phase3.chr20_1M_2M.hg19.sites.vcf.gz"
LEAST_FREQUENCY = 0.01  # of the rarer of both alleles
KINDS = {  # modalities -> scored in RefSeq transcripts alone
    "sequence,region": True,
    "sequence": False,
    "sequence,region,structure": True,
    "sequence,region,cobinding": True,
    "sequence,region,structure,cobinding": True,
    "sequence,region,motifs,structure": True,
    "sequence,motifs,structure": False,
}
SHARED_KINDS = ("sequence,region", "sequence")  # of the network of all proteins
TOGETHER = {IDEEP: 16, SHARED: 256}  # models scored in one call
SHOWN = ("sequence,region", "sequence")
LEVELS = (0.5, 0.95, 0.99)
SMALL = (0.01, 0.05)  # p-values
LIMITS = (
    "common variants: alleles of 1000 Genomes phase 3 in chr20:1-2 Mb with a minor allele frequency of 1 % or more, "
    "each on each scored strand; with region types in RefSeq transcripts (21 genes), else on both strands. "
    "Nothing was trained or chosen on chr20. One megabase with few genes stands for the genome."
)


def say(*words: object) -> None:
    """Print words to standard error."""
    print(*words, file=sys.stderr, flush=True)


def read_common_alleles(vcf: Path, reader: AlleleReader) -> list[Allele]:
    """Read the distinct alleles of a VCF whose minor allele frequency is high enough, in canonical form."""
    alleles: dict[Allele, None] = {}
    for record in VcfFile(vcf).records():
        info = dict(field.partition("=")[::2] for field in record.columns[7].decode().split(";"))
        for variant, text in zip(reader.place(record).alleles, info["AF"].split(","), strict=True):
            frequency = float(text)
            if isinstance(variant, Variant) and min(frequency, 1 - frequency) >= LEAST_FREQUENCY:
                alleles[normalize_allele((variant,), reader.letters)] = None
    return list(alleles)


def score_kind(data: Path, work: Path, modalities: str, bundles: Sequence[ModelBundle], together: int) -> None:
    """Score the background with models that read these modalities; write one table per model."""
    bundles = [bundle for bundle in bundles if not _table_path(work, modalities, bundle.name).exists()]
    for first in range(0, len(bundles), together):
        batch = bundles[first : first + together]
        settings = LiveSettings(
            rbp=tuple(bundle.name for bundle in batch),
            fasta=data / "hg19" / "hg19_sparse.fa.gz",
            gtf=data / "annotation" / "refseq_hg19.bed12.gz" if KINDS[modalities] else None,
            cobinding=_cobinding_table(work) if "cobinding" in modalities else None,
            modalities=modalities,
            device="cpu",
        )
        started = time.monotonic()
        alleles, effects = _score(data / "variants" / VARIANTS, settings, batch)
        changes = np.array([name_change(allele) for allele in alleles])
        starts = np.array([allele[0].start for allele in alleles])
        for number, bundle in enumerate(batch):
            rows = effects[(effects.model == number) & np.isfinite(effects.log_odds)]
            np.savez(
                _table_path(work, modalities, bundle.name),
                log_odds=rows.log_odds,
                delta=rows.delta,
                start=starts[rows.allele],
                change=changes[rows.allele],
            )
        say(f"{modalities}: {len(batch)} models from {batch[0].name} on: {time.monotonic() - started:.0f} s")


def _score(vcf: Path, settings: LiveSettings, bundles: Sequence[ModelBundle]) -> tuple[list[Allele], Effects]:
    """Score the common alleles of a VCF."""
    with ExitStack() as stack:
        genome = open_genome(settings.fasta, settings.gtf, stack, scattered=True)
        evidence, scorers = open_scorers(settings, bundles, genome, stack)
        transcripts = None if genome.annotation is None else genome.annotation.transcripts
        alleles = read_common_alleles(vcf, AlleleReader(genome.resolver, genome.source))
        effects = score_alleles(
            alleles,
            IntervalIndex(plan_loci(genome.source.contigs, transcripts)),
            evidence.featurizer,
            scorers=scorers,
            thresholds=np.full(len(scorers), CallSettings.threshold),
            pool=stack.enter_context(scoring_pool(scorers[0].device, count_cores(settings.threads))),
        )
    return alleles, effects


def _table_path(work: Path, modalities: str, model: str) -> Path:
    return work / f"{model}.{name_kind(modalities.split(','))}.npz"


def _cobinding_table(work: Path) -> Path:
    return work / "cobinding" / "cobinding.tsv"


def read_effects(work: Path, modalities: str, model: str) -> dict[str, np.ndarray]:
    """Read the changes of log odds of one model by kind of change."""
    with np.load(_table_path(work, modalities, model)) as table:
        return {change: table["log_odds"][table["change"] == change] for change in (SNV, OTHER)}


def write_bundle(work: Path, path: Path, kinds: Sequence[str]) -> None:
    """Replace the background of variants of all models in a bundle; the weights stay as they are."""
    models = load_models(path)
    replaced = []
    for model in models:
        effects = {name_kind(kind.split(",")): read_effects(work, kind, model.name) for kind in kinds}
        calibration = {**model.calibration, "variants": fit_backgrounds(effects, LIMITS)}
        replaced.append(replace(model, calibration=calibration))
    save_bundle(path, replaced, read_header(path).absent, half=True)
    after = load_models(path)[0].network.state_dict()
    assert all(torch.equal(tensor, after[name]) for name, tensor in models[0].network.state_dict().items())
    say(f"{path.name}: {path.stat().st_size:,} bytes")


def print_changes(work: Path, models: Sequence[str], shown: Sequence[str]) -> None:
    """Print absolute changes by common SNVs as a Markdown table: some models, and the median of all."""
    print("| model | reads | DELTA: median | 95 % | 99 % | log odds: median | 95 % | 99 % |")
    print(f"|{'---|' * 8}")
    figures = {(model, modalities): _quantiles(work, model, modalities) for model in models for modalities in SHOWN}
    rows = {(model, modalities): figures[model, modalities] for model in shown for modalities in SHOWN}
    for modalities in SHOWN:
        rows["median", modalities] = np.median([figures[model, modalities] for model in models], 0)
    for (model, modalities), values in rows.items():
        print(f"| {model} | {modalities} | {' | '.join(f'{value:.3f}' for value in values)} |")


def _quantiles(work: Path, model: str, modalities: str) -> np.ndarray:
    """Return the quantiles of the absolute delta, then of the absolute change of log odds."""
    with np.load(_table_path(work, modalities, model)) as table:
        is_snv = table["change"] == SNV
        columns = [np.abs(table[name][is_snv]) for name in ("delta", "log_odds")]
    return np.concatenate([np.quantile(column, LEVELS) for column in columns])


def print_halves(work: Path, models: Sequence[str]) -> None:
    """Print the shares of SNVs with a small P if the other half of the megabase is the background."""
    print("| reads | P at most | share of SNVs: median of the models | lowest | highest |\n|---|---|---|---|---|")
    for modalities in SHOWN:
        p_values = [list(_cross_p_values(_table_path(work, modalities, model))) for model in models]
        for level in SMALL:
            shares = [np.mean(half <= level) for halves in p_values for half in halves]
            figures = " | ".join(f"{value:.4f}" for value in np.quantile(shares, (0.5, 0, 1)))
            print(f"| {modalities} | {level} | {figures} |")


def _cross_p_values(path: Path) -> Iterator[np.ndarray]:
    """Compute P of the SNVs of each half of the megabase, with those of the other half as background."""
    with np.load(path) as table:
        is_snv = table["change"] == SNV
        log_odds, start = table["log_odds"][is_snv], table["start"][is_snv]
    is_first = start < np.median(start)
    for rows in (is_first, ~is_first):
        tables = fit_backgrounds({"sequence": {SNV: log_odds[rows]}}, LIMITS)["kinds"]
        yield build_backgrounds(tables)["sequence"][SNV].p_values(log_odds[~rows])


def main() -> None:
    """Score the background, then write it into the bundles."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path("variants_work"), help="kept between runs; 20 MB")
    parser.add_argument("--model", choices=STORES, default=SHARED, help="the bundled models to calibrate")
    parser.add_argument("--show", nargs="*", default=["ELAVL1", "FUS", "QKI", "TARDBP", "U2AF2"])
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    if not _cobinding_table(options.work).exists():
        builder = Path(__file__).parent / "build_cobinding.py"
        subprocess.run([sys.executable, builder, options.data, options.work / "cobinding"], check=True)
    paths = list(dict.fromkeys(entry.path for entry in list_entries(options.model)))
    bundles = [bundle for path in paths for bundle in load_models(path)]
    kinds = SHARED_KINDS if options.model == SHARED else tuple(KINDS)
    for modalities in kinds:
        score_kind(options.data, options.work, modalities, bundles, TOGETHER[options.model])
    for path in paths:
        write_bundle(options.work, path, kinds)
    models = [bundle.name for bundle in bundles]
    print_changes(options.work, models, options.show)
    print_halves(options.work, models)


if __name__ == "__main__":
    main()
