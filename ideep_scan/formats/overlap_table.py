"""Write overlaps of sites with variants or intervals as a table: one row per overlap.

Coordinates are 0-based half-open, except `pos` of a VCF. An unknown number is an empty field, an unknown text is '.'.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TextIO

from ideep_scan.formats.site_tables import DETAILS
from ideep_scan.records.site_overlap import SiteOverlap

INTERVAL_COLUMNS = ("chrom", "start", "end", "name", "strand")
VARIANT_COLUMNS = ("chrom", "pos", "id", "ref", "alt")
MOTIF_HIT_COLUMNS = ("motif_hit", "motif_hit_name", "motif_hit_protein", "motif_hit_origin")
SITE_COLUMNS = (
    "run", "model", "site", "site_start", "site_end", "site_strand",
    "summit", "distance", *MOTIF_HIT_COLUMNS, *DETAILS[1:],
)  # fmt: skip
_NO_MOTIF = (".",) * len(MOTIF_HIT_COLUMNS)


class OverlapTable:
    """Write the header at once and rows as they come.

    Parameters
    ----------
    stream : TextIO
        Stream for the text.
    columns : Sequence[str]
        Columns of the variant or interval, which precede those of the site.
    """

    def __init__(self, stream: TextIO, columns: Sequence[str]):
        self._stream = stream
        stream.write("\t".join((*columns, *SITE_COLUMNS)) + "\n")

    def add(self, fields: Sequence[str], overlaps: Iterable[SiteOverlap]) -> None:
        """Append the overlaps of one variant or interval.

        Parameters
        ----------
        fields : Sequence[str]
            Its columns.
        overlaps : Iterable[SiteOverlap]
            The sites that it overlaps.
        """
        start = "\t".join(fields)
        for overlap in overlaps:
            site, *details = overlap.details
            place = f"{overlap.start}\t{overlap.end}\t{overlap.strand}\t{overlap.summit}\t{overlap.distance}"
            motif = "\t".join(overlap.motif or _NO_MOTIF)
            model = f"{overlap.run}\t{overlap.model}\t{site}"
            self._stream.write("\t".join((start, model, place, motif, *details)) + "\n")
