#!/usr/bin/env python3
"""Measure effects of variants, beside a loop that scores one record at a time: a Markdown table, and TSV with -o.

    scripts/bench_variants.py --fasta hg19.fa --gtf refseq.bed12 --regions chr20:1000001-2000000
        [--rbp ELAVL1] [--rbp all-experiments] [--spacing 35] [--spacing 500] [--count 2000] [--repeats 5] [-o TSV]

Each `--rbp` is measured with each `--spacing`: the mean distance of neighbouring SNVs, in nt.
The SNVs are random, in transcripts with known sequence.
The loop takes a few of the same SNVs, evenly spread, with the first model of `--rbp`, on one core.
It cuts out every window that holds the SNV and gives those of one haplotype to the network that training uses.
Both sides run in turn, and must agree. Figures are medians of `--repeats` turns.
"CPU" counts the seconds of all cores, which depend less on other work of the machine; the ratio compares them.
"Network" is the part of them that the network takes.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import torch
from side_by_side import describe_machine, print_table, run_in_turn

from ideep_scan.cli.process_state import keep_memory
from ideep_scan.features.edited_sequence import featurize_edited_sequence
from ideep_scan.features.featurizer import Featurizer, Tile
from ideep_scan.features.modalities.registry import get_modality
from ideep_scan.formats.scan_regions import read_regions
from ideep_scan.jobs.genome import open_genome
from ideep_scan.jobs.inputs import open_bundles, open_scorers
from ideep_scan.jobs.interval_lookup import IntervalIndex
from ideep_scan.jobs.live.settings import LiveSettings
from ideep_scan.kernels.scorable import mark_scorable
from ideep_scan.kernels.windows import gather
from ideep_scan.models.device_network import DeviceNetwork
from ideep_scan.models.scorer import Scorer, scoring_pool
from ideep_scan.records.places import build_window_walk
from ideep_scan.records.span import STRANDS, Span, Strand
from ideep_scan.records.variant import Variant
from ideep_scan.scan.plan import plan_loci
from ideep_scan.variants.effect import Effects, score_alleles

COLUMNS = ("models", "nt between SNVs", "SNVs/s", "CPU s per 1,000", "network", "loop, CPU s per 1,000", "ratio")
CPU = torch.device("cpu")
Figures = dict[tuple[Variant, Strand], tuple[float, float]]  # highest scores of both haplotypes


@dataclass(frozen=True, eq=False)
class TimedNetwork:
    """A network that counts the seconds that its threads spend on scoring."""

    network: DeviceNetwork
    seconds: list[float] = field(default_factory=list)

    def score_rows(self, tile: Tile, rows: Sequence[int]) -> np.ndarray:
        """Score the positions of a tile with some rows of the output."""
        started = time.thread_time()
        scores = self.network.score_rows(tile, rows)
        self.seconds.append(time.thread_time() - started)
        return scores

    def score_rows_and_drivers(
        self, tile: Tile, rows: Sequence[int], thresholds: Sequence[float]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Refuse to find drivers, which variants do not have."""
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class TimedScorer:
    """A model of a timed network."""

    network: TimedNetwork
    row: int


@dataclass(frozen=True, eq=False)
class Loop:
    """Score one record at a time, with all windows that hold it."""

    featurizer: Featurizer
    scorer: Scorer
    index: IntervalIndex[Span]

    def __call__(self, variants: Sequence[Variant]) -> Figures:
        """Compute the highest scores of each variant and strand."""
        return {
            (variant, strand): self._highest(variant, strand, spans)
            for variant in variants
            for strand in STRANDS
            if (spans := [span for span in self._loci(variant) if span.strand == strand])
        }

    def _loci(self, variant: Variant) -> list[Span]:
        half = self.featurizer.spec.half
        return self.index.overlapping(variant.chrom, variant.start - half, variant.end + half)

    def _highest(self, variant: Variant, strand: Strand, spans: Sequence[Span]) -> tuple[float, float]:
        """Return the highest score of the reference and of the alternate haplotype."""
        spec = self.featurizer.spec
        first = variant.start - spec.half
        codes = self.featurizer.sources.sequence.codes(
            variant.chrom, first - spec.half, first + spec.window + spec.half
        )
        centres = np.flatnonzero(mark_scorable(codes, spec.window, spec.max_unknown)) + first
        centres = centres[[any(span.start <= centre < span.end for span in spans) for centre in centres]]
        walk, scored = build_window_walk(variant.chrom, strand, centres, spec.window)
        scored = np.sort(scored)
        reference = self._score(self.featurizer.tile(walk, scored))
        edited = codes.copy()
        edited[2 * spec.half] = "ACGT".index(variant.alt)
        windows = [edited[centre - first :][: spec.window] for centre in centres]
        alternate = self._score(featurize_edited_sequence(self.featurizer, walk, windows, scored))
        return float(reference.max()), float(alternate.max())

    @torch.inference_mode()
    def _score(self, tile: Tile) -> np.ndarray:
        """Cut out every window, and score them as training does."""
        spec, names = self.featurizer.spec, self.scorer.modalities
        windows, centres = {}, {}
        for name in names & tile.window.keys():
            shape = get_modality(name).window_shape(spec)
            assert shape is not None
            windows[name] = torch.from_numpy(gather(tile.window[name], tile.scored, shape[1]))
        for name in names & tile.centre.keys():
            centres[name] = torch.from_numpy(np.ascontiguousarray(tile.centre[name].T))
        present = dict.fromkeys(names, torch.ones(len(tile.scored), dtype=torch.bool))
        return torch.sigmoid(self.scorer.bundle.network(windows, centres, present)[:, self.scorer.row]).numpy()


def draw_snvs(loci: Sequence[Span], featurizer: Featurizer, spacing: int, count: int) -> list[Variant]:
    """Draw SNVs from the known positions of loci, about `spacing` nt apart."""
    rng = np.random.default_rng(0)
    positions = np.unique(np.concatenate([np.arange(span.start, span.end) for span in loci]))
    chrom = loci[0].chrom
    snvs: list[Variant] = []
    for position in positions[np.cumsum(rng.geometric(1 / spacing, len(positions) // spacing)) % len(positions)]:
        base = int(featurizer.sources.sequence.codes(chrom, position, position + 1)[0])
        if base < 4 and len(snvs) < count:
            snvs.append(Variant(chrom, int(position), "ACGT"[base], "ACGT"[(base + int(rng.integers(1, 4))) % 4]))
    return sorted(set(snvs), key=lambda variant: variant.start)


def time_call(work: Callable[[], object]) -> tuple[float, float]:
    """Return wall-clock seconds and CPU seconds of a call."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def compare(effects: Effects, variants: Sequence[Variant], loop: Figures) -> None:
    """Exit if the figures of the two sides differ."""
    figures = zip(effects.reference, effects.alternate, strict=True)
    keys = zip(effects.allele, effects.model, effects.strand, strict=True)
    by_key = {(variants[a], STRANDS[s]): pair for (a, model, s), pair in zip(keys, figures, strict=True) if model == 0}
    for key, expected in loop.items():
        if np.abs(np.subtract(by_key[key], expected)).max() > 1e-4:
            raise SystemExit(f"{key}: {by_key[key]} instead of {expected}")


def measure_models(options: argparse.Namespace, rbp: str, stack: ExitStack) -> Iterator[tuple[str, ...]]:
    """Measure the models of one `--rbp` with every spacing."""
    settings = LiveSettings(rbp=(rbp,), fasta=options.fasta, gtf=options.gtf, threads=options.threads, device="cpu")
    bundles = open_bundles(settings.rbp)
    genome = open_genome(settings.fasta, settings.gtf, stack)
    evidence, scorers = open_scorers(settings, bundles, genome, stack)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # of the loop; the pool has its own
    assert genome.annotation is not None
    regions, _ = read_regions([options.regions], genome.resolver)
    spans = list(plan_loci(genome.source.contigs, genome.annotation.transcripts, regions))
    loop = Loop(evidence.featurizer, scorers[0], IntervalIndex(spans))
    for spacing in options.spacing:
        variants = draw_snvs(spans, evidence.featurizer, spacing, options.count)
        networks = {scorer.network: TimedNetwork(scorer.network) for scorer in scorers}
        models = [TimedScorer(networks[scorer.network], scorer.row) for scorer in scorers]
        with scoring_pool(CPU, threads) as pool:
            yield (f"{rbp} ({len(models)})", str(spacing), *measure_spacing(variants, models, loop, pool, options))


def measure_spacing(
    variants: Sequence[Variant], models: Sequence[TimedScorer], loop: Loop, pool: Executor, options: argparse.Namespace
) -> tuple[str, ...]:
    """Measure both sides with some SNVs; return the figures of a row."""
    sample = variants[:: max(len(variants) // options.loop, 1)][: options.loop]
    engine = partial(
        score_alleles,
        [(variant,) for variant in variants],
        loop.index,
        loop.featurizer,
        scorers=models,
        thresholds=np.full(len(models), 0.5),
        pool=pool,
    )
    compare(engine(), variants, loop(sample))
    networks = {model.network for model in models}
    for network in networks:
        network.seconds.clear()
    sides = {"engine": partial(time_call, engine), "loop": partial(time_call, partial(loop, sample))}
    turns = run_in_turn(sides, options.repeats)
    scoring = sum(sum(network.seconds) for network in networks) / (options.repeats + 1)
    (wall, cpu), (_, loop_cpu) = (np.median(turns[name], 0) for name in ("engine", "loop"))
    cpu, loop_cpu = 1000 * cpu / len(variants), 1000 * loop_cpu / len(sample)
    return (
        f"{len(variants) / wall:,.0f}",
        f"{cpu:.2f}",
        f"{1000 * scoring / len(variants) / cpu:.0%}",
        f"{loop_cpu:.0f}" + (" for one model" if len(models) > 1 else ""),
        f"{loop_cpu * len(models) / cpu:.0f}",
    )


def main() -> None:
    """Read the command line, measure the models, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fasta", type=Path, required=True)
    parser.add_argument("--gtf", type=Path, required=True)
    parser.add_argument("--regions", required=True, help="where the SNVs lie, as in a browser")
    parser.add_argument("--rbp", action="append", help="a model, or all-experiments")
    parser.add_argument("--spacing", type=int, action="append", help="mean distance of neighbouring SNVs, nt")
    parser.add_argument("--count", type=int, default=2000, help="SNVs")
    parser.add_argument("--loop", type=int, default=40, help="SNVs that the loop scores")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("-o", "--out", type=Path, help="the table as TSV")
    options = parser.parse_args()
    options.spacing = options.spacing or [35]
    keep_memory()
    print(describe_machine("torch", "numpy", "numba") + f"; {options.regions}, medians of {options.repeats}\n")
    table = []
    for rbp in options.rbp or ["ELAVL1"]:
        with ExitStack() as stack:
            table += list(measure_models(options, rbp, stack))
    print_table(COLUMNS, table, options.out)


if __name__ == "__main__":
    main()
