"""`index.html`: one file, every printed text escaped.

Pictures, tables and cards are there without a network and without a script; with both, `page/run*.js` adds a genome
browser (igv.js) in their midst.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from track_hubs.description_pages import dot, file_in_words, nested, note_of
from track_hubs.hub_names import page_of, track_names
from track_hubs.manifest import Color, Manifest, Track
from track_hubs.run_page.cards import cards
from track_hubs.run_page.loci import Found, Gene, Site, Window
from track_hubs.run_page.locus_picture import locus_svg
from track_hubs.run_page.script_data import page_data
from track_hubs.run_page.scripts import inline, packaged

_NAMED = 6  # groups; more are counted
_COLUMNS = {
    "expectedPrecision": "Expected precision",
    "geneName": "Gene",
    "region": "Region",
    "driver": "Driven by",
    "motif": "Motif",
    "motifProtein": "Motif of",
}
_PRECISION = (
    " <b>Expected precision</b>: the share of true sites that the model expects among positions with such a score or "
    "a higher one."
)
_UNKNOWN = (".", "")  # as the files have it


@dataclass(frozen=True, slots=True)
class Locus:
    """What one picture shows: a site of a group and everything in the window around it."""

    group: str
    site: Site
    window: Window
    plus: Sequence[float]
    minus: Sequence[float]
    sites: Sequence[Site]
    genes: Sequence[Gene]
    color: Color


def page_text(manifest: Manifest, top: Sequence[Found], pictures: Sequence[Locus], view: str | None = None) -> str:
    """The page of a run.

    Parameters
    ----------
    top : the rows of the table, strongest first.
    pictures : the loci to draw.
    view : where the genome browser begins (chr:start-end, 1-based); None for the start of the genome.
    """
    groups = manifest.groups
    proteins = ", ".join(groups) if len(groups) <= _NAMED else f"the proteins of {len(groups)} models"
    body = [
        f"<h1>{escape(manifest.title)}</h1>",
        f"<p>Where {escape(proteins)} may bind on {escape(manifest.assembly.title)}.</p>",
        note_of(manifest),
        _browser(manifest),
        _table(manifest, top),
        _pictures(manifest, pictures),
        _open(manifest),
        _files(manifest),
        "<details><summary><h2>How it was made</h2></summary>",
        nested(manifest.receipts),
        "</details>",
        f'<script type="application/json" id="run">{page_data(manifest, view)}</script>',
        *inline(),
    ]
    return _html(manifest.title, "\n".join(body))


def _around(site: Site, flank: int = 750) -> str:
    """A site with what lies beside it, as a genome browser's search box takes it."""
    return f"{site.chrom}:{max(1, site.summit + 1 - flank)}-{site.summit + 1 + flank}"


def _html(title: str, body: str) -> str:
    head = f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
    view = '<meta name="viewport" content="width=device-width, initial-scale=1">\n<link rel="icon" href="data:,">\n'
    return f"{head}{view}<style>\n{packaged('run.css')}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"


def _browser(manifest: Manifest) -> str:
    """Where the script puts the genome browser, with its controls; the cards of the models beside it."""
    return f"""<div class="only-browsing">
<div class="bar" id="proteins"><b>Proteins</b> <span id="picker"></span>
<span><button id="all">all</button> <button id="none">none</button></span></div>
<div class="bar">
<span><button id="previous" title="key p">◀ previous site</button>
<button id="next" title="key n">next site ▶</button></span>
<label>that scores at least <input id="least" type="number" min="0" max="1" step="0.05" value="0"></label>
<label><input id="motifs" type="checkbox" checked> motif hits</label>
<label><input id="further" type="checkbox"> further tracks</label>
<span><button id="copy">copy link to this view</button> <button id="svg">save SVG</button>
<button id="png">save PNG</button></span>
</div>
</div>
<p id="status" role="status" aria-live="polite"></p>
<div class="beside">
<div class="only-browsing"><div id="igv"></div>
<p class="dim">Score: the model's probability, from 0 to 1, that a binding site is centred at a position; upwards on the
plus strand, downwards and paler on the minus strand, nothing where it was not scored. Boxes below it are the called
sites, with a mark at the summit, and the motif hits in them, named after the protein that the motif is known for. Click
one to see more. Scores are predictions, not measurements. <span id="genome-note"></span></p></div>
{cards(manifest)}
</div>"""


def _pictures(manifest: Manifest, pictures: Sequence[Locus]) -> str:
    if not pictures:
        return ""
    parts = [
        '<details class="pictures" open><summary><h2>Pictures of the strongest sites</h2></summary>',
        "<p>The coloured area is the score: the model's probability, from 0 to 1, that a binding site is centred at "
        "that position. The RNA of the plus strand is drawn upwards, that of the minus strand downwards and paler. "
        "Boxes below are the called sites, with a dark mark at the summit and the score beside the name"
        + (
            "; genes are drawn with exons as boxes, the coding part higher, arrows in the direction of transcription"
            if manifest.assembly.genes
            else ""
        )
        + ". Scores are predictions, not measurements.</p>",
    ]
    for number, locus in enumerate(pictures, 1):
        caption = f"{locus.group}: {locus.site.name}, score {locus.site.score:.3f}, {locus.window.text}"
        svg = locus_svg(locus.window, locus.plus, locus.minus, locus.sites, locus.genes, locus.color)
        parts.append(f'<figure id="locus{number}"><figcaption>{escape(caption)}</figcaption>{svg}</figure>')
    return "\n".join([*parts, "</details>"])


def _table(manifest: Manifest, top: Sequence[Found]) -> str:
    """Each row leads the genome browser to its site."""
    if not top:
        return "<h2>Strongest sites</h2><p>No site reached the threshold.</p>"
    known = {name for row in top for name, text in row.columns.items() if text not in _UNKNOWN}
    shown = {name: title for name, title in _COLUMNS.items() if name in known}
    hosted = manifest.assembly.hosted
    titles = ["Protein", "Site", "Place", "Strand", "Score", *shown.values(), *(["Elsewhere"] if hosted else [])]
    colors = {track.group: track.color for track in reversed(manifest.tracks)}  # each group's first
    rows = []
    for row in top:
        site = row.site
        place = f"{site.chrom}:{site.start + 1}-{site.end}"
        texts = [site.name, place, site.strand.replace("-", "−"), f"{site.score:.3f}"]
        texts += [_shown(row.columns.get(name, "")) for name in shown]
        cells = [f"{dot(colors[row.group])}{escape(row.group)}", *map(escape, texts)]
        if hosted:
            cells.append(f'<a href="{escape(_at_ucsc(manifest, place))}">UCSC</a>')
        index = manifest.groups.index(row.group)
        begin = f'<tr data-group="{index}" data-locus="{escape(_around(site))}">'
        rows.append(begin + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    head = "".join(f"<th>{title}</th>" for title in titles)
    return (
        "<h2>Strongest sites</h2>\n"
        "<p class='dim'><span class='only-browsing'>Click a row to look at it above. </span>The strongest of each "
        "protein; all are in the files below. Positions here count from 1, as genome browsers do."
        + (_PRECISION if "expectedPrecision" in shown else "")
        + "</p>\n"
        f'<div class="scroll"><table><tr>{head}</tr>\n' + "\n".join(rows) + "</table></div>"
    )


def _shown(text: str) -> str:
    """What a column says; what is not known as a dash."""
    return "–" if text in _UNKNOWN else text


def _at_ucsc(manifest: Manifest, place: str) -> str:
    return f"https://genome.ucsc.edu/cgi-bin/hgTracks?db={quote(manifest.assembly.id)}&position={quote(place)}"


def _open(manifest: Manifest) -> str:
    assembly = manifest.assembly
    in_ucsc = assembly.hosted or assembly.two_bit is not None
    session = (
        "Open <a href='igv_session.xml'>igv_session.xml</a> by <i>File → Open Session</i>; it works from this folder"
    )
    if assembly.reference:
        session += " and brings its own reference genome"
    session += "." if assembly.hosted or assembly.reference else "; load the FASTA of the genome first."
    ucsc = (
        "Put this folder on a web server, then <i>My Data → Track Hubs → Connected Hubs</i>, and paste the address of "
        "<a href='hub.txt'>hub.txt</a>."
        if in_ucsc
        else "UCSC does not host this genome. Use IGV or JBrowse 2, or let the hub bring the genome along "
        "(<code>ideep-scan hub OUT --assembly-hub</code>)."
    )
    fasta = f"<a href='{_href(assembly.reference)}'>FASTA</a>" if assembly.reference else "FASTA"
    jbrowse = (
        "<i>File → Open connection → UCSC Track Hub</i>, and the address of <a href='hub.txt'>hub.txt</a>."
        if in_ucsc
        else f"Open the genome {fasta} as an assembly, then the bigWig and BED files below as tracks."
    )
    lines = [("IGV desktop", session), ("UCSC Genome Browser", ucsc), ("JBrowse 2", jbrowse)]
    rows = "\n".join(f"<tr><th>{name}</th><td>{text}</td></tr>" for name, text in lines)
    return f"<h2>See it in a genome browser</h2>\n<table>{rows}</table>"


def _files(manifest: Manifest) -> str:
    names = track_names(manifest)
    parts = ["<details><summary><h2>Files</h2></summary>"]
    for group in manifest.groups:
        about = f'<a href="{_href(page_of(names[group]))}">about these tracks</a>'
        parts.append(f"<h3>{escape(group)} <span class='dim'>· {about}</span></h3>")
        parts.append(_rows([track for track in manifest.tracks if track.group == group]))
    return "\n".join([*parts, "</details>"])


def _rows(tracks: Sequence[Track]) -> str:
    rows = []
    for track in tracks:
        what, kind, count = file_in_words(track)
        rows.append(
            f'<tr><td>{dot(track.color)} {escape(what)}</td><td>{kind}</td><td class="n">{count}</td>'
            f'<td><a href="{_href(track.path)}">{escape(track.path)}</a></td></tr>'
        )
    head = "<tr><th>What</th><th>Format</th><th class='n'>Entries</th><th>File</th></tr>"
    return f'<div class="scroll"><table>{head}\n' + "\n".join(rows) + "</table></div>"


def _href(path: str) -> str:
    return escape(quote(path))
