"""Experiments of the shared network, the labels of its windows, and what each output learns from.

An experiment is a published one, or a list of peaks with enough training windows in its peaks.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from shared_data import SharedGenome, list_published, read_peaks, read_test_windows, read_training_windows
from shared_windows import TRAIN

from ideep_scan.formats.families import find_family
from ideep_scan.formats.peak_lists import PeakList
from ideep_scan.records.places import Places
from ideep_scan.records.span import STRANDS, Strand
from ideep_scan.train.examples import Examples
from ideep_scan.train.labels import (
    POSITIVE,
    PROBABLE,
    Intervals,
    LabelTable,
    PublishedLabels,
    cut_bodies,
    label_windows,
)
from ideep_scan.train.loci import find_loci, mark_loci
from ideep_scan.train.targets import Targets, weigh_experiments

LEAST_POSITIVES = 300  # positive and probable training windows of a list of peaks that becomes an output
PUBLISHED_BACKGROUND = 0.03  # weight of a background window for a published experiment
_ARRAYS = ("starts", "experiments", "codes", "loci", "bound", "held_out", "positives")


@dataclass(frozen=True)
class Head:
    """An experiment with two outputs of the shared network.

    Attributes
    ----------
    name : str
        Name of the experiment, or of the list of peaks.
    protein : str
        Its protein.
    family : str
        Proteins that share sites with it.
    published : bool
        True for one of the published experiments, False for a list of peaks.
    positives : int
        Positive training windows.
    """

    name: str
    protein: str
    family: str
    published: bool
    positives: int


def make_labels(data: Path, genome: SharedGenome, places: Places, parts: np.ndarray, folder: Path) -> None:
    """Label all windows, choose the experiments, and write `labels.npz` and `heads.json` into a folder.

    Parameters
    ----------
    data : Path
        Folder of the data.
    genome : SharedGenome
        The genome.
    places : Places
        Centres of all windows.
    parts : np.ndarray
        Int8 (n,), parts of the windows.
    folder : Path
        Folder to write into.
    """
    experiments, peaks = list_published(data), read_peaks(data, genome.source.contigs)
    proteins = [item.protein for item in experiments] + [item.protein for item in peaks]
    names = [item.experiment for item in experiments] + [item.name for item in peaks]
    families = [find_family(protein) for protein in proteins]
    _, numbers = np.unique(families, return_inverse=True)
    published = _join_published([read_training_windows(data, item) for item in experiments])
    intervals, crosslinked = _join_peaks(peaks, first=len(experiments))
    cores, bodies = _list_cores(peaks, first=len(experiments)), cut_bodies(intervals, crosslinked)
    table = label_windows(places, cores, bodies, published=published, families=numbers)
    positives, probable = (table.count(code, parts == TRAIN) for code in (POSITIVE, PROBABLE))
    is_published = np.arange(len(names)) < len(experiments)
    chosen = np.flatnonzero(is_published | (positives + probable >= LEAST_POSITIVES))
    table = table.select(chosen)
    shape = len(genome.loci), len(names)
    bound = _mark_bound(genome, intervals, published, shape=shape)[:, chosen]
    tests = [read_test_windows(data, item).places for item in experiments]
    held_out = _mark_held_out(genome, tests, numbers, shape=shape)[:, chosen]
    loci = find_loci(places, genome.loci)
    heads = [
        Head(names[i], proteins[i], families[i], bool(is_published[i]), int(positives[i])) for i in chosen.tolist()
    ]
    arrays: tuple[np.ndarray, ...] = (
        table.starts, table.experiments, table.codes, loci, bound, held_out, positives[chosen]
    )  # fmt: skip
    np.savez(folder / "labels.part.npz", **dict(zip(_ARRAYS, arrays, strict=True)))  # type: ignore[arg-type]
    (folder / "heads.json").write_text(json.dumps([asdict(head) for head in heads], indent=1))
    (folder / "labels.part.npz").replace(folder / "labels.npz")


def read_labels(folder: Path) -> tuple[list[Head], Targets]:
    """Read what `make_labels` wrote.

    Parameters
    ----------
    folder : Path
        The folder.

    Returns
    -------
    tuple[list[Head], Targets]
        The experiments in the order of the outputs, and the targets of all windows.
    """
    heads = [Head(**fields) for fields in json.loads((folder / "heads.json").read_text())]
    with np.load(folder / "labels.npz") as file:
        arrays: dict[str, Any] = {name: file[name] for name in _ARRAYS}
    table = LabelTable(arrays["starts"], arrays["experiments"], arrays["codes"], len(heads))
    published = np.array([head.published for head in heads])
    background = np.where(published, PUBLISHED_BACKGROUND, 1).astype(np.float32)
    importance = weigh_experiments(arrays["positives"], published)
    return heads, Targets(table, arrays["loci"], arrays["bound"], arrays["held_out"], background, importance)


def _join_published(sets: Sequence[Sequence[Examples]]) -> PublishedLabels:
    """Join the published windows of all experiments."""
    parts = [part for parts in sets for part in parts]
    columns = ("chrom", "strand", "centre")
    places = Places(*(np.concatenate([getattr(part.places, name) for part in parts]) for name in columns))
    counts = [sum(map(len, parts)) for parts in sets]
    return PublishedLabels(
        places, np.concatenate([part.label for part in parts]), np.repeat(np.arange(len(sets)), counts)
    )


def _join_peaks(peaks: Sequence[PeakList], first: int) -> tuple[Intervals, np.ndarray]:
    """Join all lists of peaks, numbered from `first`, and tell which peaks are crosslinked at their 5' end."""
    groups = [
        (chrom, strand, *intervals.T, number) for number, item in enumerate(peaks, first)
        for (chrom, strand), intervals in item.intervals.items()
    ]  # fmt: skip
    counts = [len(item) for item in peaks]
    return _join_intervals(groups), ~np.repeat([item.is_parclip for item in peaks], counts)


def _list_cores(peaks: Sequence[PeakList], first: int) -> Intervals:
    """Join the cores of all lists of peaks, numbered from `first`."""
    return _join_intervals(
        [
            (chrom, strand, *item.list_cores(chrom, strand), number)
            for number, item in enumerate(peaks, first)
            for chrom, strand in item.intervals
        ]
    )


def _join_intervals(groups: Sequence[tuple[str, Strand, np.ndarray, np.ndarray, int]]) -> Intervals:
    """Join intervals: contig, strand, starts, ends and experiment of each group."""
    chrom, strand, starts, ends, number = zip(*groups, strict=True)
    counts = [len(part) for part in starts]
    names, strands = (np.repeat(np.array(values, object), counts) for values in (chrom, strand))
    return Intervals(names, strands, np.concatenate(starts), np.concatenate(ends), np.repeat(number, counts))


def _mark_bound(
    genome: SharedGenome, peaks: Intervals, published: PublishedLabels, *, shape: tuple[int, int]
) -> np.ndarray:
    """Mark the loci that hold the 5' end of a peak, or a published positive, of each experiment."""
    five_prime = np.where(peaks.strand == "+", peaks.start, peaks.end - 1)
    sites = published.label == 1
    loci = np.concatenate(
        [
            find_loci(Places(peaks.chrom, peaks.strand, five_prime), genome.loci),
            find_loci(published.places[sites], genome.loci),
        ]
    )
    return mark_loci(loci, np.concatenate([peaks.experiment, published.experiment[sites]]), shape=shape)


def _mark_held_out(
    genome: SharedGenome, tests: Sequence[Places], families: np.ndarray, *, shape: tuple[int, int]
) -> np.ndarray:
    """Mark the loci, on either strand, with a published test window of an experiment's family."""
    held_out = np.zeros((shape[0] + 1, families.max() + 1), bool)
    for number, places in enumerate(tests):
        for strand in STRANDS:
            opposite = Places(places.chrom, np.full(len(places), strand, object), places.centre)
            loci = find_loci(opposite, genome.loci)
            held_out[loci[loci >= 0], families[number]] = True
    return held_out[:, families]
