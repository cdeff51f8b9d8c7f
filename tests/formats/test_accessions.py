"""Accessions of human chromosomes against the versions in NCBI's assembly reports, typed here a second time."""

from __future__ import annotations

import pytest

from ideep_scan.formats.accessions import find_human_chromosome
from track_hubs.assemblies import read_lengths

GRCH38 = {
    "1": 11, "2": 12, "3": 12, "4": 12, "5": 10, "6": 12, "7": 14, "8": 11, "9": 12, "10": 11, "11": 10, "12": 12,
    "13": 11, "14": 9, "15": 10, "16": 10, "17": 11, "18": 10, "19": 10, "20": 11, "21": 9, "22": 11, "X": 11, "Y": 10,
}  # fmt: skip


@pytest.mark.parametrize(("assembly", "release"), [("hg19", 1), ("hg38", 2)])
def test_both_accessions_of_a_chromosome_give_its_name_and_length(assembly, release):
    sizes = read_lengths(assembly)
    for number, (name, version) in enumerate(GRCH38.items(), 1):
        expected = name, sizes[f"chr{name}"]
        assert find_human_chromosome(f"NC_{number:06}.{version - 2 + release}") == expected
        assert find_human_chromosome(f"CM{662 + number:06}.{release}") == expected


@pytest.mark.parametrize(("accession", "length"), [("NC_012920.1", 16569), ("J01415.2", 16569), ("NC_001807.4", 16571)])
def test_the_mitochondrial_genome_is_one_of_two_sequences(accession, length):
    assert find_human_chromosome(accession) == ("M", length)


@pytest.mark.parametrize(
    "text",
    [
        "", "chr1", "1", "NC_000001", "NC_000001.9", "NC_000001.12", "NC_000000.10", "NC_000025.1", "NC_000099.10",
        "CM000662.1", "CM000687.1", "CM000663.3", "CM000663", " NC_000001.10", "NC_000001.10 ", "nc_000001.10",
        "NC_012920.2", "NC_000001.100", "NT_000001.10",
    ],
)  # fmt: skip
def test_other_texts_are_not_human_chromosomes(text):
    assert find_human_chromosome(text) is None
