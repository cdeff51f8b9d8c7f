"""The one contig resolver: which contig of the FASTA a name in another file means. It opens no file.

Names are compared as given first. Beyond that only what is known to be spelling is bridged: a "chr" (in any case)
before a chromosome's own name, the four names of the mitochondrial genome, and accessions of human chromosomes where
the length agrees. Scaffolds and patches such as chrUn_gl000211 keep every letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

from ideep_scan.errors import ContigMismatch
from ideep_scan.formats.accessions import OLD_CHR_M, RCRS, human_chromosome
from track_hubs.assemblies import assembly_of

# A chromosome's own name: 1, 22, 2L, X, XVI (yeast, worm), W, M, MT.
_CHROMOSOME = re.compile(r"(?:[Cc][Hh][Rr])?(\d+[A-Za-z]?|[IVX]+|[WYZM]|MT)")
_EXAMPLES = 3


class ContigResolver:
    """Finds the contig of a FASTA that a name from runner means.

    Parameters
    ----------
    contigs : length of each contig of the FASTA, in its order.
    """

    def __init__(self, contigs: Mapping[str, int]):
        self.contigs = dict(contigs)
        self._rank = {name: i for i, name in enumerate(self.contigs)}
        self._by_key: dict[str, str | None] = {}
        for name, length in self.contigs.items():
            key, expected = _key(name)
            if expected not in (None, length):
                continue  # an accession of another length is not that chromosome
            self._by_key[key] = None if key in self._by_key else name

    def resolve(self, name: str) -> str | None:
        """The FASTA's name of a contig; None where it has no such contig, or two that the name may mean."""
        if name in self.contigs:
            return name
        key, expected = _key(name)
        contig = self._by_key.get(key)
        return None if contig is None or expected not in (None, self.contigs[contig]) else contig

    def doubt(self, name: str) -> str | None:
        """Say why a name may mean another sequence than the contig that it resolves to; None if nothing speaks for it.

        GRCh37's MT and the chrM of UCSC's hg18 and hg19 differ: positions of one are not positions of the other.
        """
        contig = self.resolve(name)
        if contig in (None, name) or _key(name) != ("M", None):
            return None
        length = self.contigs[contig]
        if length == OLD_CHR_M and name.upper().endswith("MT"):
            return f"on {name}, read as {contig}, another sequence ({OLD_CHR_M:,} bases instead of {RCRS:,})"
        if length == RCRS and not name.upper().endswith("MT") and self._is_hg19:
            return f"on {name}, read as {contig} ({RCRS:,} bases), though chrM of UCSC's hg19 has {OLD_CHR_M:,}"
        return None

    @cached_property
    def _is_hg19(self) -> bool:
        return assembly_of(self.contigs) == "hg19"

    def rank(self, name: str) -> int:
        """Place of a contig (by its name in the FASTA) in the order of the FASTA."""
        return self._rank[name]

    def align(self, names: Iterable[str], path: str | Path, what: str) -> tuple[dict[str, str], tuple[str, ...]]:
        """Match all contig names of a file at once.

        Parameters
        ----------
        names : the file's contig names; repeats do no harm.
        path, what : the file and what it is ("annotation"), for the message.

        Returns
        -------
        mapping : the file's name -> the FASTA's name, of all that resolve.
        missing : names that the FASTA lacks, in the order of first sight.

        Raises
        ------
        ContigMismatch : there are names and not one of them resolves.
        """
        found = {name: self.resolve(name) for name in names}
        mapping = {name: contig for name, contig in found.items() if contig is not None}
        if found and not mapping:
            raise ContigMismatch(
                f"no contig of the {what} is in the FASTA: the {what} says {_shown(found)}, the FASTA says "
                f"{self.style()}; use the {what} made for this FASTA, or rename its contigs",
                path,
            )
        return mapping, tuple(name for name, contig in found.items() if contig is None)

    def style(self) -> str:
        """A few contig names of the FASTA, for messages."""
        return _shown(self.contigs)


def _key(name: str) -> tuple[str, int | None]:
    """What spellings of a name have in common, and the length of the contig where the name states it."""
    if known := human_chromosome(name):
        return known
    match = _CHROMOSOME.fullmatch(name)
    if match is None:
        return name, None
    return ("M" if match[1] == "MT" else match[1]), None


def _shown(names: Iterable[str]) -> str:
    listed = list(names)
    return ", ".join(listed[:_EXAMPLES]) + (", ..." if len(listed) > _EXAMPLES else "")
