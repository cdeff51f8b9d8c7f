"""One problem that the check of a hub reports."""

from __future__ import annotations

from dataclasses import dataclass

from track_hubs.stanzas import Stanza


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem as one line of text: place, problem, remedy.

    Attributes
    ----------
    place : str
        Place of the problem, such as a line of hub.txt or a file.
    problem : str
        The problem.
    remedy : str
        What the user can do.

    Examples
    --------
    >>> print(Finding("hub.txt", "has no tracks", "run the scan again"))
    hub.txt: has no tracks; run the scan again
    """

    place: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return " ".join(f"{self.place}: {self.problem}; {self.remedy}".split())


def locate(stanza: Stanza) -> str:
    """Return the place of a stanza in words."""
    return f"hub.txt, line {stanza.line}, {stanza.kind} {stanza.name}"
