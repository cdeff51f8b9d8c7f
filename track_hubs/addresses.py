"""URLs of a hub's folder and of its files."""

from __future__ import annotations

from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from track_hubs.manifest import HubError

_SCHEMES = ("http", "https")
_UNQUOTED = "/%:@!$&'()*+,;=~"  # characters of a path that are not percent-encoded


def parse_base_address(text: str) -> str:
    """Return the URL of a folder, percent-encoded, with a slash at its end.

    Parameters
    ----------
    text : str
        The URL as a user writes it.

    Raises
    ------
    HubError
        The text is not an http or https URL of a folder, or has a user name, query or fragment.

    Examples
    --------
    >>> parse_base_address("https://example.org/my hub")
    'https://example.org/my%20hub/'
    """
    try:
        parts = urlsplit(text.strip())
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise HubError(f"--url-base {text!r} is not a URL ({error})") from error
    if parts.scheme.lower() not in _SCHEMES or not host:
        raise HubError(f"{text!r} is not a URL: --url-base must begin with http:// or https:// and a server name")
    if parts.username is not None:
        raise HubError("--url-base has a user name, which would be published with the hub: remove it")
    if parts.query or parts.fragment:
        raise HubError(f"--url-base {text!r} has a ? or #: give the URL of the folder only (write # in a name as %23)")
    if any(not letter.isprintable() or letter in " <>\"'\\" for letter in parts.netloc):
        raise HubError(f"--url-base {text!r} is not a URL: the server name has characters that are not allowed")
    path = quote(parts.path.rstrip("/") + "/", safe=_UNQUOTED)
    return urlunsplit((parts.scheme.lower(), parts.netloc, path, "", ""))


def make_address(base: str, path: str) -> str:
    """Return the URL of a file from its path relative to the hub's folder.

    Parameters
    ----------
    base : str
        URL of the folder, as `base_address` returns it.
    path : str
        Relative path, with forward slashes.

    Raises
    ------
    HubError
        The path leads above the root of the server.

    Examples
    --------
    >>> make_address("https://example.org/hub/", "../run 1/hits.bb")
    'https://example.org/run%201/hits.bb'
    """
    if path.count("../") > len([part for part in urlsplit(base).path.split("/") if part]):
        raise HubError(
            f"{path} is outside of what {base} can serve; put the hub and the runs into one folder on the server"
        )
    return urljoin(base, quote(path))
