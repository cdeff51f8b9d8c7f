"""Index of all sites of a run: columns of numbers in memory, to filter and sort a million sites at once.

A site takes about 60 bytes. Its sequence stays in the table of its model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ideep_scan.formats.site_frames import MEASURES, PLACES, RANKS, TEXTS, SiteFrame

UNKNOWN = "."
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class TextColumn:
    """A column of texts, stored as codes.

    Attributes
    ----------
    codes : np.ndarray
        Unsigned integers (n,), index in `texts`.
    texts : list of str
        Different texts in the order in which they sort; an unknown one, '.', is the last.
    """

    codes: np.ndarray
    texts: list[str]

    def lookup(self, text: str) -> int | None:
        """Return the code of a text; None if no site has it."""
        try:
            return self.texts.index(text)
        except ValueError:
            return None

    def counts(self) -> list[tuple[str, int]]:
        """Count the sites of each text."""
        return list(zip(self.texts, np.bincount(self.codes, minlength=len(self.texts)).tolist(), strict=True))


class SiteIndex:
    """Columns of all sites, table by table and in the order of each.

    Parameters
    ----------
    models : sequence of str
        Name of the model of each table.
    frames : sequence of SiteFrame
        The sites of these tables.
    contigs : sequence of str
        Contigs in the order of the genome.

    Attributes
    ----------
    numbers : dict of str to np.ndarray
        Columns of numbers. An unknown measure is NaN, an unknown rank 0.
    texts : dict of str to TextColumn
        Columns of texts, with `model` first.
    firsts : np.ndarray
        Int64 array (tables + 1,), index of the first site of each table, then the number of sites.
    """

    def __init__(self, models: Sequence[str], frames: Sequence[SiteFrame], contigs: Sequence[str]):
        counts = np.zeros(len(models), np.int64)
        for frame in frames:
            np.add.at(counts, list(frame.tables), frame.counts)
        self.firsts = np.concatenate([[0], np.cumsum(counts)])
        codes = np.repeat(np.arange(len(models)), counts).astype(np.min_scalar_type(max(1, len(models))))
        self.texts = {"model": TextColumn(codes, list(models))}
        rows = [frame.rows for frame in frames]
        for name in TEXTS:
            self.texts[name] = _join_texts([frame[name] for frame in rows], contigs if name == "chrom" else ())
        self.numbers = {name: _join_numbers([frame[name] for frame in rows]) for name in (*PLACES, *MEASURES, *RANKS)}

    def __len__(self) -> int:
        return int(self.firsts[-1])

    @property
    def size(self) -> int:
        """Memory of all columns in bytes."""
        columns = [*self.numbers.values(), *(column.codes for column in self.texts.values())]
        return sum(column.nbytes for column in columns)

    def describe(self, rows: np.ndarray) -> list[dict[str, str | int | float | None]]:
        """Return sites as dictionaries.

        Parameters
        ----------
        rows : np.ndarray
            Int64 array (n,), index of each site.

        Returns
        -------
        list of dict
            Columns by name. Places are 0-based, half-open; None is unknown.
        """
        columns: dict[str, list[str | int | float | None]] = {}
        for name, column in self.texts.items():
            texts = [None if text == UNKNOWN else text for text in column.texts]
            columns[name] = [texts[code] for code in column.codes[rows].tolist()]
        for name, values in self.numbers.items():
            columns[name] = [_plain(value, name) for value in values[rows].tolist()]
        labels, numbers = columns.pop("label"), columns.pop("number")
        columns["name"] = [
            f"{label}:{number}" if number else label for label, number in zip(labels, numbers, strict=True)
        ]
        return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def natural_key(text: str) -> list[tuple[int, int, str]]:
    """Return a key that sorts numbers inside of texts by value, and ignores case.

    Examples
    --------
    >>> sorted(["chr10", "chr2", "Chr1"], key=natural_key)
    ['Chr1', 'chr2', 'chr10']
    """
    parts = _DIGITS.split(text.lower())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part]


def _join_texts(columns: Sequence[pd.Series], order: Sequence[str]) -> TextColumn:
    """Join columns of texts. Texts are sorted by `order`, then naturally; an unknown one is the last."""
    numbers: dict[str, int] = {}
    parts = [np.zeros(0, np.int64)]
    for column in columns:
        lookup = np.array([numbers.setdefault(str(text), len(numbers)) for text in column.cat.categories] or [0])
        parts.append(lookup[column.cat.codes.to_numpy()])
    texts, places = list(numbers), {text: place for place, text in enumerate(order)}
    ranks = [(text == UNKNOWN, places.get(text, len(places)), natural_key(text)) for text in texts]
    arranged = sorted(range(len(texts)), key=ranks.__getitem__)
    codes = np.zeros(max(1, len(texts)), np.min_scalar_type(max(1, len(texts))))
    codes[arranged] = np.arange(len(texts))
    return TextColumn(codes[np.concatenate(parts)], [texts[i] for i in arranged])


def _join_numbers(columns: Sequence[pd.Series]) -> np.ndarray:
    """Join columns of numbers; integers get the smallest type that holds all of them."""
    values = np.concatenate([column.to_numpy() for column in columns]) if columns else np.zeros(0, np.int64)
    if values.dtype.kind == "f" or not values.size:
        return values
    smallest = np.int32 if values.max() < 1 << 31 and values.min() >= -(1 << 31) else np.int64
    return values.astype(smallest)


def _plain(value: float, name: str) -> int | float | None:
    """Return a number for JSON; None if it is unknown."""
    if name in MEASURES:
        return float(f"{value:.6g}") if value == value else None
    return None if name in RANKS and value == 0 else int(value)
