"""Assemblies identified by contig lengths, and names that UCSC hosts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from track_hubs.assemblies import (
    find_assembly,
    find_candidates,
    find_ucsc_name,
    find_unknown_spellings,
    list_misfits,
    list_naming_notes,
    read_lengths,
    ucsc_hosts,
)

TABLED = (
    *("hg17", "hg18", "hg19", "hg38", "hs1", "mm9", "mm10", "mm39", "rn6", "rn7", "danRer10", "danRer11", "dm3", "dm6"),
    *("ce10", "ce11", "sacCer3", "galGal6", "bosTau9", "susScr11"),
)


@pytest.mark.parametrize(
    ("contigs", "expected"),
    [
        ({"chr1": 249250621, "chr2": 243199373}, ["hg19"]),
        ({"2": 242193529, "1": 248956422}, ["hg38"]),
        ({"chr1": 195471971, "chr2": 182113224, "chrUn_X": 5}, ["mm10"]),
        ({"chr20": 63025520}, ["hg19"]),
        ({"22": 50818468, "MT": 16569}, ["hg38"]),
        ({"chr20": 62435964}, ["hg17", "hg18"]),
        ({"chr20": 62435964, "chr1": 247249719}, ["hg18"]),
        ({"NC_000020.10": 63025520}, ["hg19"]),
        ({"CM000682.2": 64444167}, ["hg38"]),
        ({"scaffold_20": 63025520}, []),
        ({"chr1": 249250621, "chr2": 242193529}, []),
        ({"chrM": 16571}, []),
        ({"chr20": 251930}, []),
        ({"I": 230218, "IV": 1531933}, ["sacCer3"]),
        ({"2L": 23513712}, ["dm6"]),
        ({}, []),
    ],
)
def test_lengths_tell_the_assembly(contigs: dict[str, int], expected: list[str]) -> None:
    assert find_candidates(contigs) == expected
    assert find_assembly(contigs) == (expected[0] if len(expected) == 1 else None)


@given(st.sampled_from(TABLED), st.data())
def test_two_chromosomes_tell_an_assembly_whatever_their_order(name: str, data: st.DataObject) -> None:
    sizes = read_lengths(name)
    assert sizes
    chosen = data.draw(st.lists(st.sampled_from(sorted(sizes)), min_size=1, unique=True))
    bare = data.draw(st.booleans())
    contigs = {chrom.removeprefix("chr") if bare else chrom: sizes[chrom] for chrom in chosen}
    assert name in find_candidates(contigs)
    assert find_candidates({**contigs, "scaffold_1": 77}) == find_candidates(contigs)
    longer = dict.fromkeys(contigs, 999_999_999)
    assert find_candidates(longer) == []
    assert set(find_candidates(contigs)) <= {name, "hg17", "hg18"}


def test_every_assembly_of_the_table_is_ucscs_and_told_by_its_chromosomes() -> None:
    for name in TABLED:
        sizes = read_lengths(name)
        assert sizes is not None
        assert ucsc_hosts(name)
        assert find_candidates(sizes) == [name]
        assert list_misfits(sizes, sizes, complete=False) == []
    assert read_lengths("c20") is None


@pytest.mark.parametrize("name", ["hg19", "mm8", "calJac4", "criGriChoV2", "dm6", "wuhCor1", "GCF_000001735.4", "ce11"])
def test_names_that_ucsc_has(name: str) -> None:
    assert ucsc_hosts(name)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("c20", None), ("example", None), ("hg", None), ("GRCh37", "hg19"), ("GRCh38.p13", "hg38"), ("grcm39", "mm39"),
        ("T2T-CHM13v2.0", "hs1"), ("hs37d5", "hg19"), ("genome", None), ("HG19", None), ("hg19_patched", None),
        ("hg19\n", None), ("", None), ("b37x", None),
    ],
)  # fmt: skip
def test_names_that_ucsc_does_not_have(name: str, meant: str | None) -> None:
    assert not ucsc_hosts(name)
    assert find_ucsc_name(name) == meant


def test_spellings_that_ucsc_does_not_know() -> None:
    contigs = {"Chr1": 1, "chr2": 1, "3": 1, "CHRX": 1, "scaffold": 1}
    assert find_unknown_spellings(contigs, "hg19") == {"Chr1": "chr1", "CHRX": "chrX"}
    assert find_unknown_spellings(contigs, "mini") == {}


def test_names_that_ucsc_translates_are_told() -> None:
    (note,) = list_naming_notes({"1": 249250621, "MT": 16569}, "hg19")
    assert note.startswith("contigs are named 1, but chr1, ... in hg19: UCSC and IGV accept both names")
    (note,) = list_naming_notes({"chr1": 249250621, "chrM": 16569}, "hg19")
    assert note.startswith("chrM is 16,569 nt long, but 16,571 nt in UCSC's hg19")
    assert list_naming_notes({"chr1": 249250621, "chrM": 16571}, "hg19") == []
    assert list_naming_notes({"1": 5}, "mini") == []
