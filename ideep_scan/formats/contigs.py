"""Match contig names of other files to the contigs of the FASTA.

Exact names come first. Beyond them, only known differences of spelling count:
a "chr" in any case before the name of a chromosome, the four names of the mitochondrial genome,
and accessions of human chromosomes of the same length.
Scaffolds and patches such as chrUn_gl000211 must match letter by letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from ideep_scan.errors import ContigMismatch
from ideep_scan.formats.accessions import OLD_CHR_M, RCRS, find_human_chromosome
from track_hubs.assemblies import find_assembly

# A chromosome's own name: 1, 22, 2L, X, XVI (yeast, worm), W, M, MT.
_CHROMOSOME = re.compile(r"(?:[Cc][Hh][Rr])?(\d+[A-Za-z]?|[IVX]+|[WYZM]|MT)")
_EXAMPLES = 3


class LengthDifference(NamedTuple):
    """Contigs of a file that have another length than in the FASTA: their number, the first, and both in words."""

    number: int
    first: str
    text: str


class ContigResolver:
    """Find the contig of a FASTA that a name in another file means.

    Parameters
    ----------
    contigs : Mapping[str, int]
        Length of each contig of the FASTA in nt, in its order.

    Examples
    --------
    >>> resolver = ContigResolver({"chr1": 1000, "chrM": 16571})
    >>> resolver.resolve("1"), resolver.resolve("MT"), resolver.resolve("chr2")
    ('chr1', 'chrM', None)
    """

    def __init__(self, contigs: Mapping[str, int]):
        self.contigs = dict(contigs)
        self._rank = {name: i for i, name in enumerate(self.contigs)}
        self._by_key: dict[str, str | None] = {}
        for name, length in self.contigs.items():
            key, key_length = _key(name)
            if key_length not in (None, length):
                continue  # the length differs, so the contig is not that chromosome
            self._by_key[key] = None if key in self._by_key else name

    def resolve(self, name: str) -> str | None:
        """Return the FASTA's name of a contig.

        Parameters
        ----------
        name : str
            A name from another file.

        Returns
        -------
        str or None
            None if the FASTA lacks the contig, or has two that the name may mean.
        """
        if name in self.contigs:
            return name
        key, key_length = _key(name)
        contig = self._by_key.get(key)
        return None if contig is None or key_length not in (None, self.contigs[contig]) else contig

    def list_namesakes(self) -> list[tuple[str, str]]:
        """List pairs of contigs whose names are spellings of one name, such as 1 and chr1.

        Returns
        -------
        list of tuple of str
            The first contig of each name and a further one, in the order of the FASTA.

        Examples
        --------
        >>> ContigResolver({"chr1": 9, "2": 8, "1": 9}).list_namesakes()
        [('chr1', '1')]
        """
        keys = {name: _key(name) for name in self.contigs}
        first: dict[str, str] = {}
        pairs = (
            (first.setdefault(key, name), name)
            for name, (key, length) in keys.items()
            if length in (None, self.contigs[name])
        )
        return [(one, other) for one, other in pairs if one != other]

    def doubt(self, name: str) -> str | None:
        """Explain why a name may mean another sequence than the contig it resolves to.

        GRCh37's MT and the chrM of UCSC's hg18 and hg19 are different sequences with different positions.

        Parameters
        ----------
        name : str
            A name from another file.

        Returns
        -------
        str or None
            Text for a note; None if there is no doubt.
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
        return find_assembly(self.contigs) == "hg19"

    def rank(self, name: str) -> int:
        """Return the position of a contig in the order of the FASTA.

        Parameters
        ----------
        name : str
            The FASTA's name of the contig.

        Returns
        -------
        int
            The position, 0-based.
        """
        return self._rank[name]

    def align(self, names: Iterable[str], path: str | Path, noun: str) -> tuple[dict[str, str], tuple[str, ...]]:
        """Match all contig names of a file.

        Parameters
        ----------
        names : Iterable[str]
            The file's contig names. They may repeat.
        path : str or Path
            The file, for messages.
        noun : str
            Kind of file ("annotation"), for messages.

        Returns
        -------
        mapping : dict[str, str]
            The file's name to the FASTA's name, for all names that resolve.
        missing : tuple[str, ...]
            Names that the FASTA lacks, in the order of their first occurrence.

        Raises
        ------
        ContigMismatch
            There are names and none of them resolves.
        """
        contigs = {name: self.resolve(name) for name in names}
        mapping = {name: contig for name, contig in contigs.items() if contig is not None}
        if contigs and not mapping:
            raise ContigMismatch(
                f"no contig of the {noun} is in the FASTA: the {noun} has {_join_examples(contigs)}, the FASTA has "
                f"{self.style()}; use the {noun} made for this FASTA, or rename its contigs",
                path,
            )
        return mapping, tuple(name for name, contig in contigs.items() if contig is None)

    def compare_lengths(self, lengths: Mapping[str, int], genome: str = "the FASTA") -> LengthDifference | None:
        """Find the contigs of a file that have another length than in the FASTA.

        Parameters
        ----------
        lengths : Mapping[str, int]
            Length of each contig in nt, by the file's name.
        genome : str
            Name of the FASTA, for the text.

        Returns
        -------
        LengthDifference or None
            None if all lengths agree.

        Examples
        --------
        >>> ContigResolver({"chr1": 1000}).compare_lengths({"1": 990, "2": 5}).text
        '1 of 1 contigs have another length than in the FASTA, the first is 1 (990 nt, there 1,000)'
        """
        pairs = [(name, contig) for name in lengths if (contig := self.resolve(name)) is not None]
        different = [(name, contig) for name, contig in pairs if lengths[name] != self.contigs[contig]]
        if not different:
            return None
        name, contig = different[0]
        text = (
            f"{len(different)} of {len(pairs)} contigs have another length than in {genome}, "
            f"the first is {name} ({lengths[name]:,} nt, there {self.contigs[contig]:,})"
        )
        return LengthDifference(len(different), name, text)

    def length_notes(self, lengths: Mapping[str, int], name: str, genome: str = "the FASTA") -> tuple[str, ...]:
        """Note the contigs of a file that have another length than in the FASTA.

        Parameters
        ----------
        lengths : Mapping[str, int]
            Length of each contig in nt, by the file's name.
        name : str
            Name of the file, for the text.
        genome : str
            Name of the FASTA, for the text.

        Returns
        -------
        tuple of str
            One line, or none.
        """
        difference = self.compare_lengths(lengths, genome)
        if difference is None:
            return ()
        return (f"{name}: {difference.text}; unless {genome} is an excerpt, give files of one assembly",)

    def style(self) -> str:
        """List a few contig names of the FASTA, for messages."""
        return _join_examples(self.contigs)


def _key(name: str) -> tuple[str, int | None]:
    """Reduce a contig name to the part that its spellings share.

    Returns
    -------
    key : str
        The shared part.
    length : int or None
        Length of the contig in nt, if the name determines it.
    """
    if chromosome := find_human_chromosome(name):
        return chromosome
    match = _CHROMOSOME.fullmatch(name)
    if match is None:
        return name, None
    return ("M" if match[1] == "MT" else match[1]), None


def _join_examples(names: Iterable[str]) -> str:
    examples = list(names)
    return ", ".join(examples[:_EXAMPLES]) + (", ..." if len(examples) > _EXAMPLES else "")
