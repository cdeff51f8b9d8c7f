"""Training data of the zoo: every distinct published window, its features, and the held-out windows.

train_zoo.py uses it. The features are computed once and cached in its work folder.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from build_cobinding import training_files

from ideep_scan.benchmark.data import SEQUENCES, encode_windows, published_file
from ideep_scan.features.featurizer import Featurizer
from ideep_scan.features.sources import Sources
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.features.transcript_regions import RegionMap
from ideep_scan.formats.clip31 import read_windows
from ideep_scan.formats.clip_sites import read_cobinding_table, read_sites
from ideep_scan.formats.experiments import Experiment, read_experiments, select_family
from ideep_scan.formats.pwm_table import read_pwms
from ideep_scan.jobs.folding import folding
from ideep_scan.jobs.inputs import Genome, open_genome
from ideep_scan.kernels.packed_motifs import pack
from ideep_scan.records.places import Places
from ideep_scan.train.dataset import Features, compute_features
from ideep_scan.train.examples import Examples, join, mark_in_genes_of, mark_in_regions, mark_overlapping

HELD_REGIONS = (("chr20", 0, 10**9), ("chr1", 0, 10**6), ("chr17", 0, 10**6))
VALIDATION = ("chr3", "chr21")
PIECE = 50_000  # windows whose features are made at a time


def say(*words: object) -> None:
    print(*words, file=sys.stderr, flush=True)


def _examples(path: Path) -> Examples:
    windows = read_windows(path)
    return Examples(
        Places(windows.chrom.astype(object), windows.strand.astype(object), windows.start + 50), windows.label
    )


@dataclass(frozen=True, eq=False)
class Windows:
    """Rows of all windows that one experiment has.

    Attributes
    ----------
    rows : int64 (n,), each once. labels : int8 (n,); where sources disagree it is a site.
    test : positions in `rows` of the published test windows. many : bool (n,), among its 30,000 training windows.
    held : why -> bool (n,), never learned from.
    """

    experiment: Experiment
    rows: np.ndarray
    labels: np.ndarray
    test: np.ndarray
    many: np.ndarray
    held: dict[str, np.ndarray]
    validation: np.ndarray
    train: np.ndarray

    def counts(self) -> dict[str, int]:
        return {
            "windows": len(self.rows),
            **{f"held out: {why}": int(rows.sum()) for why, rows in self.held.items()},
            "training": len(self.train),
            "training positives": int(self.labels[self.train].sum()),
            "validation": len(self.validation),
            "validation positives": int(self.labels[self.validation].sum()),
        }


class Universe:
    """All published windows, each place once, with what is unseen by whom. Built from DATA, or read from WORK."""

    def __init__(self, data: Path, work: Path, table: Path):
        self.data, self.work, self.table = data, work, table
        self.experiments = {one.experiment: one for one in read_experiments()}
        self.names = tuple(sorted(self.experiments))
        self.spec = FeatureSpec(tuple(pwm.id for pwm in read_pwms()), self.names)
        kept = work / "windows.pickle"
        if not kept.exists():
            kept.with_suffix(".part").write_bytes(pickle.dumps(self._read()))
            kept.with_suffix(".part").replace(kept)
        self.places, self._sets, self._held = pickle.loads(kept.read_bytes())

    def _read(self) -> tuple[Places, dict[str, list[tuple[np.ndarray, np.ndarray]]], dict[str, np.ndarray]]:
        tests = {name: published_file(self.data / "clip31", name, "test", SEQUENCES) for name in self.names}
        files = {name: [*training_files(self.data, name), test] for name, test in tests.items()}
        sets = {name: [_examples(path) for path in paths] for name, paths in files.items()}
        places = join(part for parts in sets.values() for part in parts).places
        index = {key: i for i, key in enumerate(_keys(places))}
        rows = {
            name: [(np.array([index[key] for key in _keys(part.places)]), part.label) for part in parts]
            for name, parts in sets.items()
        }
        every = join(parts[2] for parts in sets.values()).places
        with ExitStack() as stack:
            annotation = self.genome(stack).annotation
            assert annotation is not None
            held = {
                name: mark_in_genes_of(places, sets[name][2].places, annotation.transcripts, 101) for name in self.names
            }
        held["any test"] = mark_overlapping(places, every, 101)
        held["regions"] = mark_in_regions(places, HELD_REGIONS, 101)
        return places, rows, held

    def genome(self, stack: ExitStack) -> Genome:
        path = self.data / "hg19" / "hg19_sparse.fa.gz"
        return open_genome(path, self.data / "annotation" / "refseq_hg19.bed12.gz", stack)

    def sources(self, genome: Genome, stack: ExitStack) -> Sources:
        """All that the featurizer can read from; co-binding are the positives of the training splits."""
        assert genome.annotation is not None
        sites = read_cobinding_table(self.table, self.names)
        return Sources(
            genome.source,
            RegionMap(genome.annotation.transcripts),
            {name: read_sites(path, genome.resolver) for name, path in sites.items()},
            pack([pwm.counts for pwm in read_pwms()]),
            folding(self.spec, 2, stack),
        )

    def own(self, name: str) -> tuple[int, ...]:
        """Co-binding channels that a model of an experiment must not read."""
        return tuple(sorted(self.names.index(one.experiment) for one in select_family(self.experiments[name])))

    def folded(self) -> np.ndarray:
        """Rows with structure: the windows of the 5,000 and of the test sets. Folding all would take an hour."""
        parts = [rows for sets in self._sets.values() for rows, _ in (sets[0], sets[2])]
        return np.unique(np.concatenate(parts))

    def windows(self, name: str) -> Windows:
        """All windows of one experiment."""
        sets = self._sets[name]
        rows = np.unique(np.concatenate([rows for rows, _ in sets]))
        labels = np.zeros(len(rows), np.int8)
        for own, label in sets:
            at = np.searchsorted(rows, own)
            labels[at] = np.maximum(labels[at], label)
        test = np.searchsorted(rows, sets[2][0])
        held = {
            "clip31 test windows of any experiment": self._held["any test"][rows],
            "RefSeq genes with a test window of the experiment": self._held[name][rows],
            "chr20, first megabase of chr1 and chr17": self._held["regions"][rows],
        }
        unseen = np.logical_or.reduce(list(held.values()))
        validation = ~unseen & np.isin(self.places.chrom[rows], VALIDATION)
        return Windows(
            self.experiments[name], rows, labels, test, np.isin(rows, sets[1][0]), held,
            np.flatnonzero(validation), np.flatnonzero(~unseen & ~validation),
        )  # fmt: skip

    # ---- features, made once

    def make_features(self) -> None:
        """Features of all windows, kept in WORK; what is there already stays."""
        wanted = [name for name in ("sequence", "region", "landmarks", "motifs", "cobinding") if not self._has(name)]
        if wanted:
            with ExitStack() as stack:
                genome = self.genome(stack)
                made = Featurizer(self.spec, self.sources(genome, stack), ("sequence", "region", "motifs", "cobinding"))
                self._write(wanted, self._pieces(made, np.arange(len(self.places))), len(self.places))
        if not self._has("structure"):
            with ExitStack() as stack:
                genome, rows = self.genome(stack), self.folded()
                made = Featurizer(self.spec, self.sources(genome, stack), ("structure",))
                self._write(["structure"], self._pieces(made, rows), len(rows))

    def _has(self, name: str) -> bool:
        return (self.work / f"{name}.npy").exists()

    def _pieces(self, featurizer: Featurizer, rows: np.ndarray) -> Iterator[tuple[int, dict[str, np.ndarray]]]:
        for first in range(0, len(rows), PIECE):
            made = compute_features(featurizer, self.places[rows[first : first + PIECE]])
            yield first, _compact(made)
            say(f"features of {first + PIECE} windows")

    def _write(self, names: list[str], pieces: Iterable[tuple[int, dict[str, np.ndarray]]], total: int) -> None:
        files: dict[str, np.ndarray] = {}
        for first, arrays in pieces:
            for name in names:
                array = arrays[name]
                if name not in files:
                    part = self.work / f"{name}.part"
                    files[name] = np.lib.format.open_memmap(part, "w+", array.dtype, (total, *array.shape[1:]))
                files[name][first : first + len(array)] = array
        for name, file in files.items():
            file.flush()  # type: ignore[attr-defined]
            (self.work / f"{name}.part").replace(self.work / f"{name}.npy")

    @cached_property
    def _kept(self) -> dict[str, np.ndarray]:
        names = ("sequence", "region", "landmarks", "motifs", "cobinding", "structure")
        return {name: np.load(self.work / f"{name}.npy", mmap_mode="r") for name in names}

    def features(self, rows: np.ndarray, modalities: Iterable[str]) -> Features:
        """Features of some rows (ascending)."""
        kept = self._kept
        windows: dict[str, np.ndarray] = {}
        centres: dict[str, np.ndarray] = {}
        known: dict[str, np.ndarray] = {}
        if "sequence" in modalities:
            windows["sequence"] = encode_windows(np.asarray(kept["sequence"][rows]))
        if "region" in modalities:
            windows["region"], centres["region"] = np.asarray(kept["region"][rows]), kept["landmarks"][rows]
        if "motifs" in modalities:
            centres["motifs"] = kept["motifs"][rows]
        if "cobinding" in modalities:
            packed = np.asarray(kept["cobinding"][rows])
            windows["cobinding"] = np.unpackbits(packed, axis=2, count=self.spec.window)
            centres["cobinding"] = np.zeros((len(rows), len(self.names)), np.float32)
        if "structure" in modalities:
            folded = self.folded()
            at = np.minimum(np.searchsorted(folded, rows), len(folded) - 1)
            known["structure"] = folded[at] == rows
            values = np.zeros((len(rows), *kept["structure"].shape[1:]), np.float32)
            values[known["structure"]] = kept["structure"][at[known["structure"]]]
            windows["structure"] = values
        return Features(windows, centres, known)


def _keys(places: Places) -> Iterator[tuple[str, str, int]]:
    return zip(places.chrom.tolist(), places.strand.tolist(), places.centre.tolist(), strict=True)


def _compact(features: Features) -> dict[str, np.ndarray]:
    """Compress the arrays for the cache: bases as codes, co-binding as bits."""
    out = {name: features.windows[name] for name in ("region", "structure") if name in features.windows}
    if "sequence" in features.windows:
        sequence = features.windows["sequence"]
        out["sequence"] = np.where(sequence.max(1) < 1, 4, sequence.argmax(1)).astype(np.int8)
    if "cobinding" in features.windows:
        out["cobinding"] = np.packbits(features.windows["cobinding"], axis=2)
    if "region" in features.centres:
        out["landmarks"] = features.centres["region"]
    if "motifs" in features.centres:
        out["motifs"] = features.centres["motifs"]
    return out
