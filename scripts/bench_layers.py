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
from bench_scan import compute_tiles, measure_peak, select_inputs
from side_by_side import describe_machine, print_table
from torch.profiler import ProfilerActivity, profile, record_function

from ideep_scan.cli.process_state import keep_memory
from ideep_scan.jobs.inputs import open_bundles
from ideep_scan.kernels.fourier import BLOCK, transform_backward, transform_forward
from ideep_scan.kernels.triplet_convolution import convolve_and_pool
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


def convolution_cost(shapes: Shapes) -> tuple[str, float, float]:
    """Return name, operations and bytes of a convolution."""
    out, channels, *width = shapes[1]
    columns = shapes[0][-1]
    name = f"convolution of {prod(width)}, {channels} to {out} channels"
    return name, 2.0 * columns * prod(shapes[1]), 4.0 * (columns * (channels + out) + prod(shapes[1]))


def layer_cost(shapes: Shapes) -> tuple[str, float, float]:
    """Return name, operations and bytes of a product with the weights of a layer."""
    (rows, width), out = shapes[0], shapes[1][0]
    return f"layer, {width} to {out}", 2.0 * rows * width * out, 4.0 * (rows * (width + out) + width * out)


def added_layer_cost(shapes: Shapes) -> tuple[str, float, float]:
    """Return name, operations and bytes of a layer whose result is added to a bias or to a sum."""
    name, flop, moved = layer_cost([shapes[1], shapes[2][::-1]])
    summed = len(shapes[0]) == 2  # a bias has one dimension
    return name + (", added to a sum" if summed else ""), flop, moved + 4.0 * prod(shapes[0])


def fused_layer_cost(shapes: Shapes) -> tuple[str, float, float]:
    """Return name, operations and bytes of oneDNN's layer, whose arguments differ if it adds to a sum."""
    rows, total, weight = shapes[:3]
    return added_layer_cost([total, rows, weight[::-1]]) if len(weight) == 2 else layer_cost(shapes)


def lookup_cost(shapes: Shapes) -> tuple[str, float, float]:
    """Return name, operations and bytes of sums of table rows."""
    (_, width), (places, bags) = shapes[0], shapes[1] if len(shapes[1]) == 2 else (shapes[1][0], 1)
    return "sums, maxima, ReLU, copies", float(places * bags * width), 4.0 * places * width * (bags + 1)


def elementwise_cost(shapes: Shapes) -> tuple[str, float, float]:
    """Return name, operations and bytes of an operation on single values."""
    values = prod(shapes[0])
    return "sums, maxima, ReLU, copies", float(values), 8.0 * values


KINDS = {
    "aten::mkldnn_convolution": convolution_cost,
    "mkldnn::_linear_pointwise": fused_layer_cost,
    "aten::addmm": added_layer_cost,
    "aten::addmm_": added_layer_cost,
    "aten::mm": lambda shapes: layer_cost([shapes[0], shapes[1][::-1]]),
    "aten::_embedding_bag_forward_only": lookup_cost,
    **{
        f"aten::{name}": elementwise_cost
        for name in ("add", "add_", "maximum", "clamp_min_", "copy_", "index", "index_select")
    },
}


def table_cost(codes: np.ndarray, tables: np.ndarray, *_: Any) -> tuple[float, float]:
    """Return operations and bytes of the first convolution, which is looked up by triplets of bases."""
    return float(codes.size * tables.shape[0] * tables.shape[2]), 4.0 * codes.size * tables.shape[2]


def product_cost(spectra: np.ndarray, kernel: np.ndarray) -> tuple[float, float]:
    """Return operations and bytes of the products of spectra."""
    rows, out = spectra.shape[2], kernel.shape[-1]
    return 2.0 * spectra.size * out, 4.0 * (spectra.size + kernel.size + kernel.size * rows / spectra.shape[3])


def transform_cost(track: np.ndarray, *arguments: Any) -> tuple[float, float]:
    """Return operations and bytes of Fourier transforms; the spectra are the larger of the two arrays."""
    spectra = max(track, arguments[-1], key=lambda array: array.ndim)
    series = spectra.shape[2] * spectra.shape[3]
    return 2.5 * BLOCK * log2(BLOCK) * series, 4.0 * (spectra.size + BLOCK * series)


OURS: dict[str, tuple[Any, Callable[..., Any], Callable[..., tuple[float, float]]]] = {
    "first convolution, ReLU, pooling: looked up": (dense_layers, convolve_and_pool, table_cost),
    "window layer: products of spectra": (spectral, spectral.multiply_planes, product_cost),
    "window layer: Fourier transforms": (spectral, transform_forward, transform_cost),
    "window layer: Fourier transforms, inverse": (spectral, transform_backward, transform_cost),
}


def name_operations(layers: dict[str, Layer]) -> None:
    """Wrap the operations outside torch: name them for the profiler, and sum their operations and bytes."""

    def wrap(name: str, function: Callable[..., Any], cost: Callable[..., tuple[float, float]]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            flop, moved = cost(*arguments)
            layers[name].flop += flop
            layers[name].bytes += moved
            with record_function(name):
                return function(*arguments)

        return call

    for name, (module, function, cost) in OURS.items():
        setattr(module, function.__name__, wrap(name, function, cost))


def measure_layers(network: DenseNetwork, inputs: Sequence[tuple[Tensors, Tensors, torch.Tensor]]) -> dict[str, Layer]:
    """Measure seconds, operations and bytes by kind of layer."""
    layers: dict[str, Layer] = defaultdict(Layer)
    name_operations(layers)
    for _ in range(2):  # the first time warms up
        layers.clear()
        with profile(activities=[ProfilerActivity.CPU], record_shapes=True) as profiler:
            for windows, centres, scored in inputs:
                network.logits(windows, centres, scored)
    for event in profiler.key_averages(group_by_input_shape=True):
        name, flop, moved = event.key if event.key in OURS else "all else", 0.0, 0.0
        if event.key in KINDS:
            name, flop, moved = KINDS[event.key](event.input_shapes)
        layer = layers[name]
        layer.seconds += event.self_cpu_time_total / 1e6
        layer.flop += flop * event.count
        layer.bytes += moved * event.count
    return dict(layers)


def measure_bandwidth(size: int = 2**26) -> float:
    """Return bytes a second of one core that adds two arrays from memory, the best of five."""
    left, right, out = (torch.ones(size) for _ in range(3))
    fastest = float("inf")
    for _ in range(5):
        begin = time.perf_counter()
        torch.add(left, right, out=out)
        fastest = min(fastest, time.perf_counter() - begin)
    return 12.0 * size / fastest


def table_rows(layers: dict[str, Layer], positions: int, roof: float) -> Iterator[tuple[str, ...]]:
    """Yield the layers with at least 1 % of the time, the slowest first, and the total."""
    total = sum(layer.seconds for layer in layers.values())
    sums = Layer(total, sum(layer.flop for layer in layers.values()))
    slowest = sorted(layers.items(), key=lambda pair: -pair[1].seconds)
    for name, layer in [*(pair for pair in slowest if pair[1].seconds > 0.01 * total), ("all", sums)]:
        rate = layer.flop / layer.seconds
        yield (
            name,
            f"{layer.seconds / positions * 1e9:,.0f}",
            f"{layer.seconds / total:.0%}",
            f"{rate / 1e9:.0f}",
            f"{rate / roof:.0%}",
        )


def plot(layers: dict[str, Layer], roof: float, stream: float, path: Path) -> None:
    """Draw the roofline: operations a second by operations a byte. The area of a dot is its share of the time."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    total = sum(layer.seconds for layer in layers.values())
    figure, axes = pyplot.subplots(figsize=(9, 5.5), layout="constrained")
    reach = [2.0**i for i in range(-4, 10)]
    axes.plot(reach, [min(roof, stream * x) / 1e9 for x in reach], color="0.3")
    axes.set_title("The dense network on one core: what bounds it")
    note = partial(axes.annotate, xycoords="data", textcoords="offset points")
    note(f"matrix products: {roof / 1e9:.0f} G operations/s", (reach[-1], roof / 1e9), (0, 5), ha="right")
    note(f"memory: {stream / 1e9:.0f} GB/s", (0.12, 0.12 * stream / 1e9), (8, -12))
    visible = [pair for pair in layers.items() if pair[1].seconds > 0.015 * total and pair[1].flop]
    for number, (name, layer) in enumerate(sorted(visible, key=lambda pair: -pair[1].seconds), 1):
        x, y, share = layer.flop / layer.bytes, layer.flop / layer.seconds / 1e9, layer.seconds / total
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
    """Read the command line, measure the layers, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fasta", type=Path, required=True)
    parser.add_argument("--gtf", type=Path, required=True)
    parser.add_argument("--regions", required=True)
    parser.add_argument("--rbp", action="append")
    parser.add_argument("--plot", type=Path)
    parser.add_argument("-o", "--out", type=Path, help="the table as TSV")
    options = parser.parse_args()
    options.rbp = options.rbp or ["ELAVL1"]
    network = open_bundles(options.rbp)[0].network.eval()
    inputs = select_inputs(network, compute_tiles(options, READ))
    tiles = [
        ({name: w[name] for name in READ if name in w}, {name: c[name] for name in READ if name in c}, scored)
        for w, c, scored in inputs.tiles
    ]
    keep_memory()  # as the program does
    with scoring_pool(torch.device("cpu"), 1) as pool:
        layers = pool.submit(measure_layers, DenseNetwork(network), tiles).result()
        roof, stream = 2 * pool.submit(measure_peak).result(), pool.submit(measure_bandwidth).result()
    print(describe_machine("torch") + f"; {options.regions}, {inputs.positions:,} positions\n")
    print_table(COLUMNS, list(table_rows(layers, inputs.positions, roof)), options.out)
    if options.plot:
        plot(layers, roof, stream, options.plot)


if __name__ == "__main__":
    main()
