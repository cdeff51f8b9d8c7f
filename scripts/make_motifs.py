#!/usr/bin/env python3
"""Compute the motifs of the bundled models, and write the collections that the package ships.

    scripts/make_motifs DATA [--model shared|ideep|all] [--models NAME ...] [--work DIR] [--threads N]

DATA is the folder of scripts/train_zoo, and the work folder that of its caches, which are made if they are missing.
`motif_windows.py` says which windows are read.
The collection of each model is kept in the work folder until weights or recipe change; so a second run continues.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path

import torch
from motif_windows import ModelWindows, SeparateWindows, SharedWindows
from shared_training import SharedWork, say

from ideep_scan.formats.motif_collections import find_archive, read_collections, write_collections
from ideep_scan.jobs.motifs.discovery import discover_motifs, keep_strongest
from ideep_scan.jobs.motifs.known_sets import open_known
from ideep_scan.models.bundle import ModelBundle, load_models
from ideep_scan.models.store import Entry, list_entries
from ideep_scan.models.store_names import IDEEP, SHARED, STORES
from ideep_scan.records.learned_motif import MotifCollection

CLUSTERS = {SHARED: 20, IDEEP: 60}  # clusters that ship
MEMBERS = {SHARED: 3, IDEEP: 8}  # motifs of a cluster that ship


def main() -> None:
    """Read the arguments, compute what is missing, write the archives."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", choices=(*STORES, "all"), default="all")
    parser.add_argument(
        "--models", nargs="+", default=[], metavar="NAME", help="compute these models only, in this order"
    )
    parser.add_argument("--work", type=Path, default=Path("zoo_work"), help="caches of scripts/train_zoo")
    parser.add_argument("--out", type=Path, help="folder for the archives; default: the package")
    parser.add_argument("--threads", type=int, default=1)
    values = parser.parse_args()
    for store in STORES if values.model == "all" else (values.model,):
        make_store(store, values)


def make_store(store: str, values: argparse.Namespace) -> None:
    """Compute the collections of a store and write its archive."""
    entries = [entry for entry in list_entries(store) if store == IDEEP or entry.recommended]
    folder: Path = values.work / "motifs" / store
    folder.mkdir(parents=True, exist_ok=True)
    names = [entry.name for entry in entries]
    names = [name for name in values.models if name in names] or names
    if store == SHARED:
        SharedWork(values.data, values.work / "shared").prepare()
    work = partial(make_model, values.data, values.work, store)
    with ProcessPoolExecutor(values.threads, mp_context=get_context("spawn")) as pool:
        for line in pool.map(work, names):
            say(line)
    collections = list(_read_pieces(folder, [entry.name for entry in entries]))
    path = find_archive(store) if values.out is None else values.out / f"{store}.zip"
    write_collections(path, [keep_strongest(item, CLUSTERS[store], MEMBERS[store]) for item in collections])
    say(f"{path}: {len(collections)} of {len(entries)} models, {path.stat().st_size / 1e6:.2f} MB")


def make_model(data: Path, work: Path, store: str, name: str) -> str:
    """Compute the collection of a model, unless the work folder has it. Return a summary line."""
    torch.set_num_threads(1)
    path, begin = work / "motifs" / store / f"{name}.zip", time.process_time()
    entry = next(entry for entry in list_entries(store) if entry.name == name)
    bundle = next(model for model in _load(entry.path) if model.name == name)
    if path.exists() and read_collections(path)[0].digest == bundle.weights_digest:
        return f"{name}: kept"
    windows = _read_windows(data, work, store, entry)
    collection, _ = discover_motifs(
        bundle, bundle.modalities, windows.judged, known=open_known(None), candidates=windows.candidates
    )
    write_collections(path, [collection])
    return f"{name}: {describe(collection)}, {time.process_time() - begin:.0f} s"


@lru_cache(maxsize=1)
def _load(path: Path) -> list[ModelBundle]:
    return load_models(path)


def _read_windows(data: Path, work: Path, store: str, entry: Entry) -> ModelWindows:
    if store == SHARED:
        return _open_shared(data, work).read(entry.card["experiments"])
    return _open_separate(data).read(entry.card["experiment"])


@lru_cache(maxsize=1)
def _open_shared(data: Path, work: Path) -> SharedWindows:
    return SharedWindows(SharedWork(data, work / "shared"))


@lru_cache(maxsize=1)
def _open_separate(data: Path) -> SeparateWindows:
    return SeparateWindows(data, ExitStack())


def describe(collection: MotifCollection) -> str:
    """Describe the strongest clusters of a collection."""
    motifs = {motif.pwm.id: motif for motif in collection.motifs}
    names = [motifs[cluster.members[0]].pwm.name for cluster in collection.clusters[:3]]
    patterns = [motif.pwm.name for motif in collection.motifs if motif.origin == "pattern"][:3]
    counts = f"{collection.bound} bound, {collection.unbound} unbound, {len(collection.silent)} silent filters"
    return f"{counts}; clusters {', '.join(names)}; patterns {', '.join(patterns) or 'none'}"


def _read_pieces(folder: Path, names: Sequence[str]) -> Iterator[MotifCollection]:
    """Read the collections of the work folder that belong to models of the store."""
    for name in names:
        path = folder / f"{name}.zip"
        if path.exists():
            yield from read_collections(path)


if __name__ == "__main__":
    main()
