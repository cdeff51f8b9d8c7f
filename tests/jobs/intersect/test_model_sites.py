"""Sites and motif hits that queries overlap, against a twin that looks at every pair."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ideep_scan.formats.site_tables import MotifTable, PlacedRows, RowTexts, SiteTable
from ideep_scan.jobs.intersect.finished_runs import GenomeAxis
from ideep_scan.jobs.intersect.model_sites import BOTH, ModelSites, Queries
from ideep_scan.records.scores import MotifLabel
from ideep_scan.records.site_overlap import SiteOverlap

CONTIGS = {"a": 40, "b": 30}
WINDOW = 11
AXIS = GenomeAxis(CONTIGS)


class Row(NamedTuple):
    """A site, a motif hit or a query; `extra` is the summit, the rank of the p-value or nothing."""

    contig: int
    start: int
    length: int
    minus: int
    extra: int

    @property
    def end(self) -> int:
        return self.start + self.length


def rows(shortest: int, longest: int, strands: int = 2) -> st.SearchStrategy[list[Row]]:
    place = st.tuples(
        st.integers(0, 1),
        st.integers(0, 29),
        st.integers(shortest, longest),
        st.integers(-1 if strands == 3 else 0, 1),
        st.integers(0, 3),
    )
    return st.lists(place.map(lambda row: Row(*row)).filter(lambda row: row.end <= 30), max_size=20)


def placed(items: list[Row]) -> PlacedRows:
    starts = np.array([row.start for row in items], np.int64)
    return PlacedRows(
        np.array([row.contig for row in items], np.int32),
        starts,
        starts + np.array([row.length for row in items], np.int64),
        np.array([row.minus for row in items], bool),
    )


def label(number: int) -> MotifLabel:
    """Name a motif. The protein of the model is P0, and every third motif is learned."""
    return MotifLabel(f"M{number}", f"P{number % 4}_U", f"P{number % 4}", "known" if number % 3 else "learned")


def model_sites(sites: list[Row], hits: list[Row]) -> ModelSites:
    details = RowTexts()
    for number in range(len(sites)):
        details.append([f"site {number}", "0.5"])
    summits = np.array([row.start + row.extra % row.length for row in sites], np.int64)
    return ModelSites(
        "run",
        "ELAVL1",
        sites=SiteTable(placed(sites), summits, WINDOW, details),
        motifs=MotifTable(
            placed(hits),
            np.array([row.extra / 10 for row in hits], np.float32),
            np.arange(len(hits), dtype=np.int32),
            tuple(map(label, range(len(hits)))),
        ),
        protein="P0",
        offsets=AXIS.offsets,
    )


def overlap(one: Row, other: Row) -> bool:
    """Test whether a query, or the gap that it is, overlaps a row of the same contig on its strand."""
    if one.contig != other.contig or one.minus not in (BOTH, other.minus):
        return False
    bases = set(range(one.start, one.end))
    return bool(bases & set(range(other.start, other.end))) or (not bases and other.start < one.start < other.end)


def expected(number: int, query: Row, sites: list[Row], hits: list[Row]) -> list[tuple[int, SiteOverlap]]:
    out = []
    for index in sorted(range(len(sites)), key=lambda i: (sites[i].start, sites[i].minus, i)):
        site = sites[index]
        if not overlap(query, site):
            continue
        summit = site.start + site.extra % site.length
        near = range(query.start, query.end) if query.length else (query.start - 1, query.start)
        distance = min((base - summit for base in near), key=abs)
        inside = [
            hit
            for hit in hits
            if hit.contig == site.contig
            and hit.minus == site.minus
            and summit - WINDOW // 2 <= hit.start
            and hit.end <= summit + WINDOW // 2 + 1
            and overlap(query._replace(minus=BOTH), hit)
        ]
        best = min(
            (
                (not (named.origin == "learned" or named.protein == "P0"), hit.extra, along, named)
                for hit, named in zip(hits, map(label, range(len(hits))), strict=True)
                if hit in inside
                for along in [-hit.end if hit.minus else hit.start]
            ),
            default=None,
        )
        sign = -1 if site.minus else 1
        strand = "-" if site.minus else "+"
        place = (site.start, site.end, strand, summit, sign * distance)
        out.append(
            (number, SiteOverlap("run", "ELAVL1", *place, None if best is None else best[-1], (f"site {index}", "0.5")))
        )
    return out


@settings(max_examples=300)
@given(rows(1, 12), rows(1, 5), rows(0, 20, strands=3))
def test_overlaps_are_those_of_the_twin(sites: list[Row], hits: list[Row], queries: list[Row]) -> None:
    # Of hits with equal place and p-value, either may be chosen, so each occurs once.
    hits = list(
        {(hit.contig, hit.start if not hit.minus else hit.end, hit.minus, hit.extra): hit for hit in hits}.values()
    )
    model = model_sites(sites, hits)
    starts = np.array([AXIS.offsets[row.contig] + row.start for row in queries], np.int64)
    lengths = np.array([row.length for row in queries], np.int64)
    columns = Queries(starts, starts + lengths, np.array([row.minus for row in queries], np.int8))
    matches = model.matches(columns)
    found = list(zip(matches.queries.tolist(), model.describe(columns, matches), strict=True))
    assert found == [pair for i, query in enumerate(queries) for pair in expected(i, query, sites, hits)]
    assert len(model) == len(sites)
    some = matches.of_queries(1, 3)
    assert some.queries.tolist() == [query for query in matches.queries.tolist() if query in (1, 2)]
    assert len(some.sites) == len(some.queries)


def test_the_end_of_a_contig_does_not_touch_the_next_one() -> None:
    model = model_sites([Row(0, 39, 1, 0, 0), Row(1, 0, 1, 0, 0)], [])
    gap = AXIS.offsets[1] + 0
    matches = model.matches(Queries(np.array([gap]), np.array([gap]), np.array([BOTH], np.int8)))
    assert matches.sites.tolist() == []
