"""Settings of the benchmark: values out of range, and options that need another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideep_scan.benchmark.settings import MAX_SEED, BenchmarkSettings
from ideep_scan.errors import InputError

GENOME = {"fasta": Path("a.fa"), "gtf": Path("a.gtf")}


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"seed": MAX_SEED, "seeds": 2, "folds": 2, "threads": 3},
        {"protocol": "own", **GENOME},
        {"larger": Path("more"), **GENOME},
        {"fasta": Path("a.fa")},
    ],
)
def test_settings_that_can_be_used_pass(fields):
    BenchmarkSettings(Path("data"), **fields).check()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"seed": -1}, "--seed -1: give 0 or more"),
        ({"seed": MAX_SEED + 1}, "no more than 1,000,000,000"),
        ({"seeds": 1}, "--seeds 1: give 2 or more"),
        ({"folds": 1}, "--folds 1: give 2 or more, or 0 for none"),
        ({"folds": -2}, "--folds -2"),
        ({"threads": -1}, "--threads -1"),
        ({"protocol": "own"}, "give --fasta and --gtf"),
        ({"protocol": "own", "fasta": Path("a.fa")}, "give --fasta and --gtf"),
        ({"larger": Path("more"), "gtf": Path("a.gtf")}, "--larger .*: give --fasta and --gtf"),
    ],
)
def test_settings_that_cannot_be_used_are_one_line(fields, reason):
    with pytest.raises(InputError, match=reason) as caught:
        BenchmarkSettings(Path("data"), **fields).check()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("fields", "own"), [({}, False), ({"fasta": Path("a.fa")}, False), (GENOME, True)])
def test_own_features_need_genome_and_annotation(fields, own):
    assert BenchmarkSettings(Path("data"), **fields).own == own
