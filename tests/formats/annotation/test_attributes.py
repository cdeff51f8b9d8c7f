"""Attributes of GTF and GFF3 in every spelling; text inside quotes is never read as attributes."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.formats.annotation.attributes import (
    find_exon_number,
    find_gff3_value,
    find_gff3_values,
    find_gtf_value,
    parse_bare_id,
    parse_gff3_attributes,
    parse_gtf_attributes,
    parse_gtf_ids,
)

WANTED = {"gene_id": "G1", "transcript_id": "T1", "exon_number": "3", "gene_name": "ABC"}
# Text as a description may hold it, with pieces that look like attributes.
PIECES = st.sampled_from(
    ["gene x", "gene_name 'EVIL'", "exon_number 7", "; gene_id 'Y';", "Parent=Z;", "5' end", "=", "%2C", ", "]
)
LETTERS = st.text(st.characters(exclude_characters='"\t\n\r', exclude_categories=["C", "Z"]))
TEXT = st.lists(PIECES | LETTERS).map(" ".join)


@given(TEXT, st.integers(0, 4))
def test_any_text_in_a_note_changes_nothing_in_gtf(text: str, place: int) -> None:
    items = [f'{key} "{value}"' for key, value in WANTED.items()]
    items.insert(place, f'description "{text}"')
    line = "; ".join(items) + ";"
    attributes = parse_gtf_attributes(line)
    assert {key: attributes[key] for key in WANTED} == WANTED
    assert parse_gtf_ids(line) in (("G1", "T1"), None)
    assert find_exon_number(line) == 3
    assert find_gtf_value(line, "gene_name") == "ABC"


@given(TEXT, st.integers(0, 3), st.booleans())
def test_any_text_in_a_note_changes_nothing_in_gff3(text: str, place: int, quoted: bool) -> None:
    items = ["ID=e1", "Parent=A,B%2CC", "Name=N"]
    items.insert(place, f'Note="{text}"' if quoted else f"Note={quote(text)}")
    line = ";".join(items)
    assert find_gff3_values(line, "Parent") == ["A", "B,C"]
    assert find_gff3_value(line, "ID") == "e1"
    assert parse_gff3_attributes(line)["Name"] == "N"


@pytest.mark.parametrize(
    ("text", "attributes"),
    [
        ('gene_id "G"; gene ""; gene "S"; tag "a"; tag "b"', {"gene_id": "G", "gene": "S", "tag": "a"}),
        ("gene_id G; transcript_id T", {"gene_id": "G", "transcript_id": "T"}),
        ("gene_id='G';transcript_id = \"T\"", {"gene_id": "G", "transcript_id": "T"}),
        ('gene_id "G" transcript_id "T" name "x y"', {"gene_id": "G", "transcript_id": "T", "name": "x y"}),
        ('note "the "big" one"; gene_id "G"', {"note": 'the "big" one', "gene_id": "G"}),
        ("note \"a\\\"; gene_id \"G\"", {"note": "a\\", "gene_id": "G"}),
        (r'note "x \"; gene_id \"EVIL\";"; gene_id "G"', {"note": r'x \"; gene_id \"EVIL\";', "gene_id": "G"}),
        ('gene_id "G"; transcript_id "T', {"gene_id": "G"}),
        ("note 5' end; gene_id \"G\"", {"note": "5' end", "gene_id": "G"}),
        (";; gene_id\t\"G\";;", {"gene_id": "G"}),
        ("", {}),
    ],
)  # fmt: skip
def test_gtf_in_every_spelling(text: str, attributes: dict[str, str]) -> None:
    assert parse_gtf_attributes(text) == attributes


@pytest.mark.parametrize(
    ("text", "parents"),
    [
        (" ID = a ; Parent = b , c%2Cd ", ["b", "c,d"]),
        ("Note=5' end;Parent=T", ["T"]),
        ("Note='a;Parent=b';Parent=\"T\"", ["T"]),
        ("orig_Parent=a", []),
        ("Parent=;Parent=x", ["x"]),
        ("ID=a", []),
        (".", []),
    ],
)
def test_gff3_in_every_spelling(text: str, parents: list[str]) -> None:
    assert find_gff3_values(text, "Parent") == parents


def test_a_bare_id_and_what_is_none() -> None:
    assert [parse_bare_id(text) for text in ("g1.t1", " g1 ;", ".", "a b", 'a "b"', "")] == ["g1.t1", "g1"] + [None] * 4


@pytest.mark.parametrize("piece", ['a "', ";", " ", "a", "=", '"', "'", 'a="', '";', "exon_number ", 'a "b" '])
def test_no_text_takes_long(piece: str) -> None:
    text = piece * 20_000
    for read in (parse_gtf_ids, find_exon_number, parse_gtf_attributes, parse_bare_id, parse_gff3_attributes):
        read(text)
