"""Selection of the transcripts of expressed genes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from ideep_scan.records.transcript import Transcript
from ideep_scan.scan.gene_selection import GeneNames


@dataclass(frozen=True, eq=False)
class ExpressedGenes:
    """Result of a selection by expression.

    Attributes
    ----------
    silent : frozenset of str
        Ids of genes whose TPM are below the minimum.
    expressed : int
        Number of genes that reach the minimum.
    unlisted : int
        Number of genes that the table does not have; they are scanned.
    unknown : tuple of str
        First name of each row that names no gene of the annotation.
    """

    silent: frozenset[str]
    expressed: int
    unlisted: int
    unknown: tuple[str, ...]

    @property
    def genes(self) -> int:
        """Number of genes of the annotation."""
        return len(self.silent) + self.expressed + self.unlisted

    def select(self, transcripts: Iterable[Transcript]) -> tuple[Transcript, ...]:
        """Select the transcripts of genes that are not silent."""
        return tuple(transcript for transcript in transcripts if transcript.gene_id not in self.silent)


def find_expressed(
    transcripts: Iterable[Transcript], expression: Iterable[tuple[tuple[str, ...], float]], minimum: float
) -> ExpressedGenes:
    """Find out which genes of an annotation are expressed.

    The first name of a row that the annotation has decides its genes.
    The TPM of all rows of a gene are added up, be they rows of genes or of transcripts.

    Parameters
    ----------
    transcripts : iterable of Transcript
        The annotation.
    expression : iterable of tuple
        Names of a gene or transcript, found as by `GeneNames`, and its TPM.
        A name may hold others between bars, as in FASTA headers of GENCODE.
    minimum : float
        The lowest TPM of an expressed gene.

    Returns
    -------
    ExpressedGenes
        The genes.

    Examples
    --------
    >>> import numpy as np
    >>> exons = np.array([(0, 100)])
    >>> genes = [Transcript(f"NM_{name}", name, name, "chr1", "+", exons) for name in "ABC"]
    >>> expressed = find_expressed(genes, [(("NM_A",), 0.5), (("NM_A",), 0.7), (("B",), 0.9)], minimum=1)
    >>> [transcript.gene_name for transcript in expressed.select(genes)]
    ['A', 'C']
    """
    index = GeneNames(transcripts)
    tpm: dict[str, float] = defaultdict(float)
    unknown = []
    for names, value in expression:
        parts = (part for name in names for part in (name, *name.split("|")))
        numbers = next(filter(None, map(index.find, parts)), [])
        for gene in {index.transcripts[number].gene_id for number in numbers}:
            tpm[gene] += value
        if not numbers:
            unknown.append(names[0])
    silent = frozenset(gene for gene, value in tpm.items() if value < minimum)
    genes = {transcript.gene_id for transcript in index.transcripts}
    return ExpressedGenes(
        silent, expressed=len(tpm) - len(silent), unlisted=len(genes) - len(tpm), unknown=tuple(unknown)
    )
