"""Reader and writer for the text of hubs: stanzas of settings, separated by empty lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

Settings = list[tuple[str, str]]  #: one stanza as (name, value) pairs; the first pair gives kind and name


@dataclass(frozen=True, slots=True)
class Stanza:
    """One stanza of a hub.

    Attributes
    ----------
    line : int
        Line number of its beginning, from 1.
    settings : dict of str to str
        Value of each setting. For a repeated setting it is the last value, as in browsers.
    repeated : tuple of str
        Settings that occur more than once.
    """

    line: int
    settings: dict[str, str] = field(default_factory=dict)
    repeated: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """Name of the first setting: hub, genome or track."""
        return next(iter(self.settings))

    @property
    def name(self) -> str:
        """Value of the first setting."""
        return self.settings[self.kind]


def render_stanzas(stanzas: Sequence[Settings]) -> str:
    r"""Write stanzas with an empty line between them.

    Examples
    --------
    >>> render_stanzas([[("genome", "hg38")], [("track", "a"), ("type", "bigWig")]])
    'genome hg38\n\ntrack a\ntype bigWig\n'
    """
    return "\n\n".join("\n".join(f"{name} {value}" for name, value in stanza) for stanza in stanzas) + "\n"


def parse_stanzas(text: str) -> list[Stanza]:
    """Read stanzas as UCSC does.

    Indentation and lines that begin with # are ignored. A backslash at the end of a line joins it to the next one.

    Parameters
    ----------
    text : str
        Text of a hub.
    """
    stanzas: list[Stanza] = []
    current: Stanza | None = None
    continued, first_line = "", 0
    for number, raw in enumerate(text.splitlines(), 1):
        first_line = first_line or number
        line = continued + raw.strip()
        if line.endswith("\\"):
            continued = line[:-1]
            continue
        continued, start, first_line = "", first_line, 0
        if line.startswith("#"):
            continue
        if not line:
            current = None
            continue
        name, _, value = line.partition(" ")
        if current is None:
            current = Stanza(start)
            stanzas.append(current)
        elif name in current.settings:
            current = stanzas[-1] = Stanza(current.line, current.settings, (*current.repeated, name))
        current.settings[name] = value.strip()
    return stanzas
