"""Sites and motif hits of one model of a finished run, indexed to find those that queries overlap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ideep_scan.formats.site_tables import BlockRows, MotifTable, PlacedRows, SiteTable
from ideep_scan.kernels.intervals import overlaps
from ideep_scan.records.site_overlap import SiteOverlap
from ideep_scan.records.span import STRANDS

BOTH = -1  #: strand of a query that sites of both strands may overlap
_NO_MOTIF = -1


@dataclass(frozen=True, slots=True, eq=False)
class Queries:
    """Intervals to look up, on one axis that holds all contigs one after the other.

    Attributes
    ----------
    starts, ends : np.ndarray
        Int64 arrays (n,), half-open. An empty interval is the gap before its start.
    strands : np.ndarray
        Int8 array (n,), index in `STRANDS`, or `BOTH`.
    """

    starts: np.ndarray
    ends: np.ndarray
    strands: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """Pairs of a query and a site that it overlaps, sorted by query, then by the site's place.

    Attributes
    ----------
    queries, sites : np.ndarray
        Int64 arrays (k,), index of the query, and of the site in the model's index.
    """

    queries: np.ndarray
    sites: np.ndarray

    def of_queries(self, first: int, last: int) -> Matches:
        """Return the pairs of the queries `[first, last)`."""
        begin, end = np.searchsorted(self.queries, (first, last))
        return Matches(self.queries[begin:end], self.sites[begin:end])


class ModelSites:
    """Sites of a model, found by the intervals that overlap them.

    Parameters
    ----------
    run, model : str
        Names for the results.
    sites : SiteTable
        Its sites.
    motifs : MotifTable
        Its motif hits.
    protein : str
        Gene symbol of its protein.
    offsets : np.ndarray
        Int64 array (contigs,), ascending: place of each contig's first base on the axis.
    """

    def __init__(
        self, run: str, model: str, *, sites: SiteTable, motifs: MotifTable, protein: str, offsets: np.ndarray
    ):
        self.run = run
        self.model = model
        self._offsets = offsets
        self._sites = _StrandIndex(sites.rows, offsets, sites.blocks)
        self._summits = self._sites.ordered(sites.summits - sites.rows.starts).astype(np.int32)  # from the start
        self._details = sites.details
        self._half = sites.window // 2
        self._hits = _StrandIndex(motifs.rows, offsets, motifs.blocks)
        self._p_values = self._hits.ordered(motifs.p_values)
        self._motifs = self._hits.ordered(motifs.motifs)
        self._labels = (*motifs.labels, None)
        self._is_other = np.array([not label.describes(protein) for label in motifs.labels], np.bool_)

    def __len__(self) -> int:
        return len(self._summits)

    def matches(self, queries: Queries) -> Matches:
        """Find the sites that queries overlap.

        Parameters
        ----------
        queries : Queries
            Intervals in any order.

        Returns
        -------
        Matches
            One pair per query and site.
        """
        indices, sites = self._sites.overlaps(queries)
        order = np.lexsort((sites, self._sites.starts[sites], indices))
        return Matches(indices[order], sites[order])

    def describe(self, queries: Queries, matches: Matches) -> list[SiteOverlap]:
        """Describe pairs of a query and a site.

        Parameters
        ----------
        queries : Queries
            The intervals.
        matches : Matches
            Pairs that `matches` returned.

        Returns
        -------
        list of SiteOverlap
            One per pair.
        """
        index, sites = self._sites, matches.sites
        offsets = self._offsets[np.searchsorted(self._offsets, index.starts[sites], side="right") - 1]
        starts, minus = index.starts[sites] - offsets, index.minus(sites)
        columns = (
            starts,
            index.ends[sites] - offsets,
            minus.astype(np.int64),
            starts + self._summits[sites],
            self._distances(queries, matches),
            self._overlapped_motifs(queries, matches),
            index.rows[sites],
        )
        return [
            SiteOverlap(
                run=self.run,
                model=self.model,
                start=start,
                end=end,
                strand=STRANDS[strand],
                summit=summit,
                distance=distance,
                motif=self._labels[motif],
                details=tuple(self._details[row]),
            )
            for start, end, strand, summit, distance, motif, row in zip(
                *(column.tolist() for column in columns), strict=True
            )
        ]

    def _distances(self, queries: Queries, matches: Matches) -> np.ndarray:
        """Measure from each summit to the nearest base, negative 5'. A gap counts as the two bases beside it."""
        starts, ends = queries.starts[matches.queries], queries.ends[matches.queries]
        gap = starts == ends
        summits = self._sites.starts[matches.sites] + self._summits[matches.sites]
        distances = np.clip(summits, starts - gap, ends - 1 + gap) - summits
        return np.where(self._sites.minus(matches.sites), -distances, distances)

    def _overlapped_motifs(self, queries: Queries, matches: Matches) -> np.ndarray:
        """Choose the motif hit of each site that its query overlaps, as `SiteReporter` chooses that of a site."""
        minus = self._sites.minus(matches.sites)
        summits = self._sites.starts[matches.sites] + self._summits[matches.sites]
        first, last = summits - self._half, summits + self._half + 1
        starts = np.maximum(queries.starts[matches.queries], first)
        ends = np.minimum(queries.ends[matches.queries], last)
        pairs, hits = self._hits.overlaps(Queries(starts, ends, minus.astype(np.int8)))
        inside = (self._hits.starts[hits] >= first[pairs]) & (self._hits.ends[hits] <= last[pairs])
        pairs, hits = pairs[inside], hits[inside]
        along = np.where(minus[pairs], -self._hits.ends[hits], self._hits.starts[hits])
        is_other = self._is_other[self._motifs[hits]]
        order = np.lexsort((along, self._p_values[hits], is_other, pairs))
        chosen, best = np.unique(pairs[order], return_index=True)
        motifs = np.full(len(minus), _NO_MOTIF, np.int64)
        motifs[chosen] = self._motifs[hits[order][best]]
        return motifs


class _StrandIndex:
    """Rows of a table, sorted by strand and place on the axis.

    Attributes
    ----------
    rows : np.ndarray
        Int32 array (n,), number of each row in the table.
    starts, ends : np.ndarray
        Int64 arrays (n,), half-open, on the axis.
    """

    def __init__(self, table: PlacedRows, offsets: np.ndarray, blocks: BlockRows | None = None):
        self._blocks = None if blocks is None else _BlockIndex(table, offsets, blocks)
        starts = table.starts + offsets[table.contigs]
        self.rows = np.lexsort((starts, table.minus)).astype(np.int32)
        self.starts = starts[self.rows]
        self.ends = (table.ends + offsets[table.contigs])[self.rows]
        self._plus = len(starts) - int(table.minus.sum())
        self._longest = int((self.ends - self.starts).max(initial=0))

    def ordered(self, column: np.ndarray) -> np.ndarray:
        """Put a column of the table into the order of the index."""
        return column[self.rows]

    def minus(self, indices: np.ndarray) -> np.ndarray:
        """Tell which indices are rows on the minus strand."""
        return indices >= self._plus

    def overlaps(self, queries: Queries) -> tuple[np.ndarray, np.ndarray]:
        """Pair queries with the indices of rows on their strand that they overlap, in no particular order."""
        if self._blocks is not None:
            pair, row = self._blocks.overlaps(queries)
            ranks = np.argsort(self.rows)
            return pair, ranks[row]
        pairs = []
        for strand, begin, end in ((0, 0, self._plus), (1, self._plus, len(self.rows))):
            chosen = np.flatnonzero((queries.strands == strand) | (queries.strands == BOTH))
            places = self.starts[begin:end], self.ends[begin:end]
            pair, row = overlaps(*places, self._longest, queries.starts[chosen], queries.ends[chosen])
            pairs.append((chosen[pair], row + begin))
        indices, rows = (np.concatenate(columns) for columns in zip(*pairs, strict=True))
        return indices, rows


class _BlockIndex:
    """Blocks of the rows of a table; an intron between two blocks of a row is not part of it."""

    def __init__(self, table: PlacedRows, offsets: np.ndarray, blocks: BlockRows):
        placed = PlacedRows(table.contigs[blocks.rows], blocks.starts, blocks.ends, table.minus[blocks.rows])
        self._index = _StrandIndex(placed, offsets)
        self._rows = blocks.rows[self._index.rows]

    def overlaps(self, queries: Queries) -> tuple[np.ndarray, np.ndarray]:
        """Pair queries with the rows that have a block that they overlap, each pair once."""
        pairs, blocks = self._index.overlaps(queries)
        pairs, rows = np.unique(np.array([pairs, self._rows[blocks]]), axis=1)
        return pairs, rows
