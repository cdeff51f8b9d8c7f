"""A change of bases at one place of the genome."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Variant:
    """A replacement of the plus strand's bases `[start, start + len(ref))` by `alt`.

    Only one of `ref` and `alt` may be empty.

    Attributes
    ----------
    chrom : str
        Name of the contig.
    start : int
        0-based genome position. Letters are inserted before it.
    ref : str
        Reference bases in upper-case A C G T N; empty for an insertion.
    alt : str
        Alternate bases in upper-case A C G T N; empty for a deletion.
    """

    chrom: str
    start: int
    ref: str
    alt: str

    @property
    def end(self) -> int:
        """Position after the last replaced base."""
        return self.start + len(self.ref)
