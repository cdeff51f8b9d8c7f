"""`index.html`: static, whole without a network, every printed text escaped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from track_hubs.color import css
from track_hubs.describe import nested
from track_hubs.loci import Gene, Site, Window
from track_hubs.manifest import Color, Manifest, Track
from track_hubs.picture import locus_svg
from track_hubs.ucsc import page_of, track_names

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;color:#222;max-width:60rem;margin:0 auto;padding:1rem 1.2rem 4rem}
h1{font-size:1.7rem;margin:.6rem 0 .2rem}h2{font-size:1.25rem;margin:2.2rem 0 .5rem;border-bottom:1px solid #ddd}
h3{font-size:1rem;margin:1.2rem 0 .2rem}figure{margin:0 0 1.6rem}figcaption{font-weight:600}svg{width:100%;height:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem}th,td{text-align:left;padding:.25rem .6rem .25rem 0;
border-bottom:1px solid #eee;vertical-align:top;overflow-wrap:anywhere}th{white-space:nowrap}
.n{text-align:right;
font-variant-numeric:tabular-nums;white-space:nowrap}.note{background:#fff4d6;border-left:4px solid #e69f00;
padding:.5rem .8rem}.dim{color:#666}.dot{display:inline-block;width:.8em;height:.8em;border-radius:50%}
code{background:#f4f4f4;padding:0 .25em}.scroll{overflow-x:auto}
"""
_ROLES = {"score": "score at every position", "sites": "binding sites", "motifs": "motif hits inside the sites"}
_KINDS = {"bigWig": "bigWig", "bigBed": "bigBed", "bed": "BED", "table": "table (TSV)"}


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


def page_text(manifest: Manifest, top: Sequence[tuple[str, Site]], pictures: Sequence[Locus]) -> str:
    """The page of a run.

    Parameters
    ----------
    top : (group, site), strongest first: the rows of the table.
    pictures : the loci to draw.
    """
    proteins = ", ".join(manifest.groups)
    body = [
        f"<h1>{escape(manifest.title)}</h1>",
        f"<p>Where {escape(proteins)} may bind on {escape(manifest.assembly.title)}.</p>",
        _note(manifest),
        _pictures(manifest, pictures),
        _table(manifest, top),
        _open(manifest),
        _files(manifest),
        "<h2>How it was made</h2>",
        nested(manifest.receipts),
    ]
    return _html(manifest.title, "\n".join(body))


def _html(title: str, body: str) -> str:
    head = f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
    view = '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    return f"{head}{view}<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"


def _note(manifest: Manifest) -> str:
    note = manifest.assembly.note
    return f'<p class="note">{escape(note)}</p>' if note else ""


def _pictures(manifest: Manifest, pictures: Sequence[Locus]) -> str:
    if not pictures:
        return "<h2>Strongest sites</h2><p>No site reached the threshold.</p>"
    parts = [
        "<h2>The strongest sites, drawn</h2>",
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
    return "\n".join(parts)


def _table(manifest: Manifest, top: Sequence[tuple[str, Site]]) -> str:
    if not top:
        return ""
    rows = []
    for group, site in top:
        place = f"{site.chrom}:{site.start + 1}-{site.end}"
        cells = [site.name, group, _place(manifest, place), site.strand.replace("-", "−")]
        texts = "".join(f"<td>{cell if index == 2 else escape(cell)}</td>" for index, cell in enumerate(cells))
        rows.append(f'<tr>{texts}<td class="n">{site.summit + 1:,}</td><td class="n">{site.score:.3f}</td></tr>')
    head = "<tr><th>Site</th><th>Protein</th><th>Place</th><th>Strand</th>"
    head += "<th class='n'>Summit</th><th class='n'>Score</th></tr>"
    return (
        "<h2>Strongest sites</h2>\n"
        f"<p class='dim'>The first {len(rows)}; all are in the tables below. Positions here "
        f'count from 1, as genome browsers do.</p>\n<div class="scroll"><table>{head}\n'
        + "\n".join(rows)
        + "</table></div>"
    )


def _place(manifest: Manifest, place: str) -> str:
    if manifest.assembly.fasta:
        return escape(place)
    query = f"db={quote(manifest.assembly.id)}&position={quote(place)}"
    return f'<a href="{escape("https://genome.ucsc.edu/cgi-bin/hgTracks?" + query)}">{escape(place)}</a>'


def _open(manifest: Manifest) -> str:
    hosted = manifest.assembly.fasta is None
    session = (
        "Open <a href='igv_session.xml'>igv_session.xml</a> by <i>File → Open Session</i>; it works from this folder"
    )
    session += "." if hosted else " and brings its own reference genome."
    ucsc = (
        "Put this folder on a web server, then <i>My Data → Track Hubs → Connected Hubs</i>, and paste the address of "
        "<a href='hub.txt'>hub.txt</a>."
        if hosted
        else "UCSC does not host this genome; use IGV or JBrowse 2."
    )
    jbrowse = (
        "<i>File → Open connection → UCSC Track Hub</i>, and the address of <a href='hub.txt'>hub.txt</a>."
        if hosted
        else f"Open the genome <a href='{_href(manifest.assembly.fasta or '')}'>FASTA</a> as an assembly, then the "
        "bigWig and BED files below as tracks."
    )
    lines = [("IGV desktop", session), ("UCSC Genome Browser", ucsc), ("JBrowse 2", jbrowse)]
    rows = "\n".join(f"<tr><th>{name}</th><td>{text}</td></tr>" for name, text in lines)
    return f"<h2>See it in a genome browser</h2>\n<table>{rows}</table>"


def _files(manifest: Manifest) -> str:
    names = track_names(manifest)
    parts = ["<h2>Files</h2>"]
    for group in manifest.groups:
        about = f'<a href="{_href(page_of(names[group]))}">about these tracks</a>'
        parts.append(f"<h3>{escape(group)} <span class='dim'>· {about}</span></h3>")
        parts.append(_rows([track for track in manifest.tracks if track.group == group]))
    return "\n".join(parts)


def _rows(tracks: Sequence[Track]) -> str:
    rows = []
    for track in tracks:
        strand = {"+": ", plus strand", "-": ", minus strand", None: ""}[track.strand]
        what = track.long_label if track.role == "further" else f"{_ROLES[track.role]}{strand}"
        count = "" if track.count is None else f"{track.count:,}"
        dot = f'<span class="dot" style="background:{css(track.color)}"></span>'
        rows.append(
            f'<tr><td>{dot} {escape(what)}</td><td>{_KINDS[track.kind]}</td><td class="n">{count}</td>'
            f'<td><a href="{_href(track.path)}">{escape(track.path)}</a></td></tr>'
        )
    head = "<tr><th>What</th><th>Format</th><th class='n'>Entries</th><th>File</th></tr>"
    return f'<div class="scroll"><table>{head}\n' + "\n".join(rows) + "</table></div>"


def _href(path: str) -> str:
    return escape(quote(path))
