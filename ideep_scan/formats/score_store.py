"""Write and read the scores of all models of a run as one Zarr store (format 3).

A group per contig and strand, like `chr20/plus`, holds an array per kind of track, positions × models.
A read of a region therefore decompresses few chunks, whatever the number of models.
Chunks without a score are not written; they read as NaN, like every position without a score.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import zarr
from zarr.codecs import TransposeCodec, ZstdCodec

from ideep_scan.errors import InputError, OutputError
from ideep_scan.formats.runner import Runner, run_here
from ideep_scan.kernels.bins import round_values
from ideep_scan.records.scores import ScoreTrack
from ideep_scan.records.span import Strand
from track_hubs.atomic_file import sync

SHARD = 1 << 18  # positions of a file
CHUNK = 1 << 12  # positions that are compressed together
MAX_LENGTH = 1 << 21  # nt that `read_maxima` reads at most
_BLOCK = 1 << 16  # positions in memory at a time; a shard has a whole number of blocks
_DECIMALS = 3  # as in a bigWig
_LEVEL = 3  # of Zstandard
_SIDES: dict[Strand, str] = {"+": "plus", "-": "minus"}


@dataclass
class _Shard:
    """Scores of one file of each array, not written yet: by kind, an array (models, positions)."""

    chrom: str
    number: int
    values: dict[str, np.ndarray]


@dataclass
class _Tally:
    """Content of an array: its shards, number of scores and their sum."""

    shards: list[int]
    scores: int = 0
    total: float = 0.0


class ScoreStore:
    """Write the scores of a run in genome order, rounded to three decimals.

    Parameters
    ----------
    path : Path
        Folder of the store.
    contigs : Mapping[str, int]
        Length of each contig in nt.
    models : Sequence[str]
        Names of the models, in the order of the columns.
    kinds : Sequence[str]
        Names of the arrays of each group.
    attributes : Mapping[str, Any]
        Further attributes of the store, as JSON values.
    runner : Runner
        Verifies the store at the end, in this process or in another one.

    Raises
    ------
    OutputError
        The store cannot be written.
    """

    def __init__(
        self,
        path: Path,
        contigs: Mapping[str, int],
        *,
        models: Sequence[str],
        kinds: Sequence[str],
        attributes: Mapping[str, Any],
        runner: Runner = run_here,
    ):
        self._path, self._contigs, self._models, self._kinds = path, dict(contigs), list(models), tuple(kinds)
        self._runner = runner
        self._shards: dict[Strand, _Shard] = {}
        self._tallies: dict[str, _Tally] = {}
        described = {**attributes, "models": self._models, "contigs": self._contigs}
        try:
            self._root = zarr.create_group(path, zarr_format=3, attributes=described)
        except OSError as error:
            raise self._error(error) from error

    def add(self, tracks: Mapping[str, Sequence[ScoreTrack]]) -> None:
        """Append an interval of one strand.

        Parameters
        ----------
        tracks : Mapping[str, Sequence[ScoreTrack]]
            By kind, a track per model over the same interval, which follows all earlier ones of its strand.

        Raises
        ------
        OutputError
            The disk is full, or the interval is outside of the contigs.
        """
        place = tracks[self._kinds[0]][0]
        end = place.start + len(place.values)
        if end > self._contigs.get(place.chrom, 0):
            raise OutputError(
                f"{self._path}: {place.chrom}:{place.start}-{end} lies outside of the chromosome sizes; check them"
            )
        for number in range(place.start // SHARD, (end - 1) // SHARD + 1):
            shard = self._open_shard(place.chrom, place.strand, number)
            first, last = max(place.start, number * SHARD), min(end, (number + 1) * SHARD)
            columns = slice(first - number * SHARD, last - number * SHARD)
            for kind in self._kinds:
                for model, track in enumerate(tracks[kind]):
                    values = np.ascontiguousarray(track.values[first - place.start : last - place.start], np.float32)
                    shard.values[kind][model, columns] = round_values(values, _DECIMALS)

    def finish(self) -> None:
        """Write what remains, and verify the store.

        Raises
        ------
        OutputError
            The disk is full, or the store differs from the scores.
        """
        for strand in list(self._shards):
            self._write(strand)
        try:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "Consolidated metadata")  # not yet in the specification
                zarr.consolidate_metadata(str(self._path), zarr_format=3)
            for file in sorted(self._path.rglob("*")):
                if file.is_file():
                    sync(file)
        except OSError as error:
            raise self._error(error) from error
        expected = {name: (tally.shards, tally.scores, tally.total) for name, tally in self._tallies.items()}
        if not self._runner(matches_content, self._path, expected):
            raise OutputError(f"{self._path}: differs from the scores that were written; is the disk full?")

    def _open_shard(self, chrom: str, strand: Strand, number: int) -> _Shard:
        """Return the shard of a strand; write the previous one if it is another."""
        shard = self._shards.get(strand)
        if shard is None or (shard.chrom, shard.number) != (chrom, number):
            if shard is not None:
                self._write(strand)
            length = min(SHARD, self._contigs[chrom] - number * SHARD)
            values = {kind: np.full((len(self._models), length), np.nan, np.float32) for kind in self._kinds}
            shard = self._shards[strand] = _Shard(chrom, number, values)
        return shard

    def _write(self, strand: Strand) -> None:
        shard = self._shards.pop(strand)
        for kind, values in shard.values.items():
            scored = ~np.isnan(values)
            if not scored.any():
                continue
            name = f"{name_contig(shard.chrom)}/{_SIDES[strand]}/{kind}"
            tally = self._tallies.setdefault(name, _Tally([]))
            start = shard.number * SHARD
            try:
                array = _find_array(self._root, name) if tally.shards else self._create(name, shard.chrom, strand)
                array[start : start + values.shape[1]] = values.T
            except OSError as error:
                raise self._error(error) from error
            tally.shards.append(shard.number)
            tally.scores += int(np.count_nonzero(scored))
            tally.total += float(values.sum(dtype=np.float64, where=scored))

    def _create(self, name: str, chrom: str, strand: Strand) -> zarr.Array[Any]:
        """Create the array of a kind."""
        length, models = self._contigs[chrom], len(self._models)
        group = self._root.require_group(name.rpartition("/")[0])
        group.update_attributes({"contig": chrom, "strand": strand})
        return self._root.create_array(
            name,
            shape=(length, models),
            dtype="float32",
            chunks=(CHUNK, models),
            shards=(min(SHARD, math.ceil(length / CHUNK) * CHUNK), models),
            filters=TransposeCodec(order=(1, 0)),  # scores of neighbours in one model resemble each other
            compressors=ZstdCodec(level=_LEVEL),
            fill_value=np.nan,
            dimension_names=("position", "model"),
        )

    def _error(self, error: OSError) -> OutputError:
        return OutputError(f"{self._path}: cannot be written ({error.strerror or error}); is the disk full?")


def _find_array(store: zarr.Group, name: str) -> zarr.Array[Any]:
    array = store[name]
    if not isinstance(array, zarr.Array):
        raise TypeError(f"{name} is not an array")
    return array


def matches_content(path: Path, expected: Mapping[str, tuple[Sequence[int], int, float]]) -> bool:
    """Test whether a store has these scores.

    Parameters
    ----------
    path : Path
        The store.
    expected : Mapping[str, tuple[Sequence[int], int, float]]
        By array, its shards, and the number and sum of its scores.

    Returns
    -------
    bool
        True if all arrays agree.
    """
    store = zarr.open_group(path, mode="r")
    for name, (shards, count, total) in expected.items():
        scores, summed = 0, 0.0
        for number in shards:
            values = np.asarray(_find_array(store, name)[number * SHARD : (number + 1) * SHARD])
            scored = ~np.isnan(values)
            scores += int(np.count_nonzero(scored))
            summed += float(values.sum(dtype=np.float64, where=scored))
        if scores != count or not math.isclose(summed, total, rel_tol=1e-9, abs_tol=1e-6):
            return False
    return True


def name_contig(contig: str) -> str:
    """Return the name of a contig's group; characters that a path cannot hold are percent-encoded.

    Parameters
    ----------
    contig : str
        Name of the contig.

    Returns
    -------
    str
        The name of its group.

    Examples
    --------
    >>> name_contig("chr20"), name_contig("HLA-A*01/02")
    ('chr20', 'HLA-A%2A01%2F02')
    """
    name = quote(contig, safe="")
    return f"%5F{name[1:]}" if name.startswith("__") else name


def read_scores(path: Path, model: str, chrom: str, *, start: int, end: int, strand: Strand) -> np.ndarray:
    """Read the scores of an interval of one model.

    Parameters
    ----------
    path : Path
        The store.
    model : str
        Name of the model.
    chrom : str
        Contig.
    start, end : int
        0-based, half-open.
    strand : Strand
        Strand.

    Returns
    -------
    np.ndarray
        float32 array (end - start,), in genome order; NaN where there is no score.

    Raises
    ------
    InputError
        The store is missing or damaged, the contig is unknown, or the interval is not inside of the contig.
    """
    try:
        store = zarr.open_group(path, mode="r")
        attributes: dict[str, Any] = store.attrs.asdict()
        contigs: dict[str, int] = dict(attributes["contigs"])
        column = list(attributes["models"]).index(model)
        if chrom not in contigs:
            raise InputError(f"has no contig {chrom}: use one of {', '.join(list(contigs)[:5])}, ...", path)
        if not 0 <= start < end <= contigs[chrom]:
            raise InputError(f"{chrom}:{start}-{end} is not an interval of a contig of {contigs[chrom]:,} nt", path)
        name = f"{name_contig(chrom)}/{_SIDES[strand]}/score"
        if name not in store:
            return np.full(end - start, np.nan, np.float32)
        return np.asarray(_find_array(store, name)[start:end, column], np.float32)
    except (OSError, KeyError, ValueError, TypeError, RuntimeError) as error:
        raise _store_error(path) from error


def read_maxima(path: Path, chrom: str, start: int, end: int, *, bins: int) -> dict[str, np.ndarray]:
    """Read the highest score of each bin of an interval, of all models and both strands.

    Parameters
    ----------
    path : Path
        The store.
    chrom : str
        Contig; the store may lack it.
    start, end : int
        The interval, 0-based, half-open; it may end beyond the contig.
    bins : int
        Number of bins, at most end - start.

    Returns
    -------
    dict of str to np.ndarray
        By model, a float32 array (2, bins), plus strand first, in genome order; NaN where there is no score.

    Raises
    ------
    InputError
        The store is missing or damaged, or the interval is longer than `MAX_LENGTH`.
    """
    if end - start > MAX_LENGTH:
        raise InputError(f"has no summaries for more than {MAX_LENGTH:,} nt: zoom in", path)
    try:
        store = zarr.open_group(path, mode="r")
        attributes: dict[str, Any] = store.attrs.asdict()
        models, length = list(map(str, attributes["models"])), int(attributes["contigs"].get(chrom, 0))
        maxima = np.full((len(models), len(_SIDES), bins), np.nan, np.float32)
        for strand, side in enumerate(_SIDES.values()):
            name = f"{name_contig(chrom)}/{side}/score"
            if name not in store:
                continue
            array = _find_array(store, name)
            for first in range(start - start % _BLOCK, min(end, length), _BLOCK):
                if not (path / name / "c" / str(first // SHARD) / "0").exists():
                    continue  # nothing was scored in this shard
                low, high = max(first, start), min(first + _BLOCK, end, length)
                edges = (np.arange(low, high) - start) * bins // (end - start)
                numbers, offsets = np.unique(edges, return_index=True)
                highest = np.fmax.reduceat(np.asarray(array[low:high], np.float32), offsets, axis=0)
                maxima[:, strand, numbers] = np.fmax(maxima[:, strand, numbers], highest.T)
    except (OSError, KeyError, ValueError, TypeError, AttributeError, RuntimeError) as error:
        raise _store_error(path) from error
    return dict(zip(models, maxima, strict=True))


def read_positions(path: Path, kind: str, places: Sequence[tuple[str, Strand, int]]) -> np.ndarray:
    """Read the values of all models at single positions.

    Parameters
    ----------
    path : Path
        The store.
    kind : str
        Name of an array of each group.
    places : sequence of (str, Strand, int)
        Contig, strand and 0-based position.

    Returns
    -------
    np.ndarray
        float32 array (places, models), in the store's order of models; NaN where there is no value.

    Raises
    ------
    InputError
        The store is missing or damaged.
    """
    try:
        store = zarr.open_group(path, mode="r")
        attributes: dict[str, Any] = store.attrs.asdict()
        values = np.full((len(places), len(attributes["models"])), np.nan, np.float32)
        for row, (chrom, strand, position) in enumerate(places):
            name = f"{name_contig(chrom)}/{_SIDES[strand]}/{kind}"
            if position < attributes["contigs"].get(chrom, 0) and name in store:
                values[row] = np.asarray(_find_array(store, name)[position], np.float32)
    except (OSError, KeyError, ValueError, TypeError, RuntimeError) as error:
        raise _store_error(path) from error
    return values


def _store_error(path: Path) -> InputError:
    return InputError("cannot be read as a Zarr store of scores: run the scan again", path)
