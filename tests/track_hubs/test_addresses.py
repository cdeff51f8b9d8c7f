"""URLs of hubs: valid ones are encoded, all others are refused in one line."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from track_hubs.addresses import make_address, parse_base_address
from track_hubs.manifest import HubError


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("https://a.org", "https://a.org/"),
        ("https://a.org/hub///", "https://a.org/hub/"),
        ("HTTP://a.org:8080/hub", "http://a.org:8080/hub/"),
        ("https://[2001:db8::1]/hub", "https://[2001:db8::1]/hub/"),
        ("https://a.org/my hub", "https://a.org/my%20hub/"),
        ("https://a.org/my%20hub", "https://a.org/my%20hub/"),
        ("https://a.org/~me/ä", "https://a.org/~me/%C3%A4/"),
        ('https://a.org/"x"<b>', "https://a.org/%22x%22%3Cb%3E/"),
    ],
)
def test_an_address_is_encoded_once(text: str, base: str) -> None:
    assert parse_base_address(text) == base
    assert parse_base_address(base) == base


@pytest.mark.parametrize(
    "text",
    [
        "", "a.org", "a.org/hub", "//a.org", "javascript:alert(1)", "file:///tmp", "ftp://a.org", "https://", "https:///x",
        "https://[::1", "https://a.org:port/", "https://a.org:99999/", "https://me:secret@a.org/", "https://a.org/?q=1",
        "https://a.org/#x", "https://a b/", "https://a'b/", "data:text/html,x",
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_folder_is_refused(text: str) -> None:
    with pytest.raises(HubError) as caught:
        parse_base_address(text)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


@given(st.text(max_size=30))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    try:
        base = parse_base_address(text)
    except HubError:
        return
    assert base.isascii()
    assert urlsplit(base).scheme in ("http", "https")


@given(
    st.lists(st.text(st.characters(blacklist_characters="/\0", blacklist_categories=["Cs"]), min_size=1), min_size=1)
)
def test_files_are_found_under_their_names(parts: list[str]) -> None:
    path = "/".join(part for part in parts if part not in (".", "..")) or "x"
    address = make_address("https://a.org/hub/", path)
    assert unquote(urlsplit(address).path) == f"/hub/{path}"


def test_what_the_server_cannot_reach_is_refused() -> None:
    assert make_address("https://a.org/hub/", "../run/x.bw") == "https://a.org/run/x.bw"
    with pytest.raises(HubError, match=r"is outside of what https://a\.org/hub/ can serve"):
        make_address("https://a.org/hub/", "../../run/x.bw")
