"""The pages that a genome browser shows about tracks: what is shown, how it was made, how good it is, how to cite it.

UCSC puts such a page into its own. So all style is inside one class, pictures are drawn in the page, and no link or
picture is relative: it would lead to UCSC's server. `index.html` is another thing (`viewer.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from track_hubs.color import css
from track_hubs.manifest import Color, Manifest, Model, Track
from track_hubs.run_page.model_figures import logo_svg, roc_svg

_STYLE = """
.about{font:15px/1.5 system-ui,sans-serif;color:#222;max-width:56rem;padding:.5rem 1rem}
.about table{border-collapse:collapse;margin:.3rem 0 1rem;font-size:14px}
.about th,.about td{text-align:left;padding:.2rem .9rem .2rem 0;border-bottom:1px solid #e5e5e5;vertical-align:top;
overflow-wrap:anywhere}
.about th{white-space:nowrap}
.about .note{background:#fff4d6;border-left:4px solid #e69f00;padding:.5rem .8rem}
.about .dot{display:inline-block;width:.8em;height:.8em;border-radius:50%}
.about figure{display:inline-block;margin:.3rem 1.6rem .6rem 0;vertical-align:top}
.about figcaption{max-width:24rem;font-size:13px;color:#444}
"""
_ROLES = {"score": "score at every position", "sites": "binding sites", "motifs": "motif hits inside the sites"}
_KINDS = {"bigWig": "bigWig", "bigBed": "bigBed", "bed": "BED", "table": "table (TSV)"}
_SCORE = (
    "<p>The <b>score</b> is a model's probability, from 0 to 1, that a binding site is centred at a position. "
    "Positions without a value were not scored. A genome holds far fewer sites than the examples that a model "
    "learns from, so the score ranks positions; it is not the chance of finding a site there. <b>Sites</b> are "
    "stretches of high score. <b>These are predictions, not measurements.</b></p>"
)
_CONVENTIONS = (
    "<p>The score of the plus strand points up, that of the minus strand down and paler. Zoomed out, each pixel shows "
    "the highest score of its positions. A site is a box with its highest position (summit) drawn thick; pointing at "
    "it shows the score, the expected precision, the kind of evidence that drives it and the best motif with the "
    "protein it is known for; its page has the p-value, the gene, the part of the transcript and the RNA around the "
    "summit. The expected precision is the share of true sites that the model expects among all positions with such a "
    "score or a higher one. A dot stands for what is unknown; a driver is also a dot if no single kind of evidence "
    "raises the score. Sites can be filtered by score, expected precision, gene, driver and region. Motif hits are "
    "matches of known motifs near a summit.</p>"
)


def group_page(manifest: Manifest, group: str) -> str:
    """The page about the tracks of one group."""
    tracks = [track for track in manifest.tracks if track.group == group]
    model = manifest.models.get(group)
    body = [
        f"<h1>{dot(tracks[0].color)} {escape(group)}</h1>",
        note_of(manifest),
        f"<h2>Description</h2><p>{_what(manifest, group, model)}</p>",
        _SCORE,
        _expected(model),
        "<h2>Display Conventions and Configuration</h2>",
        _CONVENTIONS,
        _quality(model, tracks),
        "<h2>Methods</h2>",
        nested(manifest.receipts),
        "<h2>Data Access</h2>",
        _files(tracks),
        _references(manifest, [model] if model else []),
    ]
    return _page(f"{group}: {manifest.title}", body)


def run_page(manifest: Manifest) -> str:
    """The page about a whole hub."""
    body = [
        f"<h1>{escape(manifest.title)}</h1>",
        note_of(manifest),
        f"<h2>Description</h2><p>Predicted binding of {escape(', '.join(manifest.groups))} on "
        f"{escape(manifest.assembly.title)}.</p>",
        _SCORE,
        "<h2>Display Conventions and Configuration</h2>",
        "<p>Each protein has a row with its score on both strands. With several proteins, sites and motif hits are "
        "switched in a matrix of proteins and assays, and <i>Score by strand</i>, hidden at first, has the same scores "
        "as separate rows, switched by protein and strand. Each protein has its own colour.</p>",
        _CONVENTIONS,
        _overview(manifest),
        "<h2>Methods</h2>",
        nested(manifest.receipts),
        _references(manifest, list(manifest.models.values())),
    ]
    return _page(manifest.title, body)


def nested(value: Any) -> str:
    """Any JSON as nested tables."""
    if isinstance(value, Mapping):
        rows = "".join(f"<tr><th>{escape(str(key))}</th><td>{nested(part)}</td></tr>" for key, part in value.items())
        return f"<table>{rows}</table>" if rows else "–"
    if isinstance(value, list | tuple):
        return ", ".join(map(nested, value)) or "–"
    return "–" if value is None or value == "" else escape(str(value))


def _page(title: str, body: Sequence[str]) -> str:
    head = f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
    inner = "\n".join(part for part in body if part)
    return f'{head}<style>{_STYLE}</style>\n</head>\n<body>\n<div class="about">\n{inner}\n</div>\n</body>\n</html>\n'


def note_of(manifest: Manifest) -> str:
    """What should be known of the genome before anything else; empty where there is nothing."""
    note = manifest.assembly.note
    return f'<p class="note">{escape(note)}</p>' if note else ""


def _what(manifest: Manifest, group: str, model: Model | None) -> str:
    start = f"Predicted binding of {escape(group)} on {escape(manifest.assembly.title)}."
    if model is None:
        return start
    learned = model.card.get("experiment") or ", ".join(map(str, model.card.get("experiments", ())))
    parts = [start, *([f"The protein is {escape(model.protein)}."] if model.protein != group else [])]
    if learned:
        assay = f" ({escape(', '.join(filter(None, (model.assay, str(model.card.get('note', ''))))))})"
        parts.append(
            f"The model learned from the CLIP experiment {escape(str(learned))}{assay if model.assay else ''}."
        )
    if model.reads:
        parts.append(f"In this run it read: {escape(', '.join(model.reads))}.")
    return " ".join(parts)


def _expected(model: Model | None) -> str:
    """How many sites of the run are expected to be true."""
    if model is None or not model.sites_about:
        return ""
    return f"<p><b>How many sites to believe.</b> {escape(model.sites_about)}</p>"


def _quality(model: Model | None, tracks: Sequence[Track]) -> str:
    """How good the model is: pictures and figures, as far as its card holds them."""
    if model is None or not (model.card or model.motif or model.roc):
        return ""
    parts = ["<h2>How good the model is</h2>"]
    if model.roc:
        title = f"ROC curve of {model.protein}"
        text = "Held-out sites against background positions, for the kinds of evidence that this run read"
        parts.append(_figure(roc_svg(model.roc, tracks[0].color, title), f"{text}. {model.roc_about}"))
    if model.motif:
        motif = _part(model.card, "strongest motif")
        text = f"Motif {model.motif_id}, of those known the one that tells most of its sites from the background"
        text += f" ({motif.get('figure', 'AUC')}: {_estimate(motif)})" if "value" in motif else ""
        parts.append(_figure(logo_svg(model.motif, f"Logo of {model.motif_id}"), f"{text}."))
    parts.append(_figures(model.card))
    top = _part(model.card, "top region")
    if "region" in top:
        parts.append(
            f"<p>Most of its sites lie in: {escape(str(top['region']))}, {_percent(top, 'share')} of its sites against "
            f"{_percent(top, 'background share')} of the background.</p>"
        )
    return "".join(parts)


def _figures(card: Mapping[str, Any]) -> str:
    """AUC and auPRC on test windows, by what the model was given."""
    rows = [
        f"<tr><td>{escape(kind)}</td><td>{_estimate(figures['AUC'])}</td><td>{_estimate(figures.get('auPRC'))}</td></tr>"
        for kind, figures in _part(card, "published test windows").items()
        if isinstance(figures, Mapping) and isinstance(figures.get("AUC"), Mapping)
    ]
    if not rows:
        return ""
    head = "<tr><th>Given</th><th>AUC</th><th>auPRC</th></tr>"
    return (
        "<p>On test windows of genes that it did not learn from, sites against windows without one (95 % interval). A "
        f"genome is harder than these windows: it holds many more positions without a site.</p><table>{head}"
        + "".join(rows)
        + "</table>"
    )


def _overview(manifest: Manifest) -> str:
    """A row for each group: colour, protein, assay, sites."""
    rows = []
    for group in manifest.groups:
        tracks = [track for track in manifest.tracks if track.group == group]
        model = manifest.models.get(group)
        sites = next((track.count for track in tracks if track.role == "sites" and track.count is not None), None)
        cells = [
            escape(model.protein if model else group),
            escape(model.assay if model and model.assay else "–"),
            "–" if sites is None else f"{sites:,}",
            escape(model.sites_about if model and model.sites_about else "–"),
        ]
        row = "".join(f"<td>{cell}</td>" for cell in cells)
        rows.append(f"<tr><td>{dot(tracks[0].color)} {escape(group)}</td>{row}</tr>")
    head = (
        "<tr><th>Tracks</th><th>Protein</th><th>Assay learned from</th><th>Sites</th><th>How many to believe</th></tr>"
    )
    return f"<table>{head}{''.join(rows)}</table>"


def file_in_words(track: Track) -> tuple[str, str, str]:
    """What a file holds, its format, and how many entries it has where that is known."""
    strand = {"+": ", plus strand", "-": ", minus strand", None: ""}[track.strand]
    what = track.long_label if track.role == "further" else f"{_ROLES[track.role]}{strand}"
    return what, _KINDS[track.kind], "" if track.count is None else f"{track.count:,}"


def _files(tracks: Sequence[Track]) -> str:
    rows = []
    for track in tracks:
        cells = [*file_in_words(track), track.path]
        rows.append("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>")
    head = "<tr><th>What</th><th>Format</th><th>Entries</th><th>File, from the folder of hub.txt</th></tr>"
    return f"<table>{head}{''.join(rows)}</table>"


def _references(manifest: Manifest, models: Sequence[Model]) -> str:
    works = dict.fromkeys(str(work) for model in models for work in model.card.get("citation", ()))
    licences = dict.fromkeys(str(model.card["licence"]) for model in models if model.card.get("licence"))
    tool = manifest.receipts.get("tool")
    parts = ["<h2>Credits</h2>", f"<p>Made with {escape(str(tool))}.</p>" if tool else ""]
    parts += [f"<p>Licence: {escape(licence)}.</p>" for licence in licences]
    if works:
        listed = "".join(f"<li>{escape(work)}</li>" for work in works)
        parts.append(f"<h2>References</h2><p>Please cite the program with its version, and:</p><ul>{listed}</ul>")
    return "".join(parts)


def _figure(svg: str, caption: str) -> str:
    return f"<figure>{svg}<figcaption>{escape(caption)}</figcaption></figure>"


def dot(color: Color) -> str:
    """A dot in the colour of tracks, before their name."""
    return f'<span class="dot" style="background:{css(color)}"></span>'


def _part(card: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = card.get(name)
    return part if isinstance(part, Mapping) else {}


def _percent(part: Mapping[str, Any], name: str) -> str:
    return f"{part[name]:.0%}" if isinstance(part.get(name), int | float) else "–"


def _estimate(figure: Any) -> str:
    if not isinstance(figure, Mapping) or not isinstance(figure.get("value"), int | float):
        return "–"
    low, high = figure.get("low"), figure.get("high")
    interval = f" ({low:.3f}–{high:.3f})" if isinstance(low, int | float) and isinstance(high, int | float) else ""
    return f"{figure['value']:.3f}{interval}"
