#!/usr/bin/env python3
"""Measure models on a GPU: one JSON, and a Markdown table on standard output. The defaults are sized for ten minutes.

    scripts/bench_gpu.py -o bench_gpu.json                     everything, on the first GPU
    scripts/bench_gpu.py --device cpu --mb 0.02 --batch 1024   the same steps on a CPU, as in the tests

The genome is random bases with genes on both strands, so no file is needed.

1. Correctness: probabilities of one model in every arithmetic, against fp32 on the CPU as a scan computes it.
   More than 1e-4 of difference in fp32 ends the program with 1, after everything is printed.
2. Network: positions per second of one model and of all of a store, by arithmetic and positions per call.
   Once with tensors that are on the device, once with copies to and from it.
   Operations are twice the weights that a position is multiplied with; the peak is a measured matrix product.
3. Scan: `ideep-scan genome` with its files, from the first position to the last file.

fp32 means that no product is rounded to TF32, tf32 that all may be.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from bench_scan import Stopwatch
from side_by_side import describe_machine, print_table
from torch import Tensor, nn

from ideep_scan.cli.process_state import keep_memory
from ideep_scan.features.featurizer import Tile
from ideep_scan.jobs.folding import make_folder
from ideep_scan.jobs.genome import open_genome
from ideep_scan.jobs.inputs import gather_evidence, open_bundles
from ideep_scan.jobs.scan import run as genome
from ideep_scan.jobs.scan_settings import ScanSettings
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.dense import DenseNetwork
from ideep_scan.models.network import IDeepNetwork
from ideep_scan.models.scorer import find_device
from ideep_scan.models.store_names import STORES
from ideep_scan.scan.plan import CHUNK, WALK, cut_chunks, plan_loci, plan_tiles

READ = ("sequence", "region")
TOLERANCE = 1e-4  # of a probability, in fp32
BATCHES = (WALK, 1 << 15, 1 << 16, 1 << 17, CHUNK)
ARITHMETICS = {"cpu": ("fp32", "bf16"), "cuda": ("fp32", "tf32", "bf16")}
GENE, GENE_STEP = 50_000, 25_000  # nt; so every position of the contig is in a gene on each strand
_LINE, _EXON = 50, 200
COLUMNS = (
    "store", "models", "arithmetic", "positions a call", "positions/s", "with copies", "positions × models/s",
    "of peak", "bytes a position", "largest difference",
)  # fmt: skip
Inputs = tuple[dict[str, Tensor], dict[str, Tensor], Tensor]


@dataclass(frozen=True, eq=False)
class Group:
    """Models of one store that are scored together."""

    store: str
    bundles: Sequence[ModelBundle]

    @property
    def networks(self) -> list[IDeepNetwork]:
        """Networks of the models; several models may share one."""
        return list({id(bundle.network): bundle.network for bundle in self.bundles}.values())


@dataclass(frozen=True)
class Rate:
    """Speed of networks in one arithmetic at one batch.

    Attributes
    ----------
    store : str
        Store of the models.
    models : int
        Models that were scored.
    arithmetic : str
        fp32, tf32 or bf16.
    batch : int
        Positions per call, halos included.
    rate : float
        Scored positions per second, with tensors on the device.
    rate_with_copies : float
        The same with copies of features to the device and of probabilities from it.
    share_of_peak : float
        Share of the operations per second of a large matrix product.
    memory : float
        Bytes per position at the peak; 0 on a CPU.
    difference : float
        Largest difference to the probabilities of the CPU in fp32.
    """

    store: str
    models: int
    arithmetic: str
    batch: int
    rate: float
    rate_with_copies: float
    share_of_peak: float
    memory: float
    difference: float

    def row(self) -> tuple[str, ...]:
        """Return the cells of a table."""
        return (
            self.store, f"{self.models}", self.arithmetic, f"{self.batch:,}", f"{self.rate:,.0f}",
            f"{self.rate_with_copies:,.0f}", f"{self.rate * self.models:,.0f}", f"{self.share_of_peak:.0%}",
            f"{self.memory:,.0f}", f"{self.difference:.1e}",
        )  # fmt: skip


class Bench:
    """Measurements on one device.

    Parameters
    ----------
    device : torch.device
        The device.
    seconds : float
        Time of one measurement.
    """

    def __init__(self, device: torch.device, seconds: float):
        self.device = device
        self.on_gpu = device.type == "cuda"
        self._seconds = seconds

    @contextmanager
    def arithmetic(self, name: str) -> Iterator[None]:
        """Allow products in TF32, or forbid them, until the block ends."""
        before = torch.backends.cuda.matmul.allow_tf32
        torch.backends.cuda.matmul.allow_tf32 = name == "tf32"
        with torch.backends.cudnn.flags(enabled=True, allow_tf32=name == "tf32"):
            yield
        torch.backends.cuda.matmul.allow_tf32 = before

    def time(self, work: Callable[[], object]) -> float:
        """Return the median seconds of a call, after two calls that choose and compile kernels."""
        durations: list[float] = []
        for turn in range(1000):
            self.wait()
            begin = time.perf_counter()
            work()
            self.wait()
            if turn >= 2:
                durations.append(time.perf_counter() - begin)
            if len(durations) >= 3 and sum(durations) > self._seconds:
                break
        return statistics.median(durations)

    def wait(self) -> None:
        """Wait until the device has no work."""
        if self.on_gpu:
            torch.cuda.synchronize(self.device)

    def measure_peak(self, name: str, size: int) -> float:
        """Return the operations per second of a product of two square matrices."""
        kind = torch.bfloat16 if name == "bf16" else torch.float32
        left, right = (torch.randn(size, size, device=self.device, dtype=kind) for _ in range(2))
        with self.arithmetic(name):
            return 2 * size**3 / self.time(partial(torch.mm, left, right))

    @torch.inference_mode()
    def measure(self, group: Group, tile: Tile, expected: np.ndarray, *, name: str, peak: float) -> Rate:
        """Measure models on one tile; `expected` are the probabilities of their networks on a CPU."""
        half = name == "bf16"
        dense = [DenseNetwork(net.to(self.device).eval(), direct=True, half=half) for net in group.networks]
        on_device = prepare(tile, self.device)
        count = len(tile.scored)
        with self.arithmetic(name):
            difference = np.abs(np.concatenate([score(net, on_device) for net in dense], 1) - expected).max()
            if self.on_gpu:
                torch.cuda.reset_peak_memory_stats(self.device)
            resident = self.time(lambda: [net.logits(*on_device) for net in dense])
            memory = torch.cuda.max_memory_allocated(self.device) / on_device[0]["sequence"].shape[1]  # cpu: 0
            copied = self.time(lambda: [score(net, prepare(tile, self.device)) for net in dense])
        operations = sum(map(count_operations, group.networks)) * count
        return Rate(
            group.store,
            len(group.bundles),
            name,
            batch=tile.window["sequence"].shape[1],
            rate=count / resident,
            rate_with_copies=count / copied,
            share_of_peak=operations / resident / peak,
            memory=memory,
            difference=float(difference),
        )


def prepare(tile: Tile, device: torch.device) -> Inputs:
    """Copy the features of a tile to a device."""
    windows, centres = (
        {key: torch.from_numpy(array).to(device) for key, array in arrays.items()}
        for arrays in (tile.window, tile.centre)
    )
    return windows, centres, torch.from_numpy(tile.scored).to(device)


@torch.inference_mode()
def score(network: DenseNetwork, inputs: Inputs) -> np.ndarray:
    """Compute probabilities: (positions, outputs)."""
    logits = network.logits(*inputs)
    return torch.sigmoid(logits.float()).reshape(len(inputs[2]), -1).cpu().numpy()


def count_operations(network: IDeepNetwork) -> float:
    """Count the operations of a position: each weight of the branches that are read is multiplied once, and added."""
    hidden = {name: len(network.absent[name]) for name, _ in network.each_branch()}
    first, last = network.shared[0], network.output
    assert isinstance(first, nn.Linear)
    layers = [weight for name, branch in network.each_branch() if name in READ for weight in branch.parameters()]
    weights = sum(weight.numel() for weight in layers if weight.dim() > 1)
    weights += first.out_features * sum(hidden[name] for name in READ if name in hidden) + last.weight.numel()
    return 2.0 * weights


def write_world(folder: Path, bases: int) -> tuple[Path, Path]:
    """Write a contig of random bases, and overlapping genes of 50 kb with ten exons on both strands."""
    fasta, genes = folder / "genome.fa", folder / "genes.bed"
    codes = np.frombuffer(b"ACGT", np.uint8)[np.random.default_rng(1).integers(0, 4, bases)].tobytes()
    lines = (codes[first : first + _LINE] for first in range(0, bases, _LINE))
    fasta.write_bytes(b">chr1\n" + b"\n".join(lines) + b"\n")
    with genes.open("w") as file:
        for number, start in enumerate(range(0, bases, GENE_STEP)):
            end = min(start + GENE, bases)
            exons = range(0, end - start - _EXON, GENE // 10)
            if len(exons) < 2:
                continue
            end = start + exons[-1] + _EXON
            blocks = f"{len(exons)}\t{f'{_EXON},' * len(exons)}\t{','.join(map(str, exons))}"
            for strand in "+-":
                name = f"T{number}{strand}|G{number}{strand}"
                file.write(f"chr1\t{start}\t{end}\t{name}\t0\t{strand}\t{start + 100}\t{end - 100}\t0\t{blocks}\n")
    return fasta, genes


def make_tiles(fasta: Path, genes: Path, bundle: ModelBundle, batches: Sequence[int]) -> dict[int, Tile]:
    """Compute the features of the first full tile of each batch, by batch."""
    with ExitStack() as stack:
        inputs = open_genome(fasta, genes, stack)
        evidence = gather_evidence(inputs, [bundle], ",".join(READ), None, lambda spec: make_folder(spec, 1, stack))
        assert inputs.annotation is not None
        chunk = next(cut_chunks(plan_loci(inputs.source.contigs, inputs.annotation.transcripts)))
        spec, tiles = evidence.featurizer.spec, {}
        codes = inputs.source.codes(chunk.chrom, chunk.start - spec.half, chunk.end + spec.half)
        for batch in batches:
            plan = plan_tiles(codes, chunk, spec.window, spec.max_unknown, walk_length=batch)
            tiles[batch] = evidence.featurizer.tile(*next(plan))
        return tiles


def measure_networks(
    bench: Bench, groups: Sequence[Group], tiles: dict[int, Tile], peaks: dict[str, float]
) -> list[Rate]:
    """Measure each group of models at every batch and arithmetic."""
    rates = []
    for group in groups:
        cpu = torch.device("cpu")
        references = [DenseNetwork(network.to(cpu).eval(), direct=False) for network in group.networks]
        for tile in tiles.values():
            expected = np.concatenate([score(network, prepare(tile, cpu)) for network in references], 1)
            for name, peak in peaks.items():
                rates.append(bench.measure(group, tile, expected, name=name, peak=peak))
                print(json.dumps(asdict(rates[-1])), flush=True)  # a program that is stopped leaves what it has
    return rates


def measure_scan(options: argparse.Namespace, fasta: Path, genes: Path, group: Group) -> dict[str, Any]:
    """Run a scan on the device with its files; describe it."""
    watch, rbp = Stopwatch(), tuple(bundle.name for bundle in group.bundles)
    with tempfile.TemporaryDirectory() as folder:
        settings = ScanSettings(
            rbp,
            fasta,
            model=group.store,
            gtf=genes,
            out=Path(folder) / "run",
            device=options.device,
            threads=options.cores,
        )
        summary = genome.run(settings, watch)
    seconds = time.perf_counter() - watch.began
    models = len(summary.called)
    return {
        "store": group.store,
        "models": models,
        "positions": summary.positions,
        "seconds": seconds,
        "rate": summary.positions / seconds,
        "values per second": summary.positions * models / seconds,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, measure, and print the results; return the exit code."""
    keep_memory()  # as the program does
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda:0")
    parser.add_argument("--model", action="append", choices=STORES, help="store of the models; both by default")
    parser.add_argument("--rbp", action="append", help="models that are compared with ELAVL1 alone; all by default")
    parser.add_argument("--batch", type=int, action="append", help="positions per call, halos included")
    parser.add_argument("--mb", type=float, default=2, help="size of the genome")
    parser.add_argument("--seconds", type=float, default=0.5, help="time of one measurement")
    parser.add_argument("--product", type=int, default=8192, help="rows of the matrices of the peak")
    parser.add_argument("--cores", type=int, default=0, help="threads of the scan")
    parser.add_argument("-o", "--out", type=Path, help="the JSON")
    options = parser.parse_args(arguments)
    bench = Bench(find_device(options.device), options.seconds)
    stores = options.model or STORES
    groups = [Group(stores[0], open_bundles(["ELAVL1"], stores[0]))]
    groups += [Group(store, open_bundles(options.rbp or ["all"], store)) for store in stores]
    device = torch.cuda.get_device_name(bench.device) if bench.on_gpu else "CPU"
    with tempfile.TemporaryDirectory() as folder:
        fasta, genes = write_world(Path(folder), round(options.mb * 1e6))
        tiles = make_tiles(fasta, genes, groups[0].bundles[0], options.batch or BATCHES)
        peaks = {name: bench.measure_peak(name, options.product) for name in ARITHMETICS[bench.device.type]}
        rates = measure_networks(bench, groups, tiles, peaks)
        scans = [measure_scan(options, fasta, genes, group) for group in groups]
    report = {
        "device": device,
        "machine": describe_machine("torch", "numpy", "numba"),
        "peak operations per second": peaks,
        "network": [asdict(rate) for rate in rates],
        "scan": scans,
    }
    print(json.dumps(report))
    if options.out is not None:
        options.out.write_text(json.dumps(report, indent=2) + "\n")
    print(f"\n{device}; {report['machine']}\n")
    print_table(COLUMNS, [rate.row() for rate in rates], None)
    for scan in scans:
        what = f"{scan['models']} models of {scan['store']}"
        print(f"\nScan: {what}, {scan['positions']:,} positions, {scan['seconds']:.1f} s with all files")
    exact = max(rate.difference for rate in rates if rate.arithmetic == "fp32") <= TOLERANCE
    return 0 if exact else 1


if __name__ == "__main__":
    raise SystemExit(main())
