"""Findings as text, and the exit code that they lead to."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideep_scan.errors import ContigMismatch, InputError
from ideep_scan.jobs.check.codes import CODES, Severity
from ideep_scan.jobs.check.findings import FileReport, Finding, choose_exit_code
from ideep_scan.records.exclusions import Exclusions


def test_a_finding_has_place_severity_code_effect_and_remedy() -> None:
    finding = Finding("a.bed", "duplicates", "3 sites repeat one before them", line=4, count=3)
    assert str(finding) == (
        "a.bed, line 4: warning duplicates: 3 sites repeat one before them; predict scores each of them again; "
        "counts and shares rise; remove them: `sort -u`"
    )
    values = finding.describe()
    assert (values["severity"], values["count"], values["line"], values["contig"]) == ("warning", 3, 4, None)


@pytest.mark.parametrize(
    ("codes", "exit_code"),
    [((), 0), (("line-ends",), 0), (("line-ends", "duplicates"), 1), (("duplicates", "utf-16"), 2)],
)
def test_the_gravest_finding_decides(codes: tuple[str, ...], exit_code: int) -> None:
    report = FileReport(Path("a"))
    for code in codes:
        report.add(code, "text")
    assert choose_exit_code([FileReport(Path("b")), report]) == exit_code


def test_errors_of_readers_keep_their_line_and_lose_their_path() -> None:
    report = FileReport(Path("a"))
    report.add_error(InputError("is\nodd; mend it", "a", 7))
    report.add_error(InputError("is odd", "b", 7))
    report.add_error(ContigMismatch("no contig fits", "a"))
    report.add_error(ContigMismatch("transcript T ends late", "a"))
    assert [(item.code, item.text, item.line) for item in report.findings] == [
        ("unreadable", "is odd; mend it", 7),
        ("unreadable", "b, line 7: is odd", None),
        ("no-common-contig", "no contig fits", None),
        ("other-assembly", "transcript T ends late", None),
    ]


def test_exclusions_get_the_code_of_their_reason() -> None:
    exclusions = Exclusions(Path("a"), "site")
    exclusions.add("past the end of its contig", "x", 3)
    exclusions.add("on 1 contig that the FASTA lacks", "y", 4, unusable=False)
    exclusions.add("of another planet", "z", 5)
    exclusions.remark("read twice", "w", 6)
    report = FileReport(Path("a"))
    report.add_exclusions(exclusions)
    assert report.codes == ["past-end", "other-contigs", "left-out", "changed-records"]
    report.sort()
    assert [item.line for item in report.findings] == [3, 5, 4, 6]
    assert report.summary == "a: unknown; 2 warnings, 2 notes"


def test_every_code_says_what_it_means() -> None:
    assert all(code.effect for code in CODES.values())
    assert {code.severity for code in CODES.values()} == set(Severity)


def test_the_manual_has_every_code() -> None:
    manual = Path(__file__).resolve().parents[3] / "docs" / "howto" / "check.md"
    text = manual.read_text(encoding="utf-8")
    for name, code in CODES.items():
        cells = (f"`{name}`", code.severity.value, code.effect, code.remedy or "the line says it, or nothing")
        assert f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |" in text
