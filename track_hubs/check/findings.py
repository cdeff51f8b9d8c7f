"""One thing that a check of a hub found."""

from __future__ import annotations

from dataclasses import dataclass

from track_hubs.stanzas import Stanza


@dataclass(frozen=True, slots=True)
class Finding:
    """Where, what, and what to do; as text it is one line."""

    where: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return " ".join(f"{self.where}: {self.what}; {self.remedy}".split())


def place(stanza: Stanza) -> str:
    """Where a stanza stands."""
    return f"hub.txt, line {stanza.line}, {stanza.kind} {stanza.name}"
