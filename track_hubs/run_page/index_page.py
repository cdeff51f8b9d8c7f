"""The page of a run, `index.html`, in one file.

Pictures, tables and cards work without network and scripts. With both, `page/run*.js` adds a genome browser (igv.js).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from track_hubs.description_pages import describe_file, render_dot, render_nested_table, render_note
from track_hubs.hub_names import TRANSCRIPTS_PAGE, VARIANTS_PAGE, make_track_names, name_page
from track_hubs.manifest import Color, Manifest, Track
from track_hubs.run_page.cards import render_cards
from track_hubs.run_page.loci import Gene, Site, TableRow, Window
from track_hubs.run_page.locus_picture import draw_locus
from track_hubs.run_page.script_data import encode_page_data
from track_hubs.run_page.scripts import read_style, render_inline
from track_hubs.run_page.variant_list import render_variants
from track_hubs.run_page.variant_rows import NO_VARIANTS, VariantList

_MAX_NAMES = 6  # groups that the introduction names
_COLUMNS = {
    "precision": "Expected precision",
    "expectedPrecision": "Expected precision",  # of earlier runs
    "geneName": "Gene",
    "region": "Region",
    "junctions": "Exon junctions",
    "isoforms": "Isoforms",
    "driver": "Driver",
    "motifName": "Motif",
    "motifOrigin": "Motif is",
    "motif": "Motif",  # of earlier runs, like the next one
    "motifProtein": "Motif of",
}
_NAMED = {"motif", "motifProtein"}  # not shown beside motifName
_PRECISION = " <b>Expected precision</b> is the share of true sites that is expected at the score of a site."
_BLOCKS = " A line joins the parts of a site that crosses exon junctions."
_UNKNOWN = (".", "")  # unknown values in the files


@dataclass(frozen=True, slots=True)
class Locus:
    """The content of one picture: a site of a group, with the scores, sites and genes of the window around it."""

    group: str
    site: Site
    window: Window
    plus: Sequence[float]
    minus: Sequence[float]
    sites: Sequence[Site]
    genes: Sequence[Gene]
    color: Color


def render_page(
    manifest: Manifest,
    top: Sequence[TableRow],
    pictures: Sequence[Locus],
    view: str | None = None,
    *,
    variants: VariantList = NO_VARIANTS,
) -> str:
    """Write the page of a run.

    Parameters
    ----------
    manifest : Manifest
        The manifest of the run.
    top : sequence of TableRow
        Rows of the table, strongest site first.
    pictures : sequence of Locus
        Loci to draw.
    view : str, optional
        First position of the genome browser (chr:start-end, 1-based). By default it is the start of the genome.
    variants : VariantList
        The list of variants.

    Returns
    -------
    str
        HTML in which all text is escaped.
    """
    groups = manifest.groups
    proteins = ", ".join(groups) if len(groups) <= _MAX_NAMES else f"the proteins of {len(groups)} models"
    body = [
        f"<h1>{escape(manifest.title)}</h1>",
        f"<p>Predicted binding sites of {escape(proteins)} on {escape(manifest.assembly.title)}.</p>",
        render_note(manifest),
        _browser(manifest, variants),
        _table(manifest, top),
        _pictures(manifest, pictures),
        _open(manifest),
        _files(manifest),
        "<details><summary><h2>Program, models and settings</h2></summary>",
        render_nested_table(manifest.receipts),
        "</details>",
        f'<script type="application/json" id="run">{encode_page_data(manifest, view)}</script>',
        *render_inline(),
    ]
    return _html(manifest.title, "\n".join(body))


def _around(site: Site, flank: int = 750) -> str:
    """Return the interval around a site for a genome browser's search box."""
    return f"{site.chrom}:{max(1, site.summit + 1 - flank)}-{site.summit + 1 + flank}"


def _html(title: str, body: str) -> str:
    head = f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
    view = '<meta name="viewport" content="width=device-width, initial-scale=1">\n<link rel="icon" href="data:,">\n'
    return f"{head}{view}<style>\n{read_style()}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"


def _browser(manifest: Manifest, variants: VariantList) -> str:
    """Write the controls, the place for the genome browser, the list of variants, and the cards of the models."""
    return f"""<div id="views" hidden></div>
<p id="status" role="status" aria-live="polite"></p>
<div id="view-tracks">
<div class="only-browsing">
<div class="bar" id="proteins"><b>Proteins</b> <span id="picker"></span>
<span><button id="all">all</button> <button id="none">none</button></span></div>
<div class="bar">
<span><button id="previous" title="key p">◀ previous site</button>
<button id="next" title="key n">next site ▶</button></span>
<label>minimum score <input id="least" type="number" min="0" max="1" step="0.05" value="0"></label>
<label><input id="motifs" type="checkbox" checked> motif hits</label>
<label><input id="further" type="checkbox"> further tracks</label>
<span><button id="copy">copy link to this view</button> <button id="svg">save SVG</button>
<button id="png">save PNG</button></span>
</div>
</div>
<div class="beside">
<div class="only-browsing"><div id="igv"></div>
<p class="dim">The score is the model's probability, from 0 to 1, that a binding site is centred at a position. It
points up on the plus strand, and down and paler on the minus strand. Positions without a bar were not scored. Boxes are
the called sites, with a mark at the summit, and the motif hits inside them, named after the motif's protein and
consensus.{_BLOCKS if manifest.has_blocks() else ""} Click a box for details. Scores are predictions, not
measurements. <span id="genome-note"></span></p></div>
<div class="aside">{render_variants(variants)}{render_cards(manifest)}</div>
</div>
</div>"""


def _pictures(manifest: Manifest, pictures: Sequence[Locus]) -> str:
    if manifest.assembly.are_transcripts:
        return f"<h2>Pictures</h2>\n<p><a href='{TRANSCRIPTS_PAGE}'>{TRANSCRIPTS_PAGE}</a> draws each transcript.</p>"
    if not pictures:
        return ""
    parts = [
        '<details class="pictures" open><summary><h2>Pictures of the strongest sites</h2></summary>',
        "<p>The coloured area is the score: the model's probability, from 0 to 1, that a binding site is centred at "
        "that position. The plus strand is drawn upwards, the minus strand downwards and paler. Boxes are the called "
        "sites, with a dark mark at the summit and the score beside the name."
        + (_BLOCKS if manifest.has_blocks() else "")
        + " "
        + (
            "In genes, boxes are exons, high boxes are coding parts, and arrows show the direction of transcription. "
            if manifest.assembly.genes
            else ""
        )
        + "Scores are predictions, not measurements.</p>",
    ]
    for number, locus in enumerate(pictures, 1):
        caption = f"{locus.group}: {locus.site.name}, score {locus.site.score:.3f}, {locus.window.text}"
        svg = draw_locus(locus.window, locus.plus, locus.minus, sites=locus.sites, genes=locus.genes, color=locus.color)
        parts.append(f'<figure id="locus{number}"><figcaption>{escape(caption)}</figcaption>{svg}</figure>')
    return "\n".join([*parts, "</details>"])


def _table(manifest: Manifest, top: Sequence[TableRow]) -> str:
    """Write the table of the strongest sites. A click on a row moves the genome browser there."""
    if not top:
        return "<h2>Strongest sites</h2><p>No site reached the threshold.</p>"
    filled = {name for row in top for name, text in row.columns.items() if text not in _UNKNOWN}
    shown = filled - _NAMED if "motifName" in filled else filled
    columns = {name: title for name, title in _COLUMNS.items() if name in shown}
    hosted = manifest.assembly.hosted
    titles = ["Protein", "Site", "Position", "Strand", "Score", *columns.values(), *(["Link"] if hosted else [])]
    colors = {track.group: track.color for track in reversed(manifest.tracks)}  # colour of each group's first track
    rows = []
    for row in top:
        site = row.site
        place = f"{site.chrom}:{site.start + 1}-{site.end}"
        texts = [site.name, place, site.strand.replace("-", "−"), f"{site.score:.3f}"]
        texts += [_or_dash(row.columns.get(name, "")) for name in columns]
        cells = [f"{render_dot(colors[row.group])}{escape(row.group)}", *map(escape, texts)]
        if hosted:
            cells.append(f'<a href="{escape(_at_ucsc(manifest, place))}">UCSC</a>')
        index = manifest.groups.index(row.group)
        begin = f'<tr data-group="{index}" data-locus="{escape(_around(site))}">'
        rows.append(begin + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    head = "".join(f"<th>{title}</th>" for title in titles)
    return (
        "<h2>Strongest sites</h2>\n"
        "<p class='dim'><span class='only-browsing'>Click a row to see it above. </span>The table shows the strongest "
        "sites of each protein. The files below have all sites. Positions are 1-based, as in genome browsers."
        + (_PRECISION if "Expected precision" in columns.values() else "")
        + "</p>\n"
        f'<div class="scroll" tabindex="0"><table><tr>{head}</tr>\n' + "\n".join(rows) + "</table></div>"
    )


def _or_dash(text: str) -> str:
    """Return the text of a column, or a dash if it is unknown."""
    return "–" if text in _UNKNOWN else text


def _at_ucsc(manifest: Manifest, place: str) -> str:
    return f"https://genome.ucsc.edu/cgi-bin/hgTracks?db={quote(manifest.assembly.id)}&position={quote(place)}"


def _open(manifest: Manifest) -> str:
    assembly = manifest.assembly
    in_ucsc = assembly.hosted or assembly.two_bit is not None
    session = (
        "Open <a href='igv_session.xml'>igv_session.xml</a> with <i>File → Open Session</i>. It works from this folder"
    )
    if assembly.reference:
        session += " and includes the reference genome"
    session += "." if assembly.hosted or assembly.reference else ". Load the FASTA of the genome first."
    ucsc = (
        "Copy this folder to a web server. Then choose <i>My Data → Track Hubs → Connected Hubs</i> and paste the URL "
        "of <a href='hub.txt'>hub.txt</a>."
        if in_ucsc
        else "UCSC does not host this genome. Use IGV or JBrowse 2, or include the genome in the hub "
        "(<code>ideep-scan hub OUT --assembly-hub</code>)."
    )
    fasta = f"<a href='{_href(assembly.reference)}'>FASTA</a>" if assembly.reference else "FASTA"
    jbrowse = (
        "Choose <i>File → Open connection → UCSC Track Hub</i> and paste the URL of <a href='hub.txt'>hub.txt</a>."
        if in_ucsc
        else f"Open the genome {fasta} as an assembly. Then open the bigWig and BED files below as tracks."
    )
    lines = [("IGV desktop", session), ("UCSC Genome Browser", ucsc), ("JBrowse 2", jbrowse)]
    rows = "\n".join(f"<tr><th>{name}</th><td>{text}</td></tr>" for name, text in lines)
    return f"<h2>Open in a genome browser</h2>\n<table>{rows}</table>"


def _files(manifest: Manifest) -> str:
    names = make_track_names(manifest)
    parts = ["<details><summary><h2>Files</h2></summary>"]
    for group in manifest.groups:
        about = f'<a href="{_href(name_page(names[group]))}">details of these tracks</a>'
        parts.append(f"<h3>{escape(group)} <span class='dim'>· {about}</span></h3>")
        parts.append(_rows([track for track in manifest.tracks if track.group == group]))
    if manifest.variants:
        about = f'<a href="{_href(VARIANTS_PAGE)}">details of this track</a>'
        parts += [f"<h3>Variants <span class='dim'>· {about}</span></h3>", _rows(manifest.variants)]
    return "\n".join([*parts, "</details>"])


def _rows(tracks: Sequence[Track]) -> str:
    rows = []
    for track in tracks:
        content, kind, count = describe_file(track)
        rows.append(
            f'<tr><td>{render_dot(track.color)} {escape(content)}</td><td>{kind}</td><td class="n">{count}</td>'
            f'<td><a href="{_href(track.path)}">{escape(track.path)}</a></td></tr>'
        )
    head = "<tr><th>Content</th><th>Format</th><th class='n'>Entries</th><th>File</th></tr>"
    return f'<div class="scroll" tabindex="0"><table>{head}\n' + "\n".join(rows) + "</table></div>"


def _href(path: str) -> str:
    return escape(quote(path))
