"""Filters and orders of sites, beside plain Python that goes from row to row."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.errors import InputError
from ideep_scan.formats.site_frames import MEASURES, PLACES, RANKS, TEXTS, SiteFrame
from ideep_scan.jobs.view.site_index import SiteIndex
from ideep_scan.jobs.view.site_query import (
    ORDERS,
    SiteFilter,
    SiteOrder,
    order_sites,
    parse_filter,
    parse_order,
    parse_page,
    select_sites,
)

MODELS = ["A", "B"]
CONTIGS = ["chr2", "chr10"]
SITES = st.fixed_dictionaries(
    {
        "model": st.sampled_from(MODELS),
        "chrom": st.sampled_from(CONTIGS),
        "strand": st.sampled_from("+-"),
        "driver": st.sampled_from([".", "region", "sequence"]),
        "motif_name": st.sampled_from([".", "A_UU", "tnf_GG"]),
        "motif_protein": st.sampled_from([".", "A"]),
        "gene_name": st.sampled_from([".", "TNF", "tnf2"]),
        "gene_id": st.sampled_from([".", "G1"]),
        "region": st.sampled_from(["CDS", "3'UTR", "."]),
        "label": st.sampled_from(["TNF", "A"]),
        **{name: st.integers(0, 30) for name in PLACES},
        **{name: st.sampled_from([np.nan, 0.25, 0.5, 0.9]) for name in MEASURES},
        **{name: st.integers(0, 3) for name in RANKS},
    }
)
FILTERS = st.builds(
    SiteFilter,
    model=st.sampled_from(["", "A", "none"]),
    region=st.sampled_from(["", "CDS"]),
    driver=st.sampled_from(["", ".", "region"]),
    gene=st.sampled_from(["", "tnf", "g1"]),
    score=st.sampled_from([None, 0.5, 0.9]),
    precision=st.sampled_from([None, 0.3]),
    text=st.sampled_from(["", "tnf", "a_u cds", "tnf:2", "chr2", "CHR2:5-12", "chr10:1,0", "nothing"]),
)


def make_index(sites: list[dict[str, object]]) -> tuple[SiteIndex, list[dict[str, object]]]:
    """Make an index of sites, table by table; return the sites in its order."""
    rows = sorted(sites, key=lambda site: MODELS.index(str(site["model"])))
    frame = pd.DataFrame(rows, columns=["model", *TEXTS, *PLACES, *MEASURES, *RANKS])
    frame = frame.astype({**dict.fromkeys(TEXTS, "category"), **dict.fromkeys(MEASURES, "float32")})
    frame = frame.astype(dict.fromkeys((*PLACES, *RANKS), "int64"))
    counts = tuple(sum(row["model"] == model for row in rows) for model in MODELS)
    return SiteIndex(MODELS, [SiteFrame((0, 1), counts, frame)], CONTIGS), rows


def passes(site: dict[str, object], conditions: SiteFilter) -> bool:
    """Judge a site alone."""
    for name in ("model", "region", "driver"):
        if getattr(conditions, name) not in ("", site[name]):
            return False
    if conditions.gene and conditions.gene not in (str(site["gene_name"]).lower(), str(site["gene_id"]).lower()):
        return False
    for name in ("score", "precision"):
        minimum = getattr(conditions, name)
        if minimum is not None and not np.float32(site[name]) >= np.float32(minimum):  # type: ignore[arg-type]
            return False
    texts = [str(site[name]).lower() for name in ("model", "label", "gene_name", "gene_id", "region", "driver",
                                                  "motif_name", "motif_protein")]  # fmt: skip
    for word in conditions.text.lower().split():
        if word == "tnf:2":
            match = (site["label"], site["number"]) == ("TNF", 2)
        elif ":" in word:
            chrom, first, last = {"chr2:5-12": ("chr2", 5, 12), "chr10:1,0": ("chr10", 10, 10)}[word]
            match = site["chrom"] == chrom and site["start"] < last and site["end"] >= first  # type: ignore[operator]
        else:
            match = any(word in text for text in texts) or word == site["chrom"]
        if not match:
            return False
    return True


@given(st.lists(SITES, max_size=12), FILTERS)
def test_filters_keep_what_passes_alone(sites, conditions):
    index, rows = make_index(sites)
    assert select_sites(index, conditions).tolist() == [passes(row, conditions) for row in rows]


@given(st.lists(SITES, max_size=12), st.sampled_from(sorted(ORDERS)), st.booleans())
def test_orders_are_stable_and_put_unknown_values_last(sites, column, descending):
    index, rows = make_index(sites)
    order = order_sites(index, SiteOrder(column, descending)).tolist()
    assert sorted(order) == list(range(len(rows)))
    first = ORDERS[column][0]
    values = [rows[i][first] for i in order]
    known = [
        value for value in values if value == value and value != "." and not (first.startswith("rank") and not value)
    ]
    assert values[: len(known)] == known
    if first == "chrom":
        known = [CONTIGS.index(str(value)) for value in known]
    elif isinstance(next(iter(known), None), str):
        known = [str(value).lower() for value in known]
    assert known == sorted(known, reverse=descending)
    if column == "score":
        for one, two in pairwise(order):
            assert one < two or rows[one]["score"] != rows[two]["score"]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"score": "high"}, "the lowest score, 'high', is not a number"),
        ({"precision": "inf"}, "is not a number"),
        ({"gene": "x" * 201}, "gene has 201 characters"),
    ],
)
def test_filters_that_cannot_be_used_are_refused(query, message):
    with pytest.raises(InputError, match=message):
        parse_filter(query)


def test_a_query_is_read():
    assert parse_filter({"score": " 0.5", "text": " a b "}) == SiteFilter(score=0.5, text="a b")
    assert parse_order({}) == SiteOrder("score", True)
    assert parse_order({"order": "gene"}) == SiteOrder("gene", False)
    assert parse_page({"offset": "10", "limit": "500"}) == (10, 500)
    with pytest.raises(InputError, match="order 'start' is unknown"):
        parse_order({"order": "start"})
    for wrong in ({"limit": "501"}, {"offset": "-1"}, {"offset": "9" * 20}, {"limit": "²"}):
        with pytest.raises(InputError):
            parse_page(wrong)
