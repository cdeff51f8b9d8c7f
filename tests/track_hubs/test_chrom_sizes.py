"""A chrom.sizes table, from its lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from track_hubs.chrom_sizes import ChromSizesError, parse_chrom_sizes

NAMES = st.text("abXYZ_.|0", min_size=1, max_size=6)


@given(st.dictionaries(NAMES, st.integers(1, 2**32 - 1), min_size=1), st.sampled_from(["\t", " ", "\t \t"]))
def test_any_table_is_read_as_it_was_written(sizes: dict[str, int], gap: str) -> None:
    assert list(parse_chrom_sizes(f"{name}{gap}{length}\n" for name, length in sizes.items()).items()) == list(
        sizes.items()
    )


def test_comments_blank_lines_and_further_columns_are_skipped() -> None:
    assert parse_chrom_sizes(["# contig length", "", "  ", "chr1\t5\t6\t60\t61"]) == {"chr1": 5}


@pytest.mark.parametrize(
    "line", ["chr1", "chr1 0", "chr1 -5", "chr1 1.5", "chr1 +5", "chr1 4294967296", "chr1 ²", f"chr1 {'9' * 5000}"]
)
def test_a_line_that_is_not_a_contig_and_its_length_is_named(line: str) -> None:
    with pytest.raises(ChromSizesError, match="is not a contig and its length") as caught:
        parse_chrom_sizes(["# lengths", "chr2 5", line])
    assert caught.value.line == 3


def test_a_contig_that_is_listed_twice_is_named() -> None:
    with pytest.raises(ChromSizesError, match="the contig chr1 is listed twice; keep one line") as caught:
        parse_chrom_sizes(["chr1 5", "", "chr1 5"])
    assert caught.value.line == 3


@pytest.mark.parametrize("lines", [[], ["", "# nothing"]])
def test_a_table_without_contigs_is_refused(lines: list[str]) -> None:
    with pytest.raises(ChromSizesError, match="has no contigs") as caught:
        parse_chrom_sizes(lines)
    assert caught.value.line is None
