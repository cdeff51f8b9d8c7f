"""Web addresses of a hub's folder and of the files in it. It opens none."""

from __future__ import annotations

from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from track_hubs.manifest import HubError

_SCHEMES = ("http", "https")
_KEPT = "/%:@!$&'()*+,;=~"  # characters of a path that stay as they are


def base_address(text: str) -> str:
    """Return the address of a folder, encoded, with a slash at its end.

    Raises
    ------
    HubError
        It is not an http or https address of a folder that anyone can be given.

    Examples
    --------
    >>> base_address("https://example.org/my hub")
    'https://example.org/my%20hub/'
    """
    try:
        parts = urlsplit(text.strip())
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise HubError(f"--url-base {text!r} is not an address ({error})") from error
    if parts.scheme.lower() not in _SCHEMES or not host:
        raise HubError(f"{text!r} is not an address: --url-base begins with http:// or https:// and a server's name")
    if parts.username is not None:
        raise HubError("--url-base has a user name, which would be published with the hub: give it without")
    if parts.query or parts.fragment:
        raise HubError(f"--url-base {text!r} has a ? or #: give the folder's address alone (# in a name is %23)")
    if any(not letter.isprintable() or letter in " <>\"'\\" for letter in parts.netloc):
        raise HubError(f"--url-base {text!r} is not an address: no server has such a name")
    path = quote(parts.path.rstrip("/") + "/", safe=_KEPT)
    return urlunsplit((parts.scheme.lower(), parts.netloc, path, "", ""))


def address_of(base: str, path: str) -> str:
    """Return the address of a file that a hub names by a path relative to its folder.

    Parameters
    ----------
    base : str
        As `base_address` returns it.
    path : str
        Relative path, with forward slashes.

    Raises
    ------
    HubError
        The file lies outside of what the server can reach.
    """
    if path.count("../") > len([part for part in urlsplit(base).path.split("/") if part]):
        raise HubError(f"{path} lies outside of what {base} can serve; put the hub and the runs under one folder there")
    return urljoin(base, quote(path))
