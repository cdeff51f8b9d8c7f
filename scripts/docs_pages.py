"""Generate pages of the documentation site at build time, as an mkdocs hook.

The command reference comes from the program itself; changelog and contributing guide come from the repository's root.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import typer
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from typer.cli import get_docs_for_click

from ideep_scan.cli.commands import app

ROOT = Path(__file__).parents[1]


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages to the files of the site."""
    pages = {
        "commands.md": command_reference(),
        "changelog.md": root_page("CHANGELOG.md"),
        "contributing.md": root_page("CONTRIBUTING.md"),
    }
    for name, text in pages.items():
        files.append(File.generated(config, name, content=text))
    return files


def command_reference() -> str:
    """Write the help of every command as Markdown."""
    command = typer.main.get_command(app)
    context = typer.Context(command, info_name="ideep-scan")
    text = get_docs_for_click(obj=command, ctx=context, name="ideep-scan", title="Commands")
    for name, summary in summaries(command).items():
        text = re.sub(rf"^\* `{name}`: .*$", f"* `{name}`: {summary}", text, flags=re.MULTILINE)
    text = re.sub(r"^Example: (.+)$", r"```console\n$ \1\n```", text, flags=re.MULTILINE)
    return f"{text}\n\nThis page is made from `ideep-scan --help`.\n"


def summaries(command: Any) -> dict[str, str]:
    """Map the name of each command and subcommand to the first line of its help."""
    lines = {}
    for name, child in getattr(command, "commands", {}).items():
        lines[name] = (child.help or "").strip().split("\n\n")[0].replace("\n", " ")
        lines |= summaries(child)
    return lines


def root_page(name: str) -> str:
    """Read a page of the repository's root, with its links as the site needs them."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return text.replace("](docs/", "](").replace("](CHANGELOG.md)", "](changelog.md)")
