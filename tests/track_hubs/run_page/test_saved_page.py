"""A page in one file: text is escaped, nothing is loaded, rows are the strongest sites."""

from __future__ import annotations

import base64
import re
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from track_hubs.manifest import Manifest
from track_hubs.manifest_file import read_manifest
from track_hubs.run_page import saved_page
from track_hubs.run_page.saved_page import SavedDrawing, SavedSite, render_saved_page


@pytest.fixture
def manifest(run: Path) -> Manifest:
    return read_manifest(run)


def describe_site(group: str, name: str, score: float, **columns: str) -> SavedSite:
    return SavedSite(group, "G", name, "chrA:1-9", "-", score, columns)


def test_a_page_loads_nothing_and_escapes_all_text(manifest: Manifest) -> None:
    name = '</script><img src="x">'
    drawing = SavedDrawing(name, name, b'{"gene":"<"}\n\0\xff')
    page = render_saved_page(manifest, name, [drawing], [describe_site(manifest.groups[0], name, 0.5)], [])
    assert "<img" not in page
    assert "default-src 'none'" in page
    assert not re.search(r'(?:src|href)="(?!data:)', page)
    (packed,) = re.findall(r'id="drawing0">([^<]+)<', page)
    assert zlib.decompress(base64.b64decode(packed)) == drawing.answer


def test_rows_are_the_strongest_sites(manifest: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_page, "_MAX_ROWS", 2)
    group = manifest.groups[0]
    sites = [describe_site(group, f"G:{number}", number / 10, region="intron") for number in range(5)]
    page = render_saved_page(manifest, "G", [], sites, [group])
    assert re.findall(r'<tr data-site="([^"]+)"', page) == ["G:4", "G:3"]
    assert "The 2 strongest of 5 sites." in page
    assert "<th>Region</th>" in page
    assert "<th>Driver</th>" not in page


def test_a_page_without_sites_says_so_and_names_the_proteins(manifest: Manifest) -> None:
    page = render_saved_page(replace(manifest, receipts={}), "G", [], [], [])
    assert "No site reached the threshold here." in page
    assert manifest.groups[0] in page
