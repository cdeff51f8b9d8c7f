"""The documentation: links lead somewhere, commands exist, and the site builds without a warning."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from ideep_scan.cli.commands import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
GENERATED = {"commands.md", "changelog.md", "contributing.md"}


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub and mkdocs spell them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def command_lines(page: Path) -> list[str]:
    """Return the command lines of `ideep-scan` in the code blocks of a page."""
    blocks = re.findall(r"^ *```\w*\n(.*?)^ *```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    return [line[line.index("ideep-scan") :] for line in lines if re.match(r"(\w+ [^|]*\| )?ideep-scan ", line)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_of_a_page(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if target.startswith("http"):
            continue
        name, _, anchor = target.partition("#")
        path = page.parent / name if name else page
        assert path.exists() or name in GENERATED, f"{page.name}: {target}"
        if anchor:
            assert anchor in anchors(path), f"{page.name}: {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_command_lines_of_a_page(page: Path) -> None:
    for line in command_lines(page):
        arguments = shlex.split(line, comments=True)[1:]
        command = typer.main.get_command(app)
        context = command.make_context("ideep-scan", [], resilient_parsing=True)
        while hasattr(command, "commands"):
            name = arguments.pop(0)
            assert name in command.commands, line
            command = command.commands[name]
            context = command.make_context(name, [], resilient_parsing=True, parent=context)
        command.make_parser(context).parse_args(args=arguments)


def test_command_lines_are_read() -> None:
    assert len(command_lines(ROOT / "README.md")) >= 5
    assert command_lines(ROOT / "docs" / "howto" / "sites.md")[2].startswith("ideep-scan predict --rbp ELAVL1 -")


def test_paths_of_the_architecture_exist() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = "cli|jobs|benchmark|scan|train|motifs|variants|models|features|formats|records|kernels"
    for path in re.findall(rf"`((?:(?:{rooms})|track_hubs|tests)/[\w/]*(?:\.py)?)", text):
        places = [ROOT / base / f"{path}{suffix}" for base in ("", "ideep_scan") for suffix in ("", ".py")]
        assert any(place.exists() for place in places), path


def test_every_room_is_in_the_architecture() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = [path.parent for path in (ROOT / "ideep_scan").rglob("__init__.py") if path.parent.name != "ideep_scan"]
    assert [room.name for room in rooms if f"{room.name}/`" not in text and f"{room.name}`" not in text] == []


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    for module in ("mkdocs", "material", "mkdocstrings_handlers.python"):
        pytest.importorskip(module, reason="the site needs `pip install ideep-scan[docs]`")
    build = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(tmp_path)]
    ended = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stderr
    reference = (tmp_path / "commands.html").read_text(encoding="utf-8")
    assert "ideep-scan genome" in reference
    assert "--threshold" in reference
