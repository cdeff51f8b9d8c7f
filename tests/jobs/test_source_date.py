"""The date of outputs: none, or the one of SOURCE_DATE_EPOCH; a malformed one is an error."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from ideep_scan.errors import InputError
from ideep_scan.jobs.source_date import VARIABLE, add_source_date, read_source_date


def test_without_the_variable_there_is_no_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert read_source_date() is None
    assert add_source_date("Made by ideep-scan") == "Made by ideep-scan"


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("0", datetime(1970, 1, 1, tzinfo=timezone.utc)),
        ("1700000000", datetime(2023, 11, 14, 22, 13, 20, tzinfo=timezone.utc)),
        ("253402300799", datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone.utc)),
    ],
)
def test_seconds_since_1970_are_a_date_in_utc(text: str, date: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, text)
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    assert read_source_date() == date
    assert add_source_date("Made by ideep-scan") == f"Made by ideep-scan, {date.date().isoformat()}"


@pytest.mark.parametrize("text", ["", " 1", "-1", "1.5", "1e9", "²", "yesterday", "0x10", "253402300800", "9" * 5000])
def test_anything_else_is_one_line(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, text)
    with pytest.raises(InputError, match=f"^{VARIABLE} is .*: set it to whole seconds") as caught:
        read_source_date()
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200
