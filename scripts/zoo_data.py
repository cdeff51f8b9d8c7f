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

from ideep_scan.benchmark.data import SEQUENCES, encode_windows, locate_published_file
from ideep_scan.features.featurizer import Featurizer
from ideep_scan.features.sources import Sources
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.features.transcript_regions import RegionMap
from ideep_scan.features.window_features import Features, compute_features
from ideep_scan.formats.clip31 import read_windows
from ideep_scan.formats.clip_sites import read_cobinding_table, read_sites
from ideep_scan.formats.experiments import Experiment, read_experiments, select_family
from ideep_scan.formats.pwm_table import read_pwms
from ideep_scan.jobs.folding import make_folder
from ideep_scan.jobs.genome import Genome, open_genome
from ideep_scan.kernels.packed_motifs import pack
from ideep_scan.records.places import Places
from ideep_scan.train.examples import Examples, join, mark_in_genes_of, mark_in_regions, mark_overlapping

HELD_REGIONS = (("chr20", 0, 10**9), ("chr1", 0, 10**6), ("chr17", 0, 10**6))
VALIDATION = ("chr3", "chr21")
PIECE = 50_000  # windows whose features are made at a time


def say(*words: object) -> None:
    """Print words to standard error."""
    print(*words, file=sys.stderr, flush=True)


def _examples(path: Path) -> Examples:
    windows = read_windows(path)
    return Examples(
        Places(windows.chrom.astype(object), windows.strand.astype(object), windows.start + 50), windows.label
    )


@dataclass(frozen=True, eq=False)
class Windows:
    """Windows of one experiment.

    Attributes
    ----------
    experiment : Experiment
        The experiment.
    rows : int64 array (n,)
        Distinct windows, as ascending indices into those of the universe.
    labels : int8 array (n,)
        1 for a site, 0 otherwise; 1 if sources disagree.
    test : int64 array
        Indices into `rows` of the published test windows.
    of_30000 : bool array (n,)
        Whether the window is among the 30,000 training windows of the experiment.
    held_out : dict
        Reason -> bool array (n,), windows that training does not read.
    validation : int64 array
        Indices into `rows` of the validation windows.
    train : int64 array
        Indices into `rows` of the training windows.
    """

    experiment: Experiment
    rows: np.ndarray
    labels: np.ndarray
    test: np.ndarray
    of_30000: np.ndarray
    held_out: dict[str, np.ndarray]
    validation: np.ndarray
    train: np.ndarray

    def counts(self) -> dict[str, int]:
        """Count the windows and sites of each part."""
        return {
            "windows": len(self.rows),
            **{f"held out: {reason}": int(rows.sum()) for reason, rows in self.held_out.items()},
            "training": len(self.train),
            "training positives": int(self.labels[self.train].sum()),
            "validation": len(self.validation),
            "validation positives": int(self.labels[self.validation].sum()),
        }


class Universe:
    """All distinct published windows, and the ones that training must not read.

    It is built from DATA on first use, and read from the work folder later.
    """

    def __init__(self, data: Path, work: Path, table: Path):
        self.data, self.work, self.table = data, work, table
        self.experiments = {experiment.experiment: experiment for experiment in read_experiments()}
        self.names = tuple(sorted(self.experiments))
        self.spec = FeatureSpec(tuple(pwm.id for pwm in read_pwms()), self.names)
        cache = work / "windows.pickle"
        if not cache.exists():
            cache.with_suffix(".part").write_bytes(pickle.dumps(self._read()))
            cache.with_suffix(".part").replace(cache)
        self.places, self._sets, self._masks = pickle.loads(cache.read_bytes())

    def _read(self) -> tuple[Places, dict[str, list[tuple[np.ndarray, np.ndarray]]], dict[str, np.ndarray]]:
        tests = {name: locate_published_file(self.data / "clip31", name, "test", SEQUENCES) for name in self.names}
        files = {name: [*training_files(self.data, name), test] for name, test in tests.items()}
        sets = {name: [_examples(path) for path in paths] for name, paths in files.items()}
        places = join(part for parts in sets.values() for part in parts).places
        index = {key: i for i, key in enumerate(_keys(places))}
        rows = {
            name: [(np.array([index[key] for key in _keys(part.places)]), part.label) for part in parts]
            for name, parts in sets.items()
        }
        test_places = join(parts[2] for parts in sets.values()).places
        with ExitStack() as stack:
            annotation = self.genome(stack).annotation
            assert annotation is not None
            masks = {
                name: mark_in_genes_of(places, sets[name][2].places, annotation.transcripts, 101) for name in self.names
            }
        masks["any test"] = mark_overlapping(places, test_places, 101)
        masks["regions"] = mark_in_regions(places, HELD_REGIONS, 101)
        return places, rows, masks

    def genome(self, stack: ExitStack) -> Genome:
        """Open the FASTA with its annotation."""
        path = self.data / "hg19" / "hg19_sparse.fa.gz"
        return open_genome(path, self.data / "annotation" / "refseq_hg19.bed12.gz", stack)

    def sources(self, genome: Genome, stack: ExitStack) -> Sources:
        """Return everything that the featurizer can read. Co-binding sites are the positives of the training splits."""
        assert genome.annotation is not None
        sites = read_cobinding_table(self.table, self.names)
        return Sources(
            genome.source,
            RegionMap(genome.annotation.transcripts),
            {name: read_sites(path, genome.resolver) for name, path in sites.items()},
            pack([pwm.counts for pwm in read_pwms()]),
            make_folder(self.spec, 2, stack),
        )

    def masked_channels(self, name: str) -> tuple[int, ...]:
        """List the co-binding channels that a model of an experiment must not read."""
        return tuple(sorted(self.names.index(member.experiment) for member in select_family(self.experiments[name])))

    def structure_rows(self) -> np.ndarray:
        """Return the rows with structure: the windows of the 5,000 and of the test sets.

        Folding all windows would take an hour.
        """
        parts = [rows for sets in self._sets.values() for rows, _ in (sets[0], sets[2])]
        return np.unique(np.concatenate(parts))

    def windows(self, name: str) -> Windows:
        """Collect the windows of one experiment."""
        sets = self._sets[name]
        rows = np.unique(np.concatenate([rows for rows, _ in sets]))
        labels = np.zeros(len(rows), np.int8)
        for members, label in sets:
            positions = np.searchsorted(rows, members)
            labels[positions] = np.maximum(labels[positions], label)
        test = np.searchsorted(rows, sets[2][0])
        masks = {
            "clip31 test windows of any experiment": self._masks["any test"][rows],
            "RefSeq genes with a test window of the experiment": self._masks[name][rows],
            "chr20, first megabase of chr1 and chr17": self._masks["regions"][rows],
        }
        is_held_out = np.logical_or.reduce(list(masks.values()))
        validation = ~is_held_out & np.isin(self.places.chrom[rows], VALIDATION)
        return Windows(
            self.experiments[name], rows, labels, test, np.isin(rows, sets[1][0]), masks,
            np.flatnonzero(validation), np.flatnonzero(~is_held_out & ~validation),
        )  # fmt: skip

    def make_features(self) -> None:
        """Compute the features that the work folder lacks."""
        absent = [name for name in ("sequence", "region", "landmarks", "motifs", "cobinding") if not self._has(name)]
        if absent:
            with ExitStack() as stack:
                genome = self.genome(stack)
                featurizer = Featurizer(
                    self.spec, self.sources(genome, stack), ("sequence", "region", "motifs", "cobinding")
                )
                self._write(absent, self._pieces(featurizer, np.arange(len(self.places))), len(self.places))
        if not self._has("structure"):
            with ExitStack() as stack:
                genome, rows = self.genome(stack), self.structure_rows()
                featurizer = Featurizer(self.spec, self.sources(genome, stack), ("structure",))
                self._write(["structure"], self._pieces(featurizer, rows), len(rows))

    def _has(self, name: str) -> bool:
        return (self.work / f"{name}.npy").exists()

    def _pieces(self, featurizer: Featurizer, rows: np.ndarray) -> Iterator[tuple[int, dict[str, np.ndarray]]]:
        for first in range(0, len(rows), PIECE):
            features = compute_features(featurizer, self.places[rows[first : first + PIECE]])
            yield first, _compact(features)
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
    def _arrays(self) -> dict[str, np.ndarray]:
        names = ("sequence", "region", "landmarks", "motifs", "cobinding", "structure")
        return {name: np.load(self.work / f"{name}.npy", mmap_mode="r") for name in names}

    def features(self, rows: np.ndarray, modalities: Iterable[str]) -> Features:
        """Read the features of ascending rows."""
        arrays = self._arrays
        windows: dict[str, np.ndarray] = {}
        centres: dict[str, np.ndarray] = {}
        masks: dict[str, np.ndarray] = {}
        if "sequence" in modalities:
            windows["sequence"] = encode_windows(np.asarray(arrays["sequence"][rows]))
        if "region" in modalities:
            windows["region"], centres["region"] = np.asarray(arrays["region"][rows]), arrays["landmarks"][rows]
        if "motifs" in modalities:
            centres["motifs"] = arrays["motifs"][rows]
        if "cobinding" in modalities:
            bits = np.asarray(arrays["cobinding"][rows])
            windows["cobinding"] = np.unpackbits(bits, axis=2, count=self.spec.window)
            centres["cobinding"] = np.zeros((len(rows), len(self.names)), np.float32)
        if "structure" in modalities:
            structure_rows = self.structure_rows()
            positions = np.minimum(np.searchsorted(structure_rows, rows), len(structure_rows) - 1)
            masks["structure"] = structure_rows[positions] == rows
            values = np.zeros((len(rows), *arrays["structure"].shape[1:]), np.float32)
            values[masks["structure"]] = arrays["structure"][positions[masks["structure"]]]
            windows["structure"] = values
        return Features(windows, centres, masks)


def _keys(places: Places) -> Iterator[tuple[str, str, int]]:
    return zip(places.chrom.tolist(), places.strand.tolist(), places.centre.tolist(), strict=True)


def _compact(features: Features) -> dict[str, np.ndarray]:
    """Compress the arrays for the cache: bases as codes, co-binding as bits."""
    arrays = {name: features.windows[name] for name in ("region", "structure") if name in features.windows}
    if "sequence" in features.windows:
        sequence = features.windows["sequence"]
        arrays["sequence"] = np.where(sequence.max(1) < 1, 4, sequence.argmax(1)).astype(np.int8)
    if "cobinding" in features.windows:
        arrays["cobinding"] = np.packbits(features.windows["cobinding"], axis=2)
    if "region" in features.centres:
        arrays["landmarks"] = features.centres["region"]
    if "motifs" in features.centres:
        arrays["motifs"] = features.centres["motifs"]
    return arrays
