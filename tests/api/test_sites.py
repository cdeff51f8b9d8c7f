"""Scores of sites and sequences through the Python API: inputs of each kind, errors, and agreement with the command."""

from __future__ import annotations

import pandas as pd
import pytest

from ideep_scan import find_example, score_sites, score_windows
from ideep_scan.errors import InputError

LETTERS = "GCAUUUAUUUAUUUAUUUAGC" * 5


def test_a_table_and_a_file_of_the_same_sites_score_the_same() -> None:
    example = find_example()
    columns = ["chrom", "start", "end", "name", "score", "strand"]
    sites = pd.read_csv(example.sites, sep="\t", names=columns).iloc[:20]
    scores = score_sites(sites, ["ELAVL1", "TARDBP"], example.fasta, gtf=example.gtf)
    of_file = score_sites(example.sites, ["ELAVL1", "TARDBP"], example.fasta, gtf=example.gtf).iloc[:40]
    pd.testing.assert_frame_equal(scores, of_file)
    assert scores["name"].tolist() == [name for name in sites["name"] for _ in range(2)]
    assert scores["rbp"].tolist() == ["ELAVL1", "TARDBP"] * 20


def test_a_site_that_cannot_be_used_has_no_score() -> None:
    sites = pd.DataFrame({"chrom": ["exA", "chrNone"], "start": [16956, 5], "end": [16963, 9], "strand": ["+", "+"]})
    scores = score_sites(sites, "ELAVL1", find_example().fasta)
    assert scores["score"].notna().tolist() == [True, False]
    with pytest.raises(InputError, match="contig"):
        score_sites(sites, "ELAVL1", find_example().fasta, strict=True)


def test_a_table_without_strands_is_refused() -> None:
    with pytest.raises(InputError, match="lacks the columns end, strand"):
        score_sites(pd.DataFrame({"chrom": ["exA"], "start": [1]}), "ELAVL1", find_example().fasta)


def test_sequences_of_each_kind_score_the_same(tmp_path) -> None:
    fasta = tmp_path / "windows.fa"
    fasta.write_text(f">first\n{LETTERS}\n>second\n{LETTERS[::-1]}\n")
    sequences = [LETTERS, LETTERS[::-1]]
    of_list = score_windows(sequences, "ELAVL1")
    of_dict = score_windows(dict(zip(["first", "second"], sequences, strict=True)), "ELAVL1")
    of_series = score_windows(pd.Series(sequences), "ELAVL1")
    pd.testing.assert_frame_equal(of_dict, score_windows(fasta, "ELAVL1"))
    pd.testing.assert_frame_equal(of_list, of_series)
    assert of_list["score"].tolist() == of_dict["score"].tolist()
    assert of_list["name"].tolist() == [0, 1]


@pytest.mark.parametrize("sequences", [[], [""], ["ACGU", "AC GU"]])
def test_sequences_that_are_none_are_refused(sequences: list[str]) -> None:
    with pytest.raises(InputError, match="sequence"):
        score_windows(sequences, "ELAVL1")
