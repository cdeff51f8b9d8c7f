"""Score chr20 with all models of the zoo, and rank its sites. train_zoo.py uses it.

No model learned from chr20.
chr20:1-2 Mb is the background of the calibration; the other contiguous intervals are for evaluation alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np
import torch
from zoo_data import Universe, Windows, say
from zoo_measure import KINDS, round_estimate

from ideep_scan.features.featurizer import Featurizer, Tile
from ideep_scan.kernels.intervals import mark_covered, merge
from ideep_scan.models.bundle import ModelBundle
from ideep_scan.models.dense import DenseNetwork
from ideep_scan.records.span import STRANDS
from ideep_scan.scan.plan import cut_chunks, plan_loci, plan_tiles
from ideep_scan.train.metrics import bootstrap, rank_among

STRETCHES = (("chr20", 60_000, 251_930), ("chr20", 1_000_000, 2_000_000), ("chr20", 2_100_000, 3_000_000),
             ("chr20", 10_000_000, 10_200_000))  # fmt: skip
BACKGROUND = (1_000_000, 2_000_000)
STRIDE = 4
AWAY = 100  # nt: least distance of background positions from a known site
NEIGHBOURHOOD = 20_000  # nt on each side of a site
LEAST_KNOWN = 10_000  # positions of the neighbourhood, on the site's strand, that have a known sequence
USED = ("sequence", "region", "structure", "cobinding")
LEAST_SITES = 5
CALIBRATED = ("sequence", "sequence+region", "sequence+region+structure", "sequence+region+cobinding",
              "sequence+region+structure+cobinding")  # fmt: skip
NAMED = {"+".join(used): kind for kind, used in KINDS.items()}


class Tracks:
    """Every `STRIDE`-th transcribed position of chr20, with log odds (kinds, n) of each model."""

    def __init__(self, position: np.ndarray, plus: np.ndarray, logits: dict[str, np.ndarray]):
        self.position, self.plus, self.logits = position, plus, logits

    def mark_sites(self, sites: Mapping[str, np.ndarray], reach: int) -> np.ndarray:
        """Tell whether each position is within `reach` of a site on its strand: bool (n,)."""
        out = np.zeros(len(self.position), bool)
        for strand, rows in (("+", self.plus), ("-", ~self.plus)):
            centres = np.asarray(sites[strand], np.int64)
            if len(centres):
                out[rows] = mark_covered(*merge(centres - reach, centres + reach + 1), self.position[rows])
        return out

    def mark_background(self) -> np.ndarray:
        """Tell whether each position belongs to the background of the calibration: bool (n,)."""
        return (self.position >= BACKGROUND[0]) & (self.position < BACKGROUND[1])


def scan(universe: Universe, bundles: Mapping[str, ModelBundle], work: Path) -> Tracks:
    """Score the intervals with all models and one featurizer. The work folder caches the result."""
    cache = work / "chr20.npz"
    if not cache.exists():
        arrays: dict[str, Any] = _scan(universe, bundles)
        np.savez(work / "chr20.part.npz", **arrays)
        (work / "chr20.part.npz").replace(cache)
    arrays = dict(np.load(cache))
    position, plus = arrays.pop("position"), arrays.pop("plus")
    return Tracks(position, plus, arrays)


def _scan(universe: Universe, bundles: Mapping[str, ModelBundle]) -> dict[str, np.ndarray]:
    positions: list[np.ndarray] = []
    plus: list[np.ndarray] = []
    logits: dict[str, list[np.ndarray]] = {name: [] for name in bundles}
    spec = universe.spec
    torch.set_num_threads(1)
    with ExitStack() as stack:
        genome = universe.genome(stack)
        assert genome.annotation is not None
        featurizer = Featurizer(spec, universe.sources(genome, stack), USED)
        pool = stack.enter_context(ThreadPoolExecutor(2))
        networks = {name: DenseNetwork(bundle.network) for name, bundle in bundles.items()}
        spans = plan_loci({"chr20": genome.source.contigs["chr20"]}, genome.annotation.transcripts, STRETCHES)
        for chunk in cut_chunks(spans):
            codes = genome.source.codes(chunk.chrom, chunk.start - spec.half, chunk.end + spec.half)
            for walk, scored in plan_tiles(codes, chunk, spec.window, spec.max_unknown, stride=STRIDE):
                tile = featurizer.tile(walk, scored)
                positions.append(walk.positions()[scored])
                plus.append(np.full(len(scored), walk.strand == "+"))
                for name, values in zip(networks, pool.map(_logits, networks.values(), repeat(tile)), strict=False):
                    logits[name].append(values)
            say(f"scanned {chunk.chrom}:{chunk.start}-{chunk.end} {chunk.strand}")
    arrays = {name: np.concatenate(parts, 1) for name, parts in logits.items()}
    return {"position": np.concatenate(positions), "plus": np.concatenate(plus), **arrays}


@torch.inference_mode()
def _logits(network: DenseNetwork, tile: Tile) -> np.ndarray:
    """Compute the log odds (kinds, n) for each of `CALIBRATED`; every branch is evaluated once."""
    windows = {name: torch.from_numpy(array) for name, array in tile.window.items()}
    centres = {name: torch.from_numpy(array) for name, array in tile.centre.items()}
    parts = network.parts(windows, centres, torch.from_numpy(tile.scored))
    logits = []
    for kind in CALIBRATED:
        absent = [name for name in parts if name not in kind.split("+")]
        logits.append(network.join(parts, without=absent)[:, 0].numpy())
    return np.array(logits, np.float32)


def find_chr20_sites(universe: Universe, windows: Windows) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Find the rows of the experiment's sites on chr20 (indices into `windows.rows`), and their centres by strand."""
    places = universe.places[windows.rows]
    rows = np.flatnonzero((places.chrom == "chr20") & (windows.labels == 1))
    return rows, {strand: np.sort(places.centre[rows][places.strand[rows] == strand]) for strand in STRANDS}


def rank_sites(universe: Universe, tracks: Tracks, windows: Windows, name: str) -> dict[str, Any]:
    """Compute the mean rank of each site of chr20 among the positions near it on its strand, by kind of input.

    Sites with little known sequence around them are left out.
    """
    rows, _ = find_chr20_sites(universe, windows)
    places = universe.places[windows.rows[rows]]
    logits = np.load(universe.work / "networks" / f"{name}.chr20.npz")
    estimates: dict[str, Any] = {}
    for track, key in zip(tracks.logits[name], CALIBRATED, strict=True):
        ranked = []
        for centre, strand, score in zip(places.centre, places.strand, logits[key], strict=True):
            if not np.isnan(score):
                is_near = (tracks.plus == (strand == "+")) & (np.abs(tracks.position - centre) <= NEIGHBOURHOOD)
                if is_near.sum() * STRIDE >= LEAST_KNOWN:
                    ranked.append(rank_among(float(score), track[is_near]))
        if len(ranked) >= LEAST_SITES:
            estimate = bootstrap(lambda r: float(r.mean()), np.array(ranked))
            estimates[NAMED[key]] = {"sites": len(ranked), **round_estimate(estimate)}
    return estimates
