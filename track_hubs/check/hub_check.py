"""A finished hub against what browsers ask of it: each finding says where, what, and what to do. It mends nothing.

UCSC's own hubCheck finds some of this, and is run too where it is on the PATH (`hubcheck.py`); it does not compare
contigs, columns, filters or labels with the files, which is what breaks in practice. `check_files.py` looks into the
files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from track_hubs import settings
from track_hubs.assemblies import ucsc_hosts, ucsc_name
from track_hubs.check.files import Sizes, check_files, sizes_for
from track_hubs.check.findings import Finding, place
from track_hubs.check.nesting import check_nesting
from track_hubs.check.ucsc_hubcheck import HubCheck, run_hubcheck
from track_hubs.files import check_records
from track_hubs.manifest import MANIFEST, HubError
from track_hubs.render import read_manifest
from track_hubs.stanzas import Stanza, stanzas_of
from track_hubs.ucsc import LONG, NO_EMAIL, SHORT, plain_name

HUB = "hub.txt"
_LABELS = {"shortLabel": SHORT, "longLabel": LONG}
_NEEDED = {"hub": ("shortLabel", "longLabel", "email"), "genome": (), "track": ("shortLabel", "longLabel", "html")}
_ASSEMBLY_HUB = ("organism", "defaultPos", "description")
_KNOWN = {"hub": settings.HUB, "genome": settings.GENOME, "track": settings.TRACK}


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found.

    Attributes
    ----------
    findings : tuple of Finding
        What is wrong with the hub.
    tracks : int
        Tracks that were checked.
    unopened : int
        Files at other addresses, which were not opened.
    ran_hubcheck : bool
        Whether UCSC's hubCheck was run to its end.
    notes : tuple of str
        What to know of a hub that is sound.
    """

    findings: tuple[Finding, ...]
    tracks: int
    unopened: int = 0
    ran_hubcheck: bool = False
    notes: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """What was looked at, as one line."""
        parts = [f"{self.tracks} tracks checked, {len(self.findings)} findings"]
        parts += [f"{self.unopened} files at other addresses were not opened"] if self.unopened else []
        return "; ".join([*parts, "hubCheck was run too" if self.ran_hubcheck else "UCSC's hubCheck was not run"])


def check(
    hub: str | Path,
    chrom_sizes: str | Path | None = None,
    hubcheck: bool = True,
    digests: bool = True,
    unknown_genome: bool = True,
) -> Report:
    """Check a hub in one file and the files that it names.

    Parameters
    ----------
    hub : `hub.txt`, or the folder that it lies in.
    chrom_sizes : table (name, length) of the assembly's contigs; without it they are those that this package knows
        of the assembly (`assemblies.tsv`), or those of the manifest beside the hub.
    hubcheck : whether UCSC's hubCheck is run too, where it is on the PATH.
    digests : bool
        Whether all files of the manifest beside the hub are read and compared with its digests. If not, sizes alone
        are compared.
    unknown_genome : whether a genome that UCSC does not know is a finding; else it is a note.

    Raises
    ------
    HubError : there is no hub, or it or the table of sizes cannot be read.
    """
    path = Path(hub) / HUB if Path(hub).is_dir() else Path(hub)
    try:
        stanzas = stanzas_of(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise HubError(f"{path}: no such hub; give hub.txt or its folder") from error
    except (OSError, UnicodeDecodeError) as error:
        raise HubError(f"{path}: cannot be read ({error}); give hub.txt or its folder") from error
    tracks = [stanza for stanza in stanzas if stanza.kind == "track"]
    genome = next((stanza for stanza in stanzas if stanza.kind == "genome"), None)
    sizes: Sizes | None = sizes_for(path.parent, genome, chrom_sizes)
    findings = [*_whole(stanzas), *(found for stanza in stanzas for found in _stanza(stanza))]
    unknown = [] if genome is None else list(_unknown(genome))
    findings += unknown if unknown_genome else []
    findings += [*check_nesting(tracks)]
    files = check_files(path.parent, stanzas, sizes)
    outside = run_hubcheck(path) if hubcheck else HubCheck()
    notes = [str(finding) for finding in unknown if not unknown_genome]
    notes += [*_email_note(stanzas), *files.notes, *outside.notes]
    findings += [*files.findings, *_changed(path.parent, digests), *outside.findings]
    return Report(tuple(findings), len(tracks), files.unopened, outside.finished, tuple(notes))


def _unknown(genome: Stanza) -> Iterator[Finding]:
    """Find a genome that UCSC neither hosts nor gets from the hub."""
    if "twoBitPath" in genome.settings or ucsc_hosts(genome.name):
        return
    name = ucsc_name(genome.name) or "hg19"
    remedy = f"name it (ideep-scan hub OUT --assembly {name}), or bring it along (ideep-scan hub OUT --assembly-hub)"
    yield Finding(place(genome), f"UCSC does not know the genome {genome.name}", remedy)


def _email_note(stanzas: list[Stanza]) -> tuple[str, ...]:
    """Say that a hub names nobody to ask; UCSC wants an address before it lists a hub."""
    if stanzas and stanzas[0].settings.get("email") == NO_EMAIL:
        return ("the hub names no e-mail address; give one before you publish it (ideep-scan hub OUT --email ADDRESS)",)
    return ()


def _changed(folder: Path, digests: bool) -> tuple[Finding, ...]:
    """Find files that differ from the manifest beside the hub, if there is one."""
    if not (folder / MANIFEST).is_file():
        return ()
    try:
        return tuple(check_records(folder, read_manifest(folder), digests))
    except HubError as error:
        return (Finding(MANIFEST, str(error), "run the scan again"),)


def _whole(stanzas: list[Stanza]) -> Iterator[Finding]:
    """One hub, one genome, then tracks, each under a name of its own."""
    kinds = [stanza.kind for stanza in stanzas]
    if kinds[:2] != ["hub", "genome"]:
        yield Finding(HUB, "does not begin with a hub and a genome", "write it anew (ideep-scan hub)")
    elif stanzas[0].settings.get("useOneFile") != "on":
        yield Finding(place(stanzas[0]), "useOneFile is not on", "put all in one file and say useOneFile on")
    if "track" not in kinds:
        yield Finding(HUB, "holds no track", "scan where there is something to score")
    if kinds.count("genome") > 1:
        yield Finding(HUB, "has several genomes, but a hub in one file has one", "make a hub for each")
    seen: set[str] = set()
    for stanza in stanzas:
        if stanza.kind != "track":
            continue
        if stanza.name in seen:
            yield Finding(place(stanza), "another track has this name", "give each a name of its own")
        seen.add(stanza.name)
        if not stanza.name or plain_name(stanza.name) != stanza.name:
            yield Finding(
                place(stanza), "the name of a track holds letters, digits and _ only, a letter first", "rename it"
            )


def _stanza(stanza: Stanza) -> Iterator[Finding]:
    """Settings of one stanza: known, given once, with a value that they take, and none missing."""
    known = _KNOWN.get(stanza.kind)
    if known is None:
        yield Finding(place(stanza), f"a stanza begins with hub, genome or track, not {stanza.kind}", "correct it")
        return
    for name in stanza.repeated:
        yield Finding(place(stanza), f"{name} is given more than once", "keep one")
    for name, value in stanza.settings.items():
        yield from _setting(stanza, name, value, known)
    needed = _NEEDED[stanza.kind] + (_ASSEMBLY_HUB if "twoBitPath" in stanza.settings else ())
    for name in needed:
        if not stanza.settings.get(name):
            yield Finding(place(stanza), f"{name} is missing", "add it")


def _setting(stanza: Stanza, name: str, value: str, known: dict[str, str]) -> Iterator[Finding]:
    takes = settings.takes(name, known, value)
    if takes is None:
        yield Finding(place(stanza), f"{name} is not a known setting", "correct its spelling")
    elif not takes:
        yield Finding(place(stanza), f"{name} cannot be {value!r}", "correct its value")
    elif name in ("color", "altColor") and any(int(part) > 255 for part in value.split(",")):
        yield Finding(place(stanza), f"{name} {value} has a part above 255", "give red,green,blue from 0 to 255")
    elif name == "viewLimits" and not all(float(part).is_integer() for part in value.split(":")):
        yield Finding(place(stanza), f"igv.js reads viewLimits {value} as whole numbers", "give whole numbers")
    elif name == "viewLimits" and float(value.partition(":")[0]) >= float(value.partition(":")[2]):
        yield Finding(place(stanza), f"viewLimits {value} leave nothing to show", "give the lower limit first")
    most = _LABELS.get(name)
    if most is not None and len(value) > most:
        yield Finding(place(stanza), f"{name} has {len(value)} characters, UCSC shows {most}", "shorten it")
