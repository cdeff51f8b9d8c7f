"""The page of a training, in one file that needs neither a server nor a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from track_hubs.motif_page.cards import render_card
from track_hubs.motif_page.logos import define_letters
from track_hubs.motif_page.rows import Cluster
from track_hubs.run_page.scripts import read_packaged
from track_hubs.static_page import render_generator, render_static_page

_PROGRAM = "ideep-scan train"
GENERATOR = render_generator(_PROGRAM)  #: marks a page that may be replaced


@dataclass(frozen=True, slots=True)
class Figure:
    """A plot with the words that a reader needs.

    Attributes
    ----------
    name : str
        Its anchor, and the name of its file.
    title : str
        Its heading.
    picture : str
        SVG; empty where there is too little to draw.
    finding : str
        The result in one sentence.
    meaning, good, concern : str
        What the plot shows, what to look for, and when to worry.
    """

    name: str
    title: str
    picture: str
    finding: str
    meaning: str
    good: str
    concern: str


@dataclass(frozen=True, slots=True)
class TrainingPage:
    """Content of the page.

    Attributes
    ----------
    model : str
        Name of the model.
    lead : str
        The result in one or two sentences.
    remarks : sequence of str
        What the user must know first: warnings.
    measures : sequence of (str, str, str)
        Rows of the table: measure, value, and its meaning.
    figures : sequence of Figure
        The plots.
    motifs : sequence of Cluster
        Motifs of the filters, the most enriched first.
    windows : str
        Windows that the motifs come from.
    """

    model: str
    lead: str
    remarks: Sequence[str]
    measures: Sequence[tuple[str, str, str]]
    figures: Sequence[Figure]
    motifs: Sequence[Cluster]
    windows: str


def render_training_page(page: TrainingPage) -> str:
    """Write the page.

    Parameters
    ----------
    page : TrainingPage
        Its content.

    Returns
    -------
    str
        HTML in which all text is escaped.
    """
    title = f"Training of {page.model}"
    body = [
        define_letters(),
        f'<h1>{escape(title)}</h1><p class="lead">{escape(page.lead)}</p>',
        '<p class="links"><a href="metrics.tsv">metrics.tsv</a> <a href="epochs.tsv">epochs.tsv</a></p>',
        _render_contents(page),
        *_render_remarks(page.remarks),
        _render_measures(page.measures),
        *map(_render_figure, page.figures),
        *_render_motifs(page),
    ]
    return render_static_page(title, "\n".join(body), generator=_PROGRAM, style=_read_style(), script="")


def _read_style() -> str:
    names = ("report.css", "motif_report.css", "training_plot.css", "training_report.css")
    return "".join(map(read_packaged, names))


def _render_contents(page: TrainingPage) -> str:
    """Link the parts of the page."""
    parts = [("measures", "Measures"), *((figure.name, figure.title) for figure in page.figures)]
    parts += [("motifs", "Motifs")] if page.motifs else []
    links = " ".join(f'<a href="#{name}">{escape(text)}</a>' for name, text in parts)
    return f'<nav aria-label="on this page">{links}</nav>'


def _render_remarks(remarks: Sequence[str]) -> list[str]:
    if not remarks:
        return []
    items = "".join(f"<li>{escape(remark)}</li>" for remark in remarks)
    return [f'<section id="remarks"><h2>Read this first</h2><ul class="remarks">{items}</ul></section>']


def _render_measures(rows: Sequence[tuple[str, str, str]]) -> str:
    cells = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td class="n">{escape(value)}</td><td>{escape(meaning)}</td></tr>'
        for name, value, meaning in rows
    )
    return (
        '<section id="measures"><h2>Measures</h2><div class="wide" tabindex="0" role="region" aria-label="measures">'
        '<table><thead><tr><th scope="col">measure</th><th scope="col" class="n">value</th><th scope="col">meaning</th>'
        f"</tr></thead><tbody>{cells}</tbody></table></div></section>"
    )


def _render_figure(figure: Figure) -> str:
    """Write a plot beside its explanation."""
    words = (("What it shows", figure.meaning), ("Look for", figure.good), ("Worry when", figure.concern))
    terms = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in words)
    return (
        f'<article class="card" id="{figure.name}"><h2>{escape(figure.title)}</h2>'
        f'<p><b>{escape(figure.finding)}</b></p><div class="columns"><div class="plot">{figure.picture}</div>'
        f"<dl>{terms}</dl></div></article>"
    )


def _render_motifs(page: TrainingPage) -> list[str]:
    if not page.motifs:
        return []
    return [
        '<section id="motifs"><h2>Motifs of the first layer</h2>'
        f"<p>{escape(page.windows)} A filter of the first convolution fires at these letters. "
        "A motif that the protein is known for should be among the first. "
        "Worry when no motif is more frequent in bound windows. "
        "<code>ideep-scan motifs</code> finds longer patterns.</p>",
        *(render_card(number, cluster, (0.0, 1.0)) for number, cluster in enumerate(page.motifs, 1)),
        "</section>",
    ]
