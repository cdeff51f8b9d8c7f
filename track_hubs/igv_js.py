"""igv.js, the genome browser of the pages: its version, digest, download and cache.

The program is not part of this package.
A page loads it from its content delivery network or from the local server, which has a cache.
Both are accepted only with the SHA-384 digest below.
"""

from __future__ import annotations

import base64
import hashlib
import urllib.request
from contextlib import suppress
from pathlib import Path

from track_hubs.atomic_file import atomic_file
from track_hubs.server.http_server import POLICY as SERVER_POLICY
from track_hubs.server.http_server import Reply, Route

VERSION = "3.8.10"
FILE = "igv.min.js"
URL = f"https://cdn.jsdelivr.net/npm/igv@{VERSION}/dist/{FILE}"
#: Digest of dist/igv.min.js in the npm package, in the form of Subresource Integrity (W3C).
INTEGRITY = "sha384-b/GRD1DJ3Dgldpe6xYBLC9PzuduzTcS8Mm+lklLhsxW/fSCZgZnEyZib80jgh1li"
#: Sources of the genomes that igv.js offers by name.
_GENOMES = (
    "https://igv.org", "https://*.igv.org", "https://hgdownload.soe.ucsc.edu", "https://s3.amazonaws.com/igv.org.genomes/",
    "https://raw.githubusercontent.com/igvteam/",
)  # fmt: skip
#: Content-Security-Policy of pages with igv.js: scripts from the server, or igv.js from its delivery network.
POLICY = {
    **SERVER_POLICY,
    "script-src": f"'self' {URL}",
    "connect-src": f"{SERVER_POLICY['connect-src']} {' '.join(_GENOMES)}",
}
_TIMEOUT, _MAX_SIZE = 15.0, 8 << 20  # of a download: seconds without data, bytes in total


def cache_path(cache: Path) -> Path:
    """Return the path of the program in a user's cache folder."""
    return cache / f"igv-{VERSION}.min.js"


def load_igv_js(cache: Path, url: str) -> bytes | None:
    """Return the program from the cache, or download it and cache it.

    Parameters
    ----------
    cache : Path
        The user's cache folder.
    url : str
        URL of the download.

    Returns
    -------
    bytes or None
        None if the program is unavailable or its digest is wrong.
    """
    path = cache_path(cache)
    try:
        content = path.read_bytes()
        if is_genuine(content):
            return content
    except OSError:
        pass
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT) as reply:
            content = reply.read(_MAX_SIZE)
    except (OSError, ValueError):
        return None
    if not is_genuine(content):
        return None
    _store(content, path)
    return content


def make_route(cache: Path) -> Route:
    """Return the program as a route of the local server. It answers 404 if the program is unavailable."""

    def answer(query: dict[str, str]) -> Reply:
        content = load_igv_js(cache, URL)
        if content is None:
            return Reply("text/plain; charset=utf-8", b"igv.js is not in the cache and cannot be downloaded\n", 404)
        return Reply("text/javascript; charset=utf-8", content)

    return answer


def is_genuine(content: bytes) -> bool:
    """Tell whether the content has the digest of this version."""
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode() == INTEGRITY


def _store(content: bytes, path: Path) -> None:
    """Write the program to the cache if possible."""
    with suppress(OSError), atomic_file(path) as temporary:
        temporary.write_bytes(content)
