#!/usr/bin/env python3
"""Compare the dense scan with the network on single windows, and many models with one: Markdown tables.

    scripts/bench_scan.py network --fasta hg19.fa --gtf refseq.bed12 --cobinding cobinding.tsv --regions chr20:...
    scripts/bench_scan.py models  --fasta hg19.fa --gtf refseq.bed12 --regions chr20:... [--rbp all-experiments]

The two sides run in one process, in turn, on the same tiles. Results are medians of `--repeats` turns.
`network` measures only the network, with features and windows computed in advance.
Region types and CLIP sites are those of the region.
Structure and motif scores are random numbers, because they do not change the time of a position.
bfloat16 is measured if the CPU has instructions for it.
`models` measures complete scans with their files, from the first to the last position.
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
from side_by_side import Work, machine, medians, show
from torch import Tensor

from ideep_scan.benchmark.ideep import PUBLISHED_HIDDEN
from ideep_scan.cli.process_state import keep_memory
from ideep_scan.features.featurizer import Tile
from ideep_scan.features.modalities.registry import names
from ideep_scan.formats.scan_regions import read_regions
from ideep_scan.jobs.folding import folding
from ideep_scan.jobs.inputs import gather_evidence, open_bundles, open_genome
from ideep_scan.jobs.model_settings import AUTO
from ideep_scan.jobs.scan import run as genome
from ideep_scan.jobs.scan.cost_estimate import ScanEstimate
from ideep_scan.jobs.scan_settings import ScanSettings
from ideep_scan.kernels.fourier import BLOCK, FREQUENCIES, PLANES
from ideep_scan.kernels.windows import gather
from ideep_scan.models.dense import DenseNetwork
from ideep_scan.models.matrix_products import apply_linear
from ideep_scan.models.network import IDeepNetwork, NetworkConfig
from ideep_scan.models.scorer import scoring_pool
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
    """Tiles as tensors, and some windows of them cut out."""

    tiles: list[tuple[dict[str, Tensor], dict[str, Tensor], Tensor]]
    windows: dict[str, Tensor]
    centres: dict[str, Tensor]

    @property
    def positions(self) -> int:
        return sum(len(scored) for _, _, scored in self.tiles)


def tiles_of(asked: argparse.Namespace, modalities: Sequence[str]) -> list[Tile]:
    """Tiles of the region with these modalities."""
    bundles = open_bundles([asked.rbp[0]])
    with ExitStack() as stack:
        opened = open_genome(asked.fasta, asked.gtf, stack)
        wanted, table = ",".join(modalities), asked.cobinding if "cobinding" in modalities else None
        evidence = gather_evidence(opened, bundles, wanted, table, lambda spec: folding(spec, 1, stack))
        assert opened.annotation is not None
        regions, _ = read_regions([asked.regions], opened.resolver)
        spans = plan_loci(opened.source.contigs, opened.annotation.transcripts, regions)
        spec, found = evidence.featurizer.spec, []
        for chunk in cut_chunks(spans):
            codes = opened.source.codes(chunk.chrom, chunk.start - spec.half, chunk.end + spec.half)
            for walk, scored in plan_tiles(codes, chunk, spec.window, spec.max_unknown):
                found.append(evidence.featurizer.tile(walk, scored))
    return found


def inputs_for(network: IDeepNetwork, made: Sequence[Tile]) -> Inputs:
    """Select the channels of tiles that a network reads; fill absent modalities with random numbers."""
    rng, config = np.random.default_rng(0), network.config
    dense, cut = [], []
    share = WINDOWS / sum(len(tile.scored) for tile in made)
    for tile in made:
        length, count = tile.window["sequence"].shape[1], len(tile.scored)
        windows = {"sequence": tile.window["sequence"]}
        for name, (channels, _) in config.window_shapes.items():
            track = tile.window.get(name)
            windows[name] = rng.random((channels, length), np.float32) if track is None else track[:channels]
        centres = {
            name: tile.centre[name] if name in tile.centre else rng.random((count, size), np.float32).T
            for name, size in config.centre_sizes.items()
        }
        dense.append((tensors(windows), tensors(centres), torch.from_numpy(tile.scored)))
        some = np.sort(rng.choice(count, round(count * share), replace=False))
        widths = {"sequence": config.window, **{name: width for name, (_, width) in config.window_shapes.items()}}
        at = tile.scored[some]
        each = {name: gather(track, at, widths[name]) for name, track in windows.items()}
        cut.append((each, {name: np.ascontiguousarray(values.T[some]) for name, values in centres.items()}))
    joined = [{name: np.concatenate([part[i][name] for part in cut]) for name in cut[0][i]} for i in (0, 1)]
    return Inputs(dense, tensors(joined[0]), tensors(joined[1]))


def tensors(arrays: dict[str, np.ndarray]) -> dict[str, Tensor]:
    """As a scan hands them on, their layout in memory included."""
    return {name: torch.from_numpy(array) for name, array in arrays.items()}


@torch.inference_mode()
def by_windows(network: IDeepNetwork, inputs: Inputs, batch: int) -> Tensor:
    """Log odds of the materialised windows, batch by batch."""
    found = []
    for first in range(0, len(inputs.windows["sequence"]), batch):
        windows = {name: all_of[first : first + batch] for name, all_of in inputs.windows.items()}
        centres = {name: all_of[first : first + batch] for name, all_of in inputs.centres.items()}
        here = torch.ones(len(windows["sequence"]), dtype=torch.bool)
        found.append(network(windows, centres, dict.fromkeys(names(), here)))
    return torch.cat(found)


def densely(network: DenseNetwork, inputs: Inputs, pool: Executor) -> None:
    """Log odds of all positions, tiles beside each other."""
    list(pool.map(lambda tile: network.logits(*tile), inputs.tiles))


def peak(size: int = 1536) -> float:
    """Multiply-adds a second of one core on square matrices, the best of ten."""
    torch.set_num_threads(1)
    left, right = torch.randn(size, size), torch.randn(size, size)
    best = min(medians({"product": lambda: apply_linear(left, right)}, 1)["product"] for _ in range(10))
    return size**3 / best


def operations(network: IDeepNetwork, dense: bool) -> float:
    """Multiply-adds a position: of the windowed network as it stands, or of the dense one where evidence is constant.

    The dense count leaves out what is looked up, Fourier transforms, pooling and what changes of evidence add.
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
                long = PLANES * FREQUENCIES / (BLOCK - weight.shape[2] + 1) / weight.shape[2]
                count *= 0 if name == "region" else min(1.0, long)
            total += count
    return total


def bench_network(asked: argparse.Namespace) -> Iterator[tuple[str, ...]]:
    """Measure only the network."""
    made = tiles_of(asked, REAL)
    torch.manual_seed(0)
    networks = {
        "published sizes": IDeepNetwork(PUBLISHED).eval(),
        "the package's": open_bundles(asked.rbp)[0].network.eval(),
    }
    best, has_half = peak(), torch.ops.mkldnn._is_mkldnn_bf16_supported()
    print(f"Matrix products of one core: {best / 1e9:.0f} G multiply-adds/s.\n")
    yield "network", "cores", "windows/s", "dense, positions/s", "ratio", "bf16", "operations saved", "of peak"
    for title, network in networks.items():
        inputs = inputs_for(network, made)
        dense, half = DenseNetwork(network), DenseNetwork(network, half=True)
        for cores in range(1, asked.cores + 1):
            with scoring_pool(CPU, cores) as pool:
                work: dict[str, Work] = {"dense": partial(densely, dense, inputs, pool)}
                if has_half:
                    work["half"] = partial(densely, half, inputs, pool)
                for batch in BATCHES:
                    work[f"{batch}"] = partial(windowed, network, inputs, batch, cores)
                taken = medians(work, asked.repeats)
            windows = len(inputs.windows["sequence"]) / min(taken[f"{batch}"] for batch in BATCHES)
            rate = inputs.positions / taken["dense"]
            rough = f"{inputs.positions / taken['half']:,.0f}" if has_half else "not in this CPU"
            saved = operations(network, False) / operations(network, True)
            of_peak = rate * operations(network, True) / best / cores
            row = title, f"{cores}", f"{windows:,.0f}", f"{rate:,.0f}", f"{rate / windows:.1f}"
            yield *row, rough, f"{saved:.0f}x", f"{of_peak:.0%}"


def windowed(network: IDeepNetwork, inputs: Inputs, batch: int, cores: int) -> None:
    torch.set_num_threads(cores)
    by_windows(network, inputs, batch)


class Stopwatch:
    """A monitor that notes when scoring began."""

    began = 0.0

    def begins(self, expected: ScanEstimate, notes: Sequence[str]) -> None:
        self.began = time.perf_counter()

    def advance(self, positions: int) -> None:
        """Nothing to show."""

    def closing(self, done: int, models: int) -> None:
        """Nothing to show."""


def scan(asked: argparse.Namespace, rbp: Sequence[str]) -> tuple[float, int, int]:
    """Seconds from the first position to the last file; positions; models."""
    folder, watch = Path(tempfile.mkdtemp()), Stopwatch()
    os.environ["XDG_CACHE_HOME"] = str(folder)  # where folds are kept
    try:
        settings = ScanSettings(
            rbp=tuple(rbp),
            fasta=asked.fasta,
            gtf=asked.gtf,
            regions=(asked.regions,),
            modalities=asked.modalities,
            out=folder / "run",
            threads=asked.cores,
        )
        summary = genome.run(settings, watch)
        return time.perf_counter() - watch.began, summary.positions, len(summary.called)
    finally:
        shutil.rmtree(folder)


def bench_models(asked: argparse.Namespace) -> Iterator[tuple[str, ...]]:
    """One model against many."""
    turns = [(scan(asked, ["ELAVL1"]), scan(asked, asked.rbp)) for _ in range(asked.repeats + 1)][1:]
    one, many = (statistics.median(seconds for seconds, _, _ in side) for side in zip(*turns, strict=True))
    _, positions, models = turns[0][1]
    yield "models", "cores", "positions", "seconds", "positions x models a second", "times one"
    yield "1", f"{asked.cores}", f"{positions:,}", f"{one:.2f}", f"{positions / one:,.0f}", ""
    rate = f"{positions * models / many:,.0f}"
    yield f"{models}", f"{asked.cores}", f"{positions:,}", f"{many:.2f}", rate, f"{many / one:.2f}"


def main() -> None:
    keep_memory()  # as the program does
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("network", "models"))
    parser.add_argument("--fasta", type=Path, required=True)
    parser.add_argument("--gtf", type=Path, required=True)
    parser.add_argument("--cobinding", type=Path)
    parser.add_argument("--regions", required=True)
    parser.add_argument("--rbp", action="append")
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--modalities", default=AUTO, help="models: what to read, as `ideep-scan genome` takes it")
    parser.add_argument("-o", "--out", type=Path, help="the table as TSV")
    asked = parser.parse_args()
    if asked.what == "network" and asked.cobinding is None:
        parser.error("network needs --cobinding: scripts/build_cobinding.py makes one")
    asked.rbp = asked.rbp or (["ELAVL1"] if asked.what == "network" else ["all-experiments"])
    print(machine("torch", "numpy", "numba") + f"; {asked.regions}, medians of {asked.repeats}\n")
    columns, *rows = (bench_network if asked.what == "network" else bench_models)(asked)
    show(columns, rows, asked.out)


if __name__ == "__main__":
    main()
