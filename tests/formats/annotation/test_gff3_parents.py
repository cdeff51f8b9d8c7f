"""Exons and coding parts of a gene go to those of its transcripts that lack them; nothing is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.formats.annotation.gff3_parents import join_parents
from ideep_scan.formats.annotation.transcript_parts import Parts, Piece

EXONS: list[Piece] = [(0, 20, None), (30, 50, None)]
CODING: list[Piece] = [(5, 20, None), (30, 40, None)]


def parts(name: str, exons: list[Piece] = [], coding: list[Piece] = []) -> Parts:  # noqa: B006
    return Parts(name, "", "", "1", "+", 1, list(exons), list(coding))


def join(*records: Parts, strand: str = "+", **parents: list[str]) -> dict[str, Parts]:
    """Join records of one contig; `parents` gives the parents of each ID."""
    by_key = {("1", "+" if record.id == "G" else strand, record.id): record for record in records}
    joined = join_parents(by_key, {("1", name): listed for name, listed in parents.items()})
    return {record.id: record for record in joined}


def test_exons_of_a_gene_go_to_its_only_transcript():
    joined = join(parts("G", EXONS), parts("A", [], CODING), A=["G"])
    assert list(joined) == ["A"]
    assert (joined["A"].exons, joined["A"].coding) == (EXONS, CODING)


def test_exons_of_a_gene_go_to_the_transcripts_that_they_overlap():
    first, second = parts("A", [], CODING[:1]), parts("B", [], CODING[1:])
    joined = join(parts("G", EXONS), first, second, A=["G"], B=["G"])
    assert {name: record.exons for name, record in joined.items()} == {"A": EXONS[:1], "B": EXONS[1:]}


def test_a_gene_keeps_its_exons_if_one_of_them_fits_no_transcript():
    first, second = parts("A", [], CODING[:1]), parts("B", [], CODING[:1])
    joined = join(parts("G", EXONS), first, second, A=["G"], B=["G"])
    assert joined["G"].exons == EXONS
    assert joined["A"].exons == joined["B"].exons == EXONS[:1]


def test_a_transcript_with_exons_takes_none_of_its_gene():
    joined = join(parts("G", EXONS), parts("A", EXONS[:1]), A=["G"])
    assert (joined["G"].exons, joined["A"].exons) == (EXONS, EXONS[:1])


def test_coding_parts_of_a_gene_go_to_the_transcripts_that_contain_them():
    joined = join(parts("G", [], CODING), parts("A", EXONS), parts("B", EXONS[:1]), A=["G"], B=["G"])
    assert {name: record.coding for name, record in joined.items()} == {"A": CODING, "B": []}
    joined = join(parts("G", [], CODING), parts("B", EXONS[:1]), B=["G"])
    assert joined["G"].coding == CODING


def test_the_other_strand_and_an_unknown_parent_join_nothing():
    gene, transcript = parts("G", EXONS), parts("A", [], CODING)
    assert list(join(gene, transcript, strand="-", A=["G"])) == ["G", "A"]
    assert list(join(gene, transcript, A=["H"])) == ["G", "A"]
    assert list(join(gene, transcript)) == ["G", "A"]


def test_what_went_on_to_a_child_takes_nothing_more():
    joined = join(parts("B", [], CODING), parts("A", EXONS), parts("G", [], CODING), B=["A"], A=["G"])
    assert joined == {"B": parts("B", EXONS, CODING), "G": parts("G", [], CODING)}


PIECES = st.lists(st.sampled_from([*EXONS, (60, 70, None)]), max_size=3, unique=True)
RECORDS = st.lists(st.tuples(PIECES, PIECES).filter(any), min_size=1, max_size=4)
NAMES = "ABCD"


@given(RECORDS, st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), max_size=2, unique=True)))
def test_no_piece_is_lost_however_parents_are_nested(records, parents):
    before = [parts(name, *pieces) for name, pieces in zip(NAMES, records, strict=False)]
    pieces = {(kind, piece) for record in before for kind in ("exons", "coding") for piece in getattr(record, kind)}
    joined = join(*before, **parents).values()
    assert pieces == {
        (kind, piece) for record in joined for kind in ("exons", "coding") for piece in getattr(record, kind)
    }
