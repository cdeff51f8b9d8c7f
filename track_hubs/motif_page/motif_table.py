"""The table of all motifs of a model: a row each, with a small logo."""

from __future__ import annotations

from collections.abc import Set
from html import escape
from math import isinf, isnan
from urllib.parse import quote

from track_hubs.motif_page.cards import name_known
from track_hubs.motif_page.logos import draw_small_logo
from track_hubs.motif_page.numbers import format_ratio, format_share, format_signed, format_small
from track_hubs.motif_page.rows import Effect, LearnedMotif, ModelMotifs

Cell = tuple[str, float | None]  #: HTML, and the number to sort by; None for text
MISSING: Cell = ("–", None)  #: a number that is unknown
_LARGEST = 1e300  # stands for infinity, which JavaScript would not sort


def render_table(report: ModelMotifs, linked: Set[str]) -> str:
    """Write the table of all motifs, by cluster.

    Parameters
    ----------
    report : ModelMotifs
        Motifs of a model.
    linked : set of str
        Ids of motifs that have a card, so that their row is no anchor.
    """
    heads = (("Motif", "text"), ("Logo", ""), ("Consensus", "text"), ("Cluster", "number"), ("Sites", "number"),
             ("Bits", "number"), ("Bound", "number"), ("Unbound", "number"), ("Odds ratio", "number"), ("q", "least"),
             ("Planted", "number"), ("Removed", "least"), ("Best known match", "text"), ("p", "least"),
             ("E", "least"))  # fmt: skip
    cells = "".join(render_head(title, kind) for title, kind in heads)
    rows = "\n".join(
        _render_row(motif, number, motif.id in linked)
        for number, cluster in enumerate(report.clusters, 1)
        for motif in cluster.motifs
    )
    return (
        '<div class="scroll" tabindex="0"><table class="sortable" id="motifs"><thead><tr>'
        f"{cells}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>"
    )


def render_head(title: str, kind: str) -> str:
    """Write the head of a column.

    Parameters
    ----------
    title : str
        Its title.
    kind : str
        Order of the first click: 'number' for the largest first, 'least' for the smallest, 'text' for the alphabet;
        empty for a column that cannot be sorted.
    """
    if not kind:
        return f'<th scope="col">{title}</th>'
    side = "" if kind == "text" else ' class="n"'
    return f'<th scope="col"{side} aria-sort="none" data-kind="{kind}"><button type="button">{title}</button></th>'


def render_cell(cell: Cell) -> str:
    """Write a cell. A number is at the right, and has the value to sort by."""
    text, value = cell
    if cell == MISSING:
        return f'<td class="n" data-value="">{text}</td>'
    if value is None:
        return f"<td>{text}</td>"
    number = "" if isnan(value) else f"{_LARGEST if isinf(value) else value:.6g}"
    return f'<td class="n" data-value="{number}">{text}</td>'


def _render_row(motif: LearnedMotif, cluster: int, is_linked: bool) -> str:
    name = escape(motif.id)
    link = f'<a href="#{escape(quote(motif.id))}">{name}</a>' if is_linked else name
    anchor = "" if is_linked else f' id="{name}"'
    cells: list[Cell] = [
        (link, None),
        (draw_small_logo(motif.shares, motif.consensus), None),
        (escape(motif.consensus), None),
        (f"{cluster}", float(cluster)),
        (f"{motif.sites:,}", float(motif.sites)),
        (f"{motif.information:.1f}", motif.information),
        *list_shares(motif),
        _list_q(motif),
        _list_effect(motif.planted),
        _list_effect(motif.removed),
        *_list_match(motif),
    ]
    return f"<tr{anchor}>{''.join(map(render_cell, cells))}</tr>"


def list_shares(motif: LearnedMotif) -> list[Cell]:
    """List the share of bound windows with a motif, that of unbound ones, and the odds ratio."""
    test = motif.enrichment
    if test is None:
        return [MISSING] * 3
    return [
        (format_share(test.bound_hits, test.bound), test.bound_hits / max(test.bound, 1)),
        (format_share(test.unbound_hits, test.unbound), test.unbound_hits / max(test.unbound, 1)),
        (format_ratio(test.odds_ratio), test.odds_ratio),
    ]


def _list_q(motif: LearnedMotif) -> Cell:
    test = motif.enrichment
    return MISSING if test is None else (format_small(test.q_value), test.q_value)


def _list_effect(effect: Effect | None) -> Cell:
    return MISSING if effect is None else (format_signed(effect.mean), effect.mean)


def _list_match(motif: LearnedMotif) -> list[Cell]:
    if not motif.matches:
        return [MISSING] * 3
    best = motif.matches[0]
    return [
        (escape(name_known(best)), None),
        (format_small(best.p_value), best.p_value),
        (format_small(best.e_value), best.e_value),
    ]
