"""The overview of the motifs of all models."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from track_hubs.motif_page.cards import name_known
from track_hubs.motif_page.logos import define_letters, draw_pair, draw_small_logo
from track_hubs.motif_page.motif_table import MISSING, Cell, list_shares, render_cell, render_head
from track_hubs.motif_page.numbers import format_small
from track_hubs.motif_page.report import PROGRAM, list_enriched, read_script, read_style
from track_hubs.motif_page.rows import ModelMotifs, OwnMatch, Sharing
from track_hubs.motif_page.sharing_map import draw_colors, draw_sharing_map, render_sharing_table
from track_hubs.static_page import render_static_page


def render_overview(reports: Sequence[ModelMotifs], sharing: Sharing) -> str:
    """Write the overview.

    Parameters
    ----------
    reports : sequence of ModelMotifs
        Content of the report of each model.
    sharing : Sharing
        Known motifs that the models share.

    Returns
    -------
    str
        HTML in which all text is escaped.
    """
    title = f"Motifs of {len(reports):,} models" if len(reports) != 1 else f"Motifs of {reports[0].model}"
    body = [
        define_letters(),
        f"<h1>{escape(title)}</h1>",
        f'<p class="lead">{_summarize(reports)}</p>',
        *_render_known(reports),
        *_render_models(reports),
        *_render_sharing(sharing),
        "<p>Motifs show what the networks read. They are not measurements of binding.</p>",
    ]
    return render_static_page(title, "\n".join(body), generator=PROGRAM, style=read_style(), script=read_script())


def _summarize(reports: Sequence[ModelMotifs]) -> str:
    known = [report for report in reports if report.has_known]
    found = sum(report.own is not None and report.own.known.is_found for report in known)
    if not known:
        return "No motif is known of the proteins of these models."
    nouns = "model's protein" if len(known) == 1 else "models' proteins"
    return (
        f"A motif is known of {len(known):,} {nouns}. "
        f"For {found:,} of them a learned motif resembles it at p &lt; 0.05 and E &lt; 0.05."
    )


def _render_known(reports: Sequence[ModelMotifs]) -> list[str]:
    """Write the table of known motifs beside learned ones, found ones first."""
    known = [(report, report.own) for report in reports if report.has_known]
    if not known:
        return []
    known.sort(key=lambda pair: (2.0, "") if pair[1] is None else (pair[1].known.p_value, pair[0].model))
    heads = (("Model", "text"), ("Known motif", "text"), ("Learned above known", ""), ("Learned motif", "text"),
             ("p", "least"), ("E", "least"), ("Found", "text"))  # fmt: skip
    rows = "\n".join(_render_known_row(report, own) for report, own in known)
    return [
        '<section id="known"><h2>Known motifs, found again</h2>',
        '<p class="dim">Each row shows the learned motif that best resembles a known motif of the protein. '
        "The shaded positions are compared.</p>",
        _render_search("known"),
        f'<div class="scroll" tabindex="0"><table class="sortable" id="known-table">'
        f"<thead><tr>{_render_heads(heads)}</tr></thead>"
        f"<tbody>\n{rows}\n</tbody></table></div></section>",
    ]


def _render_known_row(report: ModelMotifs, own: OwnMatch | None) -> str:
    cells: list[Cell] = [_link(report), *([MISSING] * 5), ("no", None)]
    if own is not None:
        title = f"{own.learned.consensus} above the known motif {name_known(own.known)}"
        pair = draw_pair(own.learned.shares, own.known.shares, own.known.offset, title=title, is_small=True)
        learned = f'<a href="{_address(report, own.learned.id)}">{escape(own.learned.id)}</a>'
        cells = [
            _link(report),
            (escape(name_known(own.known)), None),
            (pair, None),
            (f"{learned}<br>{escape(own.learned.consensus)}", None),
            (format_small(own.known.p_value), own.known.p_value),
            (format_small(own.known.e_value), own.known.e_value),
            ("yes" if own.known.is_found else "no", None),
        ]
    return f"<tr>{''.join(map(render_cell, cells))}</tr>"


def _render_models(reports: Sequence[ModelMotifs]) -> list[str]:
    """Write the table of all models with their strongest motifs."""
    heads = (("Model", "text"), ("Strongest motifs", ""), ("Consensus", "text"), ("Bound", "number"),
             ("Unbound", "number"), ("Odds ratio", "number"), ("Enriched clusters", "number"),
             ("Best known match", "text"))  # fmt: skip
    rows = "\n".join(map(_render_model_row, reports))
    return [
        '<section id="models"><h2>All models</h2>',
        _render_search("models"),
        f'<div class="scroll" tabindex="0"><table class="sortable" id="models-table">'
        f"<thead><tr>{_render_heads(heads)}</tr></thead>"
        f"<tbody>\n{rows}\n</tbody></table></div></section>",
    ]


def _render_model_row(report: ModelMotifs) -> str:
    motifs = [cluster.motifs[0] for cluster in report.clusters]
    cells: list[Cell] = [_link(report), *([MISSING] * 7)]
    if motifs:
        first = motifs[0]
        logos = " ".join(
            f'<a href="{_address(report, motif.id)}">{draw_small_logo(motif.shares, motif.consensus)}</a>'
            for motif in motifs[:3]
        )
        enriched = len(list_enriched(report))
        cells = [
            _link(report),
            (logos, None),
            (escape(first.consensus), None),
            *list_shares(first),
            (f"{enriched}", float(enriched)) if first.enrichment else MISSING,
            (escape(name_known(first.matches[0])), None) if first.matches and first.matches[0].is_found else MISSING,
        ]
    return f"<tr>{''.join(map(render_cell, cells))}</tr>"


def _render_sharing(sharing: Sharing) -> list[str]:
    if not sharing.entries:
        return []
    return [
        '<section id="shared"><h2>Models that share a motif</h2>',
        "<p>A cell is filled if the model has an enriched motif (q ≤ 0.05) that resembles a known motif of the protein "
        "at p &lt; 0.05 and E &lt; 0.05. The deeper the colour, the larger its odds ratio. "
        "Rows and columns are ordered by similarity. A cell links to the motif.</p>",
        draw_colors(),
        f'<div class="wide">{draw_sharing_map(sharing)}</div>',
        f"<details><summary>the same as a table</summary>{render_sharing_table(sharing)}</details></section>",
    ]


def _render_search(name: str) -> str:
    return (
        f'<div class="bar only-scripted"><label>Search <input id="search-{name}" type="search" autocomplete="off" '
        f'spellcheck="false" data-items="#{name}-table tbody tr"></label> <span class="dim" role="status"></span></div>'
    )


def _render_heads(heads: Sequence[tuple[str, str]]) -> str:
    return "".join(render_head(title, kind) for title, kind in heads)


def _link(report: ModelMotifs) -> Cell:
    return f'<a href="{_address(report)}">{escape(report.model)}</a>', None


def _address(report: ModelMotifs, motif: str = "") -> str:
    return escape(quote(report.model) + ".html" + (f"#{quote(motif)}" if motif else ""))
