"""Addresses of a published hub: position and genome, and what UCSC cannot open."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from ideep_scan.jobs.browser_addresses import list_browser_addresses, read_first_view

BASE = "https://example.org/my%20hub/"


def publish(folder: Path, genome: str, locus: str, further: str = "") -> Path:
    (folder / "hub.txt").write_text(f"hub x\nuseOneFile on\n\ngenome {genome}\n{further}\ntrack t\ntype bigWig\n")
    (folder / "igv_session.xml").write_text(f'<Session locus="{locus}"/>')
    return folder


@pytest.mark.parametrize(("locus", "view"), [("chr1:1-9", "chr1:1-9"), ("All", None), ("", None)])
def test_the_first_view_is_that_of_the_session(tmp_path: Path, locus: str, view: str | None) -> None:
    assert read_first_view(publish(tmp_path, "hg38", locus)) == view


def test_a_hosted_genome_opens_at_the_first_view(tmp_path: Path) -> None:
    addresses = dict(list_browser_addresses(publish(tmp_path, "hg38", "chr1:1-9"), BASE))
    query = parse_qs(urlsplit(addresses["UCSC"]).query)
    assert query == {"db": ["hg38"], "position": ["chr1:1-9"], "hubUrl": [f"{BASE}hub.txt"]}


def test_an_assembly_hub_brings_its_genome(tmp_path: Path) -> None:
    addresses = dict(list_browser_addresses(publish(tmp_path, "mine", "c:1-9", "twoBitPath mine.2bit\n"), BASE))
    assert parse_qs(urlsplit(addresses["UCSC"]).query)["genome"] == ["mine"]


def test_a_genome_that_ucsc_does_not_host_has_a_reason(tmp_path: Path) -> None:
    addresses = dict(list_browser_addresses(publish(tmp_path, "mine", "c:1-9"), BASE))
    assert addresses["UCSC"].startswith("does not host mine")
