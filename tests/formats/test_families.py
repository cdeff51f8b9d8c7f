"""The table of proteins that share sites."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideep_scan.errors import InputError
from ideep_scan.formats.experiments import read_experiments
from ideep_scan.formats.families import COLUMNS, find_family, read_families

HEADER = "\t".join(COLUMNS)


def written(folder: Path, *lines: str) -> Path:
    path = folder / "families.tsv"
    path.write_text("".join(f"{line}\n" for line in (HEADER, *lines)))
    return path


def test_a_protein_that_the_table_lacks_is_its_own_family() -> None:
    assert find_family("ELAVL3") == find_family("ELAVL1") == "ELAVL"
    assert find_family("TARDBP") == "TARDBP"


def test_no_family_is_named_like_a_protein_of_another() -> None:
    for protein, family in read_families().items():
        assert read_families().get(family, family) == family, protein


def test_experiments_that_are_hidden_from_each_other_are_of_one_family() -> None:
    by_family: dict[str, set[str]] = {}
    for experiment in read_experiments():
        by_family.setdefault(experiment.family, set()).add(find_family(experiment.protein))
    assert all(len(families) == 1 for families in by_family.values())


def test_a_table_of_ones_own(tmp_path: Path) -> None:
    assert read_families(written(tmp_path, "AB\tA,B", "C\tC")) == {"A": "AB", "B": "AB", "C": "C"}


@pytest.mark.parametrize("row", ["AB", "AB\t", "AB\tA\tB"])
def test_malformed_rows(tmp_path: Path, row: str) -> None:
    with pytest.raises(InputError, match="a row has a family"):
        read_families(written(tmp_path, row))


def test_a_protein_of_two_families(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="B is in AB and BC"):
        read_families(written(tmp_path, "AB\tA,B", "BC\tB,C"))
