"""A card for each cluster of near-identical motifs of a model."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from track_hubs.motif_page.charts import draw_copies, draw_enrichment, draw_importance, draw_places, draw_spacings
from track_hubs.motif_page.logos import draw_contribution_logo, draw_pair, draw_small_logo
from track_hubs.motif_page.numbers import format_ratio, format_small
from track_hubs.motif_page.rows import Cluster, Effect, KnownMotif, LearnedMotif

_MOST_MATCHES = 5  # named known motifs
_LEAST_PAIRS = 10  # pairs of hits whose spacing is drawn


def render_card(number: int, cluster: Cluster, span: tuple[float, float]) -> str:
    """Write the card of a cluster.

    Parameters
    ----------
    number : int
        Its rank, from 1.
    cluster : Cluster
        The cluster.
    span : tuple of float
        Ends of the axis of effects, the same for all cards of a page.
    """
    motif = cluster.motifs[0]
    name = escape(motif.id)
    return (
        f'<article class="card" id="{name}"><h3><span class="rank">{number}</span> {escape(motif.consensus)} '
        f'<a class="dim" href="#{escape(quote(motif.id))}">{name}</a></h3>'
        f'<div class="columns"><div class="logos">{_render_logos(motif)}</div>'
        f'<div class="charts">{"".join(_render_charts(cluster, span))}</div></div>'
        f"{_render_members(cluster)}</article>"
    )


def name_known(known: KnownMotif) -> str:
    """Name a known motif: protein and id, or the name once if both are equal."""
    return known.symbol if known.symbol == known.id else f"{known.symbol} {known.id}"


def describe_match(known: KnownMotif) -> str:
    """Describe a match in HTML: the known motif, p and E."""
    return (
        f'<b>{escape(known.symbol)}</b> <span title="{escape(known.source)}">{escape(known.id)}</span>, '
        f"p {format_small(known.p_value)}, E {format_small(known.e_value)}"
    )


def _render_logos(motif: LearnedMotif) -> str:
    """Draw a motif above its best known match, and its contributions."""
    best = motif.matches[0] if motif.matches else None
    title = f"{motif.consensus} in bits"
    kind = "pattern of TF-MoDISco" if motif.origin == "pattern" else "filter"
    parts = [f'<p class="dim">{kind}, {motif.sites:,} sites, {motif.information:.1f} bits</p>']
    if best is not None and best.is_found:
        title += f", above the known motif {name_known(best)}"
        others = ", ".join(f"{escape(known.symbol)}" for known in _list_others(motif.matches))
        parts.append(draw_pair(motif.shares, best.shares, best.offset, title=title))
        parts.append(f"<p>resembles {describe_match(best)}</p>")
        parts += [f'<p class="dim">also like {others}</p>'] if others else []
    else:
        closest = f"; the closest is {describe_match(best)}" if best is not None else ""
        parts.append(draw_pair(motif.shares, (), 0, title=title))
        parts.append(f'<p class="dim">resembles no known motif{closest}</p>')
    if motif.contributions:
        logo = draw_contribution_logo(motif.contributions, f"{motif.consensus}, contribution of each letter, log odds")
        parts.append(f"<figure><figcaption>contribution, log odds</figcaption>{logo}</figure>")
    return "".join(parts)


def _list_others(matches: Sequence[KnownMotif]) -> list[KnownMotif]:
    """List the next matches below the limits, each protein once."""
    others = {
        known.symbol: known for known in reversed(matches) if known.is_found and known.symbol != matches[0].symbol
    }
    return list(reversed(others.values()))[:_MOST_MATCHES]


def list_effects(motif: LearnedMotif) -> list[tuple[str, Effect]]:
    """List the effects of a motif that are known, with their names."""
    effects = (("planted", motif.planted), ("removed", motif.removed))
    return [(name, effect) for name, effect in effects if effect is not None]


def _render_charts(cluster: Cluster, span: tuple[float, float]) -> list[str]:
    motif = cluster.motifs[0]
    charts = []
    if motif.enrichment is not None:
        test = motif.enrichment
        text = f"odds ratio {format_ratio(test.odds_ratio)}, q {format_small(test.q_value)}"
        charts.append(_figure("windows with the motif", draw_enrichment(test), text))
    if effects := list_effects(motif):
        charts.append(_figure("effect on the log odds", draw_importance(effects, *span), "mean and 95 % interval"))
    if sum(motif.distances):
        charts.append(_figure("place of the best hit", draw_places(motif.distances)))
    if sum(cluster.copies[1:]):
        charts.append(_figure("bound windows by copies", draw_copies(cluster.copies)))
    if sum(cluster.spacings[1:]) >= _LEAST_PAIRS:
        charts.append(_figure("distance of neighbouring copies", draw_spacings(cluster.spacings)))
    return charts


def _figure(caption: str, picture: str, text: str = "") -> str:
    note = f'<p class="dim">{escape(text)}</p>' if text else ""
    return f"<figure><figcaption>{caption}</figcaption>{picture}{note}</figure>"


def _render_members(cluster: Cluster) -> str:
    """Fold the other members away."""
    others = cluster.motifs[1:]
    if not others:
        return ""
    items = "".join(
        f'<li><a href="#{escape(quote(motif.id))}">{draw_small_logo(motif.shares, motif.consensus)}'
        f"<span>{escape(motif.id)}</span></a></li>"
        for motif in others
    )
    noun = "near-identical motif" if len(others) == 1 else "near-identical motifs"
    return f'<details><summary>{len(others)} {noun}</summary><ul class="members">{items}</ul></details>'
