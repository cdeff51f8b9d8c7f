"""Findings on one file, and their report as text and as JSON values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ideep_scan.errors import ContigMismatch, InputError
from ideep_scan.jobs.check.codes import CODES, Severity
from ideep_scan.records.exclusions import Exclusions

_ORDER = tuple(Severity)
# Code of the records that a reader leaves out, by the first words of its reason.
_REASONS = {
    "without a strand (column 6": "no-strand",
    "with a strand other": "bad-strand",
    "on a contig that the FASTA lacks": "contig-missing",
    "on contigs that the FASTA lacks": "contig-missing",
    "past the end": "past-end",
    "whose start and end": "empty-interval",
    "whose start or end": "malformed-row",
    "with fewer than": "malformed-row",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a user must know about a file.

    Attributes
    ----------
    path : str
        The file, as the user names it.
    code : str
        One of `CODES`.
    text : str
        The finding in words.
    line : int or None
        1-based line number of the first record that it is about.
    contig : str or None
        Contig that it is about.
    count : int or None
        Number of records.

    Examples
    --------
    >>> print(Finding("a.bed", "bad-strand", "2 sites with a strand other than + and -", line=7))
    a.bed, line 7: warning bad-strand: 2 sites with a strand other than + and -; every command leaves them out; \
write + or - or '.' in column 6
    """

    path: str
    code: str
    text: str
    line: int | None = None
    contig: str | None = None
    count: int | None = None

    @property
    def severity(self) -> Severity:
        """Weight of the finding."""
        return CODES[self.code].severity

    def __str__(self) -> str:
        place = "" if self.line is None else f", line {self.line}"
        return f"{self.path}{place}: {self.severity.value} {self.code}: {self._clauses}"

    @property
    def note(self) -> str:
        """The finding as a note of another command."""
        return f"{self.path}: {self._clauses}"

    @property
    def _clauses(self) -> str:
        return "; ".join(filter(None, (self.text, CODES[self.code].effect, CODES[self.code].remedy)))

    def describe(self) -> dict[str, Any]:
        """Return the finding as JSON values."""
        code = CODES[self.code]
        return {
            "code": self.code,
            "severity": self.severity.value,
            "text": self.text,
            "line": self.line,
            "contig": self.contig,
            "count": self.count,
            "effect": code.effect,
            "remedy": code.remedy,
        }


@dataclass(eq=False)
class FileReport:
    """Facts and findings about one file.

    Attributes
    ----------
    path : Path
        The file.
    kind : str
        Kind of the file, such as "FASTA"; "unknown" if it was not recognised.
    facts : dict of str to object
        Counts and shares, as JSON values.
    findings : list of Finding
        The findings, in the order in which they were made.
    """

    path: Path
    kind: str = "unknown"
    facts: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def add(
        self,
        code: str,
        text: str,
        line: int | None = None,
        *,
        contig: str | None = None,
        count: int | None = None,
    ) -> None:
        """Add a finding."""
        self.findings.append(Finding(str(self.path), code, text, line, contig, count))

    def add_error(self, error: InputError, code: str = "unreadable") -> None:
        """Add the error of a reader as a finding."""
        if isinstance(error, ContigMismatch):
            code = "no-common-contig" if error.message.startswith("no contig") else "other-assembly"
        is_own = error.path is None or error.path == self.path
        self.add(code, " ".join((error.message if is_own else str(error)).split()), error.line if is_own else None)

    def add_exclusions(self, exclusions: Exclusions) -> None:
        """Add the records that a reader leaves out or changes."""
        for report in exclusions.reports():
            code = next((code for words, code in _REASONS.items() if report.reason.startswith(words)), "left-out")
            if not report.excluded:
                code = "changed-records"
            elif not report.unusable:
                code = "other-contigs"
            self.add(code, report.text, report.line, count=report.count)

    @property
    def codes(self) -> list[str]:
        """Codes of the findings."""
        return [finding.code for finding in self.findings]

    def sort(self) -> None:
        """Put grave findings first, and equally grave ones in the order of their lines."""
        self.findings.sort(key=lambda finding: (-_ORDER.index(finding.severity), finding.line or 0))

    @property
    def severity(self) -> Severity | None:
        """Weight of the gravest finding; None without findings."""
        return max((finding.severity for finding in self.findings), key=_ORDER.index, default=None)

    @property
    def summary(self) -> str:
        """Kind, facts and number of findings on one line."""
        facts = ", ".join(f"{name} {_fact_text(value)}" for name, value in self.facts.items() if value is not None)
        counts = ", ".join(
            f"{count} {severity.value}{'s' if count > 1 and severity is not Severity.UNUSABLE else ''}"
            for severity in reversed(_ORDER)
            if (count := sum(finding.severity is severity for finding in self.findings))
        )
        return f"{self.path}: {self.kind}{': ' if facts else ''}{facts}; {counts or 'no findings'}"

    def describe(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {
            "file": str(self.path),
            "kind": self.kind,
            "facts": self.facts,
            "findings": [finding.describe() for finding in self.findings],
        }


def choose_exit_code(reports: Iterable[FileReport]) -> int:
    """Choose the exit code: 0 without warnings, 1 with warnings, 2 if a file is unusable."""
    severities = {report.severity for report in reports}
    if Severity.UNUSABLE in severities:
        return 2
    return int(Severity.WARNING in severities)


def _fact_text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1%}"
    return f"{value:,}" if isinstance(value, int) else str(value)
