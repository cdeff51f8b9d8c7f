"""Restriction of a scan to expressed genes: a table of the user's cells meets the annotation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ideep_scan.errors import InputError
from ideep_scan.formats.expression_table import ExpressionTable
from ideep_scan.records.notes import join_names
from ideep_scan.records.transcript import Transcript
from ideep_scan.scan.gene_expression import ExpressedGenes, find_expressed


@dataclass(frozen=True, eq=False)
class Expression:
    """Expression of the genes of an annotation.

    Attributes
    ----------
    table : ExpressionTable
        The user's table.
    minimum : float
        The lowest TPM of an expressed gene.
    genes : ExpressedGenes
        Expressed and silent genes.
    """

    table: ExpressionTable
    minimum: float
    genes: ExpressedGenes

    def select(self, transcripts: Sequence[Transcript]) -> tuple[Transcript, ...]:
        """Select the transcripts of genes that are not silent. Raises InputError if there are none."""
        selected = self.genes.select(transcripts)
        if not selected:
            raise InputError(
                f"nothing to scan: no gene has {self.minimum:g} TPM or more: "
                "choose other genes or a lower --min-tpm, or leave out --expression",
                self.table.path,
            )
        return selected

    def describe_silent(self, transcripts: Sequence[Transcript]) -> tuple[str, ...]:
        """Name the silent genes among those that the user asks for: a note, or none."""
        names = dict.fromkeys(t.gene_name for t in transcripts if t.gene_id in self.genes.silent)
        return (f"not scanned because of less than {self.minimum:g} TPM: {join_names(list(names))}",) if names else ()

    def notes(self) -> tuple[str, ...]:
        """Describe how table and annotation fit together."""
        name, unknown = self.table.path.name, self.genes.unknown
        notes = [*self.table.notes, f"{name}: {self.in_words()}"]
        if self.genes.unlisted:
            notes.append(f"{name}: genes of the annotation that it lacks, which are scanned: {self.genes.unlisted:,}")
        if unknown:
            notes.append(
                f"{name}: rows without a gene of the annotation on the contigs of the FASTA: {len(unknown):,} of "
                f"{len(self.table.rows):,}, the first is {unknown[0][:80]}"
            )
        return tuple(notes)

    def in_words(self) -> str:
        """Count silent genes for the summary of a run."""
        silent = len(self.genes.silent)
        return f"not scanned because of less than {self.minimum:g} TPM: {silent:,} of {self.genes.genes:,} genes"

    def receipts(self) -> dict[str, Any]:
        """Describe the selection as JSON values."""
        return {
            "min_tpm": self.minimum,
            "expressed": self.genes.expressed,
            "silent": len(self.genes.silent),
            "unlisted": self.genes.unlisted,
            "unknown": len(self.genes.unknown),
        }


def match_expression(table: ExpressionTable, transcripts: Sequence[Transcript], minimum: float) -> Expression:
    """Find the genes of a table in an annotation.

    Parameters
    ----------
    table : ExpressionTable
        The user's table.
    transcripts : sequence of Transcript
        The annotation on the contigs of the FASTA.
    minimum : float
        The lowest TPM of an expressed gene.

    Returns
    -------
    Expression
        Expressed and silent genes.

    Raises
    ------
    InputError
        No row names a gene of the annotation.
    """
    genes = find_expressed(transcripts, ((row.names, row.tpm) for row in table.rows), minimum)
    if len(genes.unknown) == len(table.rows):
        example = transcripts[0]
        names = join_names(list(dict.fromkeys((example.gene_name, example.gene_id, example.id))))
        raise InputError(
            f"none of its genes is in the annotation: it has {genes.unknown[0][:80]}, the annotation has {names}: "
            "give a table with names or ids of the annotation",
            table.path,
        )
    return Expression(table, minimum, genes)
