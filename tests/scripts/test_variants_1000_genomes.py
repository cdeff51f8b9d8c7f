"""Odds ratios of common against rare variants."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from variants_1000_genomes import log_odds_ratio, orient, read_variants, select, substitution

COMPLEMENT = str.maketrans("ACGT", "TGCA")


def strata(counts):
    """Make rows with given counts (exposed common, exposed rare, other common, other rare) of each gene."""
    rows = []
    for gene, numbers in counts.items():
        cells = [(True, True), (True, False), (False, True), (False, False)]
        for number, (exposed, is_common) in zip(numbers, cells, strict=True):
            rows += [("M", gene, "intron", "transversion", exposed, is_common)] * number
    return pd.DataFrame(rows, columns=["model", "gene", "region", "substitution", "exposed", "is_common"])


def test_the_odds_ratio_of_one_stratum_is_that_of_its_table():
    estimate, rare, common = log_odds_ratio(strata({"G": (2, 6, 10, 15)}))
    assert np.exp(estimate.value) == pytest.approx(2 * 15 / (6 * 10))
    assert (rare, common) == (6, 2)


def test_strata_are_joined_by_their_weights():
    estimate, _, _ = log_odds_ratio(strata({"G": (2, 6, 10, 15), "H": (3, 3, 4, 8)}))
    expected = (2 * 15 / 33 + 3 * 8 / 18) / (6 * 10 / 33 + 3 * 4 / 18)
    assert np.exp(estimate.value) == pytest.approx(expected)


@given(*[st.sampled_from("ACGT")] * 4)
def test_a_substitution_is_the_same_on_both_strands_and_in_both_directions(ref, alt, before, after):
    kind = substitution(ref, alt, before, after)
    assert kind == substitution(alt, ref, before, after)
    assert kind == substitution(*(letter.translate(COMPLEMENT) for letter in (ref, alt, after, before)))


def test_the_minor_allele_gives_the_direction():
    effects = pd.DataFrame(
        {"is_reversed": [False, True, True], "delta": [-0.3, -0.3, 0.01], "site": ["lost", "lost", "kept"]}
    )
    oriented = orient(effects)
    assert oriented.site.tolist() == ["lost", "gained", "kept"]
    assert oriented.delta.tolist() == [-0.3, 0.3, -0.01]
    assert select(oriented, "lost").exposed.tolist() == [True, False]
    assert select(oriented, "raised", "kept").exposed.tolist() == [True, False]


def test_common_and_rare_single_base_changes_are_read(tmp_path):
    (tmp_path / "genome.fa").write_text(">chr1\nACGTACGT\n")
    rows = [
        ("2", "C", "T", "AC=1;AN=1000"),
        ("3", "G", "C", "AC=990;AN=1000"),
        ("4", "T", "A", "AC=5;AN=1000"),
        ("5", "A", "C", "AC=0;AN=1000"),
        ("6", "C", "CA", "AC=1;AN=1000"),
        ("7", "G", "A,C", "AC=1,2;AN=1000"),
    ]
    lines = [f"chr1\t{pos}\t.\t{ref}\t{alt}\t.\t.\t{info}\n" for pos, ref, alt, info in rows]
    header = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    (tmp_path / "in.vcf").write_text(header + "".join(lines))
    variants = pd.DataFrame(read_variants(tmp_path / "in.vcf", tmp_path / "genome.fa"))
    assert variants.pos.tolist() == [2, 3]
    assert variants.is_common.tolist() == [False, True]
    assert variants.is_reversed.tolist() == [False, True]
    assert variants.substitution.tolist() == ["CpG transition", "transversion"]
