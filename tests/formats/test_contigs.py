"""Spellings of contig names that mean the same, and those that do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.errors import ContigMismatch, InputError
from ideep_scan.formats.contigs import ContigResolver

UCSC = ContigResolver({"chr1": 100, "chr2": 90, "chrX": 80, "chrM": 16, "chrUn_gl000211": 9, "chr6_cox_hap2": 8})
ENSEMBL = ContigResolver({"1": 100, "2": 90, "X": 80, "MT": 16, "GL000211.1": 9})


@pytest.mark.parametrize(
    ("name", "contig"),
    [
        ("chr1", "chr1"), ("1", "chr1"), ("Chr1", "chr1"), ("CHR2", "chr2"), ("X", "chrX"),
        ("M", "chrM"), ("MT", "chrM"), ("chrMT", "chrM"), ("chrUn_gl000211", "chrUn_gl000211"),
        ("Un_gl000211", None), ("gl000211", None), ("n_gl000211", None), ("6_cox_hap2", None), ("6", None),
        ("chr11", None), ("11", None), ("", None), ("chr", None), ("chrchr1", None), ("hr1", None), ("01", None),
    ],
)  # fmt: skip
def test_names_on_a_ucsc_fasta(name: str, contig: str | None) -> None:
    assert UCSC.resolve(name) == contig


@pytest.mark.parametrize(
    ("name", "contig"),
    [("chr1", "1"), ("1", "1"), ("chrM", "MT"), ("M", "MT"), ("chrMT", "MT"), ("GL000211.1", "GL000211.1"),
     ("chrGL000211.1", None), ("chrUn_gl000211", None)],
)  # fmt: skip
def test_names_on_an_ensembl_fasta(name: str, contig: str | None) -> None:
    assert ENSEMBL.resolve(name) == contig


def test_the_exact_name_wins_and_an_ambiguous_one_resolves_to_none() -> None:
    both = ContigResolver({"1": 10, "chr1": 20, "2": 5})
    assert (both.resolve("1"), both.resolve("chr1"), both.resolve("Chr1")) == ("1", "chr1", None)


@given(st.lists(st.from_regex(r"[A-Za-z0-9_.|*:-]{1,12}", fullmatch=True), min_size=1, max_size=8, unique=True))
def test_every_name_resolves_to_itself(names: list[str]) -> None:
    resolver = ContigResolver(dict.fromkeys(names, 1))
    assert [resolver.resolve(name) for name in names] == names
    assert [resolver.rank(name) for name in names] == list(range(len(names)))


def test_align_lists_what_the_fasta_lacks_in_order_of_sight() -> None:
    mapping, missing = UCSC.align(["HG1", "2", "chr1", "2", "HSCHR6"], "a.gtf", "annotation")
    assert mapping == {"2": "chr2", "chr1": "chr1"}
    assert missing == ("HG1", "HSCHR6")
    assert UCSC.align([], "a.gtf", "annotation") == ({}, ())


def test_align_shows_both_styles_where_nothing_fits() -> None:
    with pytest.raises(ContigMismatch) as caught:
        UCSC.align(["NC_000001.10", "NC_000002.11", "NC_000003.11", "NC_000004.11"], "a.gff3", "annotation")
    message = str(caught.value)
    assert isinstance(caught.value, InputError)
    assert message.startswith("a.gff3: ")
    assert "NC_000001.10, NC_000002.11, NC_000003.11, ..." in message
    assert "chr1, chr2, chrX, ..." in message
    assert "\n" not in message


HG19 = ContigResolver({"chr1": 249250621, "chr2": 243199373, "chrX": 155270560, "chrM": 16571})


@pytest.mark.parametrize(
    ("name", "contig"),
    [
        ("NC_000001.10", "chr1"), ("NC_000001.11", None), ("NC_000001.9", None), ("NC_000023.10", "chrX"),
        ("CM000663.1", "chr1"), ("CM000663.2", None), ("CM000685.1", "chrX"), ("NC_000025.1", None),
        ("NC_012920.1", None), ("NC_001807.4", "chrM"), ("NC_000000.10", None), ("NC_000001", None),
    ],
)  # fmt: skip
def test_accessions_resolve_where_the_length_agrees(name: str, contig: str | None) -> None:
    assert HG19.resolve(name) == contig


def test_a_fasta_of_accessions_answers_to_names_of_chromosomes() -> None:
    genbank = ContigResolver({"NC_000001.11": 248956422, "NC_000002.12": 5, "NC_012920.1": 16569})
    assert [genbank.resolve(name) for name in ("chr1", "1", "CM000663.2")] == ["NC_000001.11"] * 3
    assert (genbank.resolve("MT"), genbank.resolve("chr2")) == ("NC_012920.1", None)
    assert ContigResolver({"chr1": 249250621, "NC_000001.10": 249250621}).resolve("1") is None


def test_a_mitochondrial_genome_of_another_length_is_doubted() -> None:
    assert HG19.doubt("MT") == "on MT, read as chrM, another sequence (16,571 bases instead of 16,569)"
    assert [HG19.doubt(name) for name in ("chrM", "M", "1", "chr9")] == [None] * 4
    grch37 = ContigResolver({"1": 249250621, "2": 243199373, "MT": 16569})
    assert "16,571" in (grch37.doubt("chrM") or "")
    assert [grch37.doubt(name) for name in ("MT", "chrMT", "chr1")] == [None] * 3
    assert ContigResolver({"1": 248956422, "2": 242193529, "MT": 16569}).doubt("chrM") is None
