"""Questions to an index of sites: filters, free text, order and page."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from operator import eq

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.jobs.view.site_index import UNKNOWN, SiteIndex, TextColumn

MAX_ROWS = 500  # of a page
_MAX_TEXT = 200  # characters of a filter
_MAX_OFFSET = 1 << 40
_EXACT = ("model", "region", "driver")
_MINIMA = ("score", "precision")
_SEARCHED = ("model", "label", "gene_name", "gene_id", "region", "driver", "motif_name", "motif_protein")
_RANGE = re.compile(r"(.+?):([0-9,]{1,15})(?:-([0-9,]{1,15}))?")
ORDERS = {
    "model": ("model",), "name": ("label", "number"), "place": ("chrom", "start", "end"), "strand": ("strand",),
    "score": ("score",), "precision": ("precision",), "p_value": ("p_value",), "rank_in_gene": ("rank_in_gene",),
    "rank_in_run": ("rank_in_run",), "driver": ("driver",), "motif": ("motif_name",), "gene": ("gene_name",),
    "region": ("region",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SiteFilter:
    """Conditions that a site fulfils together.

    Attributes
    ----------
    model, region, driver : str
        Exact texts; empty for any.
    gene : str
        Name or identifier of a gene, in any case; empty for any.
    score, precision : float or None
        Lowest values. A site without an expected precision does not reach any.
    text : str
        Words that a site has in its model, name, gene, region, driver or motif.
        A word may be a site's name (PSMF1:3) or a place (chr20:1,100,001-1,170,000, counted from 1).
    """

    model: str = ""
    region: str = ""
    driver: str = ""
    gene: str = ""
    score: float | None = None
    precision: float | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class SiteOrder:
    """An order of sites: a column from `ORDERS`, and its direction. Unknown values are the last in both."""

    column: str = "score"
    descending: bool = True


def parse_filter(query: Mapping[str, str]) -> SiteFilter:
    """Read the filters of a query.

    Raises
    ------
    InputError
        A text is too long, or a number is none.
    """
    texts = {name: query.get(name, "").strip() for name in (*_EXACT, "gene", "text")}
    for name, text in texts.items():
        if len(text) > _MAX_TEXT:
            raise InputError(f"{name} has {len(text)} characters: give at most {_MAX_TEXT}")
    minima = {name: _parse_minimum(name, query.get(name, "")) for name in _MINIMA}
    return SiteFilter(**texts, score=minima["score"], precision=minima["precision"])


def parse_order(query: Mapping[str, str]) -> SiteOrder:
    """Read the order of a query, like 'score' or '-score' for the highest first. Raise InputError if there is none."""
    text = query.get("order") or "-score"
    column = text.removeprefix("-")
    if column not in ORDERS:
        raise InputError(f"order {column[:40]!r} is unknown: give one of {', '.join(ORDERS)}, with - for descending")
    return SiteOrder(column, text.startswith("-"))


def parse_page(query: Mapping[str, str]) -> tuple[int, int]:
    """Read offset and limit of a query. Raise InputError if they are out of range."""
    offset, limit = (query.get(name) or default for name, default in (("offset", "0"), ("limit", "50")))
    if not all(text.isascii() and text.isdecimal() and len(text) < 14 for text in (offset, limit)):
        raise InputError("give offset and limit as whole numbers")
    if int(limit) > MAX_ROWS or int(offset) > _MAX_OFFSET:
        raise InputError(f"limit {limit}: a page has at most {MAX_ROWS} rows")
    return int(offset), int(limit)


def select_sites(index: SiteIndex, conditions: SiteFilter) -> np.ndarray:
    """Find the sites that fulfil all conditions.

    Parameters
    ----------
    index : SiteIndex
        The sites.
    conditions : SiteFilter
        The conditions.

    Returns
    -------
    np.ndarray
        Bool array (sites,).
    """
    mask = np.ones(len(index), np.bool_)
    for name in _EXACT:
        text = getattr(conditions, name)
        if text:
            mask &= _is_any(index.texts[name], partial(eq, text))
    if conditions.gene:
        mask &= find_gene(index, conditions.gene)
    for name in _MINIMA:
        minimum = getattr(conditions, name)
        if minimum is not None:
            mask &= index.numbers[name] >= np.float32(minimum)
    for word in conditions.text.lower().split():
        mask &= _find_word(index, word)
    return mask


def find_gene(index: SiteIndex, name: str) -> np.ndarray:
    """Return whether the gene of each site has this name or identifier: a bool array (sites,)."""
    folded = name.lower()
    names = (index.texts[column] for column in ("gene_name", "gene_id"))
    return np.logical_or(*(_is_any(column, lambda value: value.lower() == folded) for column in names))


def order_sites(index: SiteIndex, order: SiteOrder) -> np.ndarray:
    """Sort all sites. Equal sites keep the order of the tables.

    Parameters
    ----------
    index : SiteIndex
        The sites.
    order : SiteOrder
        The order.

    Returns
    -------
    np.ndarray
        Int64 array (sites,), indices of the sites.
    """
    rows = np.arange(len(index))
    for name in reversed(ORDERS[order.column]):
        values, is_known = _sortable(index, name)
        keys = values[rows]
        turned = -keys if order.descending else keys
        rows = rows[np.argsort(turned, kind="stable")]
        rows = rows[np.argsort(~is_known[rows], kind="stable")]
    return rows


def _sortable(index: SiteIndex, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the values of a column as numbers that may become negative, and whether they are known."""
    if name in index.texts:
        column = index.texts[name]
        return column.codes.astype(np.int64), _is_any(column, lambda text: text != UNKNOWN)
    values = index.numbers[name]
    if values.dtype.kind == "f":
        return np.nan_to_num(values), ~np.isnan(values)
    return values, values > 0 if name.startswith("rank") else np.ones(len(values), np.bool_)


def _is_any(column: TextColumn, condition: Callable[[str], bool]) -> np.ndarray:
    """Return whether the text of each site fulfils a condition; evaluate it once per text."""
    return np.array([condition(text) for text in column.texts] or [False], np.bool_)[column.codes]


def _find_word(index: SiteIndex, word: str) -> np.ndarray:
    """Return the sites that have a word in one of their texts, its name, or its place."""
    match = _RANGE.fullmatch(word)
    mask = np.zeros(len(index), np.bool_)
    if match:
        first, last = (int(digits.replace(",", "") or 0) for digits in (match[2], match[3] or match[2]))
        numbers = index.numbers
        is_there = _is_any(index.texts["chrom"], lambda text: text.lower() == match[1])
        mask |= is_there & (numbers["start"] < last) & (numbers["end"] >= first)
        if match[3] is None:
            mask |= _is_any(index.texts["label"], lambda text: text.lower() == match[1]) & (numbers["number"] == first)
        return mask
    for name in _SEARCHED:
        mask |= _is_any(index.texts[name], lambda text: word in text.lower() and text != UNKNOWN)
    return mask | _is_any(index.texts["chrom"], lambda text: word == text.lower())


def _parse_minimum(name: str, text: str) -> float | None:
    """Read a lowest value; None if it is empty. Raise InputError if it is not a number."""
    if not text.strip():
        return None
    try:
        value = float(text) if len(text) < 30 else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"the lowest {name}, {text[:40]!r}, is not a number: give one like 0.5")
    return value
