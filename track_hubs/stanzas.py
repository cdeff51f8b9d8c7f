"""The text of a hub: stanzas of settings, written and read. What a setting means is not known here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

Settings = list[tuple[str, str]]  #: one stanza: names and values, the name of the stanza's kind first


@dataclass(frozen=True, slots=True)
class Stanza:
    """A stanza of a file.

    Attributes
    ----------
    line : where it begins, from 1.
    settings : value of each setting; of one given twice, the last, as browsers read it.
    repeated : settings given more than once.
    """

    line: int
    settings: dict[str, str] = field(default_factory=dict)
    repeated: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """hub, genome or track: the first setting."""
        return next(iter(self.settings))

    @property
    def name(self) -> str:
        """Value of the first setting."""
        return self.settings[self.kind]


def text_of(stanzas: Sequence[Settings]) -> str:
    """Stanzas with an empty line between them."""
    return "\n\n".join("\n".join(f"{name} {value}" for name, value in stanza) for stanza in stanzas) + "\n"


def stanzas_of(text: str) -> list[Stanza]:
    """Read stanzas as UCSC does: indentation and lines that begin with # do not count, a backslash joins lines."""
    found: list[Stanza] = []
    current: Stanza | None = None
    joined, begun = "", 0
    for number, raw in enumerate(text.splitlines(), 1):
        begun = begun or number
        line = joined + raw.strip()
        if line.endswith("\\"):
            joined = line[:-1]
            continue
        joined, at, begun = "", begun, 0
        if line.startswith("#"):
            continue
        if not line:
            current = None
            continue
        name, _, value = line.partition(" ")
        if current is None:
            current = Stanza(at)
            found.append(current)
        elif name in current.settings:
            current = found[-1] = Stanza(current.line, current.settings, (*current.repeated, name))
        current.settings[name] = value.strip()
    return found
