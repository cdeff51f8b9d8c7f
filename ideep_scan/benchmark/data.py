"""The folders of the published experiments as splits: by published matrices, or by the own featurizer.

It trains nothing and writes nothing but a missing FASTA index.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from pathlib import Path

import numpy as np

from ideep_scan.benchmark.records import Subject
from ideep_scan.benchmark.split import Split
from ideep_scan.errors import ContigMismatch, InputError
from ideep_scan.features.featurizer import Featurizer
from ideep_scan.features.sources import Sources
from ideep_scan.features.spec import FeatureSpec
from ideep_scan.features.structure import Folder
from ideep_scan.features.transcript_regions import RegionMap
from ideep_scan.formats.clip31 import Matrix, WindowTable, read_matrix, read_motif_scores, read_windows
from ideep_scan.formats.digest import digest
from ideep_scan.formats.experiments import read_experiments, select_family
from ideep_scan.formats.fold_cache import FoldCache
from ideep_scan.formats.pwm_table import read_pwms
from ideep_scan.formats.sites import IntervalSites
from ideep_scan.formats.text import require_file
from ideep_scan.jobs.inputs import open_genome
from ideep_scan.kernels.cluster_score import pack
from ideep_scan.kernels.onehot import onehot
from ideep_scan.records.places import Places
from ideep_scan.train.dataset import Features, build
from ideep_scan.train.examples import in_genes_of, overlapping

PARTS = ("training", "test")
SEQUENCES = "sequences.fa.gz"
RESPONSE = "matrix_Response.tab.gz"
MOTIFS = "motif_fea.gz"
WINDOW_MATRICES = {
    "region": "matrix_RegionType.tab.gz",
    "structure": "matrix_RNAfold.tab.gz",
    "cobinding": "matrix_Cobinding.tab.gz",
}
VALIDATION_SHARE = 5  # one in so many training windows stops the training: 1,000 of 5,000
DIVISION_SEED = 0
SITE_REACH = 15  # nt on each side of a crosslinked position, the median width of sites in the published matrices


def file_of(data: Path, experiment: str, part: str, name: str) -> Path:
    """A published file of one experiment; `part` is training or test."""
    return data / experiment / "5000" / f"{part}_sample_0" / name


def larger_file(larger: Path, experiment: str) -> Path:
    """The larger training set of one experiment: sequences only."""
    return larger / experiment / "30000" / "training_sample_0" / SEQUENCES


def site_files(data: Path, experiment: str, larger: Path | None) -> list[Path]:
    """Where the sites of one experiment stand, for the others to read as co-binding."""
    published = file_of(data, experiment, "training", SEQUENCES)
    return [published] if larger is None else [published, larger_file(larger, experiment)]


def find_experiments(data: Path) -> tuple[Subject, ...]:
    """The experiments of a folder by number.

    Raises
    ------
    InputError : no such folder, no experiment in it, or a folder without a number in front.
    """
    if not data.is_dir():
        raise InputError("no such folder; give the one that holds the folders of the experiments", data)
    names = sorted(path.name for path in data.iterdir() if (path / "5000").is_dir())
    if not names:
        raise InputError(
            "holds no experiment; it should hold folders such as 10_PARCLIP_ELAVL1A_hg19, each with 5000/ in it", data
        )
    known = {row.experiment: row for row in read_experiments()}
    subjects = []
    for name in names:
        number = re.match(r"(\d+)_", name)
        if number is None:
            raise InputError("the folder of an experiment begins with its number and '_'; rename it", data / name)
        row = known.get(name)
        protein = name[number.end() :] if row is None else row.protein
        detail = "" if row is None else " ".join((row.protocol, row.note)).strip()
        subjects.append(Subject(int(number[1]), name, protein, detail))
    return tuple(sorted(subjects, key=lambda subject: (subject.number, subject.folder)))


def chosen(subjects: Sequence[Subject], asked: Sequence[str]) -> tuple[Subject, ...]:
    """The experiments that are asked for by number, or by any part of their name; all where nothing is asked.

    Raises InputError for one that is not there.
    """
    picked = set()
    for ask in asked:
        if ask.isdecimal():
            found = [subject for subject in subjects if subject.number == int(ask)]
        else:
            found = [each for each in subjects if ask.lower() in f"{each.folder}\t{each.label}".lower()]
        if not found:
            names = [subject.folder for subject in subjects]
            near = get_close_matches(ask, names, 3, 0.4) or [f"{names[0]} ... {names[-1]}"]
            raise InputError(f"--experiment {ask}: no such experiment in the data; there are {', '.join(near)}")
        picked |= {subject.folder for subject in found}
    return tuple(subject for subject in subjects if not asked or subject.folder in picked)


def check_files(data: Path, subjects: Sequence[Subject]) -> None:
    """Raises InputError for the first file of the experiments that is missing or empty."""
    for subject in subjects:
        for path in _published_files(data, subject.folder):
            require_file(path)


def check_larger(larger: Path, subjects: Sequence[Subject]) -> None:
    """Raises InputError for the first larger training set that is missing or empty."""
    for subject in subjects:
        require_file(larger_file(larger, subject.folder))


def published_digest(data: Path, experiment: str) -> str:
    """Digest of all that the published protocol reads of an experiment."""
    return _joined(map(digest, _published_files(data, experiment)))


def sites_digest(data: Path, everyone: Sequence[str], larger: Path | None) -> str:
    """Digest of everyone's sites."""
    return _joined(digest(path) for name in everyone for path in site_files(data, name, larger))


def own_digest(data: Path, experiment: str, *shared: str) -> str:
    """Digest of what the own protocol reads for an experiment: its windows, and digests of what all have in common."""
    return _joined([*(digest(file_of(data, experiment, part, SEQUENCES)) for part in PARTS), *shared])


def _published_files(data: Path, experiment: str) -> Iterator[Path]:
    for part in PARTS:
        for name in (SEQUENCES, RESPONSE, MOTIFS, *WINDOW_MATRICES.values()):
            yield file_of(data, experiment, part, name)


def _joined(digests: Iterable[str]) -> str:
    return hashlib.blake2b("|".join(digests).encode(), digest_size=16).hexdigest()


def published_split(data: Path, experiment: str) -> Split:
    """An experiment by its published matrices.

    Windows: sequence (n, 4, 101), region (n, 5, 101), structure (n, 1, 101), co-binding (n, experiments, 101); centre:
    motifs (n, 102). Training and validation windows are those of `training_sample_0`.

    Raises
    ------
    InputError : a file that is malformed, or does not go with the windows of its folder or with the other part.
    """
    tables = [read_windows(file_of(data, experiment, part, SEQUENCES)) for part in PARTS]
    for part, table in zip(PARTS, tables, strict=True):
        path = file_of(data, experiment, part, RESPONSE)
        response = _of_rows(read_matrix(path), len(table), path).values
        if response.shape[1] != 1 or not np.array_equal(response[:, 0], table.label):
            raise InputError(f"does not give the classes that {SEQUENCES} beside it gives; copy both again", path)
    codes = _codes(tables, data, experiment)
    width = codes.shape[1]
    windows: dict[str, np.ndarray] = {"sequence": onehot_windows(codes)}
    for modality, name in WINDOW_MATRICES.items():
        windows[modality] = _stacked(data, experiment, name, tables, width, read_matrix)
    motifs = _stacked(data, experiment, MOTIFS, tables, 1, read_motif_scores)[:, :, 0]
    return _divided(codes, Features(windows, {"motifs": motifs}), tables)


def onehot_windows(codes: np.ndarray) -> np.ndarray:
    """One-hot windows: int8 (n, width) -> float16 (n, 4, width); 0.25 in each channel at unknown bases."""
    return np.ascontiguousarray(onehot(codes.ravel()).reshape(4, *codes.shape).swapaxes(0, 1), np.float16)


def _codes(tables: Sequence[WindowTable], data: Path, experiment: str) -> np.ndarray:
    widths = {table.codes.shape[1] for table in tables}
    if len(widths) > 1:
        raise InputError("its windows have another width than the training windows", _test(data, experiment, SEQUENCES))
    return np.concatenate([table.codes for table in tables])


def _test(data: Path, experiment: str, name: str) -> Path:
    return file_of(data, experiment, "test", name)


def _stacked(
    data: Path,
    experiment: str,
    name: str,
    tables: Sequence[WindowTable],
    width: int,
    read: Callable[[Path], Matrix],
) -> np.ndarray:
    """A matrix of both parts, (n, channels, width), channels in the order of the training part."""
    order: tuple[str, ...] = ()
    parts = []
    for part, table in zip(PARTS, tables, strict=True):
        path = file_of(data, experiment, part, name)
        matrix = _of_rows(read(path), len(table), path)
        channels = matrix.names[::width]
        if matrix.names != tuple(name for name in channels for _ in range(width)) or len(set(channels)) < len(channels):
            raise InputError(f"its columns are no blocks of {width}, one name each; copy it again", path)
        order = order or channels
        if sorted(order) != sorted(channels):
            raise InputError("has other columns than the same file of the training windows; copy both again", path)
        values = matrix.values.reshape(len(table), len(channels), width)
        parts.append(values[:, [channels.index(name) for name in order]])
    together = np.concatenate(parts)
    small = together.astype(np.uint8)
    return small if np.array_equal(small, together) else together


def _of_rows(matrix: Matrix, rows: int, path: Path) -> Matrix:
    if len(matrix.values) != rows:
        raise InputError(f"has {len(matrix.values)} rows, {SEQUENCES} beside it {rows} windows; copy both again", path)
    return matrix


def _divided(codes: np.ndarray, features: Features, tables: Sequence[WindowTable]) -> Split:
    """The published test windows as test, the published training windows divided by chance, a third table as more."""
    labels = np.concatenate([table.label for table in tables])
    known, tested = np.cumsum([len(table) for table in tables[:2]])
    train, validation = held_out(labels, np.arange(known))
    more = np.arange(tested, len(labels))
    return Split(codes, features, labels, train, validation, np.arange(known, tested), more)


def held_out(labels: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows divided by chance into training and validation (a fifth), classes as in the whole; always the same way."""
    from sklearn.model_selection import train_test_split

    train, validation = train_test_split(
        rows, test_size=1 / VALIDATION_SHARE, random_state=DIVISION_SEED, stratify=labels[rows]
    )
    return np.sort(train), np.sort(validation)


def folds_of(split: Split, folds: int) -> Iterator[Split]:
    """The training and validation windows of a split as `folds` splits, each with another part of them as its test."""
    from sklearn.model_selection import StratifiedKFold

    rows = np.sort(np.concatenate([split.train, split.validation]))
    for known, test in StratifiedKFold(folds, shuffle=True, random_state=DIVISION_SEED).split(rows, split.labels[rows]):
        train, validation = held_out(split.labels, rows[known])
        yield Split(split.codes, split.features, split.labels, train, validation, rows[test])


class OwnFeatures:
    """Splits by the own featurizer: genome, annotation and everyone's sites, opened once.

    Co-binding sites are the positives of the *training* windows of every experiment, 15 nt on each side of the
    crosslinked position; an experiment never sees those of its own family (`data/experiments.tsv`).

    Parameters
    ----------
    everyone : folder names of all experiments of the data.
    stack : closes what is opened.
    larger : folder of the larger training sets; their positives are co-binding sites too.

    Raises
    ------
    InputError : genome, annotation or windows cannot be used as given.
    """

    def __init__(
        self,
        data: Path,
        everyone: Sequence[str],
        fasta: Path,
        gtf: Path,
        stack: ExitStack,
        larger: Path | None = None,
    ):
        self._data, self._everyone, self._stack, self._larger = data, tuple(everyone), stack, larger
        self._genome = open_genome(fasta, gtf, stack, scattered=True)
        assert self._genome.annotation is not None
        self._regions = RegionMap(self._genome.annotation.transcripts)

    def split(self, experiment: str, modalities: Collection[str], more: bool = False) -> Split:
        """An experiment with these modalities; training and validation are divided as in `published_split`.

        `more`: the larger training set gives further windows to learn from (`Split.more`): those that are neither in
        the published sets nor in a gene of the annotation that holds a test window, nor overlap one.
        """
        pwms = read_pwms()
        spec = FeatureSpec(tuple(pwm.id for pwm in pwms), self._everyone)
        paths = [file_of(self._data, experiment, part, SEQUENCES) for part in PARTS]
        if more:
            assert self._larger is not None
            paths.append(larger_file(self._larger, experiment))
        tables = [read_windows(path) for path in paths]
        codes = _codes(tables, self._data, experiment)
        if codes.shape[1] != spec.window:
            raise InputError(f"windows of {codes.shape[1]} nt; the features are made for {spec.window}", paths[0])
        sources = Sources(
            self._genome.source,
            self._regions,
            self._sites(experiment) if "cobinding" in modalities else {},
            pack([pwm.counts for pwm in pwms]) if "motifs" in modalities else None,
            self._folder(spec) if "structure" in modalities else None,
        )
        places = [self._places(table, path) for table, path in zip(tables, paths, strict=True)]
        joined = Places(*(np.concatenate(parts) for parts in zip(*places, strict=True)))
        split = _divided(codes, build(Featurizer(spec, sources, modalities), joined), tables)
        return replace(split, more=self._free(joined, split.more, split.test, spec.window)) if more else split

    def _free(self, places: Places, more: np.ndarray, test: np.ndarray, window: int) -> np.ndarray:
        """Those of the rows `more` that may be learned from."""
        annotation = self._genome.annotation
        assert annotation is not None
        keys = list(zip(places.chrom, places.strand, places.centre, strict=True))
        known = set(keys[: more[0]]) if more.size else set()
        new = np.array([keys[row] not in known for row in more], bool)
        held = in_genes_of(places[more], places[test], annotation.transcripts, window)
        return more[new & ~held & ~overlapping(places[more], places[test], window)]

    def _places(self, windows: WindowTable, path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Contig of the FASTA, strand and centre of each window."""
        mapping, missing = self._genome.resolver.align(windows.chrom.tolist(), path, "windows")
        if missing:
            raise ContigMismatch(f"windows on contigs that the FASTA lacks: {', '.join(missing[:5])}", path)
        chrom = np.array([mapping[name] for name in windows.chrom.tolist()], object)
        return chrom, windows.strand.astype(object), _centres(windows)

    def _sites(self, experiment: str) -> dict[str, IntervalSites]:
        hidden = relatives(experiment)
        return {name: self._of(name) for name in self._everyone if name not in hidden}

    @cache  # noqa: B019 - as many as there are experiments, and one object in a process
    def _of(self, experiment: str) -> IntervalSites:
        """Sites of one experiment, each once."""
        found = set()
        for path in site_files(self._data, experiment, self._larger):
            windows = read_windows(path)
            bound = windows.label == 1
            found |= set(zip(*(column[bound].tolist() for column in self._places(windows, path)), strict=True))
        sites = sorted(found)
        return IntervalSites((name, max(0, at - SITE_REACH), at + SITE_REACH + 1, side) for name, side, at in sites)

    def _folder(self, spec: FeatureSpec) -> Folder:
        cache = FoldCache()
        self._stack.callback(cache.close)
        return Folder(spec.structure_window, spec.structure_span, cache=cache)


def relatives(experiment: str) -> frozenset[str]:
    """The experiments hidden from a model of this one: its family, or itself alone where it is not in the table."""
    known = {row.experiment: row for row in read_experiments()}
    if experiment not in known:
        return frozenset({experiment})
    return frozenset(row.experiment for row in select_family(known[experiment]))


def _centres(windows: WindowTable) -> np.ndarray:
    return windows.start + (windows.end - windows.start) // 2
