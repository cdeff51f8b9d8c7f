"""Files that a server may send, and their media types."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from track_hubs.server.resources import Offer, find_content_type


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with a file, a hidden one, and a secret outside of it."""
    root = tmp_path / "run"
    (root / "tracks").mkdir(parents=True)
    (root / ".part").mkdir()
    for name in ("index.html", "tracks/a b.bw", ".netrc", ".part/x.bw", "..a"):
        (root / name).write_text("x")
    (tmp_path / "secret.txt").write_text("secret")
    return root


def offer_of(root: Path, *folders: Path, files: frozenset[Path] | None = None) -> Offer:
    return Offer(root, folders or (root,), files, routes={}, origins=(), policy="")


def test_files_of_the_folder_are_found(root: Path) -> None:
    offer = offer_of(root)
    assert offer.find("/index.html") == root / "index.html"
    assert offer.find("///tracks/a b.bw") == root / "tracks" / "a b.bw"


@pytest.mark.parametrize(
    "path",
    [
        "", "/", "/tracks", "/missing", "/../secret.txt", "/tracks/../index.html", "/.netrc", "/.part/x.bw", "/..a",
        "/a\0b", "/" + "x" * 5000, "/index.html/x", "/circle", "/link", "/linked/secret.txt",
    ],
)  # fmt: skip
def test_anything_else_is_not(root: Path, path: str) -> None:
    (root / "circle").symlink_to(root / "circle")
    (root / "link").symlink_to(root.parent / "secret.txt")
    (root / "linked").symlink_to(root.parent)
    assert offer_of(root).find(path) is None


def test_a_link_is_followed_within_the_folders(root: Path) -> None:
    (root / "link").symlink_to("index.html")
    (root / "hidden").symlink_to(".part/x.bw")
    (root / "out").symlink_to(root.parent / "secret.txt")
    assert offer_of(root).find("/link") == root / "index.html"
    assert offer_of(root).find("/hidden") is None
    assert offer_of(root).find("/out") is None
    assert offer_of(root, root, root.parent).find("/out") == root.parent / "secret.txt"


def test_a_file_of_another_folder_is_found_by_its_alias_only(root: Path) -> None:
    secret = root.parent / "secret.txt"
    offer = replace(offer_of(root, files=frozenset()), aliases={"/variants/v.bb": secret, "/gone": root / "gone"})
    assert offer.find("/variants/v.bb") == offer.find("//variants/v.bb") == secret
    for path in ("/variants/../variants/v.bb", "/variants", "/variants/v.bb/", "/secret.txt", "/gone", str(secret)):
        assert offer.find(path) is None


def test_only_named_files_are_found_if_there_are_names(root: Path) -> None:
    offer = offer_of(root, files=frozenset({root / "index.html", root / "tracks", root / ".netrc"}))
    assert offer.find("/index.html") == root / "index.html"
    assert [offer.find(path) for path in ("/tracks/a b.bw", "/tracks", "/.netrc")] == [None] * 3


def test_a_file_that_cannot_be_read_is_not_found(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.R_OK)
    assert offer_of(root).find("/index.html") is None


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("hub.txt", "text/plain; charset=utf-8"),
        ("a.fa.fai", "text/plain; charset=utf-8"),
        ("index.html", "text/html; charset=utf-8"),
        ("run.js", "text/javascript; charset=utf-8"),
        ("manifest.json", "application/json"),
        ("hits.bed.gz", "application/gzip"),
        ("tracks.bw", "application/octet-stream"),
        ("no suffix", "application/octet-stream"),
    ],
)
def test_media_types(name: str, media_type: str) -> None:
    assert find_content_type(Path(name)) == media_type
