"""Windows that the shared network learns from and is judged by, chosen from the data.

| part | windows |
|---|---|
| TRAIN | published training windows, windows at peaks, and windows along transcripts |
| PUBLISHED | published training windows of the validation regions |
| DENSE | every fourth position of transcripts of the validation regions |
| TEST | published test windows |

Training windows are outside of the held-out and the validation regions, and share no base with a published test window.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from shared_data import WINDOW, SharedGenome, list_published, read_peaks, read_test_windows, read_training_windows

from ideep_scan.formats.peak_lists import PeakList
from ideep_scan.kernels.scorable import find_runs
from ideep_scan.records.places import Places
from ideep_scan.records.span import STRANDS, Strand
from ideep_scan.train.examples import mark_in_regions, mark_overlapping
from ideep_scan.train.loci import find_loci
from ideep_scan.train.regions import HELD_OUT, VALIDATION

TRAIN, PUBLISHED, DENSE, TEST = range(4)
MARGIN = 201  # nt of sequence around a training window's centre that are outside of held-out regions
LONG = 900  # nt of known windows from which on a stretch is read densely
STEP, SPARSE_STEP, DENSE_STEP = 6, 30, 4  # nt between windows: in long stretches, in shorter ones, in validation
PEAK_REACH = 60  # nt from the 5' end of a peak in which its second window is centred
SEED = 1


class PlaceKeys:
    """Places as integers, whose order is that of the genome: contig, strand, position."""

    def __init__(self, contigs: Sequence[str]):
        self._names = np.array(list(contigs), object)
        self._numbers = {name: number for number, name in enumerate(contigs)}

    def encode(self, places: Places) -> np.ndarray:
        """Compute the keys of places: int64 (n,)."""
        chrom = np.fromiter(map(self._numbers.__getitem__, places.chrom.tolist()), np.int64, len(places))
        return np.asarray(((chrom * 2 + (places.strand == "-")) << 32) + places.centre)

    def encode_positions(self, chrom: str, strand: Strand, positions: np.ndarray) -> np.ndarray:
        """Compute the keys of positions of one strand: int64 (n,)."""
        return np.asarray(((self._numbers[chrom] * 2 + (strand == "-")) << 32) + positions.astype(np.int64))

    def decode(self, keys: np.ndarray) -> Places:
        """Compute the places of keys."""
        strands = np.array(STRANDS, object)
        return Places(self._names[keys >> 33], strands[(keys >> 32) & 1], keys & ((1 << 32) - 1))


def choose_windows(data: Path, genome: SharedGenome) -> tuple[Places, np.ndarray]:
    """Choose the windows of all parts.

    Parameters
    ----------
    data : Path
        Folder of the data.
    genome : SharedGenome
        The genome.

    Returns
    -------
    tuple[Places, np.ndarray]
        Centres of n windows, by part and then in genome order, and int8 (n,), their parts.
    """
    keys = PlaceKeys(tuple(genome.source.contigs))
    experiments = list_published(data)
    published = _encode(keys, [part.places for item in experiments for part in read_training_windows(data, item)])
    tests = _encode(keys, [read_test_windows(data, item).places for item in experiments])
    peaks = read_peaks(data, genome.source.contigs)
    rng = np.random.default_rng(SEED)
    at_peaks: list[np.ndarray] = [np.zeros(0, np.int64)]
    along: list[np.ndarray] = []
    dense: list[np.ndarray] = []
    for chrom in genome.source.contigs:
        known = genome.known(chrom)
        starts, ends = find_runs(known)
        for strand in STRANDS:
            for positions in _list_peak_centres(peaks, chrom, strand, rng):
                inside = positions[(positions >= 0) & (positions < len(known))]
                at_peaks.append(keys.encode_positions(chrom, strand, inside[known[inside]]))
            along.append(keys.encode_positions(chrom, strand, _step_along(starts, ends, rng)))
            if any(chrom == name for name, _, _ in VALIDATION):
                dense.append(keys.encode_positions(chrom, strand, _step_densely(starts, ends)))
    transcribed, dense_keys = (_keep_transcribed(keys, genome, parts) for parts in (along, dense))
    sampled = np.unique(np.concatenate([published, *at_peaks, transcribed]))
    parts = [*_divide(keys, sampled, published, dense=dense_keys, tests=tests), tests]
    numbers = np.repeat(np.arange(len(parts), dtype=np.int8), [len(part) for part in parts])
    return keys.decode(np.concatenate(parts)), numbers


def _encode(keys: PlaceKeys, places: Sequence[Places]) -> np.ndarray:
    """Encode sets of places, each place once."""
    return np.unique(np.concatenate([keys.encode(part) for part in places]))


def _list_peak_centres(
    peaks: Sequence[PeakList], chrom: str, strand: Strand, rng: np.random.Generator
) -> Iterator[np.ndarray]:
    """List two positions of each peak: its point, and a random position near its 5' end."""
    for peak_list in peaks:
        if (chrom, strand) in peak_list.intervals:
            starts, ends = peak_list.intervals[chrom, strand].T
            offsets = (rng.random(len(starts)) * np.minimum(ends - starts, PEAK_REACH)).astype(np.int64)
            yield peak_list.list_points(chrom, strand)
            yield starts + offsets if strand == "+" else ends - 1 - offsets


def _step_along(starts: np.ndarray, ends: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Sample positions of runs at even distances, from a random phase; short runs are left out."""
    positions = [np.zeros(0, np.int64)]
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        step = STEP if end - start > LONG else SPARSE_STEP
        if end - start >= step:
            positions.append(np.arange(start + rng.integers(step), end, step))
    return np.concatenate(positions)


def _step_densely(starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """List every fourth position of runs."""
    runs = zip(starts.tolist(), ends.tolist(), strict=True)
    return np.concatenate([np.zeros(0, np.int64), *(np.arange(start, end, DENSE_STEP) for start, end in runs)])


def _keep_transcribed(keys: PlaceKeys, genome: SharedGenome, parts: Sequence[np.ndarray]) -> np.ndarray:
    """Keep the places in loci."""
    places = np.concatenate([np.zeros(0, np.int64), *parts])
    return places[find_loci(keys.decode(places), genome.loci) >= 0]


def _divide(
    keys: PlaceKeys, sampled: np.ndarray, published: np.ndarray, *, dense: np.ndarray, tests: np.ndarray
) -> list[np.ndarray]:
    """Divide windows into training, published validation and dense validation."""
    others = keys.decode(tests)

    def keep(windows: np.ndarray, held_out: tuple[tuple[str, int, int], ...]) -> np.ndarray:
        places = keys.decode(windows)
        return ~mark_in_regions(places, held_out, MARGIN) & ~mark_overlapping(places, others, WINDOW)

    def validates(windows: np.ndarray) -> np.ndarray:
        return mark_in_regions(keys.decode(windows), VALIDATION, 1)

    return [
        sampled[keep(sampled, (*HELD_OUT, *VALIDATION))],
        published[keep(published, HELD_OUT) & validates(published)],
        dense[validates(dense)],
    ]
