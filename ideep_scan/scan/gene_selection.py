"""Find the transcripts of genes that a user names. It plans nothing."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from ideep_scan.errors import InputError
from ideep_scan.records.transcript import Transcript

# The end of an id that says which edition or copy it is: ENSG1.2, ENSG1.2_PAR_Y, NM_1.3, NM_1_dup2.
_EDITION = re.compile(r"(?:\.\d+)?(?:_PAR_[XY]|_dup\d+)?$")
# Accessions that keep their meaning without their version; of other ids a dot may be part (Y74C9A.3 of WormBase).
_ACCESSION = re.compile(r"(?:ENS[A-Z]*\d{6,}|[NX][MR]_\d+)\.\d+$", re.IGNORECASE)


def of_genes(transcripts: Iterable[Transcript], genes: Iterable[str]) -> list[Transcript]:
    """Transcripts of the named genes, in the order of the annotation.

    Parameters
    ----------
    genes : iterable of str
        Names or ids of genes, or ids of transcripts. The exact spelling comes first. If nothing has it, case and the
        version of an id do not matter.

    Raises
    ------
    InputError
        The annotation has no such gene; the message names similar ones.
    """
    annotated = list(transcripts)
    exact: dict[str, list[int]] = defaultdict(list)
    loose: dict[str, list[int]] = defaultdict(list)
    for number, transcript in enumerate(annotated):
        for name in {transcript.gene_name, transcript.gene_id, transcript.id}:
            exact[name].append(number)
        for name in set(_spellings(transcript)):
            loose[name].append(number)
    chosen: set[int] = set()
    for gene in genes:
        name = gene.strip()
        numbers = exact.get(name) or loose.get(name.upper())
        if not numbers and _ACCESSION.match(name):
            numbers = loose.get(_EDITION.sub("", name).upper())
        if not numbers:
            raise InputError(f"no gene {name[:80]!r} in the annotation: {_similar(name, annotated)}")
        chosen.update(numbers)
    return [annotated[number] for number in sorted(chosen)]


def scattered(transcripts: Iterable[Transcript]) -> tuple[str, ...]:
    """Say which genes lie at several places, a line for each gene."""
    places: dict[str, list[tuple[str, str, int, int]]] = defaultdict(list)
    for each in sorted(transcripts, key=lambda each: (each.chrom, each.strand, each.start)):
        known = places[each.gene_name]
        if known and known[-1][:2] == (each.chrom, each.strand) and each.start <= known[-1][3]:
            known[-1] = (*known[-1][:3], max(known[-1][3], each.end))
        else:
            known.append((each.chrom, each.strand, each.start, each.end))
    return tuple(
        f"{gene} lies at {len(found)} places, all are scanned: {_listed(found)}"
        for gene, found in places.items()
        if len(found) > 1
    )


def _spellings(transcript: Transcript) -> Iterator[str]:
    """Upper-case names that mean a transcript, ids with and without their version."""
    yield transcript.gene_name.upper()
    for name in (transcript.gene_id, transcript.id):
        yield name.upper()
        yield _EDITION.sub("", name).upper()


def _similar(name: str, transcripts: Sequence[Transcript]) -> str:
    names = sorted({each for transcript in transcripts for each in (transcript.gene_name, transcript.gene_id)})
    by_case = {each.upper(): each for each in names}
    near = [by_case[each] for each in difflib.get_close_matches(name[:80].upper(), by_case, n=3)]
    return f"did you mean {', '.join(near)}?" if near else "give a gene name, or the id of a gene or transcript"


def _listed(places: Sequence[tuple[str, str, int, int]]) -> str:
    shown = ", ".join(f"{chrom}:{start + 1}-{end} ({strand})" for chrom, strand, start, end in places[:3])
    return shown + (", ..." if len(places) > 3 else "")
