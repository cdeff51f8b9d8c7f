"""Selection of the transcripts of genes that a user names."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from ideep_scan.errors import InputError
from ideep_scan.records.transcript import Transcript

# The end of an id that tells its version or copy: ENSG1.2, ENSG1.2_PAR_Y, NM_1.3, NM_1_dup2.
_EDITION = re.compile(r"(?:\.\d+)?(?:_PAR_[XY]|_dup\d+)?$")
# Accessions that keep their meaning without a version. In other ids a dot may be part of the name (Y74C9A.3).
_ACCESSION = re.compile(r"(?:ENS[A-Z]*\d{6,}|[NX][MR]_\d+)\.\d+$", re.IGNORECASE)


class GeneNames:
    """Index from names and ids of genes, and ids of transcripts, to transcripts.

    Exact spelling has priority.
    If nothing has it, case and the version of an id do not matter.

    Parameters
    ----------
    transcripts : iterable of Transcript
        The annotation.

    Attributes
    ----------
    transcripts : list of Transcript
        The annotation, in its order.
    """

    def __init__(self, transcripts: Iterable[Transcript]):
        self.transcripts = list(transcripts)
        self._exact: dict[str, list[int]] = defaultdict(list)
        self._loose: dict[str, list[int]] = defaultdict(list)
        for number, transcript in enumerate(self.transcripts):
            for name in {transcript.gene_name, transcript.gene_id, transcript.id}:
                self._exact[name].append(number)
            for name in set(_spellings(transcript)):
                self._loose[name].append(number)

    def find(self, name: str) -> list[int]:
        """Find the transcripts of a name.

        Parameters
        ----------
        name : str
            Name or id of a gene, or id of a transcript.

        Returns
        -------
        list of int
            Ascending indices into `transcripts`; empty for an unknown name.
        """
        name = name.strip()
        numbers = self._exact.get(name) or self._loose.get(name.upper())
        if not numbers and _ACCESSION.match(name):
            numbers = self._loose.get(_EDITION.sub("", name).upper())
        return numbers or []


def select_transcripts(transcripts: Iterable[Transcript], genes: Iterable[str]) -> list[Transcript]:
    """Select the transcripts of genes, found as by `GeneNames`.

    Parameters
    ----------
    transcripts : iterable of Transcript
        The annotation.
    genes : iterable of str
        Names or ids of genes, or ids of transcripts.

    Returns
    -------
    list of Transcript
        The transcripts, in the order of the annotation.

    Raises
    ------
    InputError
        The annotation has no such gene; the message gives similar names.
    """
    index = GeneNames(transcripts)
    selected: set[int] = set()
    for gene in genes:
        numbers = index.find(gene)
        if not numbers:
            name = gene.strip()
            raise InputError(f"no gene {name[:80]!r} in the annotation: {_similar(name, index.transcripts)}")
        selected.update(numbers)
    return [index.transcripts[number] for number in sorted(selected)]


def describe_scattered_genes(transcripts: Iterable[Transcript]) -> tuple[str, ...]:
    """Describe each gene that is at several places of the genome.

    Parameters
    ----------
    transcripts : iterable of Transcript
        Transcripts in any order.

    Returns
    -------
    tuple[str, ...]
        One sentence per gene.
    """
    places: dict[str, list[tuple[str, str, int, int]]] = defaultdict(list)
    for transcript in sorted(
        transcripts, key=lambda transcript: (transcript.chrom, transcript.strand, transcript.start)
    ):
        gene = places[transcript.gene_name]
        if gene and gene[-1][:2] == (transcript.chrom, transcript.strand) and transcript.start <= gene[-1][3]:
            gene[-1] = (*gene[-1][:3], max(gene[-1][3], transcript.end))
        else:
            gene.append((transcript.chrom, transcript.strand, transcript.start, transcript.end))
    return tuple(
        f"{name} lies at {len(gene)} places, all are scanned: {_format_places(gene)}"
        for name, gene in places.items()
        if len(gene) > 1
    )


def _spellings(transcript: Transcript) -> Iterator[str]:
    """Yield the upper-case names of a transcript, ids with and without their version."""
    yield transcript.gene_name.upper()
    for name in (transcript.gene_id, transcript.id):
        yield name.upper()
        yield _EDITION.sub("", name).upper()


def _similar(name: str, transcripts: Sequence[Transcript]) -> str:
    names = sorted({name for transcript in transcripts for name in (transcript.gene_name, transcript.gene_id)})
    by_case = {name.upper(): name for name in names}
    matches = [by_case[match] for match in difflib.get_close_matches(name[:80].upper(), by_case, n=3)]
    return f"did you mean {', '.join(matches)}?" if matches else "give a gene name, or the id of a gene or transcript"


def _format_places(places: Sequence[tuple[str, str, int, int]]) -> str:
    text = ", ".join(f"{chrom}:{start + 1}-{end} ({strand})" for chrom, strand, start, end in places[:3])
    return text + (", ..." if len(places) > 3 else "")
