"""Expressed and silent genes of an annotation, by any name of a gene or transcript."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.records.transcript import Transcript
from ideep_scan.scan.gene_expression import find_expressed

EXONS = np.array([(0, 5)])
ANNOTATED = [
    Transcript("ENST1.7", "ENSG1.18", "ELAVL1", "1", "+", EXONS),
    Transcript("ENST2.1", "ENSG1.18", "ELAVL1", "1", "+", EXONS),
    Transcript("ENST00000000003.1", "ENSG00000000004.2", "FUS", "1", "-", EXONS),
    Transcript("NM_004960.4", "QKI", "QKI", "2", "+", EXONS),
]


@pytest.mark.parametrize(
    ("name", "gene"),
    [
        ("ELAVL1", "ENSG1.18"),
        ("elavl1", "ENSG1.18"),
        ("ENST2.1", "ENSG1.18"),
        ("ENSG00000000004", "ENSG00000000004.2"),
        ("ENSG00000000004.9", "ENSG00000000004.2"),
        ("ENST00000000003.5|x|FUS-201|FUS|99|", "ENSG00000000004.2"),
        ("x|y|FUS", "ENSG00000000004.2"),
        ("NM_004960", "QKI"),
    ],
)
def test_a_gene_is_silent_by_any_of_its_names(name: str, gene: str) -> None:
    expressed = find_expressed(ANNOTATED, [((name,), 0.2)], 1)
    assert expressed.silent == {gene}
    assert [transcript.gene_id for transcript in expressed.select(ANNOTATED)] == [
        transcript.gene_id for transcript in ANNOTATED if transcript.gene_id != gene
    ]
    assert (expressed.genes, expressed.unlisted, expressed.expressed, expressed.unknown) == (3, 2, 0, ())


def test_the_first_name_that_is_known_counts_and_unknown_rows_are_named() -> None:
    rows = [(("STRG.1", "QKI"), 5.0), (("STRG.2", "-"), 5.0), (("FUS", "QKI"), 0.5)]
    expressed = find_expressed(ANNOTATED, rows, 1)
    assert (expressed.silent, expressed.unknown) == ({"ENSG00000000004.2"}, ("STRG.2",))


def test_genes_that_share_a_symbol_share_its_expression() -> None:
    annotated = [Transcript(f"T{i}", f"G{i}", "U6", "1", "+", EXONS) for i in range(3)]
    assert find_expressed(annotated, [(("U6",), 0.5)], 1).silent == {"G0", "G1", "G2"}
    assert find_expressed(annotated, [(("U6",), 0.5), (("G1",), 0.5)], 1).silent == {"G0", "G2"}


@given(values=st.lists(st.integers(0, 8), min_size=1, max_size=12), minimum=st.integers(1, 30))
def test_transcripts_of_a_gene_are_added_up_in_any_order(values: list[int], minimum: int) -> None:
    rows = [((("ENST1.7", "ENST2.1", "ELAVL1")[i % 3],), value / 8) for i, value in enumerate(values)]
    expected = frozenset() if sum(values) >= minimum else {"ENSG1.18"}
    assert find_expressed(ANNOTATED, rows, minimum / 8).silent == expected
    assert find_expressed(ANNOTATED, rows[::-1], minimum / 8).silent == expected
