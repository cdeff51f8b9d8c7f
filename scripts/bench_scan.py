#!/usr/bin/env python3
"""Compare the dense scan with the network on single windows, and many models with one: Markdown tables.

    scripts/bench_scan.py network --fasta hg19.fa --gtf refseq.bed12 --cobinding cobinding.tsv --regions chr20:...
    scripts/bench_scan.py models  --fasta hg19.fa --gtf refseq.bed12 --regions chr20:... [--rbp all-experiments]
    scripts/bench_scan.py networks --fasta hg19.fa --gtf refseq.bed12 --regions chr20:...

The two sides run in one process, in turn, on the same tiles. Results are medians of `--repeats` turns.
`network` measures only the network, with features and windows computed in advance.
Region types and CLIP sites are those of the region.
Structure and motif scores are random numbers, because they do not change the time of a position.
bfloat16 is measured if the CPU has instructions for it.
`models` measures complete scans with their files, from the first to the last position.
`networks` does so for one protein against all of the shared network, and for the proteins that both stores have
against the separate networks; it also gives processor seconds.
With `--modalities` they may include folding: every turn then begins with an empty cache of folds.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from side_by_side import Work, describe_machine, measure_medians, print_table
from torch import Tensor

from ideep_scan.benchmark.ideep import PUBLISHED_HIDDEN
from ideep_scan.cli.process_state import keep_memory
from ideep_scan.features.featurizer import Tile
from ideep_scan.features.modalities.registry import list_names
from ideep_scan.formats.scan_regions import read_regions
from ideep_scan.jobs.folding import make_folder
from ideep_scan.jobs.genome import open_genome
from ideep_scan.jobs.inputs import gather_evidence, open_bundles
from ideep_scan.jobs.model_settings import AUTO
from ideep_scan.jobs.scan import run as genome
from ideep_scan.jobs.scan.cost_estimate import ScanEstimate
from ideep_scan.jobs.scan_settings import ScanSettings
from ideep_scan.kernels.fourier import BLOCK, FREQUENCIES, PLANES
from ideep_scan.kernels.windows import gather
from ideep_scan.models.dense import DenseNetwork
from ideep_scan.models.matrix_products import ROWS, apply_linear
from ideep_scan.models.network import IDeepNetwork
from ideep_scan.models.network_config import NetworkConfig
from ideep_scan.models.scorer import scoring_pool
from ideep_scan.models.store import ALL, ALL_EXPERIMENTS, list_entries
from ideep_scan.models.store_names import IDEEP, SHARED
from ideep_scan.scan.plan import cut_chunks, plan_loci, plan_tiles

BATCHES = (100, 1000)  # windows of a batch; the faster one counts
WINDOWS = 4000  # materialised, evenly spread over the tiles
PUBLISHED = NetworkConfig(
    {"region": (5, 101), "cobinding": (27, 101), "structure": (1, 101)}, {"motifs": 102}, PUBLISHED_HIDDEN
)
REAL = ("sequence", "region", "cobinding")  # whose shape decides what a position costs
CPU = torch.device("cpu")


@dataclass(frozen=True)
class Inputs:
    """Tiles as tensors, and a sample of their windows."""

    tiles: list[tuple[dict[str, Tensor], dict[str, Tensor], Tensor]]
    windows: dict[str, Tensor]
    centres: dict[str, Tensor]

    @property
    def positions(self) -> int:
        """Number of scored positions."""
        return sum(len(scored) for _, _, scored in self.tiles)


def compute_tiles(options: argparse.Namespace, modalities: Sequence[str]) -> list[Tile]:
    """Compute the tiles of the region with some modalities."""
    bundles = open_bundles([options.rbp[0]])
    with ExitStack() as stack:
        inputs = open_genome(options.fasta, options.gtf, stack)
        modality_names, table = ",".join(modalities), options.cobinding if "cobinding" in modalities else None
        evidence = gather_evidence(inputs, bundles, modality_names, table, lambda spec: make_folder(spec, 1, stack))
        assert inputs.annotation is not None
        regions, _ = read_regions([options.regions], inputs.resolver)
        spans = plan_loci(inputs.source.contigs, inputs.annotation.transcripts, regions)
        spec, features = evidence.featurizer.spec, []
        for chunk in cut_chunks(spans):
            codes = inputs.source.codes(chunk.chrom, chunk.start - spec.half, chunk.end + spec.half)
            for walk, scored in plan_tiles(codes, chunk, spec.window, spec.max_unknown):
                features.append(evidence.featurizer.tile(walk, scored))
    return features


def select_inputs(network: IDeepNetwork, computed: Sequence[Tile]) -> Inputs:
    """Select the channels of tiles that a network reads; fill absent modalities with random numbers."""
    rng, config = np.random.default_rng(0), network.config
    dense, windows_by_tile = [], []
    share = WINDOWS / sum(len(tile.scored) for tile in computed)
    for tile in computed:
        length, count = tile.window["sequence"].shape[1], len(tile.scored)
        windows = {"sequence": tile.window["sequence"]}
        for name, (channels, _) in config.window_shapes.items():
            track = tile.window.get(name)
            windows[name] = rng.random((channels, length), np.float32) if track is None else track[:channels]
        centres = {
            name: tile.centre[name] if name in tile.centre else rng.random((count, size), np.float32).T
            for name, size in config.centre_sizes.items()
        }
        dense.append((make_tensors(windows), make_tensors(centres), torch.from_numpy(tile.scored)))
        sample = np.sort(rng.choice(count, round(count * share), replace=False))
        widths = {"sequence": config.window, **{name: width for name, (_, width) in config.window_shapes.items()}}
        centres_at = tile.scored[sample]
        cuts = {name: gather(track, centres_at, widths[name]) for name, track in windows.items()}
        windows_by_tile.append(
            (cuts, {name: np.ascontiguousarray(values.T[sample]) for name, values in centres.items()})
        )
    arrays = [
        {name: np.concatenate([part[i][name] for part in windows_by_tile]) for name in windows_by_tile[0][i]}
        for i in (0, 1)
    ]
    return Inputs(dense, make_tensors(arrays[0]), make_tensors(arrays[1]))


def make_tensors(arrays: dict[str, np.ndarray]) -> dict[str, Tensor]:
    """Convert arrays to tensors that share their memory, as a scan does."""
    return {name: torch.from_numpy(array) for name, array in arrays.items()}


@torch.inference_mode()
def score_windows(network: IDeepNetwork, inputs: Inputs, batch: int) -> Tensor:
    """Compute the log odds of the sampled windows, batch by batch."""
    logits = []
    for first in range(0, len(inputs.windows["sequence"]), batch):
        windows = {name: all_of[first : first + batch] for name, all_of in inputs.windows.items()}
        centres = {name: all_of[first : first + batch] for name, all_of in inputs.centres.items()}
        presence = torch.ones(len(windows["sequence"]), dtype=torch.bool)
        logits.append(network(windows, centres, dict.fromkeys(list_names(), presence)))
    return torch.cat(logits)


def score_densely(network: DenseNetwork, inputs: Inputs, pool: Executor) -> None:
    """Compute the log odds of all positions, with several tiles in parallel."""
    list(pool.map(lambda tile: network.logits(*tile), inputs.tiles))


def measure_peak(size: int = 1024) -> float:
    """Return the most multiply-adds a second of one core: matrices for MKL or for oneDNN, the best of ten each."""
    torch.set_num_threads(1)
    weight = torch.randn(size, size)
    rates = []
    for rows in (size, ROWS):  # apply_linear may give ROWS rows to oneDNN
        product = partial(apply_linear, torch.randn(rows, size), weight)
        rates += [rows * size**2 / measure_medians({"product": product}, 1)["product"] for _ in range(10)]
    return max(rates)


def count_operations(network: IDeepNetwork, dense: bool) -> float:
    """Count the multiply-adds of a position.

    The count is that of the network on windows, or of the dense one where evidence is constant.
    The dense count leaves out look-ups, Fourier transforms, pooling, and the additions at changes of evidence.
    """
    config, total = network.config, 0.0
    for name, branch in network.each_branch():
        if dense and (name == "cobinding" or (name == "region" and name not in config.centre_sizes)):
            continue  # the same as at the position before
        total += len(network.absent[name]) * config.shared
        for layer in branch.modules():
            weight = getattr(layer, "weight", None)
            if not isinstance(weight, Tensor) or weight.dim() < 2:
                continue
            count = float(weight.numel())
            if isinstance(layer, torch.nn.Conv1d):
                bases = layer.in_channels == 4
                columns = config.window - config.filter_width + 1 if bases else config.pooled
                count *= int(not bases) if dense else columns
            elif weight.dim() == 3 and dense:
                share = PLANES * FREQUENCIES / (BLOCK - weight.shape[2] + 1) / weight.shape[2]
                count *= 0 if name == "region" else min(1.0, share)
            total += count
    return total


def measure_network(options: argparse.Namespace) -> Iterator[tuple[str, ...]]:
    """Measure only the network."""
    computed = compute_tiles(options, REAL)
    torch.manual_seed(0)
    networks = {
        "published sizes": IDeepNetwork(PUBLISHED).eval(),
        "the package's": open_bundles(options.rbp)[0].network.eval(),
    }
    core_peak, has_half = measure_peak(), torch.ops.mkldnn._is_mkldnn_bf16_supported()
    print(f"Matrix products of one core: {core_peak / 1e9:.0f} G multiply-adds/s.\n")
    yield "network", "cores", "windows/s", "dense, positions/s", "ratio", "bf16", "operations saved", "of peak"
    for title, network in networks.items():
        inputs = select_inputs(network, computed)
        dense, half = DenseNetwork(network), DenseNetwork(network, half=True)
        for cores in range(1, options.cores + 1):
            with scoring_pool(CPU, cores) as pool:
                work: dict[str, Work] = {"dense": partial(score_densely, dense, inputs, pool)}
                if has_half:
                    work["half"] = partial(score_densely, half, inputs, pool)
                for batch in BATCHES:
                    work[f"{batch}"] = partial(run_windows, network, inputs, batch, cores)
                seconds = measure_medians(work, options.repeats)
            windows = len(inputs.windows["sequence"]) / min(seconds[f"{batch}"] for batch in BATCHES)
            rate = inputs.positions / seconds["dense"]
            half_rate = f"{inputs.positions / seconds['half']:,.0f}" if has_half else "not in this CPU"
            saved = count_operations(network, False) / count_operations(network, True)
            peak_share = rate * count_operations(network, True) / core_peak / cores
            row = title, f"{cores}", f"{windows:,.0f}", f"{rate:,.0f}", f"{rate / windows:.1f}"
            yield *row, half_rate, f"{saved:.0f}x", f"{peak_share:.0%}"


def run_windows(network: IDeepNetwork, inputs: Inputs, batch: int, cores: int) -> None:
    """Score the windows with torch's threads."""
    torch.set_num_threads(cores)
    score_windows(network, inputs, batch)


class Stopwatch:
    """A monitor that records the start of scoring."""

    began = 0.0

    def begins(self, expected: ScanEstimate, notes: Sequence[str]) -> None:
        """Record the start of scoring."""
        self.began = time.perf_counter()

    def advance(self, positions: int) -> None:
        """Ignore the progress."""

    def reports(self, state: str) -> None:
        """Ignore the progress."""

    def closing(self, done: int, models: int) -> None:
        """Ignore the progress."""


def time_scan(options: argparse.Namespace, rbp: Sequence[str], store: str = SHARED) -> tuple[float, int, int]:
    """Run a scan; return seconds from the first position to the last file, positions, and models."""
    folder, watch = Path(tempfile.mkdtemp()), Stopwatch()
    os.environ["XDG_CACHE_HOME"] = str(folder)  # where folds are kept
    try:
        settings = ScanSettings(
            rbp=tuple(rbp),
            model=store,
            fasta=options.fasta,
            gtf=options.gtf,
            regions=(options.regions,),
            modalities=options.modalities,
            out=folder / "run",
            threads=options.cores,
        )
        summary = genome.run(settings, watch)
        return time.perf_counter() - watch.began, summary.positions, len(summary.called)
    finally:
        shutil.rmtree(folder)


def measure_models(options: argparse.Namespace) -> Iterator[tuple[str, ...]]:
    """Measure scans with one model and with many."""
    turns = [(time_scan(options, ["ELAVL1"]), time_scan(options, options.rbp)) for _ in range(options.repeats + 1)][1:]
    single_seconds, all_seconds = (
        statistics.median(seconds for seconds, _, _ in side) for side in zip(*turns, strict=True)
    )
    _, positions, models = turns[0][1]
    yield "models", "cores", "positions", "seconds", "positions x models a second", "times one"
    yield "1", f"{options.cores}", f"{positions:,}", f"{single_seconds:.2f}", f"{positions / single_seconds:,.0f}", ""
    rate = f"{positions * models / all_seconds:,.0f}"
    ratio = f"{all_seconds / single_seconds:.2f}"
    yield f"{models}", f"{options.cores}", f"{positions:,}", f"{all_seconds:.2f}", rate, ratio


def measure_networks(options: argparse.Namespace) -> Iterator[tuple[str, ...]]:
    """Measure scans with one protein and all of the shared network, and with the separate networks."""
    shared = {entry.name for entry in list_entries(SHARED)}
    common = [entry.name for entry in list_entries(IDEEP) if entry.recommended and entry.name in shared]
    sides = {
        "one protein, shared network": (["ELAVL1"], SHARED),
        "all proteins, shared network": ([ALL], SHARED),
        "proteins of both stores, shared network": (common, SHARED),
        "all separate networks": ([ALL_EXPERIMENTS], IDEEP),
    }
    turns: dict[str, list[tuple[float, float, int]]] = {name: [] for name in sides}
    for _ in range(options.repeats + 1):
        for name, (rbp, store) in sides.items():
            begin = time.process_time()
            seconds, _, models = time_scan(options, rbp, store)
            turns[name].append((seconds, time.process_time() - begin, models))
    yield "scan", "models", "cores", "seconds", "processor seconds, with the start"
    for name, (_, *measured) in turns.items():
        wall, processor = (statistics.median(turn[i] for turn in measured) for i in (0, 1))
        yield name, f"{measured[0][2]}", f"{options.cores}", f"{wall:.2f}", f"{processor:.2f}"


def main() -> None:
    """Read the command line, run one measurement, and print its table."""
    keep_memory()  # as the program does
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("network", "models", "networks"))
    parser.add_argument("--fasta", type=Path, required=True)
    parser.add_argument("--gtf", type=Path, required=True)
    parser.add_argument("--cobinding", type=Path)
    parser.add_argument("--regions", required=True)
    parser.add_argument("--rbp", action="append")
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--modalities", default=AUTO, help="models: what to read, as `ideep-scan genome` takes it")
    parser.add_argument("-o", "--out", type=Path, help="the table as TSV")
    options = parser.parse_args()
    if options.what == "network" and options.cobinding is None:
        parser.error("network needs --cobinding: scripts/build_cobinding.py makes one")
    options.rbp = options.rbp or (["ELAVL1"] if options.what == "network" else ["all-experiments"])
    print(describe_machine("torch", "numpy", "numba") + f"; {options.regions}, medians of {options.repeats}\n")
    measures = {"network": measure_network, "models": measure_models, "networks": measure_networks}
    columns, *rows = measures[options.what](options)
    print_table(columns, rows, options.out)


if __name__ == "__main__":
    main()
