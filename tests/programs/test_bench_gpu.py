"""The steps of the benchmark of GPUs, on a CPU."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import bench_gpu
import numpy as np
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from ideep_scan.features.featurizer import Tile
from ideep_scan.jobs.inputs import open_bundles
from ideep_scan.models.bundle import create_network
from ideep_scan.models.dense import DenseNetwork
from ideep_scan.models.store_names import IDEEP


def count_in_place(total: torch.Size, rows: torch.Size, weight: torch.Size, **_: Any) -> int:
    """Count the operations of a product that is added to a sum, which torch does not know."""
    return 2 * rows.numel() * weight[1]


def test_the_program_on_a_cpu(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "bench.json"
    quick = ["--mb", "0.02", "--batch", "1024", "--seconds", "0", "--product", "64", "--cores", "1"]
    assert (
        bench_gpu.main(
            ["--device", "cpu", "--model", "ideep", "--rbp", "ELAVL1", "--rbp", "QKI", *quick, "-o", str(out)]
        )
        == 0
    )
    report = json.loads(out.read_text())
    shown = capsys.readouterr().out.splitlines()
    assert json.dumps(report) in shown
    assert [(rate["models"], rate["arithmetic"], rate["batch"]) for rate in report["network"]] == [
        (1, "fp32", 1024), (1, "bf16", 1024), (2, "fp32", 1024), (2, "bf16", 1024)
    ]  # fmt: skip
    assert all(rate["rate"] > 0 and rate["share_of_peak"] > 0 for rate in report["network"])
    assert all(
        (rate["difference"] < bench_gpu.TOLERANCE) == (rate["arithmetic"] == "fp32") for rate in report["network"]
    )
    assert [scan["models"] for scan in report["scan"]] == [1, 2]
    assert report["scan"][0]["positions"] == report["scan"][1]["positions"] > 30_000
    header = shown.index("| " + " | ".join(bench_gpu.COLUMNS) + " |")
    assert len([line for line in shown[header:] if line.startswith("| ")]) == 5
    assert any(line.startswith("CPU; ") for line in shown)


def test_operations_are_those_that_torch_counts(tmp_path: Path) -> None:
    (bundle,) = open_bundles(["ELAVL1"], IDEEP)
    fasta, genes = bench_gpu.write_world(tmp_path, 20_000)
    tile = bench_gpu.make_tiles(fasta, genes, bundle, [4096])[4096]
    network = DenseNetwork(bundle.network, direct=True)
    with FlopCounterMode(display=False, custom_mapping={torch.ops.aten.addmm_: count_in_place}) as counter:
        bench_gpu.score(network, bench_gpu.prepare(tile, torch.device("cpu")))
    ratio = counter.get_total_flops() / len(tile.scored) / bench_gpu.count_operations(bundle.network)
    assert 1 <= ratio < 1.05  # halos


def test_models_that_share_a_network_are_measured_by_one_pass(tmp_path: Path) -> None:
    (bundle,) = open_bundles(["ELAVL1"], IDEEP)
    assert bench_gpu.Group("ideep", [bundle, bundle]).networks == [bundle.network]
    network = create_network(bundle.spec, {"region": 8}, channels=8, filters=8, outputs=3)
    models = [replace(bundle, network=network, row=row) for row in range(3)]
    tiles = bench_gpu.make_tiles(*bench_gpu.write_world(tmp_path, 20_000), bundle, [1024])
    bench = bench_gpu.Bench(torch.device("cpu"), 0)
    (rate,) = bench_gpu.measure_networks(bench, [bench_gpu.Group("shared", models)], tiles, {"fp32": 1e12})
    assert (rate.store, rate.models, rate.batch) == ("shared", 3, 1024)
    assert rate.difference < bench_gpu.TOLERANCE


def test_every_position_is_in_a_gene_of_each_strand(tmp_path: Path) -> None:
    (bundle,) = open_bundles(["ELAVL1"], IDEEP)
    tile: Tile = bench_gpu.make_tiles(*bench_gpu.write_world(tmp_path, 150_000), bundle, [100_000])[100_000]
    assert (tile.window["region"][:, tile.scored].sum(0) > 0).all()
    assert np.array_equal(tile.scored, np.arange(tile.scored[0], tile.scored[0] + len(tile.scored)))
