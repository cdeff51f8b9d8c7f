"""A change of the genome's letters at one place. It does not know whether the genome has the letters it replaces."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Variant:
    """The plus strand's `[start, start + len(ref))`, 0-based, reads `alt` instead of `ref`.

    Letters are upper-case A C G T N. Of `ref` and `alt` at most one is empty: an insertion before `start`, a deletion.
    """

    chrom: str
    start: int
    ref: str
    alt: str

    @property
    def end(self) -> int:
        """Where the genome goes on unchanged."""
        return self.start + len(self.ref)
