"""The page of transcripts, `transcripts.html`: one picture per record, without scripts."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from track_hubs.description_pages import render_note
from track_hubs.manifest import Manifest
from track_hubs.run_page.locus_picture import draw_locus
from track_hubs.run_page.scripts import read_style
from track_hubs.run_page.transcripts import TranscriptPicture
from track_hubs.static_page import render_static_page


def render_transcripts_page(manifest: Manifest, pictures: Sequence[TranscriptPicture]) -> str:
    """Write the page.

    Parameters
    ----------
    manifest : Manifest
        The manifest of a run on transcripts.
    pictures : sequence of TranscriptPicture
        Transcripts to draw.

    Returns
    -------
    str
        HTML in which all text is escaped.
    """
    body = [
        f"<h1>{escape(manifest.title)}: transcripts</h1>",
        f"<p>{_count(manifest, pictures)} <a href='index.html'>Back to the run</a></p>",
        render_note(manifest),
        "<p>The coloured area is the score: the model's probability, from 0 to 1, that a binding site is centred at "
        "that position. In long transcripts each column has the highest score of its positions. Boxes are the called "
        "sites, with a dark mark at the summit and the score beside the name. A high box below them is the coding "
        "part, if the FASTA tells it. Positions count from the 5' end. Scores are predictions, not measurements.</p>",
        '<div class="pictures">',
        *(_figure(manifest, number, picture) for number, picture in enumerate(pictures, 1)),
        "</div>",
    ]
    style = read_style()
    return render_static_page(manifest.title, "\n".join(body), generator="ideep-scan", style=style, script="")


def _count(manifest: Manifest, pictures: Sequence[TranscriptPicture]) -> str:
    """Say how many transcripts are drawn."""
    total = len(manifest.assembly.sizes)
    if len(pictures) == total:
        return f"All {total:,} transcripts, in the order of the FASTA."
    return (
        f"The {len(pictures):,} of {total:,} transcripts with the strongest sites, in the order of the FASTA; the "
        "files of the run have all."
    )


def _figure(manifest: Manifest, number: int, picture: TranscriptPicture) -> str:
    """Write the picture of one transcript."""
    window = picture.window
    caption = f"{window.chrom}, {window.end:,} nt"
    parts = []
    for panel in picture.panels:
        title = f"<p class='dim'>{escape(panel.group)}</p>" if len(manifest.groups) > 1 else ""
        svg = draw_locus(window, panel.values, None, sites=panel.sites, genes=picture.genes, color=panel.color)
        parts.append(title + svg)
    hidden = len(manifest.groups) - len(picture.panels)
    more = f"<p class='dim'>further models: {hidden}, not drawn.</p>" if hidden else ""
    return f'<figure id="transcript{number}"><figcaption>{escape(caption)}</figcaption>{"".join(parts)}{more}</figure>'
