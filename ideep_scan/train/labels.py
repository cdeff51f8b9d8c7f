"""Labels of windows for many experiments, from the peaks of CLIP experiments and from published windows.

A window is labelled by its centre, on its strand.
The core of a peak is where its site is; its body is wider, and the site may be there.

| place of the centre | label for an experiment |
|---|---|
| in the core of a peak of the experiment, or a published positive of it | positive |
| a published negative, unless in the body of a peak of the protein's family | negative |
| in the body of a peak of the experiment | probable |
| near a body or a published positive of the protein's family | ignored |
| anywhere else | background |

The first line that holds decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from ideep_scan.kernels.intervals import pair_positions
from ideep_scan.records.places import Places, group_by_strand

# Codes of labels; of two codes for one window and experiment, the smaller holds.
BACKGROUND, POSITIVE, NEGATIVE, PROBABLE, IGNORED = range(5)
EDGE = 10  # nt of a body before the peak's crosslinked end; for peaks without one, on both sides of the peak
BODY = 100  # limit of nt from the peak's crosslinked end in its body
NEAR = 60  # nt on both sides of a body that are near the peak
PUBLISHED_NEAR = 100  # nt on both sides of a published positive that are near it


@dataclass(frozen=True, slots=True, eq=False)
class Intervals:
    """Intervals of experiments, as arrays of one length.

    Attributes
    ----------
    chrom, strand : np.ndarray
        Object arrays (n,).
    start, end : np.ndarray
        Int64 arrays (n,), genome coordinates, 0-based half-open.
    experiment : np.ndarray
        Int64 array (n,), index of the experiment.
    """

    chrom: np.ndarray
    strand: np.ndarray
    start: np.ndarray
    end: np.ndarray
    experiment: np.ndarray

    def __len__(self) -> int:
        return len(self.start)

    def __getitem__(self, rows: np.ndarray) -> Intervals:
        return Intervals(self.chrom[rows], self.strand[rows], self.start[rows], self.end[rows], self.experiment[rows])

    def extended(self, reach: int) -> Intervals:
        """Extend the intervals by `reach` nt on both sides."""
        return replace(self, start=self.start - reach, end=self.end + reach)


@dataclass(frozen=True, slots=True, eq=False)
class PublishedLabels:
    """Published windows of experiments, as arrays of one length.

    Attributes
    ----------
    places : Places
        Centres of n windows; a place may occur for several experiments, and more than once for one.
    label : np.ndarray
        Int8 (n,), 1 if a site is centred there, else 0.
    experiment : np.ndarray
        Int64 (n,), index of the experiment.
    """

    places: Places
    label: np.ndarray
    experiment: np.ndarray

    def intervals(self, label: int) -> Intervals:
        """List the centres with a label, as intervals of one position."""
        rows = self.label == label
        places = self.places[rows]
        return Intervals(places.chrom, places.strand, places.centre, places.centre + 1, self.experiment[rows])


@dataclass(frozen=True, slots=True, eq=False)
class LabelTable:
    """Labels of n windows for some experiments, as compressed rows; what is not stored is background.

    Attributes
    ----------
    starts : np.ndarray
        Int64 (n + 1,): labels of window i are those from `starts[i]` to `starts[i + 1]`.
    experiments : np.ndarray
        Int16 (k,), index of the experiment, ascending within a window.
    codes : np.ndarray
        Int8 (k,), any label but BACKGROUND.
    columns : int
        Number of experiments.
    """

    starts: np.ndarray
    experiments: np.ndarray
    codes: np.ndarray
    columns: int

    def __len__(self) -> int:
        return len(self.starts) - 1

    def dense(self, rows: np.ndarray) -> np.ndarray:
        """Expand the labels of some windows.

        Parameters
        ----------
        rows : np.ndarray
            Int64 (m,), indices of windows.

        Returns
        -------
        np.ndarray
            Int8 (m, columns), codes.
        """
        table = np.full((len(rows), self.columns), BACKGROUND, np.int8)
        starts = self.starts[rows]
        counts = self.starts[rows + 1] - starts
        windows = np.repeat(np.arange(len(rows)), counts)
        entries = np.arange(len(windows)) + np.repeat(starts - (np.cumsum(counts) - counts), counts)
        table[windows, self.experiments[entries]] = self.codes[entries]
        return table

    def select(self, experiments: np.ndarray) -> LabelTable:
        """Keep some experiments.

        Parameters
        ----------
        experiments : np.ndarray
            Indices of the experiments to keep, ascending.

        Returns
        -------
        LabelTable
            The same windows, with a column for each of `experiments`.
        """
        columns = np.full(self.columns, -1, np.int16)
        columns[experiments] = np.arange(len(experiments))
        is_chosen = columns[self.experiments] >= 0
        totals = np.append(0, np.cumsum(is_chosen))
        return LabelTable(
            totals[self.starts], columns[self.experiments[is_chosen]], self.codes[is_chosen], columns=len(experiments)
        )

    def count(self, code: int, rows: np.ndarray) -> np.ndarray:
        """Count the windows with a label.

        Parameters
        ----------
        code : int
            The label; not BACKGROUND.
        rows : np.ndarray
            Bool (n,), True for the windows to count.

        Returns
        -------
        np.ndarray
            Int64 (columns,).
        """
        counted = (self.codes == code) & np.repeat(rows, np.diff(self.starts))
        return np.bincount(self.experiments[counted], minlength=self.columns)


def cut_bodies(peaks: Intervals, crosslinked: np.ndarray) -> Intervals:
    """Cut the bodies of peaks: the part in which the site may be.

    Parameters
    ----------
    peaks : Intervals
        Peaks.
    crosslinked : np.ndarray
        Bool (n,), True where the 5' end of the peak is the side of the crosslink, as in eCLIP.
        Such a body begins `EDGE` nt before that end, and has at most `BODY` nt of the peak.
        Another body is the complete peak with `EDGE` nt on both sides.

    Returns
    -------
    Intervals
        The body of each peak.
    """
    is_plus = peaks.strand == "+"
    start = np.where(crosslinked & ~is_plus, np.maximum(peaks.start, peaks.end - BODY), peaks.start - EDGE)
    end = np.where(crosslinked & is_plus, np.minimum(peaks.end, peaks.start + BODY), peaks.end + EDGE)
    return replace(peaks, start=start, end=end)


def label_windows(
    places: Places, cores: Intervals, bodies: Intervals, *, published: PublishedLabels, families: np.ndarray
) -> LabelTable:
    """Label windows for all experiments.

    Parameters
    ----------
    places : Places
        Centres of n windows.
    cores, bodies : Intervals
        Cores and bodies of all peaks, of all experiments with peaks.
    published : PublishedLabels
        Published windows, of all experiments that have some.
    families : np.ndarray
        Int64 (experiments,), number of the family of each experiment's protein.

    Returns
    -------
    LabelTable
        A row per place and a column per experiment.
    """
    count = len(families)
    index = _StrandIndex(places)
    positives = published.intervals(1)
    in_body = index.pair(bodies, count)
    near = (index.pair(bodies.extended(NEAR), count), index.pair(positives.extended(PUBLISHED_NEAR), count))
    near_family = np.unique(np.concatenate([_to_families(keys, families) for keys in near]))
    negative = index.pair(published.intervals(0), count)
    negative = negative[~np.isin(_family_keys(negative, families), _to_families(in_body, families))]
    coded = [
        (index.pair(cores, count), POSITIVE),
        (index.pair(positives, count), POSITIVE),
        (negative, NEGATIVE),
        (in_body, PROBABLE),
        *((keys, IGNORED) for keys in _to_members(near_family, families)),
    ]
    entries = np.concatenate([keys * 8 + code for keys, code in coded])
    entries.sort()
    keys = entries >> 3
    entries = entries[np.diff(keys, prepend=-1) > 0]
    rows = (entries >> 3) // count
    starts = np.searchsorted(rows, np.arange(len(places) + 1))
    experiments = ((entries >> 3) - rows * count).astype(np.int16)
    return LabelTable(starts, experiments, (entries & 7).astype(np.int8), count)


class _StrandIndex:
    """Places by contig and strand, in genome order."""

    def __init__(self, places: Places):
        self._rows: dict[tuple[str, str], np.ndarray] = {}
        self._centres: dict[tuple[str, str], np.ndarray] = {}
        for strand, rows in group_by_strand(places.chrom, places.strand).items():
            order = np.argsort(places.centre[rows], kind="stable")
            self._rows[strand] = rows[order]
            self._centres[strand] = places.centre[rows[order]]

    def pair(self, intervals: Intervals, count: int) -> np.ndarray:
        """List the pairs of a place and the experiment of an interval around it, as keys `row * count + experiment`.

        Parameters
        ----------
        intervals : Intervals
            Intervals of the experiments.
        count : int
            Number of experiments.

        Returns
        -------
        np.ndarray
            Int64 (k,), ascending, each pair once.
        """
        keys = [np.zeros(0, np.int64)]
        for strand, members in group_by_strand(intervals.chrom, intervals.strand).items():
            if strand in self._rows:
                numbers, inside = pair_positions(
                    intervals.start[members], intervals.end[members], self._centres[strand]
                )
                keys.append(self._rows[strand][inside] * count + intervals.experiment[members][numbers])
        return np.unique(np.concatenate(keys))


def _family_keys(keys: np.ndarray, families: np.ndarray) -> np.ndarray:
    """Replace the experiment of each key by its family; numbers of families are below that of experiments."""
    rows, experiments = np.divmod(keys, len(families))
    return np.asarray(rows * len(families) + families[experiments])


def _to_families(keys: np.ndarray, families: np.ndarray) -> np.ndarray:
    """List the pairs of a place and a family, ascending, each once."""
    return np.unique(_family_keys(keys, families))


def _to_members(family_keys: np.ndarray, families: np.ndarray) -> Iterator[np.ndarray]:
    """Replace each family by its experiments, one experiment of each family at a time."""
    rows, numbers = np.divmod(family_keys, len(families))
    order = np.argsort(numbers, kind="stable")
    bounds = np.searchsorted(numbers[order], np.arange(len(families) + 1))
    for experiment, family in enumerate(families.tolist()):
        yield rows[order[bounds[family] : bounds[family + 1]]] * len(families) + experiment
