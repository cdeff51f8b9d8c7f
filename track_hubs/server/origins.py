"""Rules for the origin of requests: the server's own pages, and pages of origins that the user allowed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.message import Message
from http import HTTPStatus

from track_hubs.manifest import HubError

_HOSTS = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?", re.IGNORECASE)
_ORIGIN = re.compile(r"https?://(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")
_OWN_SITES = ("same-origin", "none")  # "none" if the user typed the URL


def parse_origin(text: str) -> str:
    """Validate an origin that a user wrote.

    Parameters
    ----------
    text : str
        The origin, such as https://example.org or http://localhost:3000.

    Raises
    ------
    HubError
        The text is not an http or https origin.

    Examples
    --------
    >>> parse_origin("HTTPS://example.org/")
    'https://example.org'
    """
    origin = text.strip().lower().removesuffix("/")
    if len(origin) > 300 or not _ORIGIN.fullmatch(origin):
        raise HubError(f"{text[:100]!r} is not an origin; write scheme and host, such as https://example.org")
    return origin


def find_refusal(headers: Message, origins: Sequence[str], requires_host: bool) -> HTTPStatus | None:
    """Return the status of a refusal, or None if the request may be answered.

    Parameters
    ----------
    headers : Message
        Headers of the request.
    origins : Sequence[str]
        Allowed origins besides the server's own.
    requires_host : bool
        Whether the request must have a Host header, as in HTTP/1.1.
    """
    hosts = headers.get_all("Host", [])
    if len(hosts) > 1 or (requires_host and not hosts):
        return HTTPStatus.BAD_REQUEST
    if hosts and not _HOSTS.fullmatch(hosts[0]):  # another name that resolves to this machine (DNS rebinding)
        return HTTPStatus.FORBIDDEN
    request_origins = [origin.lower() for origin in headers.get_all("Origin", [])]
    if len(request_origins) == 1 and request_origins[0] in origins:
        return None
    server_origins = [f"http://{host.lower()}" for host in hosts]
    if request_origins and request_origins != server_origins:
        return HTTPStatus.FORBIDDEN
    sites = headers.get_all("Sec-Fetch-Site", [])
    return HTTPStatus.FORBIDDEN if any(site not in _OWN_SITES for site in sites) else None


def make_sharing_headers(headers: Message, origins: Sequence[str]) -> dict[str, str]:
    """Return the headers that let a page of an allowed origin read the response."""
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


def make_preflight_headers(headers: Message, origins: Sequence[str]) -> dict[str, str]:
    """Return the headers that answer the preflight request of an allowed origin."""
    shared = make_sharing_headers(headers, origins)
    if "Access-Control-Allow-Origin" not in shared:
        return {**shared, "Allow": "GET, HEAD, OPTIONS"}
    return {
        **shared,
        "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
        "Access-Control-Allow-Headers": "Range, If-Range, Cache-Control",
        "Access-Control-Allow-Private-Network": "true",
        "Access-Control-Max-Age": "600",
    }
