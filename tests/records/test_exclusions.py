"""One policy for records that cannot be used: counted, the first one named, an end to what is mostly unusable."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideep_scan.errors import InputError
from ideep_scan.records import exclusions as module
from ideep_scan.records.exclusions import Exclusions

PATH = Path("folder/sites.bed")


def test_the_example_of_the_docstring() -> None:
    assert doctest.testmod(module).failed == 0


def test_each_reason_has_a_line_with_its_count_and_its_first_record() -> None:
    exclusions = Exclusions(PATH, "site")
    for line in (3, 5, 9):
        exclusions.add("past the end of its contig", f"chr1:{line}", line)
    exclusions.add("without a strand", "a\tb\n" + "c" * 200)
    assert exclusions.count == 4
    first, second = exclusions.notes()
    assert first == "sites.bed: 3 sites past the end of its contig are left out, the first is chr1:3 (line 3)"
    assert second.startswith("sites.bed: 1 site without a strand is left out, the first is a\ufffdb\ufffdccc")
    assert len(second) < 200
    assert "\n" not in second


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_what_ends_a_run(used: int, unusable: int, missing: int) -> None:
    exclusions = Exclusions(PATH, "site")
    for number in range(unusable):
        exclusions.add("without a strand", "x", number + 1)
    for number in range(missing):
        exclusions.add("on contigs that the FASTA lacks", "y", number + 1, unusable=False)
    nothing_left = not used and unusable + missing > 0
    too_many = unusable > 1 and unusable / (used + unusable) > 0.1
    if nothing_left or too_many:
        with pytest.raises(InputError, match=r"no site can be used|more than a tenth") as caught:
            exclusions.check(used)
        assert caught.value.path == PATH
    else:
        exclusions.check(used)


def test_the_only_record_at_fault_gives_its_line() -> None:
    exclusions = Exclusions(PATH, "site")
    exclusions.add("without a strand", "x", 4)
    with pytest.raises(InputError) as caught:
        exclusions.check(0)
    assert caught.value.line == 4


def test_strict_ends_at_the_first_record() -> None:
    exclusions = Exclusions(PATH, "site", strict=True)
    with pytest.raises(InputError, match=r"a site without a strand: x; .*--strict") as caught:
        exclusions.add("without a strand", "x", 4, unusable=False)
    assert (caught.value.path, caught.value.line) == (PATH, 4)
