#!/usr/bin/env python3
"""Measure the layers of the dense network on one core: a Markdown table, TSV with -o, and a roofline plot.

    scripts/bench_layers.py --fasta hg19.fa --gtf refseq.bed12 --regions chr20:1000001-1300000 [-o TSV] [--plot PNG]

Torch's profiler records the operations while tiles of the region are scored from sequence and annotation.
Operations outside torch run under a name that the profiler records.
The two roofs are measured: matrix products in the cache, and sums of two arrays far larger than the cache.
A multiplication and an addition count as two operations. Bytes are those of inputs and outputs, each once.
Under the profiler, the C library returns the memory of a tile to the system.
Zeroing it again counts as sums and copies, which a scan does not have.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from math import log2, prod
from pathlib import Path
from typing import Any

import numpy as np
import torch
from bench_scan import inputs_for, peak, tiles_of
from side_by_side import machine, show
from torch.profiler import ProfilerActivity, profile, record_function

from ideep_scan.cli.process_state import keep_memory
from ideep_scan.jobs.inputs import open_bundles
from ideep_scan.kernels.fourier import BLOCK
from ideep_scan.models import dense_layers, spectral
from ideep_scan.models.dense import DenseNetwork
from ideep_scan.models.scorer import scoring_pool

READ = ("sequence", "region")
COLUMNS = ("what", "ns a position", "share", "G operations/s", "of peak")
Shapes = list[list[int]]
Tensors = dict[str, torch.Tensor]


@dataclass
class Layer:
    """Totals of one kind of operation over all tiles."""

    seconds: float = 0.0
    flop: float = 0.0
    bytes: float = 0.0


def convolution(shapes: Shapes) -> tuple[str, float, float]:
    out, channels, *width = shapes[1]
    columns = shapes[0][-1]
    name = f"convolution of {prod(width)}, {channels} to {out} channels"
    return name, 2.0 * columns * prod(shapes[1]), 4.0 * (columns * (channels + out) + prod(shapes[1]))


def layer(shapes: Shapes) -> tuple[str, float, float]:
    (rows, wide), out = shapes[0], shapes[1][0]
    return f"layer, {wide} to {out}", 2.0 * rows * wide * out, 4.0 * (rows * (wide + out) + wide * out)


def added(shapes: Shapes) -> tuple[str, float, float]:
    name, flop, moved = layer([shapes[1], shapes[2][::-1]])
    summed = len(shapes[0]) == 2  # a bias has one dimension
    return name + (", added to a sum" if summed else ""), flop, moved + 4.0 * prod(shapes[0])


def lookup(shapes: Shapes) -> tuple[str, float, float]:
    (_, wide), (places, bags) = shapes[0], shapes[1] if len(shapes[1]) == 2 else (shapes[1][0], 1)
    return "sums, maxima, ReLU, copies", float(places * bags * wide), 4.0 * places * wide * (bags + 1)


def passing(shapes: Shapes) -> tuple[str, float, float]:
    values = prod(shapes[0])
    return "sums, maxima, ReLU, copies", float(values), 8.0 * values


KINDS = {
    "aten::mkldnn_convolution": convolution,
    "mkldnn::_linear_pointwise": layer,
    "aten::addmm": added,
    "aten::addmm_": added,
    "aten::mm": lambda shapes: layer([shapes[0], shapes[1][::-1]]),
    "aten::_embedding_bag_forward_only": lookup,
    **{f"aten::{name}": passing for name in ("add", "add_", "maximum", "clamp_min_", "copy_", "index", "index_select")},
}


def looked_up(codes: np.ndarray, tables: np.ndarray, *_: Any) -> tuple[float, float]:
    return float(codes.size * tables.shape[0] * tables.shape[2]), 4.0 * codes.size * tables.shape[2]


def multiplied(spectra: np.ndarray, kernel: np.ndarray) -> tuple[float, float]:
    rows, out = spectra.shape[2], kernel.shape[-1]
    return 2.0 * spectra.size * out, 4.0 * (spectra.size + kernel.size + kernel.size * rows / spectra.shape[3])


def transformed(track: np.ndarray, *rest: Any) -> tuple[float, float]:
    """Forward or backward: the spectra are the larger of the two arrays."""
    spectra = max(track, rest[-1], key=lambda array: array.ndim)
    series = spectra.shape[2] * spectra.shape[3]
    return 2.5 * BLOCK * log2(BLOCK) * series, 4.0 * (spectra.size + BLOCK * series)


OURS: dict[str, tuple[Any, str, Callable[..., tuple[float, float]]]] = {
    "first convolution, ReLU, pooling: looked up": (dense_layers, "convolve_and_pool", looked_up),
    "window layer: products of spectra": (spectral, "products", multiplied),
    "window layer: Fourier transforms": (spectral, "forward", transformed),
    "window layer: Fourier transforms, inverse": (spectral, "backward", transformed),
}


def named(found: dict[str, Layer]) -> None:
    """Put names over what is not torch's, and add its operations and bytes up as it is called."""

    def under(name: str, function: Callable[..., Any], cost: Callable[..., tuple[float, float]]) -> Callable[..., Any]:
        def called(*arguments: Any) -> Any:
            flop, moved = cost(*arguments)
            found[name].flop += flop
            found[name].bytes += moved
            with record_function(name):
                return function(*arguments)

        return called

    for name, (module, function, cost) in OURS.items():
        setattr(module, function, under(name, getattr(module, function), cost))


def layers_of(network: DenseNetwork, inputs: Sequence[tuple[Tensors, Tensors, torch.Tensor]]) -> dict[str, Layer]:
    """Seconds, operations and bytes by kind of layer."""
    found: dict[str, Layer] = defaultdict(Layer)
    named(found)
    for _ in range(2):  # the first time warms up
        found.clear()
        with profile(activities=[ProfilerActivity.CPU], record_shapes=True) as seen:
            for windows, centres, scored in inputs:
                network.logits(windows, centres, scored)
    for event in seen.key_averages(group_by_input_shape=True):
        name, flop, moved = event.key if event.key in OURS else "all else", 0.0, 0.0
        if event.key in KINDS:
            name, flop, moved = KINDS[event.key](event.input_shapes)
        each = found[name]
        each.seconds += event.self_cpu_time_total / 1e6
        each.flop += flop * event.count
        each.bytes += moved * event.count
    return dict(found)


def bandwidth(size: int = 2**26) -> float:
    """Bytes a second of one core, adding two arrays out of memory, the best of five."""
    left, right, out = (torch.ones(size) for _ in range(3))
    best = float("inf")
    for _ in range(5):
        started = time.perf_counter()
        torch.add(left, right, out=out)
        best = min(best, time.perf_counter() - started)
    return 12.0 * size / best


def rows(layers: dict[str, Layer], positions: int, roof: float) -> Iterator[tuple[str, ...]]:
    """Yield the layers with at least 1 % of the time, the slowest first, and the total."""
    total = sum(each.seconds for each in layers.values())
    whole = Layer(total, sum(each.flop for each in layers.values()))
    slowest = sorted(layers.items(), key=lambda pair: -pair[1].seconds)
    for name, each in [*(pair for pair in slowest if pair[1].seconds > 0.01 * total), ("all", whole)]:
        rate = each.flop / each.seconds
        yield (
            name,
            f"{each.seconds / positions * 1e9:,.0f}",
            f"{each.seconds / total:.0%}",
            f"{rate / 1e9:.0f}",
            f"{rate / roof:.0%}",
        )


def plot(layers: dict[str, Layer], roof: float, stream: float, path: Path) -> None:
    """Roofline: operations a second over operations a byte; the area of a dot is its share of the time."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    total = sum(each.seconds for each in layers.values())
    figure, axes = pyplot.subplots(figsize=(9, 5.5), layout="constrained")
    reach = [2.0**i for i in range(-4, 10)]
    axes.plot(reach, [min(roof, stream * x) / 1e9 for x in reach], color="0.3")
    axes.set_title("The dense network on one core: what bounds it")
    note = partial(axes.annotate, xycoords="data", textcoords="offset points")
    note(f"matrix products: {roof / 1e9:.0f} G operations/s", (reach[-1], roof / 1e9), (0, 5), ha="right")
    note(f"memory: {stream / 1e9:.0f} GB/s", (0.12, 0.12 * stream / 1e9), (8, -12))
    shown = [pair for pair in layers.items() if pair[1].seconds > 0.015 * total and pair[1].flop]
    for number, (name, each) in enumerate(sorted(shown, key=lambda pair: -pair[1].seconds), 1):
        x, y, share = each.flop / each.bytes, each.flop / each.seconds / 1e9, each.seconds / total
        color = f"C{number % 10}"
        axes.scatter(x, y, 6000 * share, alpha=0.45, color=color, edgecolor="none")
        axes.scatter([], [], 60, alpha=0.45, color=color, edgecolor="none", label=f"{number}  {name}: {share:.0%}")
        note(str(number), (x, y), (0, 0), ha="center", va="center", fontsize=9)
    axes.legend(title="share of the time", loc="lower right", fontsize=8)
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="operations a byte",
        ylabel="G operations a second",
        ylim=(0.5, 3 * roof / 1e9),
    )
    figure.savefig(path, dpi=120)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fasta", type=Path, required=True)
    parser.add_argument("--gtf", type=Path, required=True)
    parser.add_argument("--regions", required=True)
    parser.add_argument("--rbp", action="append")
    parser.add_argument("--plot", type=Path)
    parser.add_argument("-o", "--out", type=Path, help="the table as TSV")
    asked = parser.parse_args()
    asked.rbp = asked.rbp or ["ELAVL1"]
    network = open_bundles(asked.rbp)[0].network.eval()
    inputs = inputs_for(network, tiles_of(asked, READ))
    tiles = [
        ({name: w[name] for name in READ if name in w}, {name: c[name] for name in READ if name in c}, scored)
        for w, c, scored in inputs.tiles
    ]
    keep_memory()  # as the program does
    with scoring_pool(torch.device("cpu"), 1) as pool:
        layers = pool.submit(layers_of, DenseNetwork(network), tiles).result()
        roof, stream = 2 * pool.submit(peak).result(), pool.submit(bandwidth).result()
    print(machine("torch") + f"; {asked.regions}, {inputs.positions:,} positions\n")
    show(COLUMNS, list(rows(layers, inputs.positions, roof)), asked.out)
    if asked.plot:
        plot(layers, roof, stream, asked.plot)


if __name__ == "__main__":
    main()
