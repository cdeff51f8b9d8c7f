"""igv.js, the genome browser that pages load: which version, whence, and a copy that is kept. It draws nothing.

The program is not part of this package. A page loads it from its content delivery network, or from the local server,
which keeps a copy; either way only if its SHA-384 is the one below.
"""

from __future__ import annotations

import base64
import hashlib
import urllib.request
from contextlib import suppress
from pathlib import Path

from track_hubs.atomic_file import atomic_file
from track_hubs.server.http_server import POLICY as OWN_POLICY
from track_hubs.server.http_server import Reply, Route

VERSION = "3.8.10"
FILE = "igv.min.js"
URL = f"https://cdn.jsdelivr.net/npm/igv@{VERSION}/dist/{FILE}"
#: Of dist/igv.min.js in the npm package, as browsers check it (Subresource Integrity, W3C).
INTEGRITY = "sha384-b/GRD1DJ3Dgldpe6xYBLC9PzuduzTcS8Mm+lklLhsxW/fSCZgZnEyZib80jgh1li"
#: Places of the genomes that igv.js knows by name, of their sequences and of their genes.
_GENOMES = (
    "https://igv.org", "https://*.igv.org", "https://hgdownload.soe.ucsc.edu", "https://s3.amazonaws.com/igv.org.genomes/",
    "https://raw.githubusercontent.com/igvteam/",
)  # fmt: skip
#: Content-Security-Policy of pages with igv.js: scripts from the server itself or igv.js from its delivery network.
POLICY = {
    **OWN_POLICY,
    "script-src": f"'self' {URL}",
    "connect-src": f"{OWN_POLICY['connect-src']} {' '.join(_GENOMES)}",
}
_SECONDS, _MOST = 15.0, 8 << 20  # for a download: at most so long without a byte, at most so many bytes


def kept_at(cache: Path) -> Path:
    """Where the copy lies in a user's cache folder."""
    return cache / f"igv-{VERSION}.min.js"


def igv_js(cache: Path, url: str) -> bytes | None:
    """The program, from the cache or else from the network, whence it goes to the cache.

    Returns
    -------
    None where neither has it, or what they have is not what it should be.
    """
    kept = kept_at(cache)
    try:
        content = kept.read_bytes()
        if is_genuine(content):
            return content
    except OSError:
        pass
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as reply:
            content = reply.read(_MOST)
    except (OSError, ValueError):
        return None
    if not is_genuine(content):
        return None
    _keep(content, kept)
    return content


def route(cache: Path) -> Route:
    """The program as a route of the local server; status 404 where it cannot be had."""

    def answer(query: dict[str, str]) -> Reply:
        content = igv_js(cache, URL)
        if content is None:
            return Reply("text/plain; charset=utf-8", b"igv.js is neither in the cache nor to be had\n", 404)
        return Reply("text/javascript; charset=utf-8", content)

    return answer


def is_genuine(content: bytes) -> bool:
    """Whether it is the program of this version, byte for byte."""
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode() == INTEGRITY


def _keep(content: bytes, path: Path) -> None:
    """Keep a copy where that is possible; where it is not, it is loaded again the next time."""
    with suppress(OSError), atomic_file(path) as part:
        part.write_bytes(content)
