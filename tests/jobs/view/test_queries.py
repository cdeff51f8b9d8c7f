"""Values of queries: what is read, and what is refused."""

from __future__ import annotations

import pytest

from ideep_scan.errors import InputError
from ideep_scan.jobs.view.queries import QueryError, is_whole, parse_interval, parse_name, parse_whole

GOOD = {"chrom": "chr1", "start": "9", "end": "20"}


def test_an_interval_is_read() -> None:
    assert parse_interval(GOOD) == ("chr1", 9, 20)


@pytest.mark.parametrize(
    "change",
    [
        {"chrom": ""}, {"start": ""}, {"start": "-1"}, {"start": "1e3"}, {"start": "20"}, {"end": "9" * 12},
        {"end": str((1 << 32) + 1)}, {"start": "٣"}, {"end": "²"},
    ],
)  # fmt: skip
def test_anything_else_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(InputError):
        parse_interval({**GOOD, **change})


def test_a_missing_number_is_named() -> None:
    with pytest.raises(InputError, match="give bins as a whole number"):
        parse_whole({}, "bins")


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("9", 10, True),
        ("10", 10, False),
        ("9" * 11, None, True),
        ("9" * 12, None, False),
        ("", None, False),
        ("-1", None, False),
    ],
)
def test_a_whole_number_is_below_its_limit(text: str, limit: int | None, expected: bool) -> None:
    assert is_whole(text, limit) is expected


def test_a_name_is_read_without_blanks_around_it() -> None:
    assert parse_name({"gene": " PSMF1 "}, "gene") == "PSMF1"


@pytest.mark.parametrize("name", [None, "", "  ", "x" * 201, "a\nb"])
def test_a_name_that_is_none_is_refused(name: str | None) -> None:
    with pytest.raises(QueryError, match="gene: give a name of up to 200 characters"):
        parse_name({} if name is None else {"gene": name}, "gene")
