"""The report of the motifs of one model, in one file that opens by double click."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from track_hubs.motif_page.cards import describe_match, list_effects, render_card
from track_hubs.motif_page.legend import describe_windows, render_legend
from track_hubs.motif_page.logos import define_letters, draw_pair
from track_hubs.motif_page.motif_table import render_table
from track_hubs.motif_page.numbers import format_ratio, format_share
from track_hubs.motif_page.rows import LearnedMotif, ModelMotifs
from track_hubs.motif_page.weight_map import draw_weight_map
from track_hubs.run_page.scripts import read_packaged
from track_hubs.static_page import render_static_page

PROGRAM = "ideep-scan motifs"
OVERVIEW = "index.html"
_MOST_CARDS = 20


def render_report(report: ModelMotifs) -> str:
    """Write the report of a model.

    Parameters
    ----------
    report : ModelMotifs
        Its content.

    Returns
    -------
    str
        HTML in which all text is escaped.
    """
    cards = report.clusters[:_MOST_CARDS]
    title = f"Motifs of {report.model}"
    body = [
        define_letters(),
        f'<nav><a href="{OVERVIEW}">all models</a> <a href="{OVERVIEW}#shared">shared motifs</a></nav>',
        f"<h1>{escape(title)}{_name_protein(report)}</h1>",
        f'<p class="lead">{_summarize(report)}</p><p class="dim">{describe_windows(report)}</p>',
        _render_downloads(report),
        _render_contents(report),
        *_render_own(report),
        *_render_cards(report),
        *_render_others(report, {cluster.motifs[0].id for cluster in cards}),
        *_render_filters(report),
        render_legend(report),
    ]
    return render_static_page(title, "\n".join(body), generator=PROGRAM, style=read_style(), script=read_script())


def read_style() -> str:
    """Read the style sheet of the pages of motifs."""
    return read_packaged("report.css") + read_packaged("motif_report.css")


def read_script() -> str:
    """Read the script of the pages of motifs."""
    return read_packaged("motif_report.js")


def list_enriched(report: ModelMotifs) -> list[LearnedMotif]:
    """List the founders of the clusters that are enriched in bound windows."""
    motifs = [cluster.motifs[0] for cluster in report.clusters]
    return [motif for motif in motifs if motif.enrichment is not None and motif.enrichment.is_enriched]


def describe_enrichment(motif: LearnedMotif) -> str:
    """Describe in which windows a motif is; empty without unbound windows."""
    test = motif.enrichment
    if test is None:
        return ""
    return (
        f"in {format_share(test.bound_hits, test.bound)} of bound and "
        f"{format_share(test.unbound_hits, test.unbound)} of unbound windows, "
        f"odds ratio {format_ratio(test.odds_ratio)}"
    )


def _name_protein(report: ModelMotifs) -> str:
    return "" if report.protein in ("", report.model) else f" <span>({escape(report.protein)})</span>"


def _summarize(report: ModelMotifs) -> str:
    """Summarize what the model has learned in two sentences."""
    if not report.clusters:
        return "The model has no motif on these windows."
    count, members = len(report.clusters), sum(len(cluster.motifs) for cluster in report.clusters)
    text = f"This page shows {members:,} learned motifs in {count:,} {'cluster' if count == 1 else 'clusters'}"
    best = report.clusters[0].motifs[0]
    if best.enrichment is None:
        return f"{text}. The first is <b>{escape(best.consensus)}</b>; without unbound windows no enrichment is known."
    enriched = list_enriched(report)
    new = sum(not any(known.is_found for known in motif.matches) for motif in enriched)
    verbs = "is" if len(enriched) == 1 else "are", "resembles" if new == 1 else "resemble"
    return (
        f"{text}; {len(enriched):,} of them {verbs[0]} enriched in bound windows (q ≤ 0.05), "
        f"of which {new:,} {verbs[1]} no known motif. "
        f"The strongest is <b>{escape(best.consensus)}</b>, {describe_enrichment(best)}."
    )


def _render_downloads(report: ModelMotifs) -> str:
    """Link the tables beside the page, and the motifs inside it."""
    links = []
    if report.meme:
        address = "data:text/plain;charset=utf-8," + quote(report.meme, safe=" /:=+,.()")
        links.append(f'<a download="{escape(report.model)}.meme" href="{escape(address)}">motifs (MEME)</a>')
    name = escape(quote(report.model))
    links += [f'<a href="{name}.tsv">table of motifs</a>', f'<a href="{name}.matches.tsv">all known matches</a>']
    return f'<p class="links">{" ".join(links)}</p>'


def _render_contents(report: ModelMotifs) -> str:
    """Link the parts of the page."""
    parts = [("known", "known motif")]
    parts += [("clusters", "clusters"), ("all", "all motifs")] if report.clusters else []
    parts += [("filters", "filters")] if report.tree.weights else []
    links = " ".join(f'<a href="#{name}">{text}</a>' for name, text in [*parts, ("legend", "the numbers")])
    return f'<nav aria-label="on this page">{links}</nav>'


def _render_own(report: ModelMotifs) -> list[str]:
    """Show the known motif of the protein beside the learned one."""
    protein = escape(report.protein)
    parts = [f'<section id="known"><h2>The known motif of {protein}</h2>']
    own = report.own
    if own is None and not report.has_known:
        parts.append(f"<p>The known motifs have none of {protein}.</p>")
    elif own is None:
        parts.append("<p>No learned motif resembles it.</p>")
    else:
        link = f'<a href="#{escape(quote(own.learned.id))}">{escape(own.learned.id)}</a>'
        verdict = "Found" if own.known.is_found else "Not found at p &lt; 0.05 and E &lt; 0.05; the closest is"
        title = f"{own.learned.consensus} above the known motif {own.known.symbol} {own.known.id}"
        parts.append(f"<p>{verdict}: {link} resembles {describe_match(own.known)}.</p>")
        parts.append(draw_pair(own.learned.shares, own.known.shares, own.known.offset, title=title))
        parts.append('<p class="dim">Above: learned. Below: known.</p>')
    return [*parts, "</section>"]


def _render_cards(report: ModelMotifs) -> list[str]:
    clusters = report.clusters[:_MOST_CARDS]
    if not clusters:
        return []
    effects = [effect for cluster in clusters for _, effect in list_effects(cluster.motifs[0])]
    low = min([0.0, *(effect.low for effect in effects)])
    high = max([0.0, *(effect.high for effect in effects)])
    order = "by enrichment" if report.unbound else "by bound windows with a hit"
    count = f"the first {len(clusters)} of {len(report.clusters)}, " if len(report.clusters) > len(clusters) else ""
    return [
        f'<section id="clusters"><h2>Clusters of motifs, {count}{order}</h2>',
        '<div class="bar only-scripted"><label>Search <input id="search-cards" type="search" autocomplete="off" '
        'spellcheck="false" data-items=".card"></label> <span class="dim" role="status"></span></div>',
        *(render_card(number, cluster, (low, high)) for number, cluster in enumerate(clusters, 1)),
        "</section>",
    ]


def _render_others(report: ModelMotifs, linked: set[str]) -> list[str]:
    if not report.clusters:
        return []
    count = sum(len(cluster.motifs) for cluster in report.clusters)
    return [
        f'<details class="section" id="all"><summary><h2>All {count:,} motifs</h2></summary>',
        '<div class="bar only-scripted"><label>Search <input id="search-motifs" type="search" autocomplete="off" '
        'spellcheck="false" data-items="#motifs tbody tr"></label> <span class="dim" role="status"></span></div>',
        render_table(report, linked),
        "</details>",
    ]


def _render_filters(report: ModelMotifs) -> list[str]:
    """Fold away the weights of the first convolution, and name silent filters."""
    filters = len(report.tree.weights)
    if not filters:
        return []
    parts = [f'<details class="section" id="filters"><summary><h2>All {filters} filters</h2></summary>']
    silent = ", ".join(map(str, report.tree.silent))
    if silent:
        parts.append(f"<p>{len(report.tree.silent)} of {filters} filters never fire on these windows: {silent}.</p>")
    else:
        parts.append("<p>Every filter fires on these windows.</p>")
    parts.append(
        "<p>A row is a filter of the first convolution, a block its weights of one base along its positions, 5′→3′. "
        "Red weights raise its activation and blue ones lower it. "
        "Filters that join further to the right are more alike (cosine distance, average linkage).</p>"
    )
    return [*parts, f'<div class="wide">{draw_weight_map(report.tree)}</div></details>']
