"""Values of INFO, read back as users split them."""

from __future__ import annotations

from dataclasses import replace
from math import nan
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.errors import InputError
from ideep_scan.formats.variants.vcf import VcfHeader, VcfRecord
from ideep_scan.formats.variants.vcf_effects import (
    define_keys,
    earlier_lines,
    has_effects,
    info_values,
    join_changes,
    parse_effects,
)
from ideep_scan.records.variant_effect import Status, VariantEffect

RECORD = VcfRecord(9, "chr1", 99, (b"chr1", b"100", b".", b"A", b"G,*", b".", b".", b"."), b"", b"\n")


def effect(**changes: object) -> VariantEffect:
    values = {
        "allele": "G", "model": "ELAVL1", "strand": "-", "gene": "G,1|a b", "region": "3'UTR",
        "reference": 0.91234, "alternate": 0.1, "delta": -0.8, "position": 97, "log_odds": -4.5, "site": "lost",
    }  # fmt: skip
    return VariantEffect(**{**values, **changes})  # type: ignore[arg-type]


def values(*effects: VariantEffect, statuses: tuple[Status, ...] = (Status.SCORED,) * 2, **options: object) -> dict:
    options = {"haplotypes": [], "min_delta": 0.02, **options}
    return info_values(RECORD, statuses, effects, **options)  # type: ignore[arg-type]


def test_the_parts_of_an_entry() -> None:
    entry = values(effect(), effect(delta=0.9, model="B%"))["RBP"].split(",")
    assert entry[0] == "G|ELAVL1|-|G%2C1%7Ca%20b|3'UTR|0.9123|0.1000|-0.8000|-2|lost|."
    assert entry[1].split("|")[1] == "B%25"


def test_p_values_have_three_digits() -> None:
    assert values(effect(p_value=0.00012345))["RBP"].endswith("|lost|0.000123")


def test_small_changes_are_left_out_and_the_largest_is_always_there() -> None:
    small = effect(delta=-0.0199)
    assert values(small) == {"RBP_MAX": "0.0199|ELAVL1", "RBP_DELTA": "0.0199", "RBP_STATUS": "scored"}
    assert "RBP" in values(small, min_delta=0.0199)
    assert "RBP" in values(effect(delta=0.0), min_delta=0)
    both = values(effect(delta=0.3, model="A"), effect(delta=-0.4, model="B"), effect(delta=0.1, model="C"))
    assert (both["RBP_MAX"], both["RBP_DELTA"]) == ("0.4000|B", "0.4000")


def test_missing_numbers_are_points_and_zero_has_no_sign() -> None:
    entry = values(effect(reference=nan, delta=nan, position=None, log_odds=nan, gene=None, region=None))
    assert entry == {"RBP": "G|ELAVL1|-|.|.|.|0.1000|.|.|lost|.", "RBP_STATUS": "scored"}
    assert values(effect(delta=-0.00001), min_delta=0)["RBP"].split("|")[7] == "0.0000"


@pytest.mark.parametrize(
    ("statuses", "text"),
    [
        ((Status.SCORED, Status.STAR), "scored,star"),
        ((Status.NO_CONTIG, Status.NO_CONTIG), "no_contig"),
        ((Status.NO_ALT,), "no_alt"),
    ],
)
def test_statuses_that_agree_are_one(statuses: tuple[Status, ...], text: str) -> None:
    assert values(statuses=statuses) == {"RBP_STATUS": text}


def test_haplotypes_have_a_key_of_their_own() -> None:
    other = VcfRecord(10, "chr1", 102, (b"chr1", b"103", b".", b"AT", b"A", b".", b".", b"."), b"", b"\n")
    name = join_changes([(RECORD, "G"), (other, "A")])
    assert name == "100:A>G&103:AT>A"
    found = values(effect(), haplotypes=[effect(allele=name)])
    assert found["RBP_HAP"].split("|")[0] == name
    assert found["RBP"].split("|")[0] == "G"


def test_definitions_name_each_key_once() -> None:
    keys = "##INFO=<ID=RBP", "##INFO=<ID=RBP_MAX", "##INFO=<ID=RBP_DELTA", "##INFO=<ID=RBP_STATUS"
    assert [line.split(",")[0] for line in define_keys(False, "x")] == [*keys, "##ideep_scan_variants=x"]
    assert all(line.startswith(start) for line, start in zip(define_keys(True, "x"), earlier_lines(), strict=True))
    assert all(line.count('"') in (0, 2) for line in define_keys(True, "x"))


NAME = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=9)
SCORE = st.integers(0, 10_000).map(lambda thousandths: thousandths / 10_000) | st.just(nan)
EFFECT = st.builds(
    VariantEffect, allele=NAME, model=NAME, strand=st.sampled_from("+-"), gene=NAME, region=NAME,
    reference=SCORE, alternate=SCORE, delta=st.integers(-10_000, 10_000).map(lambda number: number / 10_000),
    position=st.none() | st.integers(0, 1000), log_odds=st.just(nan),
    site=st.sampled_from(["gained", "lost", "kept", "moved", "none"]),
    p_value=st.none() | st.sampled_from([0.001, 1.0]),
)  # fmt: skip


@given(st.lists(EFFECT, max_size=3))
def test_effects_are_read_back(effects: list[VariantEffect]) -> None:
    info = ";".join(f"{key}={value}" for key, value in {"AC": "1", **values(*effects, min_delta=0)}.items())
    record = replace(RECORD, columns=(*RECORD.columns[:7], info.encode()))
    assert list(map(repr, parse_effects(record, Path("x.vcf")))) == list(map(repr, effects))


@pytest.mark.parametrize(
    "entry",
    [
        "G|A|+",
        "G|A|*|.|.|0.1|0.2|0.1|1|none|.",
        "G|A|+|.|.|0.1|0.2|0.1|1|gone|.",
        "G|A|+|.|.|1.1|0.2|0.1|1|none|.",
        "G|A|+|.|.|0.1|0.2|nan|1|none|.",
        "G|A|+|.|.|0.1|0.2|-2|1|none|.",
        "G|A|+|.|.|0.1|0.2|0.1|x|none|.",
        "G||+|.|.|0.1|0.2|0.1|1|none|.",
    ],
)
def test_an_entry_of_another_kind_is_one_line(entry: str) -> None:
    record = replace(RECORD, columns=(*RECORD.columns[:7], f"RBP={entry}".encode()))
    with pytest.raises(
        InputError, match=r"x\.vcf, line 9: RBP has the entry .*run `ideep-scan variants` again"
    ) as caught:
        parse_effects(record, Path("x.vcf"))
    assert "\n" not in str(caught.value)


def test_the_header_tells_whether_there_are_effects() -> None:
    columns = b"#CHROM\tPOS\n"
    assert has_effects(VcfHeader((*(f"{line}\n".encode() for line in define_keys(False, "x")), columns), ()))
    assert not has_effects(VcfHeader((b'##INFO=<ID=RBP,Number=.,Type=String,Description="others">\n', columns), ()))
