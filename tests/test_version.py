"""The version: one number in the package, the citation, the list of changes and the package's metadata."""

from __future__ import annotations

from pathlib import Path

import ideep_scan
from ideep_scan.version import __version__

ROOT = Path(__file__).resolve().parents[1]


def test_the_package_has_the_version() -> None:
    assert ideep_scan.__version__ == __version__


def test_the_metadata_reads_the_version() -> None:
    assert '\nversion = { attr = "ideep_scan.version.__version__" }\n' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_the_citation_has_the_version() -> None:
    assert f"\nversion: {__version__}\n" in (ROOT / "CITATION.cff").read_text("utf-8")


def test_the_changelog_has_the_version() -> None:
    assert f"\n## [{__version__}]\n" in (ROOT / "CHANGELOG.md").read_text("utf-8")
