"""Names of transcripts and genes: what reaches tables, tracks and pages."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.records.transcript import Transcript, clean_name


def named(text: str) -> Transcript:
    return Transcript(text, text, text, "chr1", "+", np.array([[0, 9]], np.int64))


@given(st.text())
def test_no_name_breaks_a_column_a_line_or_a_page(text: str) -> None:
    made = named(text)
    assert made.id == made.gene_id == made.gene_name == clean_name(text)
    assert made.id.isprintable()
    assert not set(made.id) & set("<>")
    assert len(made.id) == len(text)


@given(st.text(st.characters(categories=["L", "N", "P"], exclude_characters="<>")))
def test_an_ordinary_name_stays_as_it_is(text: str) -> None:
    assert named(text).id == text


def test_a_tab_and_a_line_break_that_gff3_escapes() -> None:
    assert named("A\tB\nC<img src=x>\x1b[31m").gene_name == "A B C(img src=x) [31m"
