"""All sites of a run for its page: pages of a table that is filtered and sorted here, and a download of its rows.

The index of the sites is built once, in a thread, when a page asks for the first time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, TimeoutError
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import TypeVar

import numpy as np

from ideep_scan.errors import InputError
from ideep_scan.formats.site_frames import SiteFrame, copy_lines, list_common_columns, read_site_frames
from ideep_scan.jobs.view.replies import reply_error, reply_json
from ideep_scan.jobs.view.site_index import SiteIndex
from ideep_scan.jobs.view.site_query import (
    SiteFilter,
    SiteOrder,
    order_sites,
    parse_filter,
    parse_order,
    parse_page,
    select_sites,
)
from ideep_scan.process import ThreadPool
from track_hubs.server.http_server import Reply, Stream

MAX_SITES = 10_000_000
_PATIENCE = 0.4  # seconds that the first answer waits for the index
_CACHED = 8  # orders, and selections in an order
_LINES = 2000  # of a block of a download
_PROBLEMS = 5  # tables that an answer names
Key = TypeVar("Key")
_FACETS = ("model", "region", "driver")


@dataclass(frozen=True, slots=True)
class SiteTable:
    """The table of sites of a model.

    Attributes
    ----------
    model : str
        Name of the model on the page.
    path : Path
        The table.
    """

    model: str
    path: Path


@dataclass(frozen=True, slots=True)
class Loaded:
    """An index, and the reasons why tables cannot be read."""

    index: SiteIndex
    problems: list[str]


class Sites:
    """Sites of all tables of a run.

    Parameters
    ----------
    tables : sequence of SiteTable
        The tables in the order of the page.
    contigs : sequence of str
        Contigs in the order of the genome.

    Attributes
    ----------
    tables : sequence of SiteTable
        The tables.
    """

    def __init__(self, tables: Sequence[SiteTable], contigs: Sequence[str]):
        self.tables = tables
        self._contigs = contigs
        self._done = 0
        self._lock = Lock()
        self._future: Future[Loaded] | None = None
        self._orders: OrderedDict[SiteOrder, np.ndarray] = OrderedDict()
        self._selections: OrderedDict[tuple[SiteFilter, SiteOrder], np.ndarray] = OrderedDict()

    def answer(self, query: dict[str, str]) -> Reply:
        """Answer a page of the table as JSON.

        `model`, `region`, `driver`, `gene`, `score`, `precision` and `text` filter, as `SiteFilter` describes.
        `order`, `offset` and `limit` choose the rows.
        While the index is built, the answer has only `done` and `tables`, the numbers of tables.
        """
        try:
            conditions, order, (offset, limit) = parse_filter(query), parse_order(query), parse_page(query)
            loaded = self.load(_PATIENCE)
        except InputError as error:
            return reply_error(error, 400)
        if loaded is None:
            return reply_json(self.progress())
        rows = self._select(loaded.index, conditions, order)
        content = {
            "total": len(rows),
            "sites": len(loaded.index),
            "options": {name: loaded.index.texts[name].counts() for name in _FACETS},
            "rows": loaded.index.describe(rows[offset : offset + limit]),
            "problems": loaded.problems[:_PROBLEMS],
        }
        return reply_json(content)

    def download(self, query: dict[str, str]) -> Reply | Stream:
        """Answer all rows that pass the filters as a table, with the columns of the run's tables after `model`.

        The rows of each table are in its order.
        """
        try:
            conditions = parse_filter(query)
            loaded = self.load(None)
        except InputError as error:
            return Reply("text/plain; charset=utf-8", f"{error}\n".encode(), 400)
        assert loaded is not None
        return Stream("text/tab-separated-values; charset=utf-8", self._write_rows(loaded.index, conditions))

    def progress(self) -> dict[str, int]:
        """Return how many of the tables are read."""
        return {"done": self._done, "tables": len(self.tables)}

    def load(self, patience: float | None) -> Loaded | None:
        """Return the index; None if it is not complete after some seconds. None of `patience` waits for it.

        Raises
        ------
        InputError
            The run has too many sites.
        """
        with self._lock:
            if self._future is None:
                pool = ThreadPool(1, "sites")
                self._future = pool.submit(self._read)
                pool.shutdown(wait=False)
        try:
            return self._future.result(patience)
        except TimeoutError:
            return None

    def _read(self) -> Loaded:
        """Read the tables one after the other. Leave out those that cannot be read.

        Raises
        ------
        InputError
            There are too many sites.
        """
        frames: list[SiteFrame] = []
        errors: list[InputError] = []
        count = 0
        for frame in read_site_frames([table.path for table in self.tables], errors.append):
            frames.append(frame)
            self._done = frame.tables[-1] + 1
            count += sum(frame.counts)
            if count > MAX_SITES:
                raise InputError(
                    f"this run has more than {MAX_SITES:,} sites, which is the limit of this table: "
                    "read its files hits/*.tsv.gz, or scan with a higher --threshold"
                )
        index = SiteIndex([table.model for table in self.tables], frames, self._contigs)
        return Loaded(index, [_shorten(error) for error in errors])

    def _write_rows(self, index: SiteIndex, conditions: SiteFilter) -> Iterator[bytes]:
        """Yield the lines of a table of the sites that pass the filters."""
        mask, firsts = select_sites(index, conditions), index.firsts
        columns = list_common_columns([table.path for table in self.tables])
        yield ("\t".join(["model", *columns]) + "\n").encode()
        for i, table in enumerate(self.tables):
            selected = mask[firsts[i] : firsts[i + 1]]
            if selected.any():
                lines = (f"{table.model}\t{line}\n" for line in copy_lines(table.path, selected, columns))
                while block := "".join(islice(lines, _LINES)):
                    yield block.encode()

    def _select(self, index: SiteIndex, conditions: SiteFilter, order: SiteOrder) -> np.ndarray:
        """Return the sites of a page's table in its order."""
        with self._lock:
            key = conditions, order
            if key not in self._selections:
                if order not in self._orders:
                    _remember(self._orders, order, order_sites(index, order))
                rows = self._orders[order]
                _remember(self._selections, key, rows[select_sites(index, conditions)[rows]])
            self._selections.move_to_end(key)
            return self._selections[key]


def _remember(cache: OrderedDict[Key, np.ndarray], key: Key, value: np.ndarray) -> None:
    cache[key] = value
    if len(cache) > _CACHED:
        cache.popitem(last=False)


def _shorten(error: InputError) -> str:
    """Return the text of an error with the name of its file, without folders."""
    return error.message if error.path is None else f"{error.path.name}: {error.message}"
