"""Genes by any name that a user may give them, and what is said of those at several places."""

from __future__ import annotations

import numpy as np
import pytest

from ideep_scan.errors import InputError
from ideep_scan.records.transcript import Transcript
from ideep_scan.scan.gene_selection import describe_scattered_genes, select_transcripts


def transcript(name: str, gene: str, accession: str, start: int = 0, chrom: str = "1") -> Transcript:
    return Transcript(accession, gene, name, chrom, "+", np.array([(start, start + 5)]))


ANNOTATED = [
    transcript("ELAVL1", "ENSG00000066044.18", "ENST00000407627.7"),
    transcript("FUS", "ENSG00000089280.19_PAR_Y", "NM_004960.4_dup1"),
    transcript("Dl", "FBgn0000463", "FBtr0083704"),
    transcript("dl", "FBgn0260632", "FBtr0080981"),
    transcript("cln-3.3", "Y74C9A.3", "Y74C9A.3.1"),
]


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("ELAVL1", 0),
        ("elavl1", 0),
        (" Elavl1 ", 0),
        ("ENSG00000066044.18", 0),
        ("ENSG00000066044", 0),
        ("ensg00000066044.3", 0),
        ("ENST00000407627", 0),
        ("ENST00000407627.8", 0),
        ("ENSG00000089280", 1),
        ("NM_004960", 1),
        ("NM_004960.3", 1),
        ("Dl", 2),
        ("dl", 3),
        ("Y74C9A.3", 4),
        ("y74c9a.3.1", 4),
    ],
)
def test_a_gene_by_any_of_its_names(name: str, number: int) -> None:
    assert select_transcripts(ANNOTATED, [name]) == [ANNOTATED[number]]


def test_several_genes_come_in_the_order_of_the_annotation_and_once() -> None:
    assert select_transcripts(ANNOTATED, ["FUS", "elavl1", "ENST00000407627"]) == ANNOTATED[:2]


@pytest.mark.parametrize("name", ["Elavl2", "Y74C9A.99", "ENSG00000066045.1", "", "x" * 5000])
def test_an_unknown_gene_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="no gene") as caught:
        select_transcripts(ANNOTATED, [name])
    assert len(str(caught.value)) < 300


def test_an_unknown_gene_is_answered_with_similar_ones() -> None:
    with pytest.raises(InputError, match=r"no gene 'Elavl2' .*did you mean ELAVL1"):
        select_transcripts(ANNOTATED, ["Elavl2"])
    with pytest.raises(InputError, match="give a gene name"):
        select_transcripts([], ["X"])


def test_a_gene_at_several_places_is_said() -> None:
    results = [transcript("A", "A", "1"), transcript("A", "A", "2", 3), transcript("B", "B", "3")]
    assert describe_scattered_genes(results) == ()
    results += [transcript("A", "A", "4", 100), transcript("A", "A", "5", 0, "X")]
    assert describe_scattered_genes(results) == (
        "A lies at 3 places, all are scanned: 1:1-8 (+), 1:101-105 (+), X:1-5 (+)",
    )
