"""Rules for the origin of requests."""

from __future__ import annotations

from email.message import Message

import pytest

from track_hubs.manifest import HubError
from track_hubs.server.origins import find_refusal, make_preflight_headers, make_sharing_headers, parse_origin

ALLOWED = "https://allowed.example.org"
OWN = "127.0.0.1:8000"


def headers_of(*pairs: tuple[str, str]) -> Message:
    headers = Message()
    for name, value in pairs:
        headers[name] = value
    return headers


def status_of(*pairs: tuple[str, str], requires_host: bool = True) -> int | None:
    return find_refusal(headers_of(*pairs), [ALLOWED], requires_host)


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("HTTPS://Example.org/", "https://example.org"),
        (" http://localhost:3000 ", "http://localhost:3000"),
        ("http://[::1]:80", "http://[::1]:80"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(text: str, origin: str) -> None:
    assert parse_origin(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        "*", "null", "example.org", "https://x.org/path", "https://*.x.org", "ftp://x.org", "", "https://x.org:123456",
        "https://me@x.org", "https://x.org?a", "https://x.org//", "https://" + "x" * 300,
    ],
)  # fmt: skip
def test_what_is_not_an_origin_is_told_in_a_line(text: str) -> None:
    with pytest.raises(HubError, match=r"is not an origin; write scheme and host, such as https://") as caught:
        parse_origin(text)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("host", ["127.0.0.1", "LOCALHOST:1", "[::1]:8000"])
@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_the_servers_own_pages_are_answered(host: str, site: str) -> None:
    assert status_of(("Host", host)) is None
    assert status_of(("Host", host), ("Origin", f"http://{host.lower()}"), ("Sec-Fetch-Site", site)) is None


@pytest.mark.parametrize(
    "host",
    ["evil.org", "127.0.0.1.evil.org", "localhost:", "localhost:123456", "127.0.0.1:8000 ", "127.0.0.1:80@a", ""],
)
def test_another_name_of_this_machine_is_refused(host: str) -> None:
    assert status_of(("Host", host)) == 403
    assert status_of(("Host", host), ("Origin", ALLOWED)) == 403


def test_one_host_is_required_where_the_protocol_requires_it() -> None:
    assert status_of() == 400
    assert status_of(requires_host=False) is None
    assert status_of(("Host", OWN), ("Host", OWN)) == 400


@pytest.mark.parametrize(
    "pair",
    [
        ("Origin", "https://example.org"),
        ("Origin", "null"),
        ("Origin", f"https://{OWN}"),
        ("Origin", f"{ALLOWED}.evil.org"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
    ],
)
def test_pages_of_other_origins_are_refused(pair: tuple[str, str]) -> None:
    assert status_of(("Host", OWN), pair) == 403


def test_an_allowed_origin_is_answered_and_not_beside_another_one() -> None:
    cross_site = ("Sec-Fetch-Site", "cross-site")
    assert status_of(("Host", OWN), ("Origin", ALLOWED.upper()), cross_site) is None
    assert status_of(("Host", OWN), ("Origin", ALLOWED), ("Origin", "https://example.org")) == 403


def test_only_an_allowed_origin_may_read_an_answer() -> None:
    headers = headers_of(("Origin", ALLOWED))
    assert make_sharing_headers(headers, [ALLOWED])["Access-Control-Allow-Origin"] == ALLOWED
    assert make_sharing_headers(headers, []) == {}
    assert make_sharing_headers(headers_of(("Origin", "https://example.org")), [ALLOWED]) == {"Vary": "Origin"}
    assert make_sharing_headers(headers_of(), [ALLOWED]) == {"Vary": "Origin"}


def test_a_preflight_offers_methods_to_an_allowed_origin_alone() -> None:
    answer = make_preflight_headers(headers_of(("Origin", ALLOWED)), [ALLOWED])
    assert answer["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "Range" in answer["Access-Control-Allow-Headers"].split(", ")
    for headers in (headers_of(), headers_of(("Origin", "https://example.org"))):
        assert make_preflight_headers(headers, [ALLOWED]) == {"Vary": "Origin", "Allow": "GET, HEAD, OPTIONS"}
