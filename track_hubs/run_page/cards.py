"""Short cards about the models, beside the tracks on a run's page.

The full text is on the description page of each group (`description_pages.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import quote

from track_hubs.color import format_css
from track_hubs.hub_names import make_track_names, name_page
from track_hubs.manifest import Manifest, Model
from track_hubs.model_figures import compute_area, draw_logo

_MAX_LOGOS = 20  # groups up to which each card has its logo; more make the page slow


def render_cards(manifest: Manifest, links: bool = True) -> str:
    """Write the cards of all groups.

    With many groups, the script of the page adds a logo from its description page once the card is opened.

    Parameters
    ----------
    manifest : Manifest
        Manifest of the run.
    links : bool
        False for a page without the description pages beside it.
    """
    names = make_track_names(manifest)
    pages = {group: escape(quote(name_page(names[group]))) if links else "" for group in manifest.groups}
    parts = [_card(manifest, index, group, pages[group]) for index, group in enumerate(manifest.groups)]
    return '<div class="cards">' + "\n".join(parts) + "</div>"


def _card(manifest: Manifest, index: int, group: str, page: str) -> str:
    """Write a card; `page` is the address of its description page, empty if there is none."""
    tracks = [track for track in manifest.tracks if track.group == group]
    sites = next((track.count for track in tracks if track.role == "sites" and track.count is not None), None)
    model = manifest.models.get(group)
    lines = [] if model is None else _about(model, group)
    if sites is not None:
        lines.append(f"<b>{sites:,}</b> sites in this run")
    if model is not None:
        lines += [escape(model.sites_about)] if model.sites_about else []
        lines += _quality(model)
    body = "".join(f"<p>{line}</p>" for line in lines)
    logo = ""
    if model is not None and model.motif and len(manifest.groups) <= _MAX_LOGOS:
        logo = _logo(model)
    elif model is not None and model.motif and page:
        logo = f'<div data-logo="{page}"></div>'
    link = f'<p><a href="{page}">details of these tracks</a></p>' if page else ""
    return (
        f'<section class="card" data-group="{index}" style="border-left-color:{format_css(tracks[0].color)}">'
        f"<h2>{escape(group)}</h2>{body}{logo}{link}</section>"
    )


def _about(model: Model, group: str) -> list[str]:
    protein = f"{model.protein}: " if model.protein != group else ""
    lines = [escape(f"{protein}trained on {model.assay}")] if model.assay else []
    if model.reads:
        lines.append(escape(f"uses {', '.join(model.reads)}"))
    return lines


def _quality(model: Model) -> list[str]:
    lines = []
    if model.roc:
        lines.append(
            f"AUC <b>{compute_area(model.roc):.3f}</b>: held-out sites against background positions "
            '<span class="dim">(0.5 is chance, 1 is perfect)</span>'
        )
    top: Any = model.card.get("top region")
    if isinstance(top, Mapping) and isinstance(top.get("share"), int | float):
        lines.append(f"{top['share']:.0%} of its training sites are in: {escape(str(top.get('region')))}")
    return lines


def _logo(model: Model) -> str:
    caption = f"Known motif that best separates its sites from the background: {model.motif_title}"
    logo = draw_logo(model.motif, f"Logo of {model.motif_title}")
    return f"<figure>{logo}<figcaption>{escape(caption)}</figcaption></figure>"
