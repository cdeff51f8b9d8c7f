"""The one contig resolver: which contig of the FASTA a name in another file means. It opens no file.

Names are compared as given first. Beyond that only what is known to be spelling is bridged: a "chr" (in any case)
before a chromosome's own name, and the four names of the mitochondrial genome. Scaffolds, patches and accessions
such as chrUn_gl000211 keep every letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from ideep_scan.errors import ContigMismatch

# A chromosome's own name: 1, 22, 2L, X, XVI (yeast, worm), W, M, MT.
_CHROMOSOME = re.compile(r"(?:[Cc][Hh][Rr])?(\d+[A-Za-z]?|[IVX]+|[WYZM]|MT)")
_EXAMPLES = 3


class ContigResolver:
    """Finds the contig of a FASTA that a name from elsewhere means.

    Parameters
    ----------
    contigs : length of each contig of the FASTA, in its order.
    """

    def __init__(self, contigs: Mapping[str, int]):
        self.contigs = dict(contigs)
        self._rank = {name: i for i, name in enumerate(self.contigs)}
        self._by_key: dict[str, str | None] = {}
        for name in self.contigs:
            key = _key(name)
            self._by_key[key] = None if key in self._by_key else name

    def resolve(self, name: str) -> str | None:
        """The FASTA's name of a contig; None where it has no such contig, or two that the name may mean."""
        return name if name in self.contigs else self._by_key.get(_key(name))

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


def _key(name: str) -> str:
    match = _CHROMOSOME.fullmatch(name)
    if match is None:
        return name
    return "M" if match[1] == "MT" else match[1]


def _shown(names: Iterable[str]) -> str:
    listed = list(names)
    return ", ".join(listed[:_EXAMPLES]) + (", ..." if len(listed) > _EXAMPLES else "")
