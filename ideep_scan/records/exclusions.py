"""Count the records of a file that cannot be used. One policy holds for every format.

An unusable record is left out with a note: the count of its kind and the first one by name. The run ends if nothing
is left, if more than a tenth is unusable, or at the first unusable record if the user asked for that (`--strict`).
A single unusable record never ends a run that has others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ideep_scan.errors import InputError

_SHOWN = 80  # characters of a name in a message


@dataclass(slots=True)
class _Kind:
    """Records that are left out for one reason."""

    count: int
    first: str
    line: int | None
    unusable: bool
    noun: str


@dataclass(eq=False)
class Exclusions:
    """Records of one file that are left out.

    Attributes
    ----------
    path : Path
        The file, for messages.
    noun : str
        One record, in the singular ("transcript", "site").
    strict : bool
        Raise at the first record instead of counting it.
    last_line : int or None
        The line of the record that was left out last.

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
        """Leave out one record.

        Parameters
        ----------
        reason : str
            Words that follow the noun ("without a strand"). Equal reasons are counted together.
        name : str
            The record, as the user finds it in the file.
        line : int or None
            Its 1-based line.
        unusable : bool
            Whether it counts towards the tenth that ends a run. False for records that a smaller genome lacks by
            design, such as transcripts on other chromosomes.
        noun : str or None
            The record where it is not the usual one, such as "line".

        Raises
        ------
        InputError
            The file is read strictly.
        """
        noun = noun or self.noun
        if self.strict:
            raise InputError(
                f"a {noun} {reason}: {_shown(name)}; correct it, or leave --strict out to go on without it",
                self.path,
                line,
            )
        self.last_line = line
        _count(self._kinds, reason, _Kind(1, _shown(name), line, unusable, noun))

    def remark(self, text: str, name: str, line: int | None = None) -> None:
        """Count a record that is used, but not as the file has it.

        Parameters
        ----------
        text : str
            Words that follow the noun and hold for one and for several ("at two places, read as two").
        name : str
            The record, as the user finds it in the file.
        line : int or None
            Its 1-based line.
        """
        _count(self._remarks, text, _Kind(1, _shown(name), line, False, self.noun))

    @property
    def count(self) -> int:
        """Number of records that are left out."""
        return sum(kind.count for kind in self._kinds.values())

    def notes(self) -> tuple[str, ...]:
        """Say what is left out and what is remarkable, a line for each reason."""
        remarks = [f"{_counted(kind)} {text}, the first is {_place(kind)}" for text, kind in self._remarks.items()]
        return tuple(f"{self.path.name}: {text}" for text in [*self._texts(), *remarks])

    def check(self, used: int) -> None:
        """End the run if too little of the file can be used.

        Parameters
        ----------
        used : int
            Number of records that are used.

        Raises
        ------
        InputError
            None is used, or at least two and more than a tenth are unusable. A file without any record is not
            judged here.
        """
        unusable = sum(kind.count for kind in self._kinds.values() if kind.unusable)
        if self._kinds and not used:
            raise InputError(f"no {self.noun} can be used: {'; '.join(self._texts())}", self.path, self._line())
        if unusable > 1 and unusable * 10 > used + unusable:
            raise InputError(
                f"{unusable} of {used + unusable} {self.noun}s cannot be used, more than a tenth; "
                f"correct the file: {'; '.join(self._texts())}",
                self.path,
                self._line(),
            )

    def _texts(self) -> Sequence[str]:
        return [
            f"{_counted(kind)} {reason} {'are' if kind.count > 1 else 'is'} left out, the first is {_place(kind)}"
            for reason, kind in self._kinds.items()
        ]

    def _line(self) -> int | None:
        """Line of the only record that is left out."""
        kinds = list(self._kinds.values())
        return kinds[0].line if len(kinds) == 1 and kinds[0].count == 1 else None


def _count(kinds: dict[str, _Kind], reason: str, kind: _Kind) -> None:
    if kinds.setdefault(reason, kind) is not kind:
        kinds[reason].count += 1


def _counted(kind: _Kind) -> str:
    return f"{kind.count} {kind.noun}{'s' if kind.count > 1 else ''}"


def _place(kind: _Kind) -> str:
    return kind.first + ("" if kind.line is None else f" (line {kind.line})")


def _shown(name: str) -> str:
    """A name on one line and short enough for a message."""
    text = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name[: _SHOWN + 1])
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
