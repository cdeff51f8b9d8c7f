"""Check a finished hub and its files for errors that genome browsers would trip over.

No library does this. UCSC's hubCheck is a binary that most machines lack, and it does not open the data files.
In practice hubs break where hub.txt and files disagree: contigs, columns, filters, labels.
hubCheck is run as well if it is on the PATH (`ucsc_hubcheck.py`).
The rules catch a user's edit or a damaged file. Layout choices of this package's renderer are not rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from track_hubs import setting_patterns
from track_hubs.assemblies import find_ucsc_name, ucsc_hosts
from track_hubs.check.findings import Finding, locate
from track_hubs.check.nesting import check_nesting
from track_hubs.check.recorded_files import check_records
from track_hubs.check.referenced_files import Sizes, check_files, find_sizes
from track_hubs.check.ucsc_hubcheck import HubCheck, run_hubcheck
from track_hubs.hub_names import LONG, SHORT, make_plain_name
from track_hubs.manifest import MANIFEST, HubError
from track_hubs.manifest_file import read_manifest
from track_hubs.stanzas import Stanza, parse_stanzas
from track_hubs.ucsc_settings import NO_EMAIL

HUB = "hub.txt"
_LABELS = {"shortLabel": SHORT, "longLabel": LONG}
_REQUIRED = {"hub": ("shortLabel", "longLabel", "email"), "genome": (), "track": ("shortLabel", "longLabel")}
_REQUIRED_WITH_TWO_BIT = ("organism", "defaultPos", "description")
_PATTERNS = {"hub": setting_patterns.HUB, "genome": setting_patterns.GENOME, "track": setting_patterns.TRACK}


@dataclass(frozen=True, slots=True)
class Report:
    """Result of checking a hub.

    Attributes
    ----------
    findings : tuple of Finding
        Problems of the hub.
    tracks : int
        Number of tracks that were checked.
    unopened : int
        Number of files at other URLs, which were not opened.
    ran_hubcheck : bool
        Whether UCSC's hubCheck ran to its end.
    notes : tuple of str
        Remarks that are not problems.
    """

    findings: tuple[Finding, ...]
    tracks: int
    unopened: int = 0
    ran_hubcheck: bool = False
    notes: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """Summary of the check, as one line."""
        parts = [f"{self.tracks} tracks checked, {len(self.findings)} findings"]
        parts += [f"{self.unopened} files at other URLs were not opened"] if self.unopened else []
        return "; ".join(
            [*parts, "UCSC's hubCheck was run as well" if self.ran_hubcheck else "UCSC's hubCheck was not run"]
        )


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
    hub : str or Path
        The file `hub.txt` or its folder.
    chrom_sizes : str or Path, optional
        Table of contig names and lengths of the assembly. By default the lengths come from the hub, from the packaged
        table of assemblies, or from the manifest beside the hub.
    hubcheck : bool
        Whether UCSC's hubCheck is run as well, if it is on the PATH.
    digests : bool
        Whether the files of the manifest beside the hub are compared with its digests. If not, only sizes are compared.
    unknown_genome : bool
        Whether a genome that UCSC does not host is a finding. If not, it is a note.

    Raises
    ------
    HubError
        There is no hub, or the hub or the table cannot be read.
    """
    path = Path(hub) / HUB if Path(hub).is_dir() else Path(hub)
    try:
        stanzas = parse_stanzas(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise HubError(f"{path}: no such hub; pass hub.txt or its folder") from error
    except (OSError, UnicodeDecodeError) as error:
        raise HubError(f"{path}: cannot be read ({error}); pass hub.txt or its folder") from error
    tracks = [stanza for stanza in stanzas if stanza.kind == "track"]
    genome = next((stanza for stanza in stanzas if stanza.kind == "genome"), None)
    sizes: Sizes | None = find_sizes(path.parent, genome, chrom_sizes)
    findings = [*_check_structure(stanzas), *(finding for stanza in stanzas for finding in _check_stanza(stanza))]
    unknown = [] if genome is None else list(_unhosted_genome(genome))
    findings += unknown if unknown_genome else []
    findings += [*check_nesting(tracks)]
    files = check_files(path.parent, stanzas, sizes)
    hubcheck_result = run_hubcheck(path) if hubcheck else HubCheck()
    notes = [str(finding) for finding in unknown if not unknown_genome]
    notes += [*_email_note(stanzas), *files.notes, *hubcheck_result.notes]
    findings += [*files.findings, *_changed_files(path.parent, digests), *hubcheck_result.findings]
    return Report(tuple(findings), len(tracks), files.unopened, hubcheck_result.finished, tuple(notes))


def _unhosted_genome(genome: Stanza) -> Iterator[Finding]:
    """Yield a finding if neither UCSC nor the hub has the genome."""
    if "twoBitPath" in genome.settings or ucsc_hosts(genome.name):
        return
    name = find_ucsc_name(genome.name) or "hg19"
    remedy = f"name it (ideep-scan hub OUT --assembly {name}), or include it (ideep-scan hub OUT --assembly-hub)"
    yield Finding(locate(genome), f"UCSC does not host the genome {genome.name}", remedy)


def _email_note(stanzas: list[Stanza]) -> tuple[str, ...]:
    """Return a note if a hub has no contact address, which UCSC requires of public hubs."""
    if stanzas and stanzas[0].settings.get("email") == NO_EMAIL:
        return ("the hub has no contact address; add one before you publish it (ideep-scan hub OUT --email ADDRESS)",)
    return ()


def _changed_files(folder: Path, digests: bool) -> tuple[Finding, ...]:
    """Return findings for files that differ from the manifest beside the hub, if there is one."""
    if not (folder / MANIFEST).is_file():
        return ()
    try:
        return tuple(check_records(folder, read_manifest(folder), digests))
    except HubError as error:
        return (Finding(MANIFEST, str(error), "run the scan again"),)


def _check_structure(stanzas: list[Stanza]) -> Iterator[Finding]:
    """Check that a hub, one genome and tracks with unique names follow each other."""
    kinds = [stanza.kind for stanza in stanzas]
    if kinds[:2] != ["hub", "genome"]:
        yield Finding(HUB, "does not begin with a hub and a genome", "write it again (ideep-scan hub)")
    elif stanzas[0].settings.get("useOneFile") != "on":
        yield Finding(locate(stanzas[0]), "useOneFile is not on", "put all stanzas into one file and set useOneFile on")
    if "track" not in kinds:
        yield Finding(HUB, "has no tracks", "scan a region that has something to score")
    if kinds.count("genome") > 1:
        yield Finding(HUB, "has several genomes, but useOneFile allows one", "make one hub per genome")
    names: set[str] = set()
    for stanza in stanzas:
        if stanza.kind != "track":
            continue
        if stanza.name in names:
            yield Finding(locate(stanza), "another track has this name", "rename one of them")
        names.add(stanza.name)
        if not stanza.name or make_plain_name(stanza.name) != stanza.name:
            yield Finding(
                locate(stanza), "a track name must be letters, digits and _, beginning with a letter", "rename it"
            )


def _check_stanza(stanza: Stanza) -> Iterator[Finding]:
    """Check that settings of a stanza are known, unique, valid and complete."""
    patterns = _PATTERNS.get(stanza.kind)
    if patterns is None:
        yield Finding(locate(stanza), f"a stanza must begin with hub, genome or track, not {stanza.kind}", "correct it")
        return
    for name in stanza.repeated:
        yield Finding(locate(stanza), f"{name} is set more than once", "remove one")
    for name, value in stanza.settings.items():
        yield from _check_setting(stanza, name, value, patterns)
    names = _REQUIRED[stanza.kind] + (_REQUIRED_WITH_TWO_BIT if "twoBitPath" in stanza.settings else ())
    for name in names:
        if not stanza.settings.get(name):
            yield Finding(locate(stanza), f"{name} is missing", "add it")


def _check_setting(stanza: Stanza, name: str, value: str, patterns: dict[str, str]) -> Iterator[Finding]:
    """Check the name, value and length of one setting."""
    accepted = setting_patterns.accepts(name, patterns, value)
    if accepted is None:
        yield Finding(locate(stanza), f"{name} is not a known setting", "correct its spelling")
    elif not accepted:
        yield Finding(locate(stanza), f"{name} cannot be {value!r}", "correct its value")
    elif name in ("color", "altColor") and any(int(part) > 255 for part in value.split(",")):
        yield Finding(locate(stanza), f"{name} {value} has a part above 255", "write red,green,blue from 0 to 255")
    elif name == "viewLimits" and not all(float(part).is_integer() for part in value.split(":")):
        yield Finding(locate(stanza), f"igv.js reads viewLimits {value} as whole numbers", "write whole numbers")
    elif name == "viewLimits" and float(value.partition(":")[0]) >= float(value.partition(":")[2]):
        yield Finding(
            locate(stanza), f"the limits of viewLimits {value} are reversed or equal", "write the lower limit first"
        )
    limit = _LABELS.get(name)
    if limit is not None and len(value) > limit:
        yield Finding(locate(stanza), f"{name} has {len(value)} characters, UCSC shows {limit}", "shorten it")
