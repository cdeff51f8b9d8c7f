"""Decide which pages may ask a local server: its own, and those of origins that the user named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.message import Message
from http import HTTPStatus

from track_hubs.manifest import HubError

_HOSTS = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?", re.IGNORECASE)
_ORIGIN = re.compile(r"https?://(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")
_OWN_SITES = ("same-origin", "none")  # none: a person typed the address


def origin_of(text: str) -> str:
    """Read an origin as a user writes it, such as https://example.org or http://localhost:3000.

    Raises
    ------
    HubError
        The text is not the origin of web pages.
    """
    origin = text.strip().lower().removesuffix("/")
    if len(origin) > 300 or not _ORIGIN.fullmatch(origin):
        raise HubError(f"{text[:100]!r} is not an origin: write scheme and host, such as https://example.org")
    return origin


def refusal(headers: Message, origins: Sequence[str], requires_host: bool) -> HTTPStatus | None:
    """Tell why a request is refused; None if it may be answered.

    Parameters
    ----------
    headers : Message
        Headers of the request.
    origins : Sequence[str]
        Origins that are allowed beside the server's own.
    requires_host : bool
        Whether the request must name its host (HTTP/1.1).
    """
    hosts = headers.get_all("Host", [])
    if len(hosts) > 1 or (requires_host and not hosts):
        return HTTPStatus.BAD_REQUEST
    if hosts and not _HOSTS.fullmatch(hosts[0]):  # a foreign name that was made to point to this machine
        return HTTPStatus.FORBIDDEN
    asking = [origin.lower() for origin in headers.get_all("Origin", [])]
    if len(asking) == 1 and asking[0] in origins:
        return None
    own = [f"http://{host.lower()}" for host in hosts]
    if asking and asking != own:
        return HTTPStatus.FORBIDDEN
    sites = headers.get_all("Sec-Fetch-Site", [])
    return HTTPStatus.FORBIDDEN if any(site not in _OWN_SITES for site in sites) else None


def sharing(headers: Message, origins: Sequence[str]) -> dict[str, str]:
    """Make the headers that let a page of an allowed origin read the answer."""
    origin = (headers.get("Origin") or "").lower()
    if not origins:
        return {}
    if origin not in origins:
        return {"Vary": "Origin"}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": "Accept-Ranges, Content-Range, Content-Length, ETag",
        "Vary": "Origin",
    }


def preflight(headers: Message, origins: Sequence[str]) -> dict[str, str]:
    """Make the headers that answer a browser's question before a page of an allowed origin loads parts of a file."""
    shared = sharing(headers, origins)
    if "Access-Control-Allow-Origin" not in shared:
        return {**shared, "Allow": "GET, HEAD, OPTIONS"}
    return {
        **shared,
        "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
        "Access-Control-Allow-Headers": "Range, If-Range, Cache-Control",
        "Access-Control-Allow-Private-Network": "true",
        "Access-Control-Max-Age": "600",
    }
