"""Build hub, session and pages of finished runs from their manifests again, and check them. Nothing is scored."""

from __future__ import annotations

import xml.etree.ElementTree as xml
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ideep_scan.errors import InputError
from ideep_scan.formats.spool import Spool
from ideep_scan.formats.variants.vcf import VcfFile
from ideep_scan.jobs.browser_addresses import list_browser_addresses
from ideep_scan.jobs.browser_assembly import choose_browser_genome
from ideep_scan.jobs.hub_settings import HubSettings
from ideep_scan.jobs.output_folder.lock import locked_folder
from ideep_scan.jobs.output_folder.publication import settle
from ideep_scan.jobs.output_folder.run_folder import RunFolder
from ideep_scan.jobs.piped_inputs import spool_inputs
from ideep_scan.jobs.scan_manifest import read_scan_manifest
from ideep_scan.jobs.variant_track import open_scored_vcf, write_variant_track
from track_hubs.addresses import parse_base_address
from track_hubs.check.hub_check import HUB, check
from track_hubs.hub_builder import VariantWriter, build_hub
from track_hubs.igv import SESSION, WEB_SESSION
from track_hubs.manifest import Assembly, HubError, Manifest, Track


@dataclass(frozen=True, slots=True)
class HubSummary:
    """Result of building or checking hubs.

    Attributes
    ----------
    hubs : tuple of Path
        The hubs.
    findings : tuple of str
        Findings of their check, one line each.
    checked : tuple of str
        Summary of each check.
    addresses : tuple of tuple
        Name and address of each browser to open.
    notes : tuple of str
        Remarks that are not faults.
    """

    hubs: tuple[Path, ...]
    findings: tuple[str, ...]
    checked: tuple[str, ...]
    addresses: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


def run(settings: HubSettings) -> HubSummary:
    """Build and check hubs, or only check them.

    Parameters
    ----------
    settings : HubSettings
        Settings of the job.

    Returns
    -------
    HubSummary
        The hubs, with findings and notes.

    Raises
    ------
    InputError
        The settings contradict each other, or a run or hub cannot be used.
    """
    settings.check()
    with Spool() as spool:
        return _run(spool_inputs(settings, spool))


def _run(settings: HubSettings) -> HubSummary:
    notes: list[str] = []
    try:
        base = None if settings.url_base is None else parse_base_address(settings.url_base)
        if settings.check_only:
            hubs = [run / HUB for run in settings.runs]
            for run in settings.runs:
                settle(run)
        else:
            hub, notes = _build(settings, base)
            hubs = [hub]
        complete = settings.check_only
        reports = [(hub, check(hub, settings.chrom_sizes, digests=complete, unknown_genome=complete)) for hub in hubs]
        addresses = () if base is None else list_browser_addresses(hubs[0].parent, base)
    except HubError as error:
        raise InputError(str(error)) from error
    findings = tuple(f"{hub.parent}/{finding}" for hub, report in reports for finding in report.findings)
    notes += [note for _, report in reports for note in report.notes]
    checked = tuple(report.summary for _, report in reports)
    return HubSummary(tuple(hubs), findings, checked, addresses, tuple(dict.fromkeys(notes)))


def _build(settings: HubSettings, base: str | None) -> tuple[Path, list[str]]:
    """Write the hub; return its path and remarks."""
    for run in settings.runs:
        settle(run)
    manifests = [read_scan_manifest(run) for run in settings.runs]
    notes = [note for manifest in manifests for note in _named(manifest, settings.assembly)]
    if base is not None and settings.email is None and not any(manifest.has_contact for manifest in manifests):
        raise InputError("--url-base makes a hub for others: give an address for their questions (--email ADDRESS)")
    vcf = None if settings.variants is None else open_scored_vcf(settings.variants)
    folder = settings.runs[0] if settings.out is None else settings.out
    had_web_session = (folder / WEB_SESSION).is_file()
    hub = _built(settings, base, None if vcf is None else partial(_write_variants, vcf, notes))
    if had_web_session and base is None:
        notes.append(f"{WEB_SESSION} of an earlier hub is removed; pass --url-base to write it again")
    if _holds_absolute_paths(hub.parent):
        notes.append(
            f"{SESSION} holds absolute paths of this machine, because the runs have files of one name: pass --url-base "
            "before you publish the hub"
        )
    return hub, notes


def _write_variants(vcf: VcfFile, notes: list[str], folder: Path, assembly: Assembly) -> Track:
    """Write a track of variants and append its remarks to the notes."""
    track, remarks = write_variant_track(vcf, folder, assembly)
    notes += remarks
    return track


def _built(settings: HubSettings, base: str | None, variants: VariantWriter | None) -> Path:
    """Build a hub and return its path."""
    target = (settings.out or settings.runs[0]).resolve()
    write_hub = partial(
        build_hub,
        settings.runs,
        own_genome=settings.assembly_hub,
        fasta=settings.fasta,
        url_base=base,
        assembly=settings.assembly,
        email=settings.email,
        variants=variants,
        keep_variants=not settings.no_variants,
    )
    if [run.resolve() for run in settings.runs] == [target]:
        with RunFolder(target, overwrite=True) as folder:
            write_hub(settings.out, staging=folder.part)
            folder.place()
        return target / HUB
    if settings.out is None or target in [run.resolve() for run in settings.runs]:
        return write_hub(settings.out)[0]  # raises the reason why this is refused
    with locked_folder(target):
        return write_hub(target)[0]


def _named(manifest: Manifest, assembly: str | None) -> tuple[str, ...]:
    """List remarks on the name that the user gives the genome; raise InputError if the contigs are of another one."""
    if assembly is None:
        return ()
    return choose_browser_genome(assembly, manifest.assembly.sizes, manifest.assembly.title).notes


def _holds_absolute_paths(folder: Path) -> bool:
    """Test whether the session of a folder holds absolute paths of this machine."""
    session = xml.parse(folder / SESSION).getroot()
    return any(Path(resource.get("path", "")).is_absolute() for resource in session.iter("Resource"))
