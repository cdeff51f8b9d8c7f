"""Keys of INFO that hold the sites that an allele overlaps: their definitions and their values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ideep_scan.formats.site_tables import DETAILS
from ideep_scan.formats.variants.vcf_output import encode_name
from ideep_scan.records.site_overlap import SiteOverlap

SITES, STATUS = "RBP_SITES", "RBP_SITES_STATUS"
KEYS = (SITES, STATUS)
_PROGRAM_KEY = "ideep_scan_intersect"
_PARTS = "ALLELE|RUN|RBP|STRAND|SITE|DISTANCE|MOTIF|SCORE|P|PRECISION|DRIVER|GENE|REGION"
_DETAIL_PARTS = tuple(
    DETAILS.index(name) for name in ("score", "p_value", "precision", "driver", "gene_name", "region")
)
_SITE = DETAILS.index("name")
_MEANING = (
    "Predicted RNA-binding protein sites that share a base with the allele, one per allele, model and site. "
    "DISTANCE: from the summit of the site to the nearest changed base, negative 5' of it. "
    "MOTIF: protein and consensus of the motif hit that the allele overlaps. "
    "PRECISION: expected share of true sites at this score"
)


def define_site_keys(statuses: Sequence[str], program: str) -> list[str]:
    """Write the header lines of the keys.

    Parameters
    ----------
    statuses : Sequence[str]
        All values of the status.
    program : str
        Description of the program and the runs.

    Returns
    -------
    list of str
        The lines without their ends.
    """
    status = f"overlap, or why there is no site; one value for all alleles or one per ALT: {', '.join(statuses)}"
    return [
        f'##INFO=<ID={SITES},Number=.,Type=String,Description="{_MEANING}. Format: {_PARTS}">',
        f'##INFO=<ID={STATUS},Number=.,Type=String,Description="{status}">',
        f"##{_PROGRAM_KEY}={program}",
    ]


def earlier_site_lines() -> list[str]:
    """List the beginnings of the header lines of an earlier intersection."""
    return [*(f"##INFO=<ID={key}," for key in KEYS), f"##{_PROGRAM_KEY}="]


def site_values(overlaps: Iterable[tuple[str, SiteOverlap]], statuses: Sequence[str]) -> dict[str, str]:
    """Format the values of the keys for one record.

    Parameters
    ----------
    overlaps : Iterable[tuple[str, SiteOverlap]]
        Each allele with a site that it overlaps.
    statuses : Sequence[str]
        One per alternate allele.

    Returns
    -------
    dict of str to str
        Value of each key that the record gets.
    """
    entries = ",".join(_entry(allele, overlap) for allele, overlap in overlaps)
    status = ",".join(statuses[:1] if len(set(statuses)) == 1 else statuses)
    return {SITES: entries, STATUS: status} if entries else {STATUS: status}


def _entry(allele: str, overlap: SiteOverlap) -> str:
    details = overlap.details
    motif = None if overlap.motif is None else overlap.motif.name
    texts = (allele, overlap.run, overlap.model, overlap.strand, details[_SITE], str(overlap.distance), motif)
    return "|".join(encode_name(text or ".") for text in (*texts, *(details[part] for part in _DETAIL_PARTS)))
