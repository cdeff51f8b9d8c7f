"""A page in one file about some genes of a run, which anybody can open: drawings, sites, models and settings."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from track_hubs.color import format_css, tint
from track_hubs.description_pages import render_dot, render_nested_table, render_note
from track_hubs.manifest import Manifest
from track_hubs.run_page.cards import render_cards
from track_hubs.run_page.scripts import read_packaged
from track_hubs.static_page import render_data, render_static_page

_SCRIPTS = (
    "bases.js", "run_text.js", "run_figures.js", "run_overview.js", "run_transcript_layout.js",
    "run_transcript_picture.js", "run_transcript_pointer.js", "run_transcript.js", "saved.js",
)  # fmt: skip
_MAX_ROWS = 300  # of the table of sites
_NAMED = 6  # proteins that the introduction names


@dataclass(frozen=True, slots=True)
class SavedDrawing:
    """A drawing: names of its gene and transcript, and the answer of the server, which holds its scores."""

    gene: str
    transcript: str
    answer: bytes


@dataclass(frozen=True, slots=True)
class SavedSite:
    """A row of the table: group, gene, name, place as text, score, and further columns by their names."""

    group: str
    gene: str
    name: str
    place: str
    strand: str
    score: float
    columns: dict[str, str]


_COLUMNS = {"precision": "Expected precision", "region": "Region", "driver": "Driver", "motifName": "Motif"}


def render_saved_page(
    manifest: Manifest, title: str, drawings: Sequence[SavedDrawing], sites: Sequence[SavedSite], shown: Sequence[str]
) -> str:
    """Write the page.

    Parameters
    ----------
    manifest : Manifest
        Manifest of the run, with the tracks of the groups on the page.
    title : str
        Genes and places of the page.
    drawings : sequence of SavedDrawing
        Drawings, the first of each gene first.
    sites : sequence of SavedSite
        Their sites.
    shown : sequence of str
        Groups that have a row of their own at first.

    Returns
    -------
    str
        HTML in which all text is escaped.
    """
    groups = manifest.groups
    names = ", ".join(groups) if len(groups) <= _NAMED else f"{len(groups)} models of RNA-binding proteins"
    body = [
        f"<h1>{escape(title)}</h1>",
        f"<p>Where {escape(names)} may bind in {escape(title)} ({escape(manifest.assembly.title)}), scored by "
        f"{escape(str(manifest.receipts.get('tool', 'ideep-scan')))}. "
        "<b>These are predictions, not measurements.</b></p>",
        render_note(manifest),
        '<div id="drawing"></div><p id="status" role="status"></p>',
        "<noscript><p class='note'>The drawing needs JavaScript; the tables below do not.</p></noscript>",
        _table(manifest, sites),
        f'<details id="models"><summary><h2>Models</h2></summary>{render_cards(manifest, links=False)}</details>',
        "<details><summary><h2>Program, models and settings</h2></summary>",
        '<div class="scroll" tabindex="0" role="region" aria-label="Settings">',
        render_nested_table(manifest.receipts),
        "</div></details>",
        render_data("saved", _describe(manifest, drawings, shown)),
        *(
            f'<script type="text/plain" id="drawing{number}">{_pack(drawing.answer)}</script>'
            for number, drawing in enumerate(drawings)
        ),
    ]
    style = read_packaged("theme.css") + read_packaged("run.css")
    script = "\n".join(read_packaged(name).replace('"use strict";', "") for name in _SCRIPTS)
    return render_static_page(
        title,
        "\n".join(body),
        generator="ideep-scan view --save",
        style=style,
        script=f'"use strict";\n{script}',
        is_drawn=True,
    )


def _describe(manifest: Manifest, drawings: Sequence[SavedDrawing], shown: Sequence[str]) -> dict[str, Any]:
    colors = {track.group: track.color for track in reversed(manifest.tracks)}
    return {
        "genome": manifest.assembly.title,
        "groups": [
            {"name": group, "color": format_css(colors[group]), "pale": format_css(tint(colors[group]))}
            for group in manifest.groups
        ],
        "shown": list(shown),
        "drawings": [[drawing.gene, drawing.transcript] for drawing in drawings],
    }


def _pack(answer: bytes) -> str:
    """Compress an answer; the browser inflates it."""
    return base64.b64encode(zlib.compress(answer, 9)).decode()


def _table(manifest: Manifest, sites: Sequence[SavedSite]) -> str:
    if not sites:
        return "<h2>Sites</h2><p>No site reached the threshold here.</p>"
    ranked = sorted(sites, key=lambda site: -site.score)
    columns = {name: text for name, text in _COLUMNS.items() if any(name in site.columns for site in sites)}
    colors = {track.group: track.color for track in reversed(manifest.tracks)}
    rows = []
    for site in ranked[:_MAX_ROWS]:
        texts = [site.name, site.place, site.strand.replace("-", "−"), f"{site.score:.3f}"]
        texts += [site.columns.get(name, "–") for name in columns]
        cells = [f"{render_dot(colors[site.group])}{escape(site.group)}", *map(escape, texts)]
        begin = (
            f'<tr data-site="{escape(site.name)}" data-model="{escape(site.group)}" data-gene="{escape(site.gene)}">'
        )
        rows.append(begin + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    head = "".join(f"<th>{text}</th>" for text in ("Protein", "Site", "Position", "Strand", "Score", *columns.values()))
    count = f"{len(sites):,} sites" if len(sites) <= _MAX_ROWS else f"The {_MAX_ROWS} strongest of {len(sites):,} sites"
    return (
        f"<h2>Sites</h2>\n<p class='dim'>{count}. Click a row to see it above. Positions are 1-based.</p>\n"
        f'<div class="scroll sites" tabindex="0" role="region" aria-label="Sites"><table><tr>{head}</tr>\n'
        + "\n".join(rows)
        + "</table></div>"
    )
