"""Records of a file that cannot be used, counted by reason.

One policy holds for every format: exclude an unusable record and report it.
The report has a line per reason, with the count and the name of the first record.
The run stops if no record is left, or if more than a tenth of the records are unusable.
With `--strict` it stops at the first unusable record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ideep_scan.errors import InputError

_MAX_NAME = 80  # characters of a name in a message


@dataclass(slots=True)
class _Kind:
    """Records that are excluded for one reason."""

    count: int
    first: str
    line: int | None
    unusable: bool
    noun: str


@dataclass(frozen=True, slots=True)
class ExclusionReport:
    """Records that are left out or changed for one reason.

    Attributes
    ----------
    reason : str
        The reason, as words that follow the noun.
    text : str
        Count, reason and first record, as a clause.
    count : int
        Number of records.
    line : int or None
        1-based line number of the first record.
    excluded : bool
        False for records that are used with a change.
    unusable : bool
        Whether the records count towards the tenth that stops a run.
    """

    reason: str
    text: str
    count: int
    line: int | None
    excluded: bool
    unusable: bool


@dataclass(eq=False)
class Exclusions:
    """Count the records of one file that are excluded.

    Attributes
    ----------
    path : Path
        The file, for messages.
    noun : str
        Name of one record, in the singular ("transcript", "site").
    strict : bool
        Raise an error at the first record instead of counting it.
    last_line : int or None
        Line of the last record that was excluded.

    Examples
    --------
    >>> exclusions = Exclusions(Path("genes.gtf"), "transcript")
    >>> exclusions.add("without a strand", "NM_1", 7)
    >>> exclusions.add("without a strand", "NM_2", 9)
    >>> exclusions.check(used=20)
    >>> exclusions.notes()
    ('genes.gtf: 2 transcripts without a strand are left out, the first is NM_1 (line 7)',)
    """

    path: Path
    noun: str
    strict: bool = False
    last_line: int | None = None
    _kinds: dict[str, _Kind] = field(default_factory=dict)
    _remarks: dict[str, _Kind] = field(default_factory=dict)

    def add(
        self, reason: str, name: str, line: int | None = None, *, unusable: bool = True, noun: str | None = None
    ) -> None:
        """Exclude one record.

        Parameters
        ----------
        reason : str
            Words that follow the noun ("without a strand"). Records are counted by reason.
        name : str
            Name of the record in the file.
        line : int or None
            Its 1-based line number.
        unusable : bool
            Count the record towards the tenth that stops a run.
            Pass False for records that a smaller genome lacks by design, such as transcripts on other chromosomes.
        noun : str or None
            Name of this kind of record, such as "line". None uses the noun of the object.

        Raises
        ------
        InputError
            The file is read strictly.
        """
        noun = noun or self.noun
        if self.strict:
            raise InputError(
                f"a {noun} {reason}: {_shorten(name)}; correct it, or run without --strict to leave it out",
                self.path,
                line,
            )
        self.last_line = line
        _count(self._kinds, reason, _Kind(1, _shorten(name), line, unusable, noun))

    def remark(self, text: str, name: str, line: int | None = None) -> None:
        """Count a record that is used with a change.

        Parameters
        ----------
        text : str
            Words that follow the noun and fit both singular and plural ("at two places, read as two").
        name : str
            Name of the record in the file.
        line : int or None
            Its 1-based line number.
        """
        _count(self._remarks, text, _Kind(1, _shorten(name), line, False, self.noun))

    @property
    def count(self) -> int:
        """Number of excluded records."""
        return sum(kind.count for kind in self._kinds.values())

    def reports(self) -> tuple[ExclusionReport, ...]:
        """Return the exclusions, then the changes, one per reason."""
        excluded = [
            ExclusionReport(reason, text, kind.count, kind.line, excluded=True, unusable=kind.unusable)
            for (reason, kind), text in zip(self._kinds.items(), self._reason_texts(), strict=True)
        ]
        changed = [
            ExclusionReport(
                text,
                f"{_count_text(kind)} {text}, the first is {_location(kind)}",
                kind.count,
                kind.line,
                excluded=False,
                unusable=False,
            )
            for text, kind in self._remarks.items()
        ]
        return (*excluded, *changed)

    def notes(self) -> tuple[str, ...]:
        """Return the exclusions and remarks as text, a line per reason."""
        return tuple(f"{self.path.name}: {report.text}" for report in self.reports())

    def check(self, used: int) -> None:
        """Stop the run if too few records can be used.

        A file without records passes.

        Parameters
        ----------
        used : int
            Number of records that are used.

        Raises
        ------
        InputError
            No record is used, or at least two and more than a tenth are unusable.
        """
        unusable = sum(kind.count for kind in self._kinds.values() if kind.unusable)
        if self._kinds and not used:
            raise InputError(f"no {self.noun} can be used: {'; '.join(self._reason_texts())}", self.path, self._line())
        if unusable > 1 and unusable * 10 > used + unusable:
            raise InputError(
                f"{unusable} of {used + unusable} {self.noun}s cannot be used, more than a tenth; "
                f"correct the file: {'; '.join(self._reason_texts())}",
                self.path,
                self._line(),
            )

    def _reason_texts(self) -> Sequence[str]:
        return [
            f"{_count_text(kind)} {reason} {'are' if kind.count > 1 else 'is'} left out, the first is {_location(kind)}"
            for reason, kind in self._kinds.items()
        ]

    def _line(self) -> int | None:
        """Return the line of the excluded record if it is the only one."""
        kinds = list(self._kinds.values())
        return kinds[0].line if len(kinds) == 1 and kinds[0].count == 1 else None


def _count(kinds: dict[str, _Kind], reason: str, kind: _Kind) -> None:
    if kinds.setdefault(reason, kind) is not kind:
        kinds[reason].count += 1


def _count_text(kind: _Kind) -> str:
    return f"{kind.count} {kind.noun}{'s' if kind.count > 1 else ''}"


def _location(kind: _Kind) -> str:
    return kind.first + ("" if kind.line is None else f" (line {kind.line})")


def _shorten(name: str) -> str:
    """Shorten a name to one line that fits into a message."""
    text = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name[: _MAX_NAME + 1])
    return text if len(text) <= _MAX_NAME else f"{text[:_MAX_NAME]}..."
