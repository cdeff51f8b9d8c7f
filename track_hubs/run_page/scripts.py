"""Scripts of a run's page, inline in its file or as links to scripts that the server sends."""

from __future__ import annotations

import re
from pathlib import Path

_PAGE = Path(__file__).parents[1] / "page"
_NAMES = (
    "bases.js", "run_server.js", "run_place.js",
    "run_text.js", "run_theme.js", "run_keys.js", "run_figures.js", "run_details.js", "run_igv.js", "run_genome.js",
    "run_sources.js", "run_tracks.js", "run_sites.js", "run_variants.js", "run_measured.js",
    "run_picker.js", "run_overview.js", "run_views.js", "run_questions.js", "run_site_table.js", "run_gene_page.js",
    "run_transcript_layout.js", "run_transcript_picture.js", "run_transcript_pointer.js",
    "run_transcript.js",
    "run_explain_pictures.js", "run_explain.js", "run_variant_page.js", "run.js",
)  # fmt: skip
_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
_INLINE = re.compile(r"<script>.*?</script>\n?", re.DOTALL)


def read_packaged(name: str) -> str:
    """Read a file of the page."""
    return (_PAGE / name).read_text(encoding="utf-8")


def read_style() -> str:
    """Read the style of the page: its colours in light and dark, then the rest."""
    return read_packaged("theme.css") + read_packaged("run.css")


def read_page_scripts() -> dict[str, str]:
    """Read the scripts of the page, by name, in the order in which they run."""
    return {name: read_packaged(name) for name in _NAMES}


def render_inline() -> list[str]:
    """Return the scripts as inline elements, so that the page works as a file and from any web server."""
    return [f"<script>\n{text}</script>" for text in read_page_scripts().values()]


def link_scripts(page: str) -> str:
    """Replace the inline scripts of a page by links to those of this package, and its style by this package's.

    A server can then forbid inline scripts, so that no page runs a script of its own.
    """
    style = f"<style>\n{read_style()}</style>"
    page = _STYLE.sub(lambda _: style, page, count=1)
    links = "".join(f'<script src="{name}"></script>\n' for name in _NAMES)
    first = _INLINE.search(page)
    if first is None:
        return page
    return page[: first.start()] + links + _INLINE.sub("", page[first.end() :])
