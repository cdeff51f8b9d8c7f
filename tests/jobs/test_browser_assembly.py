"""What browsers are told of a genome: by contig lengths, by the user, never by the name of a file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.errors import InputError
from ideep_scan.jobs.browser_assembly import check_assembly, check_email, choose_browser_genome, make_own_name
from track_hubs.assemblies import ucsc_hosts

HG19_20 = {"chr20": 63025520}


def test_lengths_tell_it_whatever_the_file_is_called() -> None:
    genome = choose_browser_genome(None, HG19_20, "hg38.fa")
    assert (genome.id, genome.hosted, genome.notes) == ("hg19", True, ())


def test_an_unknown_genome_is_said_with_what_to_do() -> None:
    genome = choose_browser_genome(None, {"chr20": 251930}, "c20.fa")
    assert (genome.id, genome.hosted, genome.sizes) == ("c20", False, {"chr20": 251930})
    (note,) = genome.notes
    assert "fit no assembly known here" in note
    assert "--assembly hg19" in note


def test_two_assemblies_of_the_same_lengths_are_both_named() -> None:
    genome = choose_browser_genome(None, {"chr20": 62435964}, "a.fa")
    assert not genome.hosted
    assert "fit hg17 and hg18" in genome.notes[0]


@given(st.text(max_size=80))
def test_a_file_never_names_an_assembly_of_ucsc(text: str) -> None:
    name = make_own_name(text)
    check_assembly(name)
    assert not ucsc_hosts(name)


@pytest.mark.parametrize("file_name", ["hg19.fa", "hg38.fa.gz", "mm10.2.fa", "GRCh38.fa", "calJac4.fa"])
def test_a_file_that_is_called_as_an_assembly(file_name: str) -> None:
    assert choose_browser_genome(None, {"chrA": 500}, file_name).id == f"own_{file_name.split('.')[0]}"


def test_an_excerpt_gets_the_lengths_of_the_named_assembly() -> None:
    genome = choose_browser_genome("hg19", {"chr20": 251930, "21": 48129895, "spike": 9}, "c20.fa")
    assert genome.sizes == {"chr20": 63025520, "21": 48129895, "spike": 9}
    assert any("chr20 has 251,930 of the 63,025,520 nt in hg19" in note for note in genome.notes)


@pytest.mark.parametrize(
    ("name", "sizes", "says"),
    [
        ("hg38", HG19_20, "those of hg19"),
        ("calJac4", HG19_20, "those of hg19"),
        ("hg19", {"chr1": 249250622}, "contig chr1 has 249,250,622 nt, more than hg19's 249,250,621"),
        ("hg19", {"1": 249250622}, "more than hg19's"),
    ],
)
def test_another_assembly_than_that_of_the_contigs_is_refused(name: str, sizes: dict[str, int], says: str) -> None:
    with pytest.raises(InputError, match=says):
        choose_browser_genome(name, sizes, "a.fa")


@pytest.mark.parametrize(
    ("name", "says"), [("GRCh37", "it calls it hg19: pass --assembly hg19"), ("mine", "--assembly-hub")]
)
def test_a_name_that_ucsc_lacks_is_taken_and_said(name: str, says: str) -> None:
    genome = choose_browser_genome(name, {"chrA": 5}, "a.fa")
    assert (genome.id, genome.hosted) == (name, False)
    assert says in genome.notes[0]


@pytest.mark.parametrize("name", ["", "a b", "../x", "-x", "a\nb", "x" * 65, "hg19\n", "<b>"])
def test_a_value_of_assembly_is_a_name(name: str) -> None:
    with pytest.raises(InputError, match="--assembly"):
        check_assembly(name)


@pytest.mark.parametrize("address", ["", "a", "a@", "@b", "a b@c", "a@b\n", "a@b@c", "<a@b>"])
def test_a_value_of_email_is_an_address(address: str) -> None:
    with pytest.raises(InputError, match="--email"):
        check_email(address)
    check_email("first.last+tag@lab.example.edu")
