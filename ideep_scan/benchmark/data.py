"""Data of the benchmark: read the folders of the published experiments as splits, with the published matrices."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from ideep_scan.benchmark.records import Subject
from ideep_scan.benchmark.split import Split
from ideep_scan.errors import InputError
from ideep_scan.features.window_features import Features
from ideep_scan.formats.clip31 import Matrix, WindowTable, read_matrix, read_motif_scores, read_windows
from ideep_scan.formats.experiments import read_experiments
from ideep_scan.formats.input_file import InputFile
from ideep_scan.formats.text import require_file
from ideep_scan.kernels.onehot import encode_onehot

PARTS = ("training", "test")
SEQUENCES = "sequences.fa.gz"
RESPONSE = "matrix_Response.tab.gz"
MOTIFS = "motif_fea.gz"
WINDOW_MATRICES = {
    "region": "matrix_RegionType.tab.gz",
    "structure": "matrix_RNAfold.tab.gz",
    "cobinding": "matrix_Cobinding.tab.gz",
}
VALIDATION_SHARE = 5  # one of five training windows is for validation: 1,000 of 5,000
DIVISION_SEED = 0


def locate_published_file(data: Path, experiment: str, part: str, name: str) -> Path:
    """Return the path of a published file of an experiment; `part` is training or test."""
    return data / experiment / "5000" / f"{part}_sample_0" / name


def locate_larger_file(larger: Path, experiment: str) -> Path:
    """Return the path of the larger training set of an experiment, which has sequences only."""
    return larger / experiment / "30000" / "training_sample_0" / SEQUENCES


def list_site_files(data: Path, experiment: str, larger: Path | None) -> list[Path]:
    """List the files whose positives are the sites of an experiment."""
    published = locate_published_file(data, experiment, "training", SEQUENCES)
    return [published] if larger is None else [published, locate_larger_file(larger, experiment)]


def find_experiments(data: Path) -> tuple[Subject, ...]:
    """Find the experiments of a folder.

    Parameters
    ----------
    data : Path
        Folder of the published experiments.

    Returns
    -------
    tuple of Subject
        The experiments by number.

    Raises
    ------
    InputError
        The folder is absent, holds no experiment, or holds one whose name lacks a number in front.
    """
    if not data.is_dir():
        raise InputError("no such folder; give the folder that holds the folders of the experiments", data)
    names = sorted(path.name for path in data.iterdir() if (path / "5000").is_dir())
    if not names:
        raise InputError(
            "holds no experiment; it should hold folders such as 10_PARCLIP_ELAVL1A_hg19, each with 5000/ in it", data
        )
    table = {row.experiment: row for row in read_experiments()}
    subjects = []
    for name in names:
        number = re.match(r"(\d+)_", name)
        if number is None:
            raise InputError("the name of the folder should begin with a number and '_'; rename it", data / name)
        row = table.get(name)
        protein = name[number.end() :] if row is None else row.protein
        detail = "" if row is None else " ".join((row.protocol, row.note)).strip()
        subjects.append(Subject(int(number[1]), name, protein, detail))
    return tuple(sorted(subjects, key=lambda subject: (subject.number, subject.folder)))


def select_experiments(subjects: Sequence[Subject], queries: Sequence[str]) -> tuple[Subject, ...]:
    """Select experiments by number or by part of their name.

    Parameters
    ----------
    subjects : sequence of Subject
        All experiments of the data.
    queries : sequence of str
        Numbers or parts of names; empty for all experiments.

    Returns
    -------
    tuple of Subject
        The selected experiments, in the order of `subjects`.

    Raises
    ------
    InputError
        A query matches no experiment.
    """
    folders = set()
    for query in queries:
        if query.isdecimal():
            matches = [subject for subject in subjects if subject.number == int(query)]
        else:
            matches = [subject for subject in subjects if query.lower() in f"{subject.folder}\t{subject.label}".lower()]
        if not matches:
            names = [subject.folder for subject in subjects]
            similar = get_close_matches(query, names, 3, 0.4) or [f"{names[0]} ... {names[-1]}"]
            raise InputError(f"--experiment {query}: no such experiment in the data; there are {', '.join(similar)}")
        folders |= {subject.folder for subject in matches}
    return tuple(subject for subject in subjects if not queries or subject.folder in folders)


def check_files(data: Path, subjects: Sequence[Subject]) -> None:
    """Raise `InputError` for the first file of the experiments that is missing or empty."""
    for subject in subjects:
        for path in _published_files(data, subject.folder):
            require_file(path)


def check_larger(larger: Path, subjects: Sequence[Subject]) -> None:
    """Raise `InputError` for the first larger training set that is missing or empty."""
    for subject in subjects:
        require_file(locate_larger_file(larger, subject.folder))


def digest_published_files(data: Path, experiment: str) -> str:
    """Compute the digest of all files of an experiment that the published protocol reads."""
    return _join(InputFile(path).digest() for path in _published_files(data, experiment))


def digest_sites(data: Path, experiments: Sequence[str], larger: Path | None) -> str:
    """Compute the digest of the sites of all experiments."""
    return _join(InputFile(path).digest() for name in experiments for path in list_site_files(data, name, larger))


def digest_own_inputs(data: Path, experiment: str, *shared: str) -> str:
    """Compute the digest of an experiment's windows together with the digests of the shared inputs."""
    windows = [locate_published_file(data, experiment, part, SEQUENCES) for part in PARTS]
    return _join([*(InputFile(path).digest() for path in windows), *shared])


def _published_files(data: Path, experiment: str) -> Iterator[Path]:
    for part in PARTS:
        for name in (SEQUENCES, RESPONSE, MOTIFS, *WINDOW_MATRICES.values()):
            yield locate_published_file(data, experiment, part, name)


def _join(digests: Iterable[str]) -> str:
    return hashlib.blake2b("|".join(digests).encode(), digest_size=16).hexdigest()


def read_published_split(data: Path, experiment: str) -> Split:
    """Read an experiment with its published matrices.

    Parameters
    ----------
    data : Path
        Folder of the published experiments.
    experiment : str
        Folder name of the experiment.

    Returns
    -------
    Split
        Window tensors: sequence (n, 4, 101), region (n, 5, 101), structure (n, 1, 101) and
        co-binding (n, experiments, 101). Centre tensor: motifs (n, 102).
        Training and validation windows are those of `training_sample_0`.

    Raises
    ------
    InputError
        A file is malformed, or does not match the windows of its folder or the columns of the other part.
    """
    tables = [read_windows(locate_published_file(data, experiment, part, SEQUENCES)) for part in PARTS]
    for part, table in zip(PARTS, tables, strict=True):
        path = locate_published_file(data, experiment, part, RESPONSE)
        response = _check_rows(read_matrix(path), len(table), path).values
        if response.shape[1] != 1 or not np.array_equal(response[:, 0], table.label):
            raise InputError(f"has other classes than {SEQUENCES} in the same folder; copy both again", path)
    codes = join_codes(tables, data, experiment)
    width = codes.shape[1]
    windows: dict[str, np.ndarray] = {"sequence": encode_windows(codes)}
    for modality, name in WINDOW_MATRICES.items():
        windows[modality] = _stack(data, experiment, name, tables, width=width, read=read_matrix)
    motifs = _stack(data, experiment, MOTIFS, tables, width=1, read=read_motif_scores)[:, :, 0]
    return divide(codes, Features(windows, {"motifs": motifs}), tables)


def encode_windows(codes: np.ndarray) -> np.ndarray:
    """Encode windows one-hot.

    Parameters
    ----------
    codes : np.ndarray
        int8 (n, width): 0 1 2 3 = A C G U, 4 = unknown.

    Returns
    -------
    np.ndarray
        float16 (n, 4, width), with 0.25 in each channel at unknown bases.
    """
    return np.ascontiguousarray(encode_onehot(codes.ravel()).reshape(4, *codes.shape).swapaxes(0, 1), np.float16)


def join_codes(tables: Sequence[WindowTable], data: Path, experiment: str) -> np.ndarray:
    """Join the codes of all windows: int8 (n, width). Raises InputError if their widths differ."""
    widths = {table.codes.shape[1] for table in tables}
    if len(widths) > 1:
        raise InputError("has windows of another width than the training windows", _test(data, experiment, SEQUENCES))
    return np.concatenate([table.codes for table in tables])


def _test(data: Path, experiment: str, name: str) -> Path:
    return locate_published_file(data, experiment, "test", name)


def _stack(
    data: Path,
    experiment: str,
    name: str,
    tables: Sequence[WindowTable],
    *,
    width: int,
    read: Callable[[Path], Matrix],
) -> np.ndarray:
    """Read a matrix of both parts as (n, channels, width), with the channels in the order of the training part."""
    order: tuple[str, ...] = ()
    parts = []
    for part, table in zip(PARTS, tables, strict=True):
        path = locate_published_file(data, experiment, part, name)
        matrix = _check_rows(read(path), len(table), path)
        channels = matrix.names[::width]
        if matrix.names != tuple(name for name in channels for _ in range(width)) or len(set(channels)) < len(channels):
            raise InputError(f"its columns are not blocks of {width} with one name each; copy it again", path)
        order = order or channels
        if sorted(order) != sorted(channels):
            raise InputError("has other columns than the same file of the training windows; copy both again", path)
        values = matrix.values.reshape(len(table), len(channels), width)
        parts.append(values[:, [channels.index(name) for name in order]])
    values = np.concatenate(parts)
    small = values.astype(np.uint8)
    return small if np.array_equal(small, values) else values


def _check_rows(matrix: Matrix, rows: int, path: Path) -> Matrix:
    if len(matrix.values) != rows:
        raise InputError(
            f"has {len(matrix.values)} rows, {SEQUENCES} in the same folder has {rows} windows; copy both again", path
        )
    return matrix


def divide(codes: np.ndarray, features: Features, tables: Sequence[WindowTable]) -> Split:
    """Divide windows: the published training windows at random, the test windows, and a third table as `more`."""
    labels = np.concatenate([table.label for table in tables])
    train_end, test_end = np.cumsum([len(table) for table in tables[:2]])
    train, validation = split_validation(labels, np.arange(train_end))
    test = np.arange(train_end, test_end)
    more = np.arange(test_end, len(labels))
    return Split(codes, features, labels, train=train, validation=validation, test=test, more=more)


def split_validation(labels: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Divide rows at random, but reproducibly, into training and validation rows.

    Parameters
    ----------
    labels : np.ndarray
        0 or 1 by row, shape (n,).
    rows : np.ndarray
        Rows to divide.

    Returns
    -------
    tuple of np.ndarray
        Training rows and validation rows (a fifth), each ascending and with the same share of positives.
    """
    from sklearn.model_selection import train_test_split

    train, validation = train_test_split(
        rows, test_size=1 / VALIDATION_SHARE, random_state=DIVISION_SEED, stratify=labels[rows]
    )
    return np.sort(train), np.sort(validation)


def split_folds(split: Split, folds: int) -> Iterator[Split]:
    """Divide the training and validation windows of a split for a cross-validation.

    Parameters
    ----------
    split : Split
        The split.
    folds : int
        Number of parts.

    Yields
    ------
    Split
        A split whose test rows are one of the parts.
    """
    from sklearn.model_selection import StratifiedKFold

    rows = np.sort(np.concatenate([split.train, split.validation]))
    for learning, test in StratifiedKFold(folds, shuffle=True, random_state=DIVISION_SEED).split(
        rows, split.labels[rows]
    ):
        train, validation = split_validation(split.labels, rows[learning])
        yield Split(split.codes, split.features, split.labels, train=train, validation=validation, test=rows[test])
