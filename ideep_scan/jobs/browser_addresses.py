"""Addresses that open a published run or hub in genome browsers."""

from __future__ import annotations

import xml.etree.ElementTree as xml
from pathlib import Path
from urllib.parse import quote

from track_hubs.addresses import make_address
from track_hubs.assemblies import ucsc_hosts
from track_hubs.check.hub_check import HUB
from track_hubs.igv import SESSION, WEB_SESSION
from track_hubs.stanzas import parse_stanzas

_UCSC = "https://genome.ucsc.edu/cgi-bin/hgTracks"


def list_browser_addresses(folder: Path, base: str) -> tuple[tuple[str, str], ...]:
    """List the browsers with the address that opens the hub, or the reason why they cannot open it.

    Parameters
    ----------
    folder : Path
        Folder of the run or hub.
    base : str
        Web address of this folder, as `parse_base_address` returns it.

    Returns
    -------
    tuple of (str, str)
        Name of the browser, and address or reason.
    """
    stanzas = parse_stanzas((folder / HUB).read_text(encoding="utf-8"))
    genome = next(stanza for stanza in stanzas if stanza.kind == "genome")
    url = make_address(base, HUB)
    has_genome = "twoBitPath" in genome.settings
    if has_genome or ucsc_hosts(genome.name):
        locus = read_first_view(folder)
        position = f"&position={quote(locus)}" if locus and not has_genome else ""
        query = f"genome={quote(genome.name)}" if has_genome else f"db={quote(genome.name)}{position}"
        ucsc = f"{_UCSC}?{query}&hubUrl={quote(url, safe='')}"
    else:
        ucsc = f"does not host {genome.name}: say --assembly-hub to bring it along, or name it (--assembly hg19)"
    return (
        ("hub, for any browser", url),
        ("UCSC", ucsc),
        ("IGV desktop", make_address(base, WEB_SESSION)),
    )


def read_first_view(folder: Path) -> str | None:
    """Read the position (chr:start-end, 1-based) at which the session of a run or hub opens.

    It is at the strongest site; None without one.
    """
    locus = xml.parse(folder / SESSION).getroot().get("locus", "")
    return locus if ":" in locus else None
