"""Hub, session and pages of finished runs, built anew from their manifests and checked. It scores nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from ideep_scan.errors import InputError
from ideep_scan.jobs.folder_lock import locked_folder
from ideep_scan.jobs.publishing import settle
from ideep_scan.jobs.run_folder import RunFolder
from track_hubs.check import HUB, check
from track_hubs.hub import build
from track_hubs.igv import WEB_SESSION
from track_hubs.manifest import HubError
from track_hubs.render import read_manifest
from track_hubs.stanzas import stanzas_of

_UCSC = "https://genome.ucsc.edu/cgi-bin/hgTracks"


@dataclass(frozen=True, slots=True)
class HubSettings:
    """What a user asks for.

    Attributes
    ----------
    runs : folders of finished runs.
    out : folder of the hub; None: that of the one run.
    url_base : address that the folder of the hub will have on the web; a session of IGV with addresses is written too.
    assembly_hub : whether the genome goes with the hub as 2bit.
    fasta : the genome for that; None: the copy that goes with the run.
    chrom_sizes : lengths of the assembly's contigs, to check the files against.
    check_only : leave the hubs as they are and check them.
    """

    runs: tuple[Path, ...]
    out: Path | None = None
    url_base: str | None = None
    assembly_hub: bool = False
    fasta: Path | None = None
    chrom_sizes: Path | None = None
    check_only: bool = False

    def validate(self) -> None:
        """Raises InputError for what does not go together."""
        if self.url_base is not None and not self.url_base.startswith(("http://", "https://")):
            raise InputError(f"{self.url_base!r} is no address: --url-base begins with http:// or https://")
        if self.fasta is not None and not self.assembly_hub:
            raise InputError("--fasta is the genome of an assembly hub: say --assembly-hub too, or leave it out")
        if self.check_only and (self.out or self.assembly_hub or self.url_base):
            raise InputError("--check leaves hubs as they are: leave out -o, --url-base and --assembly-hub")


@dataclass(frozen=True, slots=True)
class HubSummary:
    """What came of it: the hubs, what their check found (a line each), what was looked at, addresses to open."""

    hubs: tuple[Path, ...]
    findings: tuple[str, ...]
    checked: tuple[str, ...]
    addresses: tuple[tuple[str, str], ...] = ()


def run(asked: HubSettings) -> HubSummary:
    """Build and check, or check only.

    Raises
    ------
    InputError : settings that do not go together, or any `HubError`, in its words.
    """
    asked.validate()
    try:
        if asked.check_only:
            hubs = [run / HUB for run in asked.runs]
            for run in asked.runs:
                settle(run)
        else:
            hubs = [_built(asked)]
        reports = [(hub, check(hub, asked.chrom_sizes, digests=asked.check_only)) for hub in hubs]
        hosted = asked.url_base is None or read_manifest(asked.runs[0]).assembly.hosted
        addresses = () if asked.url_base is None else _addresses(hubs[0], asked.url_base, hosted)
    except HubError as error:
        raise InputError(str(error)) from error
    findings = tuple(f"{hub.parent}/{finding}" for hub, report in reports for finding in report.findings)
    return HubSummary(tuple(hubs), findings, tuple(report.summary for _, report in reports), addresses)


def _built(asked: HubSettings) -> Path:
    """Build a hub and return its path."""
    target = (asked.out or asked.runs[0]).resolve()
    how = asked.assembly_hub, asked.fasta, asked.url_base
    if [run.resolve() for run in asked.runs] == [target]:
        with RunFolder(target, overwrite=True) as folder:
            build(asked.runs, asked.out, *how, staging=folder.part)
            folder.place()
        return target / HUB
    for run in asked.runs:
        settle(run)
    if asked.out is None or target in [run.resolve() for run in asked.runs]:
        return build(asked.runs, asked.out, *how)[0]  # raises what is wrong with that
    with locked_folder(target):
        return build(asked.runs, target, *how)[0]


def _addresses(hub: Path, url_base: str, hosted: bool) -> tuple[tuple[str, str], ...]:
    """Who opens it, and the address; who cannot, and why."""
    genome = next(stanza for stanza in stanzas_of(hub.read_text(encoding="utf-8")) if stanza.kind == "genome")
    folder = url_base.rstrip("/")
    url = f"{folder}/hub.txt"
    own = "twoBitPath" in genome.settings
    query = f"genome={quote(genome.name)}" if own else f"db={quote(genome.name)}"
    ucsc = f"{_UCSC}?{query}&hubUrl={quote(url, safe='')}"
    if not (own or hosted):
        ucsc = f"does not host {genome.name}: say --assembly-hub to bring it along"
    return (
        ("hub, for any browser", url),
        ("UCSC", ucsc),
        ("IGV desktop", f"{folder}/{WEB_SESSION}"),
    )
