"""Windows to train on from two FASTA files: bound windows and unbound windows, without places in a genome."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.viewpoint_windows import ViewpointWindow, read_viewpoint_windows
from ideep_scan.kernels.onehot import UNKNOWN
from ideep_scan.records.exclusions import Exclusions
from ideep_scan.records.packed import PackedWindows
from ideep_scan.train.sequence_groups import group_sequences
from ideep_scan.train.split import assign_groups
from ideep_scan.train.training_data import GIVEN, SITE, TrainingData

LEAST = 10  # windows of each kind
_LENGTHS = 10  # nt, difference of mean lengths that gives a class away
_MOST = 0.5  # share of windows in one group, above which they cannot be split


@dataclass(frozen=True, eq=False)
class WindowPairs:
    """Bound and unbound windows.

    Attributes
    ----------
    data : TrainingData
        The windows, on the contig of `packed`.
    packed : PackedWindows
        Their sequences.
    notes : tuple of str
        Remarks on the files.
    facts : dict of str to str
        Their numbers and their split, for the card.
    """

    data: TrainingData
    packed: PackedWindows
    notes: tuple[str, ...]
    facts: dict[str, str]


def read_window_pairs(bound: Path, unbound: Path, width: int, *, strict: bool, seed: int) -> WindowPairs:
    """Read bound and unbound windows.

    Parameters
    ----------
    bound, unbound : Path
        FASTA files, plain or gzipped.
    width : int
        Width of a window, nt, odd.
    strict : bool
        Raise an error at the first record that cannot be used.
    seed : int
        Seed of the split.

    Returns
    -------
    WindowPairs
        Distinct windows. A sequence in both files is in neither class.

    Raises
    ------
    InputError
        A file cannot be used, or too few windows remain.
    """
    if bound.resolve() == unbound.resolve():
        raise InputError("is given as both bound and unbound windows; name two files", bound)
    notes: list[str] = []
    bound_windows = _read_windows(bound, width, strict, notes)
    unbound_windows = _read_windows(unbound, width, strict, notes)
    both = bound_windows.keys() & unbound_windows.keys()
    if both:
        notes.append(f"{len(both):,} sequences are in both {bound.name} and {unbound.name}: left out of both")
    windows = [window for key, window in bound_windows.items() if key not in both]
    count = len(windows)
    windows += [window for key, window in unbound_windows.items() if key not in both]
    for path, number in ((bound, count), (unbound, len(windows) - count)):
        if number < LEAST:
            raise InputError(f"has {number} windows that can be used; give at least {LEAST}", path)
    codes = np.array([window.codes for window in windows], np.int8)
    notes += _compare_lengths(codes, count, bound, unbound)
    parts, way = _split(windows, codes, seed, bound)
    packed = PackedWindows(list(codes), width)
    label = (np.arange(len(windows)) < count).astype(np.int8)
    kind = np.where(label == 1, SITE, GIVEN).astype(np.int8)
    missing = np.full(len(windows), np.nan, np.float32)
    data = TrainingData(packed.places(), label, parts, kind, missing, np.full(len(windows), -1, np.int64))
    facts = {
        "sites": f"{count:,} windows",
        "positions without a site": f"{len(windows) - count:,} windows",
        "split by": way,
    }
    return WindowPairs(data, packed, tuple(notes), facts)


def _read_windows(path: Path, width: int, strict: bool, notes: list[str]) -> dict[bytes, ViewpointWindow]:
    """Read the distinct windows of a file by their sequence, and note what is left out."""
    exclusions = Exclusions(path, "window", strict)
    windows: dict[bytes, ViewpointWindow] = {}
    read = 0
    for window in read_viewpoint_windows(path, width, exclusions):
        read += 1
        windows.setdefault(window.codes.tobytes(), window)
    exclusions.check(read)
    notes += exclusions.notes()
    if read > len(windows):
        notes.append(f"{path.name}: {read - len(windows):,} windows repeat the sequence of one before them: left out")
    return windows


def _compare_lengths(codes: np.ndarray, count: int, bound: Path, unbound: Path) -> list[str]:
    """Note if the lengths of windows give their class away."""
    lengths = (codes != UNKNOWN).sum(axis=1)
    means = float(lengths[:count].mean()), float(lengths[count:].mean())
    if abs(means[0] - means[1]) < _LENGTHS:
        return []
    return [
        f"windows of {bound.name} have {means[0]:.0f} known bases, those of {unbound.name} {means[1]:.0f}: the model "
        "may learn their length instead of binding; cut both to one length"
    ]


def _split(windows: list[ViewpointWindow], codes: np.ndarray, seed: int, path: Path) -> tuple[np.ndarray, str]:
    """Split windows by contig if all headers name one and there are enough, else by shared sequence."""
    contigs = [window.contig for window in windows]
    ways: list[tuple[str, list[str | None]]] = [("shared sequence", [None] * len(windows))]
    if None not in contigs:
        ways.insert(0, ("whole contigs", contigs))
    for way, labels in ways:
        groups = group_sequences(codes, labels)
        weights = np.ones(len(groups), np.int64)
        if np.bincount(groups).max() <= _MOST * len(groups):
            return assign_groups(groups, weights, weights, seed=seed), way
    raise InputError(
        "its windows cannot be split: more than half of all overlap each other; give windows of more places", path
    )
