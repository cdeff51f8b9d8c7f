"""Determine the name of a genome in browsers, with remarks for the user."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ideep_scan.errors import InputError
from track_hubs.assemblies import find_candidates, find_ucsc_name, list_naming_notes, read_lengths, ucsc_hosts

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_EMAIL = re.compile(r"[^\s@<>\"']{1,64}@[^\s@<>\"']{1,189}")


@dataclass(frozen=True, slots=True)
class BrowserGenome:
    """The genome as browsers see it.

    Attributes
    ----------
    id : str
        UCSC's name of the assembly, or a name of the run's own that UCSC does not have.
    title : str
        Name for readers.
    sizes : dict of str to int
        Length in nt of each contig, for tracks and hub.
    notes : tuple of str
        One line for each thing that a user must know.
    """

    id: str
    title: str
    sizes: dict[str, int]
    notes: tuple[str, ...]

    @property
    def hosted(self) -> bool:
        """True if UCSC has this genome."""
        return ucsc_hosts(self.id)


def check_assembly(name: str | None) -> None:
    """Raise InputError unless a value of --assembly is a plain name, or None."""
    if name is not None and not _NAME.fullmatch(name):
        raise InputError(f"--assembly {name!r} is not a name: give one such as hg19 (letters, digits, . _ -)")


def check_email(address: str | None) -> None:
    """Raise InputError unless a value of --email looks like an address, or is None."""
    if address is not None and not _EMAIL.fullmatch(address):
        raise InputError(f"--email {address!r} is not an e-mail address: give one such as name@institute.edu")


def choose_browser_genome(named: str | None, sizes: Mapping[str, int], file_name: str) -> BrowserGenome:
    """Determine the name of the assembly: the user's, or the one that the contig lengths fit.

    Parameters
    ----------
    named : str or None
        Value of --assembly.
    sizes : mapping of str to int
        Length in nt of each contig.
    file_name : str
        Name of the FASTA. It never decides which assembly of UCSC this is.

    Raises
    ------
    InputError
        The contigs belong to another assembly than the named one.
    """
    possible = find_candidates(sizes)
    if named is not None:
        return _named(named, sizes, possible)
    if len(possible) == 1:
        return BrowserGenome(possible[0], possible[0], dict(sizes), tuple(list_naming_notes(sizes, possible[0])))
    fit = " and ".join(possible) or "no assembly known here"
    note = (
        f"genome browsers will not know this genome: its contig lengths fit {fit}; if it is one of theirs or a part of "
        f"one, name it (--assembly {possible[0] if possible else 'hg19'})"
    )
    return BrowserGenome(make_own_name(file_name), file_name, dict(sizes), (note,))


def make_own_name(file_name: str) -> str:
    """Make a name for a genome that no browser hosts; it is never a name that UCSC has."""
    name = "_".join(re.findall(r"[A-Za-z0-9]+", file_name.split(".")[0]))[:60] or "genome"
    return f"own_{name}" if ucsc_hosts(name) or find_ucsc_name(name) else name


def explain_unknown_name(name: str) -> str | None:
    """Return the note on a name of --assembly that UCSC does not have; None if it has it."""
    if ucsc_hosts(name):
        return None
    other = find_ucsc_name(name)
    if other is not None:
        return f"UCSC has no genome {name}: it calls it {other}: pass --assembly {other}"
    return (
        f"UCSC has no genome {name}: check the spelling, or bring the genome along (ideep-scan hub OUT --assembly-hub)"
    )


def _named(name: str, sizes: Mapping[str, int], possible: list[str]) -> BrowserGenome:
    """Check the user's name of the assembly against the contigs; shorter contigs get the assembly's lengths."""
    assembly_lengths = read_lengths(name) or {}
    if possible and ucsc_hosts(name) and name not in possible:
        meant = " or ".join(possible)
        raise InputError(f"--assembly {name}: the contig lengths are those of {meant}: pass --assembly {possible[0]}")
    expected = {contig: assembly_lengths.get(contig) or assembly_lengths.get(f"chr{contig}") for contig in sizes}
    for contig, length in expected.items():
        if length is not None and sizes[contig] > length:
            raise InputError(
                f"--assembly {name}: contig {contig} has {sizes[contig]:,} nt, more than {name}'s {length:,}: pass the "
                "assembly that the FASTA is of"
            )
    cut = [contig for contig, length in expected.items() if length is not None and sizes[contig] < length]
    notes = [note for note in (explain_unknown_name(name), *list_naming_notes(sizes, name)) if note]
    if cut:
        more = f" (and {len(cut) - 1} more contigs)" if len(cut) > 1 else ""
        notes.append(
            f"{cut[0]} has {sizes[cut[0]]:,} of the {expected[cut[0]]:,} nt in {name}{more}: "
            "it is taken as its beginning"
        )
    declared_lengths = {contig: max(length, expected[contig] or 0) for contig, length in sizes.items()}
    return BrowserGenome(name, name, declared_lengths, tuple(notes))
