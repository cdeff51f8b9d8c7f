"""Read the strongest variants of a run from its bigBed, for the list on the page."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from track_hubs.bbi_file import BbiError, BbiFile
from track_hubs.color import CHANGE_COLORS
from track_hubs.manifest import HubError

COLUMNS = ("model", "site", "delta", "refScore", "altScore", "pValue", "id", "ref", "alt", "geneName", "region")
_STRIDE = 1 << 18  # nt read at a time


@dataclass(frozen=True, slots=True)
class VariantRow:
    """The effect of one allele on one model and strand: `start` 0-based, `end` exclusive, `columns` by name."""

    chrom: str
    start: int
    end: int
    strand: str
    delta: float
    columns: dict[str, str]


@dataclass(frozen=True, slots=True)
class VariantList:
    """The strongest variants, and the number of all."""

    rows: tuple[VariantRow, ...]
    count: int


NO_VARIANTS = VariantList((), 0)


def read_strongest_variants(
    tracks: Sequence[tuple[Path, Sequence[str]]], limit: int, limit_per_model: int
) -> VariantList:
    """Read the variants with the largest absolute delta, largest first.

    Parameters
    ----------
    tracks : sequence of (Path, sequence of str)
        Each bigBed 9+ with the names of its extra columns.
    limit : int
        Number of rows.
    limit_per_model : int
        Number of rows of each model that are returned even if those of other models are stronger.

    Raises
    ------
    HubError
        A file cannot be read, or lacks a column.
    """
    heaps: dict[str, list[tuple[float, int, VariantRow]]] = defaultdict(list)
    count = 0
    for path, names in tracks:
        for row in _read_rows(path, names):
            count += 1
            heap, entry = heaps[row.columns["model"]], (abs(row.delta), -count, row)
            if len(heap) < limit:
                heapq.heappush(heap, entry)
            else:
                heapq.heappushpop(heap, entry)
    by_model = [sorted(heap, reverse=True) for heap in heaps.values()]
    entries = {number: row for heap in by_model for _, number, row in heap[:limit_per_model]}
    strongest = sorted((entry for heap in by_model for entry in heap), reverse=True)[:limit]
    entries |= {number: row for _, number, row in strongest}
    numbers = sorted(entries, key=lambda number: (-abs(entries[number].delta), -number))
    return VariantList(tuple(entries[number] for number in numbers), count)


def _read_rows(path: Path, names: Sequence[str]) -> Iterator[VariantRow]:
    """Yield the rows of a bigBed. A long contig is read piece by piece."""
    try:
        with BbiFile(path) as bigbed:
            for chrom, length in bigbed.chroms().items():
                for first in range(0, length, _STRIDE):
                    for start, end, text in bigbed.entries(chrom, first, min(first + _STRIDE, length)):
                        if start >= first:
                            yield _make_row(path, chrom, (start, end), text.split("\t"), names)
    except BbiError as error:
        raise HubError(f"{path}: cannot be read as bigBed (it {error})") from error


def _make_row(
    path: Path, chrom: str, place: tuple[int, int], fields: Sequence[str], names: Sequence[str]
) -> VariantRow:
    columns = dict(zip(names, fields[6:], strict=False))  # name, score, strand, thickStart, thickEnd, itemRgb, others
    try:
        columns = {name: columns[name] for name in COLUMNS}
        if columns["site"] not in CHANGE_COLORS:
            raise ValueError(columns["site"])
        return VariantRow(chrom, *place, fields[2], float(columns["delta"]), columns)
    except (KeyError, ValueError) as error:
        raise HubError(f"{path}: has a row that is not of a variant ({error}); write the hub again") from error
