"""Texts of the fields of sites and motif hits, as all files of a run have them."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from ideep_scan.records.scores import MotifLabel, SiteReport
from ideep_scan.records.share import format_share

MOTIF_FIELDS = ("motif", "motif_name", "motif_protein", "motif_origin")


class SiteTexts(NamedTuple):
    """Texts of a site that its place and its score decide."""

    p_value: str
    precision: str
    gene_name: str
    gene_id: str
    region: str


def format_site(report: SiteReport) -> SiteTexts:
    """Format the fields of a site. An unknown number is an empty text."""
    return SiteTexts(
        p_value="" if report.p_value is None else f"{report.p_value:.3g}",
        precision="" if report.precision is None else format_share(report.precision, 3),
        gene_name=clean(report.gene_name),
        gene_id=clean(report.gene_id),
        region=clean(report.region),
    )


@lru_cache(maxsize=1 << 12)
def join_motif(motif: MotifLabel | None) -> str:
    """Join the fields of a motif with tabs."""
    return "\t".join(map(clean, motif or (None,) * len(MOTIF_FIELDS)))


@lru_cache(maxsize=1 << 16)
def clean(text: str | None) -> str:
    """Remove tabs and line ends of a field; an unknown field is '.'.

    Examples
    --------
    >>> clean("5S  RNA"), clean(None)
    ('5S RNA', '.')
    """
    return " ".join(text.split()) if text else "."
