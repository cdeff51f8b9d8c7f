"""Stages from data to a trained shared network, each cached in the work folder."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from shared_data import SharedGenome, open_shared_genome
from shared_labels import Head, make_labels, read_labels
from shared_windows import TRAIN, choose_windows

from ideep_scan.features.featurizer import Featurizer
from ideep_scan.features.sources import Sources
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.features.transcript_regions import RegionMap
from ideep_scan.features.window_features import compute_features
from ideep_scan.formats.experiments import read_experiments
from ideep_scan.formats.pwm_table import read_pwms
from ideep_scan.models.bundle import create_network
from ideep_scan.models.network import IDeepNetwork
from ideep_scan.models.scorer import find_device
from ideep_scan.records.places import Places
from ideep_scan.train.fit_outputs import OutputFit, OutputFitSettings
from ideep_scan.train.packed_features import PackedFeatures, list_patterns, pack_features
from ideep_scan.train.recipe import SHARED, SHARED_HIDDEN, SHARED_KEEP
from ideep_scan.train.targets import Targets, initialise_output

# The spec of the separate networks, so that one scan can read features for models of both kinds.
SPEC = FeatureSpec(tuple(pwm.id for pwm in read_pwms()), tuple(sorted(item.experiment for item in read_experiments())))
MODALITIES = ("sequence", "region")
ARRAYS = ("window.sequence", "window.region", "centre.region")  # files of the features
EPOCHS = 5.4
BATCH = 512
PIECE = 40_000  # windows whose features are computed at a time
REPORT = 500  # steps between two lines on the loss
CHECKPOINT = 1000  # steps between two checkpoints


@dataclass(frozen=True, eq=False)
class SharedWork:
    """The data, and the folder that caches what was made of it.

    Attributes
    ----------
    data : Path
        Folder of the data.
    folder : Path
        Folder of the caches.
    """

    data: Path
    folder: Path

    def prepare(self) -> None:
        """Choose windows, label them and compute their features, as far as the folder lacks them."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            genome = open_shared_genome(self.data, stack)
            if not (self.folder / "windows.npz").exists():
                places, parts = choose_windows(self.data, genome)
                _save_windows(self.folder / "windows.npz", places, parts)
                say(f"windows: {np.bincount(parts).tolist()} by part")
            if not (self.folder / "labels.npz").exists():
                make_labels(self.data, genome, self.places, self.parts, self.folder)
                say(f"labels of {len(self.read_labels()[0])} experiments")
            if not all(self._array(name).exists() for name in ARRAYS):
                _write_features(self, genome)

    @cached_property
    def _windows(self) -> Mapping[str, np.ndarray]:
        with np.load(self.folder / "windows.npz") as file:
            return {name: file[name] for name in file.files}

    @cached_property
    def places(self) -> Places:
        """Centres of all windows."""
        chrom, strand = (self._windows[name].astype(object) for name in ("chrom", "strand"))
        return Places(chrom, strand, self._windows["centre"])

    @property
    def parts(self) -> np.ndarray:
        """Int8 (n,), parts of the windows, ascending."""
        return self._windows["parts"]

    def read_labels(self) -> tuple[list[Head], Targets]:
        """Read the experiments and the targets of all windows."""
        return read_labels(self.folder)

    def read_features(self) -> PackedFeatures:
        """Open the features of all windows; pages of the files are read as they are used."""
        arrays = {name: np.load(self._array(name), mmap_mode="r") for name in ARRAYS}
        patterns = {"sequence": list_patterns(None), "region": list_patterns(5)}
        columns = {name: arrays[f"window.{name}"] for name in MODALITIES}
        return PackedFeatures(columns, patterns, {"region": arrays["centre.region"]})

    def _array(self, name: str) -> Path:
        return self.folder / f"{name}.npy"


def say(*words: object) -> None:
    """Print words to standard error."""
    print(*words, file=sys.stderr, flush=True)


def train_shared(work: SharedWork, epochs: float = EPOCHS) -> IDeepNetwork:
    """Train the shared network; a training that stopped continues at its last checkpoint.

    It multiplies in bfloat16 on GPUs, and on CPUs that have this arithmetic.

    Parameters
    ----------
    work : SharedWork
        The prepared data.
    epochs : float
        Passes over the training windows.

    Returns
    -------
    IDeepNetwork
        The network with averaged weights, on the CPU.
    """
    heads, targets = work.read_labels()
    train = np.flatnonzero(work.parts == TRAIN)
    device = find_device("auto")
    network = _create(heads, len(train)).to(device)
    steps = max(1, int(epochs * len(train) / BATCH))
    bf16 = device.type != "cpu" or torch.ops.mkldnn._is_mkldnn_bf16_supported()
    settings = OutputFitSettings(steps=steps, batch=BATCH, keep=SHARED_KEEP, bf16=bf16)
    fit = OutputFit(network, work.read_features(), targets, train=train, settings=settings)
    _run(fit, work.folder / "checkpoint.pt")
    return fit.averaged.cpu()


def _create(heads: Sequence[Head], windows: int) -> IDeepNetwork:
    """Create the untrained network, whose outputs begin at the share of positives among the training windows."""
    torch.manual_seed(0)
    network = create_network(SPEC, SHARED_HIDDEN, outputs=2 * len(heads), **SHARED)
    positives, published = (np.array([getattr(head, name) for head in heads]) for name in ("positives", "published"))
    initialise_output(network.output, positives, windows, published=published)
    return network


def _run(fit: OutputFit, checkpoint: Path) -> None:
    """Train to the end, from the checkpoint if there is one."""
    if checkpoint.exists():
        try:
            fit.restore(torch.load(checkpoint, map_location="cpu", weights_only=True))
        except ValueError as error:
            raise SystemExit(f"{checkpoint}: {error}; remove the file, or give another --work") from error
        say(f"continues after step {fit.step}")
    begin, first = time.time(), fit.step
    while not fit.is_done:
        loss = fit.advance(REPORT - fit.step % REPORT)
        say(f"step {fit.step}: loss {loss:.4f}, {(time.time() - begin) / (fit.step - first):.3f} s a step")
        if fit.step % CHECKPOINT == 0 or fit.is_done:
            torch.save(fit.state(), checkpoint.with_suffix(".part"))
            checkpoint.with_suffix(".part").replace(checkpoint)


def _save_windows(path: Path, places: Places, parts: np.ndarray) -> None:
    """Write the windows to a temporary file, then rename it."""
    chrom, strand = places.chrom.astype(str), places.strand.astype(str)
    np.savez(path.with_suffix(".part.npz"), chrom=chrom, strand=strand, centre=places.centre, parts=parts)
    path.with_suffix(".part.npz").replace(path)


def _write_features(work: SharedWork, genome: SharedGenome) -> None:
    """Compute the features of all windows, a piece at a time."""
    sources = Sources(genome.source, RegionMap(genome.transcripts), {}, None, None)
    featurizer = Featurizer(SPEC, sources, MODALITIES)
    files: dict[str, np.memmap[Any, Any]] = {}
    for first in range(0, len(work.places), PIECE):
        rows = np.arange(first, min(first + PIECE, len(work.places)))
        packed = pack_features(compute_features(featurizer, work.places[rows]))
        arrays = {f"window.{name}": array for name, array in packed.columns.items()}
        arrays |= {f"centre.{name}": array for name, array in packed.centres.items()}
        for name, array in arrays.items():
            if name not in files:
                shape = (len(work.places), *array.shape[1:])
                files[name] = np.lib.format.open_memmap(work.folder / f"{name}.part", "w+", array.dtype, shape)
            files[name][rows] = array
        say(f"features of {rows[-1] + 1} windows")
    for name, file in files.items():
        file.flush()
        (work.folder / f"{name}.part").replace(work.folder / f"{name}.npy")
