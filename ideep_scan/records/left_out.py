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


@dataclass(eq=False)
class LeftOut:
    """Records of one file that are left out.

    Attributes
    ----------
    path : Path
        The file, for messages.
    noun : str
        One record, in the singular ("transcript", "site").
    strict : bool
        Raise at the first record instead of counting it.

    Examples
    --------
    >>> left_out = LeftOut(Path("genes.gtf"), "transcript")
    >>> left_out.add("without a strand", "NM_1", 7)
    >>> left_out.add("without a strand", "NM_2", 9)
    >>> left_out.check(used=20)
    >>> left_out.notes()
    ('genes.gtf: 2 transcripts without a strand are left out, the first is NM_1 (line 7)',)
    """

    path: Path
    noun: str
    strict: bool = False
    _kinds: dict[str, _Kind] = field(default_factory=dict)

    def add(self, reason: str, name: str, line: int | None = None, *, unusable: bool = True) -> None:
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

        Raises
        ------
        InputError
            The file is read strictly.
        """
        if self.strict:
            raise InputError(
                f"a {self.noun} {reason}: {_shown(name)}; correct it, or leave --strict out to go on without it",
                self.path,
                line,
            )
        kind = self._kinds.get(reason)
        if kind is None:
            self._kinds[reason] = _Kind(1, _shown(name), line, unusable)
        else:
            kind.count += 1

    @property
    def count(self) -> int:
        """Number of records that are left out."""
        return sum(kind.count for kind in self._kinds.values())

    def notes(self) -> tuple[str, ...]:
        """Say what is left out, a line for each reason."""
        return tuple(f"{self.path.name}: {text}" for text in self._texts())

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
            f"{kind.count} {self.noun}{'s' if kind.count > 1 else ''} {reason} {'are' if kind.count > 1 else 'is'} "
            f"left out, the first is {kind.first}{'' if kind.line is None else f' (line {kind.line})'}"
            for reason, kind in self._kinds.items()
        ]

    def _line(self) -> int | None:
        """Line of the only record that is left out."""
        kinds = list(self._kinds.values())
        return kinds[0].line if len(kinds) == 1 and kinds[0].count == 1 else None


def _shown(name: str) -> str:
    """A name on one line and short enough for a message."""
    text = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name[: _SHOWN + 1])
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
